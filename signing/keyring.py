"""All signing keys of an installation by holder: their certificates, whether they are unlocked, how they sign."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.errors import SigningRefused
from signing.keys import Certified, KeyInMemory, KeyStore
from signing.signer import BROUGHT, SAMPLE, Signer
from signing.signer_line import NAME, Line
from signing.stores.opened import secrets_wanted
from signing.stores.records import KeyRecord, Records, fingerprint_of


@dataclass(frozen=True)
class KeyState:
    """What may be said of a key. `kind` is sample, pkcs12, pkcs11, csc or desk; `names` and `organisations` stand in
    its certificate; `asks` is what unlocking wants; `ready`: it would sign now (one at a desk is always ready there).
    """

    holder: str
    kind: str
    unit: str
    differs: str
    serial: str
    fingerprint: str
    names: tuple[str, ...]
    organisations: tuple[str, ...]
    valid_from: datetime
    valid_to: datetime
    asks: tuple[str, ...]
    ready: bool
    certificate: bytes
    chain: tuple[bytes, ...]
    where: Mapping[str, str]


@dataclass(frozen=True)
class KeyElsewhere(Certified):
    """A key that lies unlocked in the signer: digests go there, signatures come back."""

    holder: str
    signer: Signer | Line

    def raw_signature(self, data: bytes, algorithm: str) -> bytes:
        algorithm = algorithm.lower()
        digest = hashlib.new(algorithm, data).digest()
        return self.signer.sign(self.holder, fingerprint_of(self), digest, algorithm)


class Keyring:
    """The keys below one folder. `served`: a signer process belongs to this installation and alone unlocks keys.

    Where that does not answer, it is waited for `patience_s` seconds: it may just be starting.
    Without one (tests, simulations, a command beside no server) the same code runs in this process.
    """

    def __init__(self, folder: Path, secret: str, *, served: bool = False, patience_s: float = 5.0) -> None:
        self._folder, self._secret, self._served = folder, secret, served
        self.records = Records(folder / BROUGHT)
        self.sample = KeyStore(folder / SAMPLE, secret)
        self._own: Signer | None = None
        self._line = Line(folder, patience_s=patience_s if served else 0.0)

    @property
    def signer(self) -> Signer | Line:
        """Who holds the unlocked keys: the signer process where there is one, this process otherwise."""
        if self._served or ((self._folder / NAME).exists() and self._line.answers()):
            return self._line
        if self._own is None:
            self._own = Signer(self._folder, self._secret)
        return self._own

    def key(self, holder: str) -> KeyElsewhere:
        """The key of a holder to sign with; raises `SigningRefused` when there is none."""
        found = self._find(holder)
        if found is None:
            raise SigningRefused(
                "no_key", "Chưa có chứng thư số của người ký này. Hãy báo người vận hành thêm khóa: ./motcua keys add."
            )
        return KeyElsewhere(found.certificate, found.chain, holder, self.signer)

    def holds(self, holder: str) -> bool:
        """Whether there is a key of this holder, of whatever kind."""
        return self.records.find(holder) is not None or self.sample.holds(holder)

    def state(self, holder: str) -> KeyState | None:
        """What may be said of a holder's key; None when there is none."""
        record = self.records.find(holder)
        if record is not None:
            return state_of(record, record.kind == "desk" or holder in self._unlocked())
        return _sample_state(holder, self.sample.certificate(holder)) if self.sample.holds(holder) else None

    def states(self) -> Iterator[KeyState]:
        """Every key: those brought in, then those of the sample that none was brought in for."""
        unlocked = self._unlocked()
        brought = list(self.records.all())
        for record in brought:
            yield state_of(record, record.kind == "desk" or record.holder in unlocked)
        for holder in self.sample.ends():
            if holder not in {record.holder for record in brought}:
                yield _sample_state(holder, self.sample.certificate(holder))

    def ends(self) -> dict[str, datetime]:
        """Until when the certificate of each holder may sign."""
        brought = {record.holder: record.parsed.not_valid_after_utc for record in self.records.all()}
        return {**self.sample.ends(), **brought}

    def remembered(self) -> Iterator[dict[str, str]]:
        """Every act a key was asked for that is not forgotten yet, with the SHA-256 (hex) of what was prepared; in
        pieces. Raises `SigningRefused` where the signer does not answer.
        """
        after = ""
        while some := self.signer.acts(after=after):
            yield dict(some)
            after = some[-1][0]

    def _unlocked(self) -> frozenset[str]:
        try:
            return frozenset(self.signer.unlocked())
        except SigningRefused:
            return frozenset()

    def _find(self, holder: str) -> Certified | None:
        return self.records.find(holder) or (self.sample.certificate(holder) if self.sample.holds(holder) else None)

    def save_sample(self, holder: str, key: KeyInMemory) -> None:
        """Keep a key the sample authority issued."""
        self.sample.save(holder, key)


def state_of(record: KeyRecord, ready: bool) -> KeyState:
    """What may be said of a key that was brought in."""
    return _state(
        record, record.holder, record.kind, record.unit, record.differs, secrets_wanted(record), ready, record.where
    )


def _sample_state(holder: str, key: Certified) -> KeyState:
    return _state(key, holder, "sample", "", "", (), True, {})


def _state(
    key: Certified,
    holder: str,
    kind: str,
    unit: str,
    differs: str,
    asks: tuple[str, ...],
    ready: bool,
    where: Mapping[str, str],
) -> KeyState:
    return KeyState(
        holder=holder,
        kind=kind,
        unit=unit,
        differs=differs,
        serial=key.serial,
        fingerprint=fingerprint_of(key),
        names=named(key.parsed, NameOID.COMMON_NAME),
        organisations=named(key.parsed, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME),
        valid_from=key.parsed.not_valid_before_utc,
        valid_to=key.parsed.not_valid_after_utc,
        asks=asks,
        ready=ready,
        certificate=key.certificate,
        chain=key.chain,
        where=where,
    )


def named(certificate: x509.Certificate, *kinds: x509.ObjectIdentifier) -> tuple[str, ...]:
    """What stands in the subject of a certificate under these names, in the order of the kinds."""
    with warnings.catch_warnings():  # the library counts bytes of UTF-8, of which a Vietnamese letter takes up to three
        warnings.simplefilter("ignore", UserWarning)
        return tuple(str(one.value) for kind in kinds for one in certificate.subject.get_attributes_for_oid(kind))
