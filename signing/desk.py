"""The signing desk of one installation: its keys, its time stamps and whom it trusts, behind one counter."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signing.boxes import Box
from signing.errors import SigningRefused
from signing.keyring import KeyElsewhere, Keyring, KeyState
from signing.signer import refuse_another
from signing.stores.records import fingerprint_of
from signing.uses import Asked
from signing.verdicts import Verdict

# pyHanko weighs 40 MB and two seconds. A web server has a desk as well and hardly ever uses it, so what needs pyHanko
# is imported by the act that needs it.
if TYPE_CHECKING:
    from signing.authority import SampleAuthority
    from signing.levels import Raised
    from signing.preparing import Prepared
    from signing.revocation import Revocation
    from signing.roots import StatementVerdict
    from signing.timestamps import Timestamper
    from signing.trust import Relied


class SigningDesk(ABC):
    """Signs with whatever keys the office has, each asked for by its holder ("person:<id>", "office:<code>").

    `served`: the keys lie unlocked in the signer process of this installation, not in this one.
    """

    def __init__(self, folder: Path, secret: str, *, location: str = "Việt Nam", served: bool = False) -> None:
        self._folder, self._secret, self._location = folder, secret, location
        self.keys = Keyring(folder, secret, served=served)
        self._relied: Relied | None = None

    def rely_on(self, relied: Relied) -> None:
        """Whom this desk trusts and who tells it the time, as the house has laid it down."""
        self._relied = relied

    def _fit(self, holder: str, now: datetime) -> KeyElsewhere:
        """The key of a holder, if its certificate may sign now; raises `SigningRefused`."""
        key = self.keys.key(holder)
        self._refuse_unfit(key.certificate, key.chain, now)
        return key

    def _refuse_unfit(self, certificate: bytes, chain: tuple[bytes, ...], now: datetime) -> None:
        if self._relied is not None:
            self._relied.refuse_unfit(certificate, chain, now=now)

    def holds(self, holder: str) -> bool:
        """Whether there is a key to sign with in this holder's name."""
        return self.keys.holds(holder)

    def state(self, holder: str) -> KeyState | None:
        """What may be said of a holder's key: certificate, kind, whether it would sign now; None when there is none."""
        return self.keys.state(holder)

    def ending(self, *, before: datetime) -> Mapping[str, datetime]:
        """The holders whose certificate ends before a moment, or has ended, with the moment of each."""
        return {holder: ends for holder, ends in self.keys.ends().items() if ends < before}

    def prepare(self, pdf: bytes, boxes: Mapping[str, Box]) -> bytes:
        """Keep the places of number, date and signatures free before anybody signs."""
        from signing import documents

        return documents.prepare(pdf, boxes)

    def sign(self, pdf: bytes, holder: str, *, field: str, stamp: bytes | None, reason: str, now: datetime) -> bytes:
        """One signature with the holder's key and a timestamp of the same moment (PAdES B-T)."""
        from signing import documents

        return documents.sign(
            pdf,
            self._fit(holder, now),
            field=field,
            stamp=stamp,
            reason=reason,
            location=self._location,
            now=now,
            timestamper=self.timestamper(now),
        )

    def recall(self, act: str, holder: str) -> Mapping[str, Any] | None:
        """What was prepared for an act (`Prepared.record`) whose key has been asked already; it is to be taken up."""
        key = self.keys.key(holder)
        return key.signer.recall(act, fingerprint_of(key))

    def sign_once(self, prepared: Prepared, holder: str, *, act: str, now: datetime) -> tuple[bytes, int]:
        """The signed paper (B-T) for one act, and how often the key was asked for it.

        However often it is asked for, also after a sudden end of anybody, the key signs nothing else for this act, and
        what it answered once is taken again. Raises `SigningRefused`.
        """
        key = self._fit(holder, now)
        fingerprint = hashlib.sha256(prepared.certificate).hexdigest()
        refuse_another(key, fingerprint)  # it may have been replaced a moment ago
        asked = Asked(holder, fingerprint, prepared.digest, prepared.algorithm, prepared.record())
        signature, times = key.signer.sign_once(act, asked)
        return self.embedded(prepared, signature, now=now), times

    def sign_statement(self, statement: bytes, holder: str, *, now: datetime) -> bytes:
        """A detached signature (CMS, DER) with the holder's key and a timestamp over exactly these bytes."""
        from signing import roots

        return roots.sign(statement, self._fit(holder, now), now=now, timestamper=self.timestamper(now))

    def check_statement(self, statement: bytes, signature: bytes, *, now: datetime) -> StatementVerdict:
        """What can be said about a statement and the signature beside it."""
        from signing import roots

        return roots.check(statement, signature, roots=self.roots(now), now=now)

    def fill(self, pdf: bytes, values: Mapping[str, str]) -> bytes:
        """Write number and date into the places kept free."""
        from signing import documents

        return documents.fill(pdf, values)

    def verify(self, pdf: bytes, *, now: datetime) -> Verdict:
        """What can be said about a paper somebody brings."""
        from signing.verify import verify

        trust, asked = (self._relied.trust_list(), self._relied) if self._relied else (self.roots(now), None)
        return verify(pdf, roots=trust, now=now, revocation=asked)

    def prepared(
        self,
        pdf: bytes,
        holder: str,
        *,
        field: str,
        stamp: bytes | None,
        reason: str,
        now: datetime,
    ) -> Prepared:
        """Everything of a signature but the signature, for a key to be asked apart: here, or in the holder's PC."""
        from signing import preparing

        state = self.keys.state(holder)
        if state is None:
            raise SigningRefused(
                "no_key", "Chưa có chứng thư số của người ký này. Hãy báo người vận hành thêm khóa: ./motcua keys add."
            )
        self._refuse_unfit(state.certificate, state.chain, now)
        return preparing.prepared(
            pdf,
            certificate=state.certificate,
            chain=state.chain,
            field=field,
            stamp=stamp,
            reason=reason,
            location=self._location,
            now=now,
            token_room=self.timestamper(now).room,
        )

    def embedded(self, prepared: Prepared, signature: bytes, *, now: datetime) -> bytes:
        """The signed paper from what a key elsewhere answered; raises `SigningRefused` if it is not that key's."""
        from signing import preparing

        return preparing.embedded(prepared, signature, self.timestamper(now))

    def raised(self, pdf: bytes, *, now: datetime, revocation: Revocation | None = None) -> Raised:
        """A signed paper brought to B-LTA, or its archive stamp renewed; `revocation` in place of the desk's own."""
        from signing import levels
        from signing.ageing import read_ageing

        return levels.raised(
            pdf,
            revocation=revocation or self.revocation(now),
            timestamper=self.timestamper(now),
            authorities=self.authorities(now),
            ageing=read_ageing(self._folder),
            now=now,
        )

    def revocation(self, now: datetime) -> Revocation:
        """Whom this desk asks by itself whether a certificate has been taken back."""
        if self._relied is not None:
            return self._relied
        raise SigningRefused("no_evidence", "Chưa hỏi được cơ quan chứng thực về tình trạng thu hồi chứng thư.")

    @abstractmethod
    def timestamper(self, now: datetime) -> Timestamper:
        """Who says when a signature was made."""

    @abstractmethod
    def roots(self, now: datetime) -> Sequence[bytes]:
        """The certificates (PEM) this desk trusts."""

    def authorities(self, now: datetime) -> Sequence[bytes]:
        """Every root (PEM) in which a way may end, a signer's or a time stamp's."""
        if self._relied is None:
            return self.roots(now)
        stamps = self._relied.trust_list().roots(now, purpose="timestamps")
        return tuple(dict.fromkeys((*self.roots(now), *stamps)))


