"""The signing desk of one installation: its key store, its authority and its timestamps behind one counter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from signing.boxes import Box
from signing.keys import KeyStore
from signing.verdicts import Verdict

# pyHanko weighs 40 MB and two seconds. A web server has a desk as well and hardly ever uses it, so what needs pyHanko
# is imported by the act that needs it.
if TYPE_CHECKING:
    from signing.authority import SampleAuthority
    from signing.roots import StatementVerdict


class SampleDesk:
    """Signs with keys that the sample authority issued; everything it makes is marked as having no legal value."""

    def __init__(self, folder: Path, secret: str, *, location: str = "Việt Nam", address: str = "") -> None:
        self._folder, self._secret, self._location, self._address = folder, secret, location, address
        self._store = KeyStore(folder / "holders", secret)
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
        if not self._store.holds(holder):
            self._store.save(holder, self.authority.issue(name, organisation, title, email, now=now))

    def holds(self, holder: str) -> bool:
        """Whether there is a key to sign with in this holder's name."""
        return self._store.holds(holder)

    def ending(self, *, before: datetime) -> Mapping[str, datetime]:
        """The holders whose certificate ends before a moment, or has ended, with the moment of each."""
        return {holder: ends for holder, ends in self._store.ends().items() if ends < before}

    def prepare(self, pdf: bytes, boxes: Mapping[str, Box]) -> bytes:
        """Keep the places of number, date and signatures free before anybody signs."""
        from signing import documents

        return documents.prepare(pdf, boxes)

    def sign(self, pdf: bytes, holder: str, *, field: str, stamp: bytes | None, reason: str, now: datetime) -> bytes:
        """One signature with the holder's key and a timestamp of the same moment (PAdES B-T)."""
        from signing import documents

        return documents.sign(
            pdf,
            self._store.load(holder),
            field=field,
            stamp=stamp,
            reason=reason,
            location=self._location,
            now=now,
            timestamper=self.authority.timestamper(now),
        )

    def sign_statement(self, statement: bytes, holder: str, *, now: datetime) -> bytes:
        """A detached signature (CMS, DER) with the holder's key and a timestamp over exactly these bytes."""
        from signing import roots

        return roots.sign(statement, self._store.load(holder), now=now, timestamper=self.authority.timestamper(now))

    def check_statement(self, statement: bytes, signature: bytes, *, now: datetime) -> StatementVerdict:
        """What can be said about a statement and the signature beside it."""
        from signing import roots

        return roots.check(statement, signature, roots=self.authority.roots, now=now)

    def fill(self, pdf: bytes, values: Mapping[str, str]) -> bytes:
        """Write number and date into the places kept free."""
        from signing import documents

        return documents.fill(pdf, values)

    def verify(self, pdf: bytes, *, now: datetime) -> Verdict:
        """What can be said about a paper somebody brings."""
        from signing.verify import verify

        return verify(pdf, roots=self.authority.roots, now=now)
