"""Whom this office trusts to vouch for signatures and for time, from when to when and by which document."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.errors import SigningRefused
from signing.keys import as_asn1, pem_of
from signing.revocation import Evidence, Unreachable

Purpose = Literal["signing", "timestamps"]
Standing = Literal["in_force", "ended_since", "begun_since", "not_then", "unknown"]
PURPOSES: tuple[Purpose, ...] = ("signing", "timestamps")
SAMPLE = "sample"
MOST_BYTES = 16_384
SHORTEST_RSA = 2048
ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class TrustClass:
    """A kind of authority the law knows of; `found` says whether the law's text was read, not only heard of."""

    code: str
    name: str
    name_en: str
    basis: str
    dated_on: date | None
    found: bool
    note: str
    note_en: str


@dataclass(frozen=True)
class TrustedRoot:
    """One root (PEM) of one class, trusted for `purposes` from `since` up to, not including, `until` (aware).

    `document` and `dated_on` name the paper by which it was laid down; `verified` says whether somebody compared the
    fingerprint with that paper.
    """

    certificate: bytes
    kind: str
    since: datetime
    until: datetime | None = None
    purposes: tuple[Purpose, ...] = PURPOSES
    document: str = ""
    dated_on: date | None = None
    verified: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, lower-case hexadecimal."""
        return fingerprint(self.certificate)

    @cached_property
    def subject(self) -> bytes:
        return x509.load_pem_x509_certificate(self.certificate).subject.public_bytes()

    def in_force(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class TrustList:
    """The roots of one installation with their dates; asked for the moment of a signature and for now."""

    entries: tuple[TrustedRoot, ...] = ()

    @classmethod
    def of(cls, roots: Iterable[bytes]) -> TrustList:
        """A list without dates: these certificates (PEM or DER), at any time and for everything."""
        return cls(tuple(TrustedRoot(one, "", ALWAYS) for one in roots))

    def roots(self, at: datetime, *, purpose: Purpose = "signing") -> tuple[bytes, ...]:
        """The certificates (PEM) trusted at a moment."""
        return tuple(one.certificate for one in self.entries if purpose in one.purposes and one.in_force(at))

    def known_roots(self, *, purpose: Purpose = "signing") -> tuple[bytes, ...]:
        """Every certificate (PEM) that is or was ever on the list, for building a chain before judging it."""
        return tuple({one.fingerprint: one.certificate for one in self.entries if purpose in one.purposes}.values())

    def kind_of(self, certificate: bytes) -> str:
        """The class a root (PEM or DER) belongs to; "" when it is not on the list."""
        found = self._of(certificate)
        return found[-1].kind if found else ""

    def entry_of(self, certificate: bytes, at: datetime, *, purpose: Purpose = "signing") -> TrustedRoot | None:
        """The entry by which a root (PEM or DER) is trusted at a moment; None when it is not."""
        fit = [one for one in self._of(certificate) if purpose in one.purposes and one.in_force(at)]
        return fit[-1] if fit else None

    def standing(self, certificate: bytes, *, at: datetime, now: datetime, purpose: Purpose = "signing") -> Standing:
        """How a root stands for something done at the trusted moment `at`, looked at `now`.

        "in_force": then and now. "ended_since": then, no longer now; what was signed then stays as good as it was.
        "begun_since": now, not yet then. "not_then": on the list, but neither then nor now. "unknown": never.
        """
        if not any(purpose in one.purposes for one in self._of(certificate)):
            return "unknown"
        then = self.entry_of(certificate, at, purpose=purpose) is not None
        today = self.entry_of(certificate, now, purpose=purpose) is not None
        if then:
            return "in_force" if today else "ended_since"
        return "begun_since" if today else "not_then"

    def _of(self, certificate: bytes) -> list[TrustedRoot]:
        mark = fingerprint(certificate)
        return [one for one in self.entries if one.fingerprint == mark]


class Relied(Protocol):
    """What a desk relies on beside its keys: whom it trusts, who tells it the time, and whose certificates may sign."""

    def trust_list(self) -> TrustList: ...

    def timestamper(self) -> Any:
        """A `signing.timestamps.Timestamper`; raises `SigningRefused` where the office names none."""
        ...

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> Evidence | Unreachable: ...

    def refuse_unfit(self, certificate: bytes, chain: tuple[bytes, ...], *, now: datetime) -> None:
        """Raises `SigningRefused` for a certificate taken back, not to be checked, or leading to no known root."""
        ...


def leads_to(certificate: bytes, chain: Sequence[bytes], roots: Iterable[bytes]) -> bool:
    """Whether the last certificate of a chain is one of the roots, or was issued by one that the chain left out."""
    top = x509.load_pem_x509_certificate((certificate, *chain)[-1])
    for root in map(x509.load_pem_x509_certificate, roots):
        if root == top:
            return True
        try:
            top.verify_directly_issued_by(root)
        except (InvalidSignature, ValueError, TypeError):
            continue
        return True
    return False


def sample_list(roots: Iterable[bytes], *, since: datetime) -> TrustList:
    """The list of a sample office: its own authority's roots, marked as what they are."""
    return TrustList(tuple(TrustedRoot(root, SAMPLE, since, verified=True) for root in roots))


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate (PEM or DER) as lower-case hexadecimal."""
    return hashlib.sha256(as_asn1(certificate).dump()).hexdigest()


def read_root(content: bytes) -> bytes:
    """The one certificate in a file somebody brings (PEM or DER), as PEM; raises `SigningRefused` where it is no root.

    Refused: no or several certificates, one that may not certify others, RSA shorter than 2048 bits, curves below 256.
    """
    if len(content) > MOST_BYTES:
        raise SigningRefused("certificate_too_large", "Tệp chứng thư quá lớn.")
    try:
        pem = content.lstrip().startswith(b"-----BEGIN")
        found = x509.load_pem_x509_certificates(content) if pem else [x509.load_der_x509_certificate(content)]
        usable = _may_certify(found[0]) and _strong(found[0])
        found[0].subject.public_bytes()
    except (ValueError, TypeError, x509.DuplicateExtension) as wrong:
        raise SigningRefused("not_a_certificate", "Tệp không phải là chứng thư số (PEM hoặc DER).") from wrong
    if len(found) != 1:
        raise SigningRefused("several_certificates", "Tệp chứa nhiều chứng thư; mỗi lần chỉ thêm một chứng thư gốc.")
    if not usable:
        raise SigningRefused(
            "no_root", "Chứng thư này không phải của tổ chức chứng thực (CA), hoặc khóa quá ngắn để tin cậy."
        )
    return pem_of(found[0])


def read_roots(content: bytes) -> tuple[bytes, ...]:
    """Every certificate in a PEM file somebody trusts, as PEM; raises `SigningRefused` where there is none."""
    try:
        found = x509.load_pem_x509_certificates(content)
    except ValueError as wrong:
        raise SigningRefused("not_a_certificate", "Tệp không chứa chứng thư số nào (PEM).") from wrong
    return tuple(pem_of(one) for one in found)


def _may_certify(certificate: x509.Certificate) -> bool:
    try:
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
    try:
        return authority and certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return authority


def _strong(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= SHORTEST_RSA
    return isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256


@cache
def trust_classes() -> dict[str, TrustClass]:
    """The classes of authorities the house ships, by code; no real root comes with it, for none was checked."""
    with open(Path(__file__).with_name("trust.toml"), "rb") as handle:
        rows: list[dict[str, Any]] = tomllib.load(handle)["classes"]
    return {
        row["code"]: TrustClass(
            code=row["code"],
            name=row["name"]["vi"],
            name_en=row["name"]["en"],
            basis=row.get("basis", ""),
            dated_on=row.get("dated_on"),
            found=row["found"],
            note=row["note"]["vi"],
            note_en=row["note"]["en"],
        )
        for row in rows
    }