class SampleDesk(SigningDesk):
    """Has keys that the sample authority issued as well; everything it makes is marked as having no legal value."""

    def __init__(
        self, folder: Path, secret: str, *, location: str = "Việt Nam", address: str = "", served: bool = False
    ) -> None:
        super().__init__(folder, secret, location=location, served=served)
        self._address = address
        self._authority: SampleAuthority | None = None

    def open(self, *, now: datetime) -> None:
        """Make the authority at the first start; one that is there, or half there after a sudden end, is completed."""
        from signing.authority import SampleAuthority

        SampleAuthority.create(self._folder / "authority", secret=self._secret, now=now, address=self._address)

    @property
    def authority(self) -> SampleAuthority:
        """The sample root and timestamp authority of this installation."""
        from signing.authority import SampleAuthority

        if self._authority is None:
            self._authority = SampleAuthority.open(self._folder / "authority", self._secret, self._address)
        return self._authority

    def ensure_key(self, holder: str, *, name: str, organisation: str, title: str, email: str, now: datetime) -> None:
        """Give a holder ("person:<id>", "office:<code>") a key and certificate unless one is there."""
        if not self.keys.sample.holds(holder):
            self.keys.save_sample(holder, self.authority.issue(name, organisation, title, email, now=now))

    def timestamper(self, now: datetime) -> Timestamper:
        """The sample authority's time stamps, its clock standing at `now`."""
        return self.authority.timestamper(now)

    def revocation(self, now: datetime) -> Revocation:
        """The sample authority, asked in process."""
        return self.authority

    def roots(self, now: datetime) -> Sequence[bytes]:
        """The sample root."""
        return self.authority.roots


class OfficeDesk(SigningDesk):
    """The desk of a real office: keys it brought in, time stamps over HTTP, roots from its list."""

    def open(self, *, now: datetime) -> None:
        """Nothing is made here: keys are brought in by ./motcua keys add."""

    def ensure_key(self, holder: str, *, name: str, organisation: str, title: str, email: str, now: datetime) -> None:
        """A real office's keys come from its certification authority; none is made up."""
        raise SigningRefused("no_authority", "Cơ quan thật không tự cấp khóa. Hãy thêm khóa bằng ./motcua keys add.")

    def timestamper(self, now: datetime) -> Timestamper:
        """The time-stamping authorities of the trust the desk relies on; raises `SigningRefused` without any."""
        if self._relied is None:
            raise SigningRefused("no_timestamp", "Chưa khai báo tổ chức cấp dấu thời gian nào; chưa ký được.")
        watched: Timestamper = self._relied.timestamper()
        return watched

    def roots(self, now: datetime) -> Sequence[bytes]:
        """The roots of the trust list; without a list, the certificates above the own keys that sign themselves."""
        if self._relied is not None:
            return self._relied.trust_list().roots(now)
        above = {one for state in self.keys.states() for one in state.chain}
        return [one for one in above if _signs_itself(one)]


def _signs_itself(certificate: bytes) -> bool:
    from cryptography import x509

    parsed = x509.load_pem_x509_certificate(certificate)
    return parsed.issuer == parsed.subject
