"""How the certificate behind a signature stood: its way to a root, the root's place on the trust list, revocation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.revocation import Evidence, Revocation, Unreachable
from signing.revocation_reading import BadAnswer, loaded, read_crl, read_ocsp
from signing.trust import fingerprint
from signing.verdicts import Link, RevocationFound

_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True)
class Kept:
    """The OCSP answers and lists (DER) a file carries in its store (ETSI EN 319 142-1, 5.4.2)."""

    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


NOTHING_KEPT = Kept()


def kept_in(reader: PdfFileReader) -> Kept:
    """What a file carries itself; a store that makes no sense carries nothing."""
    if "/DSS" not in reader.root:
        return Kept()
    store = reader.root["/DSS"]

    def those(name: str, purpose: DecodePurpose) -> tuple[bytes, ...]:
        # `get` of the library's dictionaries gives a reference where the subscript gives what it refers to.
        found = store[name] if name in store else []  # noqa: SIM401
        return tuple(one.get_object().read_data(purpose) for one in found)

    return Kept(those("/OCSPs", DecodePurpose.OCSP_RESPONSE), those("/CRLs", DecodePurpose.CRL))


def link_of(certificate: asn1_x509.Certificate) -> Link:
    """One certificate as it is shown to a person."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return Link(
        subject=name_in(subject),
        issuer=name_in(issuer),
        serial=format(certificate.serial_number, "X"),
        begins=certificate.not_valid_before.astimezone(UTC),
        ends=certificate.not_valid_after.astimezone(UTC),
        sha256=fingerprint(certificate.dump()),
        der=certificate.dump(),
    )


def name_in(parts: dict[str, Any]) -> str:
    """The name by which a certificate's holder or issuer is known."""
    return text_of(parts.get("common_name") or parts.get("organization_name"))


def text_of(value: Any) -> str:
    """One part of a distinguished name, which may stand in it several times."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def algorithm_of(certificate: asn1_x509.Certificate, digest: str) -> str:
    """The key and hash a signature was made with, as specialists name them."""
    key = loaded(certificate.dump()).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        kind = f"RSA-{key.key_size}"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        kind = f"ECDSA {key.curve.name}"
    else:
        kind = type(key).__name__
    return f"{kind}, {digest.upper()}"


def revocation_of(
    chain: Sequence[Link],
    kept: Kept,
    asked: Revocation | None,
    *,
    at: datetime,
    now: datetime,
    proven_at: datetime | None = None,
) -> RevocationFound:
    """Whether any certificate of a chain (signer first, root last) had been taken back at the moment `at`.

    What the file carries is read, and whoever may be asked is asked as long as a certificate runs; the worst holds. A
    certificate of which nothing can be learnt is "unchecked", never "good". With `proven_at` the chain is that of a
    time stamp which is proven to have been there by then only (`Evidence.spoils`).
    """
    found = [
        _revocation(one.der, above.der, kept, asked if one.ends >= now else None, (at, proven_at or at), now)
        for one, above in pairwise(chain)
    ]
    if not found:
        return RevocationFound("own_root")
    order = ("revoked", "unchecked", "revoked_later", "good")
    worst = min(found, key=lambda one: (order.index(one.state), one.as_of or now))
    return replace(worst, rests_on=tuple(dict.fromkeys(piece for one in found for piece in one.rests_on)))


def _revocation(
    certificate: bytes,
    issuer: bytes,
    kept: Kept,
    asked: Revocation | None,
    moments: tuple[datetime, datetime],
    now: datetime,
) -> RevocationFound:
    """What is known of one certificate used at the first of two moments, and proven to have been by the second."""
    used, proven = moments
    carried = max(_carried(certificate, issuer, kept, now), key=lambda one: one.this_update, default=None)
    answer = asked.evidence_for(certificate, issuer, now=now) if asked is not None else None
    told = [(answer, "asked")] if isinstance(answer, Evidence) else []
    told += [(carried, "file")] if carried is not None else []
    told = [(one, origin) for one, origin in told if one.state != "unknown"]
    if not told:
        return RevocationFound("unchecked", why=_why(answer))
    one, origin = next((pair for pair in told if pair[0].spoils(used, proven_at=proven)), told[0])
    state = "revoked" if one.spoils(used, proven_at=proven) else "revoked_later" if one.state == "revoked" else "good"
    return RevocationFound(
        state,  # type: ignore[arg-type]
        kind=one.kind,
        origin=origin,
        source=one.source,
        as_of=one.this_update,
        revoked_at=one.revoked_at,
        reason=one.reason,
        rests_on=tuple(piece for piece, _origin in told),
    )


def _why(answer: Evidence | Unreachable | None) -> str:
    if answer is None:
        return "not_asked"
    return answer.code if isinstance(answer, Unreachable) else "unknown_certificate"


def _carried(certificate: bytes, issuer: bytes, kept: Kept, now: datetime) -> Iterator[Evidence]:
    """The answers a file carries about one certificate, each believed as of the moment it was given."""
    leaf, above = loaded(certificate), loaded(issuer)
    for der in kept.ocsps:
        try:
            for single in ocsp.load_der_ocsp_response(der).responses:
                if single.this_update_utc <= now:
                    yield read_ocsp(der, leaf, above, now=single.this_update_utc)
        except (BadAnswer, *_UNREADABLE):
            continue
    for der in kept.crls:
        try:
            begins = x509.load_der_x509_crl(der).last_update_utc
            if begins <= now:
                yield read_crl(der, leaf, above, now=begins)
        except (BadAnswer, *_UNREADABLE):
            continue


def links(path: Any) -> tuple[Link, ...]:
    """A validated way as it is shown: the signer first, the root last."""
    if path is None:
        return ()
    return tuple(link_of(one) for one in reversed(list(path.iter_certs(include_root=True))))


def carried_links(signed: Any) -> tuple[Link, ...]:
    """The chain a signature brings along where none could be validated, as far up as it goes."""
    by_subject = {one.chosen.subject.dump(): one.chosen for one in signed.signed_data["certificates"]}
    current: asn1_x509.Certificate | None = signed.signer_cert
    found: list[asn1_x509.Certificate] = []
    while current is not None and all(current.dump() != one.dump() for one in found):
        found.append(current)
        current = by_subject.get(current.issuer.dump())
    return tuple(link_of(one) for one in found)
