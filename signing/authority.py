"""The sample certification authority: everything the real one issues, with no legal value and saying so."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing import authority_certificates as certificates
from signing import authority_status as status
from signing.authority_certificates import MARK, Issuer
from signing.errors import SigningRefused
from signing.keys import KeyInMemory, KeyStore, as_asn1
from signing.revocation import Evidence, Unreachable
from signing.timestamps import SampleTimestamper
from signing.trust import TrustList, sample_list

_ROOT, _ISSUING, _TSA, _RESPONDER = "sample-root", "sample-issuing", "sample-tsa", "sample-ocsp"
ROOT, ISSUING = "root", "issuing"


class SampleAuthority:
    """A root, with or without an authority under it, a time-stamping authority, and what tells of revoked certificates.

    All of it lies in one folder. `address` is where this installation serves `/pki/…`; certificates name their status
    and issuer there (AIA, CDP), so that a third party can check them. Without an address they name nothing.
    """

    def __init__(self, store: KeyStore, address: str = "") -> None:
        self._store = store
        self._address = address.rstrip("/")
        self._root = Issuer(ROOT, store.load(_ROOT))
        self._issuer = Issuer(ISSUING, store.load(_ISSUING)) if store.holds(_ISSUING) else self._root
        self._tsa = store.load(_TSA)
        self._book = status.Book(store.folder)

    @classmethod
    def create(
        cls, folder: Path, *, secret: str, now: datetime, address: str = "", intermediate: bool = False
    ) -> SampleAuthority:
        """Make root and time-stamping authority in `folder`; what is there already stays.

        With `intermediate` the root certifies one authority, and that one everybody else; only at the first making.
        """
        store = KeyStore(folder, secret)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Two processes at a first start must not make two roots.
        with _alone(folder):
            if not store.holds(_ROOT):
                status.Book(folder).begin()
                store.save(_ROOT, certificates.new_root(now, above=intermediate))
                if intermediate:
                    _make_issuing(store, now, address)
            if not store.holds(_TSA):
                _make_timestamping(store, now, address)
        return cls(store, address)

    @classmethod
    def open(cls, folder: Path, secret: str, address: str = "") -> SampleAuthority:
        """The authority made earlier; raises `SigningRefused` if there is none or the secret is another."""
        return cls(KeyStore(folder, secret), address)

    @property
    def roots(self) -> list[bytes]:
        """The certificates to trust, PEM."""
        return [self._root.key.certificate]

    @property
    def trust(self) -> TrustList:
        """The trust list of a sample office: this root, from the beginning of its certificate on."""
        return sample_list(self.roots, since=self._root.key.parsed.not_valid_before_utc)

    def issue(
        self, name: str, organisation: str, title: str, email: str, *, now: datetime, until: datetime | None = None
    ) -> KeyInMemory:
        """A new key with a certificate for a person, or for an agency when `name` is the organisation itself.

        Valid from some two years before `now`, so that sample papers of the past can be signed, to five years after
        or to `until`.
        """
        private = ec.generate_private_key(ec.SECP256R1())
        subject = certificates.subject(name, organisation, title)
        builder = certificates.begun(subject, self._issuer, private, now, until=until, years=5)
        builder = builder.add_extension(certificates.usage(content_commitment=True), critical=True)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            critical=False,
        )
        if email:
            names = x509.SubjectAlternativeName([x509.RFC822Name(email)])
            builder = builder.add_extension(names, critical=False)
        key = certificates.issued(builder, private, self._issuer, self._address)
        self._book.enter(key.serial, self._issuer.code)
        return key

    def timestamper(self, now: datetime) -> SampleTimestamper:
        """The sample time-stamping authority with its clock at `now`."""
        return SampleTimestamper(self._tsa, now)

    def revoke(self, serial: str, at: datetime, reason: str = "unspecified") -> None:
        """Take a certificate back from the moment `at` on (aware), for a `reason` of RFC 5280 ("keyCompromise" …).

        `serial` is hexadecimal, as `SigningKey.serial`. A second revocation changes nothing, unless it lies earlier.
        Raises `SigningRefused` for a serial this authority never issued, or a reason that can be taken back.
        """
        if reason not in status.REASONS:
            raise SigningRefused("no_reason", "Lý do thu hồi không hợp lệ.")
        if self._book.issuer_of(serial) is None:
            raise SigningRefused("unknown_serial", "Cơ quan chứng thực này không cấp chứng thư có số sê-ri đó.")
        with _alone(self._store.folder):
            self._book.revoke(serial, at, reason)

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> Evidence | Unreachable:
        """What is known of one of its certificates (PEM or DER), answered in process as its OCSP responder would."""
        above = as_asn1(issuer).dump()
        known = [one for one in self._issuers if one.key.parsed_asn1.dump() == above]
        if not known:
            return Unreachable("no_address")
        source = f"{self._address}/pki/ocsp" if self._address else ""
        serial = as_asn1(certificate).serial_number
        return status.evidence(known[0], self._responder(known[0], now), self._book, serial, now, source)

    def answer(self, request: bytes, *, now: datetime) -> bytes:
        """An OCSP request (DER, RFC 6960) answered (DER): what it is about need not be known, only readable."""
        return status.answered(request, self._issuers, lambda one: self._responder(one, now), self._book, now)

    def crl(self, code: str, *, now: datetime) -> bytes | None:
        """The list of revoked certificates (DER, RFC 5280) of "root" or "issuing"; None where there is no such one."""
        issuer = self._named(code)
        return status.crl(issuer, self._book, now, self._address) if issuer else None

    def certificate(self, code: str) -> bytes | None:
        """The certificate (DER) of "root" or "issuing"; None where there is no such one."""
        issuer = self._named(code)
        return issuer.key.parsed_asn1.dump() if issuer else None

    @property
    def _issuers(self) -> tuple[Issuer, ...]:
        return (self._root,) if self._issuer is self._root else (self._root, self._issuer)

    def _named(self, code: str) -> Issuer | None:
        return next((one for one in self._issuers if one.code == code), None)

    def _responder(self, issuer: Issuer, now: datetime) -> KeyInMemory:
        """Who signs answers for an issuer: a responder it appointed, made when first asked; an upper root itself."""
        if issuer is not self._issuer:
            return issuer.key
        if not self._store.holds(_RESPONDER):
            with _alone(self._store.folder):
                if not self._store.holds(_RESPONDER):
                    self._store.save(_RESPONDER, certificates.new_responder(issuer, now))
        return self._store.load(_RESPONDER)


def _make_issuing(store: KeyStore, now: datetime, address: str) -> None:
    root = Issuer(ROOT, store.load(_ROOT))
    key = certificates.new_issuing(root, now, address)
    status.Book(store.folder).enter(key.serial, ROOT)
    store.save(_ISSUING, key)


def _make_timestamping(store: KeyStore, now: datetime, address: str) -> None:
    issuer = Issuer(ISSUING, store.load(_ISSUING)) if store.holds(_ISSUING) else Issuer(ROOT, store.load(_ROOT))
    key = certificates.new_timestamping(issuer, now, address)
    status.Book(store.folder).enter(key.serial, issuer.code)
    store.save(_TSA, key)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else changes the authority meanwhile, in this process or another."""
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


__all__ = ["ISSUING", "MARK", "ROOT", "SampleAuthority"]
