"""What the sample authority says of its certificates: OCSP answers (RFC 6960) and CRLs (RFC 5280)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from signing.authority_book import Book, Revoked
from signing.authority_certificates import Issuer
from signing.keys import KeyInMemory
from signing.revocation import Evidence

ANSWER_HOLDS = timedelta(hours=24)
LIST_HOLDS = timedelta(days=7)
# What can be taken back is no revocation of a signing certificate.
_PASSING = (x509.ReasonFlags.certificate_hold, x509.ReasonFlags.remove_from_crl)
REASONS = {one.value: one for one in x509.ReasonFlags if one not in _PASSING}


def evidence(issuer: Issuer, responder: KeyInMemory, book: Book, serial: int, now: datetime, source: str) -> Evidence:
    """What an OCSP responder would answer about one serial number."""
    moment = _moment(now)
    name, key = _hashes(issuer, hashes.SHA1())
    found, known = _found(book, issuer, serial, now)
    return Evidence(
        kind="ocsp",
        der=_response(responder, name, key, hashes.SHA1(), serial, found, known, moment, None),
        state="revoked" if found else "good" if known else "unknown",
        this_update=moment,
        next_update=moment + ANSWER_HOLDS,
        source=source,
        revoked_at=found.at if found else None,
        reason=found.reason if found else "",
    )


def answered(
    request: bytes, issuers: Iterable[Issuer], responder_of: Callable[[Issuer], KeyInMemory], book: Book, now: datetime
) -> bytes:
    """The answer to an OCSP request; what cannot be read or is about another issuer is refused in OCSP's own words."""
    try:
        asked = ocsp.load_der_ocsp_request(request)
        nonce = next((one.value for one in asked.extensions if isinstance(one.value, x509.OCSPNonce)), None)
        algorithm = asked.hash_algorithm
        about = (asked.issuer_name_hash, asked.issuer_key_hash)
        serial = asked.serial_number
    except (ValueError, NotImplementedError, x509.DuplicateExtension):
        return _refused(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    issuer = next((one for one in issuers if _hashes(one, algorithm) == about), None)
    if issuer is None:
        return _refused(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    found, known = _found(book, issuer, serial, now)
    return _response(responder_of(issuer), *about, algorithm, serial, found, known, _moment(now), nonce)


def crl(issuer: Issuer, book: Book, now: datetime, address: str) -> bytes:
    """The list of everything an issuer has taken back by now."""
    moment = _moment(now)
    above = issuer.key.private_key
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.key.parsed.subject)
        .last_update(moment)
        .next_update(moment + LIST_HOLDS)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
        .add_extension(x509.CRLNumber(int(moment.timestamp())), critical=False)
    )
    for serial, one in sorted(book.revoked().items()):
        if one.at <= now and book.issuer_of(serial) == issuer.code:
            row = x509.RevokedCertificateBuilder().serial_number(int(serial, 16)).revocation_date(one.at)
            if one.reason != "unspecified":  # RFC 5280, 5.3.1: left out rather than written
                row = row.add_extension(x509.CRLReason(REASONS[one.reason]), critical=False)
            builder = builder.add_revoked_certificate(row.build())
    return builder.sign(above, hashes.SHA384()).public_bytes(serialization.Encoding.DER)


def _found(book: Book, issuer: Issuer, serial: int, now: datetime) -> tuple[Revoked | None, bool]:
    """The revocation of a serial number, if it has come, and whether this issuer knows the certificate at all."""
    named = format(serial, "X")
    known = book.issuer_of(named) == issuer.code
    found = book.revoked().get(named) if known else None
    return (found if found and found.at <= now else None), known


def _response(
    responder: KeyInMemory,
    name: bytes,
    key: bytes,
    algorithm: hashes.HashAlgorithm,
    serial: int,
    found: Revoked | None,
    known: bool,
    moment: datetime,
    nonce: x509.OCSPNonce | None,
) -> bytes:
    state = ocsp.OCSPCertStatus.REVOKED if found else ocsp.OCSPCertStatus.GOOD
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=name,
        issuer_key_hash=key,
        serial_number=serial,
        algorithm=algorithm,
        cert_status=state if known else ocsp.OCSPCertStatus.UNKNOWN,
        this_update=moment,
        next_update=moment + ANSWER_HOLDS,
        revocation_time=found.at if found else None,
        revocation_reason=REASONS[found.reason] if found and found.reason != "unspecified" else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.parsed)
    builder = builder.certificates([responder.parsed])
    if nonce is not None:
        builder = builder.add_extension(nonce, critical=False)
    return builder.sign(responder.private_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _hashes(issuer: Issuer, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    """Issuer name hash and issuer key hash (RFC 6960, 4.1.1)."""
    certificate = issuer.key.parsed_asn1
    return (
        _digest(certificate.subject.dump(), algorithm),
        _digest(bytes(certificate.public_key["public_key"]), algorithm),
    )


def _digest(content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(content)
    return digest.finalize()


def _refused(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)


def _moment(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(microsecond=0)
