"""The way from a certificate up to a trusted root, and what proves that none on it had been taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing.container import certificate_of, der_of
from signing.errors import SigningRefused
from signing.revocation import Evidence, Revocation, Unreachable

_LONGEST = 8


@dataclass
class Proofs:
    """What goes into a file: certificates, OCSP answers and lists (all DER), each once, in the order they were met."""

    certificates: list[bytes] = field(default_factory=list)
    ocsps: list[bytes] = field(default_factory=list)
    crls: list[bytes] = field(default_factory=list)

    def add(self, evidence: Evidence) -> None:
        """Keep one answer."""
        kept = self.ocsps if evidence.kind == "ocsp" else self.crls
        if evidence.der not in kept:
            kept.append(evidence.der)


class Proof:
    """Asks for everything that has to be known of the certificates behind one signature.

    `authorities` are the roots a way may end in, `known` what was found beside them (PEM or DER).
    """

    def __init__(
        self, revocation: Revocation, now: datetime, *, authorities: Iterable[bytes], known: Iterable[bytes]
    ) -> None:
        self.found = Proofs()
        self._revocation, self._now = revocation, now
        self._roots = {der_of(one) for one in authorities}
        self._known = dict.fromkeys(self._roots)
        self.know(known)

    def know(self, certificates: Iterable[bytes]) -> None:
        """Further certificates through which a way may lead."""
        self._known.update(dict.fromkeys(der_of(one) for one in certificates))

    def ask(self, leaf: bytes, *, at: datetime, fresh_since: datetime | None = None) -> None:
        """Gather the way up from `leaf` (DER), which was used at the moment `at`, and the proofs along it.

        With `fresh_since` what is said of the leaf must have been said after that moment: what an authority answered
        before a signature knows nothing of a key lost the hour before. Raises `SigningRefused`.
        """
        current = leaf
        for _ in range(_LONGEST):
            if current not in self.found.certificates:
                self.found.certificates.append(current)
            if current in self._roots:
                return
            issuer = self._issuer_of(current)
            self._prove(current, issuer, at, fresh_since if current == leaf else None)
            current = issuer
        raise _broken()

    def _issuer_of(self, certificate: bytes) -> bytes:
        parsed = certificate_of(certificate)
        for one in self._known:
            above = certificate_of(one)
            if above.subject != parsed.issuer or one == certificate:
                continue
            try:
                parsed.verify_directly_issued_by(above)
            except (InvalidSignature, ValueError, TypeError):
                continue
            return one
        raise _broken()

    def _prove(self, certificate: bytes, issuer: bytes, at: datetime, fresh_since: datetime | None) -> None:
        answer = self._revocation.evidence_for(certificate, issuer, now=self._now, since=fresh_since)
        if isinstance(answer, Unreachable):
            raise SigningRefused("no_evidence", "Chưa hỏi được cơ quan chứng thực về tình trạng thu hồi chứng thư.")
        if answer.revoked_by(at):
            raise SigningRefused("revoked", "Chứng thư số đã bị thu hồi trước khi ký.")
        if answer.state == "unknown":
            raise SigningRefused("no_evidence", "Cơ quan chứng thực trả lời là không biết chứng thư này.")
        if fresh_since is not None and answer.this_update < fresh_since:
            raise SigningRefused("evidence_too_old", "Cơ quan chứng thực chưa công bố tình trạng mới hơn lúc ký.")
        self.found.add(answer)
        for responder in _answering(answer, issuer):
            self.know([responder])
            if responder not in self.found.certificates:
                self.found.certificates.append(responder)
                if not _never_checked(responder):
                    self._prove(responder, self._issuer_of(responder), at, None)


def _answering(answer: Evidence, issuer: bytes) -> list[bytes]:
    """The certificates an OCSP answer carries for those who signed it, the issuer's own left out."""
    if answer.kind != "ocsp":
        return []
    carried = [_der(one) for one in ocsp.load_der_ocsp_response(answer.der).certificates]
    return [one for one in carried if one != issuer]


def _never_checked(responder: bytes) -> bool:
    """Whether its issuer says that nobody need ask about this responder (RFC 6960, 4.2.2.2.1)."""
    try:
        certificate_of(responder).extensions.get_extension_for_class(x509.OCSPNoCheck)
    except x509.ExtensionNotFound:
        return False
    return True


def _der(certificate: x509.Certificate) -> bytes:
    """A certificate that was read elsewhere, as DER."""
    return certificate.public_bytes(Encoding.DER)


def _broken() -> SigningRefused:
    return SigningRefused("broken_chain", "Chứng thư số không dẫn tới một tổ chức được tin cậy.")
