"""Whether an OCSP answer (RFC 6960) or a CRL (RFC 5280) may be believed, and what it says of one certificate."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.keys import as_asn1
from signing.revocation import Evidence

SKEW = timedelta(minutes=5)
"""So far may the authority's clock be from ours before its answer counts as of another time."""
UNBOUNDED = timedelta(hours=24)
"""So long an answer that names no next update is used (RFC 6960, 2.4: newer information is always available)."""
STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_UNREADABLE: tuple[type[Exception], ...] = (
    ValueError,
    TypeError,
    KeyError,
    NotImplementedError,
    InvalidSignature,
    x509.DuplicateExtension,
)


class BadAnswer(Exception):
    """An answer nothing can be made of; `code` is "bad_answer", or "stale" when only its time is over."""

    def __init__(self, code: str = "bad_answer") -> None:
        self.code = code
        super().__init__(code)


def loaded(certificate: bytes) -> x509.Certificate:
    """A certificate given as PEM or DER."""
    return x509.load_der_x509_certificate(as_asn1(certificate).dump())


def read_ocsp(
    der: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    *,
    now: datetime,
    source: str = "",
    nonce: bytes | None = None,
) -> Evidence:
    """What an OCSP answer says of a certificate at `now`; `nonce` is what was sent along.

    Believed is an answer signed by the issuer itself or by somebody the issuer certified for it (extended key usage
    OCSP signing), with SHA-2, about exactly this certificate, of a time that has come and is not over. An answer
    without the nonce is believed (many authorities prepare theirs), one with another nonce is not. Raises `BadAnswer`.
    """
    try:
        answer = ocsp.load_der_ocsp_response(der)
        if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise BadAnswer
        _signed_by_whom_it_must(answer, issuer, now)
        if nonce is not None and _nonce(answer) not in (None, nonce):
            raise BadAnswer
        single = next((one for one in answer.responses if _about(one, certificate, issuer)), None)
    except _UNREADABLE as wrong:
        raise BadAnswer from wrong
    if single is None:
        raise BadAnswer
    begins = single.this_update_utc
    ends = single.next_update_utc or begins + UNBOUNDED
    _in_time(begins, ends, now)
    revoked = single.certificate_status == ocsp.OCSPCertStatus.REVOKED
    known = single.certificate_status != ocsp.OCSPCertStatus.UNKNOWN
    return Evidence(
        kind="ocsp",
        der=der,
        state="revoked" if revoked else "good" if known else "unknown",
        this_update=begins,
        next_update=ends,
        source=source,
        revoked_at=single.revocation_time_utc if revoked else None,
        reason=(single.revocation_reason.value if single.revocation_reason else "unspecified") if revoked else "",
    )


def read_crl(
    der: bytes, certificate: x509.Certificate, issuer: x509.Certificate, *, now: datetime, source: str = ""
) -> Evidence:
    """What a CRL says of a certificate at `now`: a whole list, signed by the issuer itself with SHA-2, in its time.

    Delta lists, lists of other issuers' certificates and of some reasons only prove nothing. Raises `BadAnswer`.
    """
    try:
        found = x509.load_der_x509_crl(der)
        if found.issuer != issuer.subject or not isinstance(found.signature_hash_algorithm, STRONG):
            raise BadAnswer
        if not _may_sign_lists(issuer) or not found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            raise BadAnswer
        if not _is_whole(found, certificate):
            raise BadAnswer
        begins = found.last_update_utc
        ends = found.next_update_utc or begins + UNBOUNDED
        row = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
        reason = _reason(row) if row is not None else ""
    except _UNREADABLE as wrong:
        raise BadAnswer from wrong
    _in_time(begins, ends, now)
    return Evidence(
        kind="crl",
        der=der,
        state="revoked" if row is not None else "good",
        this_update=begins,
        next_update=ends,
        source=source,
        revoked_at=row.revocation_date_utc if row is not None else None,
        reason=reason,
    )


def _in_time(begins: datetime, ends: datetime, now: datetime) -> None:
    if begins > now + SKEW or ends < now - SKEW or ends < begins:
        raise BadAnswer("stale")


def _signed_by_whom_it_must(answer: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> None:
    """The issuer, or a responder the issuer appointed (RFC 6960, 4.2.2.2)."""
    for one in (issuer, *answer.certificates):
        if _named(answer, one) and (one == issuer or _appointed(one, issuer, now)):
            _check(one.public_key(), answer.signature, answer.tbs_response_bytes, answer.signature_hash_algorithm)
            return
    raise BadAnswer


def _named(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == responder.subject
    return answer.responder_key_hash == hashlib.sha1(_key_of(responder), usedforsecurity=False).digest()


def _appointed(responder: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        uses = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, x509.ExtensionNotFound, ValueError, TypeError):
        return False
    if not isinstance(responder.signature_hash_algorithm, STRONG):
        return False
    in_time = responder.not_valid_before_utc <= now + SKEW and now - SKEW <= responder.not_valid_after_utc
    return in_time and ExtendedKeyUsageOID.OCSP_SIGNING in uses


def _check(key: Any, signature: bytes, content: bytes, algorithm: hashes.HashAlgorithm | None) -> None:
    if not isinstance(algorithm, STRONG):
        raise BadAnswer
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, content, ec.ECDSA(algorithm))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, content, padding.PKCS1v15(), algorithm)
    else:
        raise BadAnswer


def _about(single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether an answer is about this certificate of this issuer (RFC 6960, 4.1.1)."""
    name = hashes.Hash(single.hash_algorithm)
    name.update(issuer.subject.public_bytes())
    key = hashes.Hash(single.hash_algorithm)
    key.update(_key_of(issuer))
    return (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) == (
        certificate.serial_number,
        name.finalize(),
        key.finalize(),
    )


def _key_of(certificate: x509.Certificate) -> bytes:
    """The bits of the public key, as identifiers of keys hash them."""
    return bytes(as_asn1(certificate.public_bytes(Encoding.DER)).public_key["public_key"])


def _nonce(answer: ocsp.OCSPResponse) -> bytes | None:
    return next((one.value.nonce for one in answer.extensions if isinstance(one.value, x509.OCSPNonce)), None)


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _is_whole(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Whether a certificate that is not on the list is thereby good."""
    for extension in found.extensions:
        if isinstance(extension.value, x509.DeltaCRLIndicator):
            return False
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            if not _covers(extension.value, certificate):
                return False
        elif extension.critical:
            return False
    return True


def _covers(point: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    if point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs:
        return False
    try:
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        authority = False
    return not ((point.only_contains_ca_certs and not authority) or (point.only_contains_user_certs and authority))


def _reason(row: x509.RevokedCertificate) -> str:
    if any(one.critical for one in row.extensions):
        raise BadAnswer
    try:
        return row.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        return "unspecified"
