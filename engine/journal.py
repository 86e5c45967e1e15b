"""The append-only record of every act, hash-chained per case, and per office for acts without a case.

Personal values stand beside the chain in their own table, bound to it by a salted digest: they can be erased under
the personal-data law (Law 91/2025/QH15) without breaking a chain that others hold a head of.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import Index, and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, canonical
from engine.gathering import Gathering

GENESIS = b"\0" * 32
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REACH = 200
"""So far from where it stands an act is looked for that was written under another number."""


class Chained(Protocol):
    """A row that carries the head of its own chain; it must be locked before a record is added."""

    journal_seq: int
    journal_head: bytes

    @property
    def chain(self) -> str: ...


class Entry(Base):
    """One act: who did what, when; `facts` hold nothing personal, `actor` is an identifier and never a name."""

    __tablename__ = "journal_entries"
    __table_args__ = (Index("ix_journal_entries_at", "at"),)

    chain: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    verb: Mapped[str]
    facts: Mapped[dict[str, Any]]
    personal_digest: Mapped[bytes | None]
    previous: Mapped[bytes]
    digest: Mapped[bytes]


class Personal(Base):
    """The personal values of one act, erasable; `salt` keeps a short value from being guessed from its digest."""

    __tablename__ = "journal_personal"

    chain: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    values: Mapped[dict[str, Any]]


class OfficeChain(Base):
    """The head of the chain of an office's acts that belong to no case."""

    __tablename__ = "journal_offices"

    office: Mapped[str] = mapped_column(primary_key=True)
    journal_seq: Mapped[int] = mapped_column(default=0)
    journal_head: Mapped[bytes] = mapped_column(default=GENESIS)

    @property
    def chain(self) -> str:
        return f"office:{self.office}"


def _personal_digest(salt: bytes, values: dict[str, Any]) -> bytes:
    return hashlib.sha256(salt + canonical(values).encode()).digest()


def content_digest(entry: Mapping[str, Any]) -> bytes:
    """What an act says (all of it but number and moment) as one digest, which can be shown to anybody."""
    body = {name: entry[name] for name in ("chain", "actor", "verb", "facts")}
    return hashlib.sha256(canonical({**body, "personal": entry["personal_digest"]}).encode()).digest()


def linked_digest(previous: bytes, seq: int, at: datetime, content: bytes) -> bytes:
    """The digest of an act from its number, moment and content and the digest before it: nothing else is needed.

    SHA-256 over the line "motcua act 2", the digest before (32 bytes), the number and the microseconds since 1970 in
    UTC (8 bytes each, the highest first) and the digest of the content (32 bytes).
    """
    moment = (at - EPOCH) // timedelta(microseconds=1)
    return hashlib.sha256(
        b"motcua act 2\n" + previous + seq.to_bytes(8, "big") + moment.to_bytes(8, "big") + content
    ).digest()


def entry_digest(entry: Mapping[str, Any]) -> bytes:
    """The digest an act must have by what stands in its row."""
    return linked_digest(entry["previous"], entry["seq"], entry["at"], content_digest(entry))


def _first_form(entry: Mapping[str, Any]) -> bytes:
    """The digest as it was made before a chain could be checked from digests alone."""
    body = {name: entry[name] for name in ("chain", "seq", "at", "actor", "verb", "facts", "previous")}
    return hashlib.sha256(canonical({**body, "personal": entry["personal_digest"]}).encode()).digest()


def is_as_written(entry: Mapping[str, Any]) -> bool:
    """Whether an act's digest is that of its row, in the form of today or in the first one."""
    return entry["digest"] in (entry_digest(entry), _first_form(entry))


@dataclass(frozen=True)
class Recorded:
    """The place of an act in its chain, and the new head."""

    seq: int
    digest: bytes


def append(
    session: Gathering,
    chained: Chained,
    *,
    at: datetime,
    actor: str,
    verb: str,
    facts: dict[str, Any],
    personal: dict[str, Any] | None = None,
) -> Recorded:
    """Add one act to a chain whose row the caller has locked."""
    seq = chained.journal_seq + 1
    salt = secrets.token_bytes(16) if personal else None
    entry = {
        "chain": chained.chain,
        "seq": seq,
        "at": at,
        "actor": actor,
        "verb": verb,
        "facts": facts,
        "personal_digest": _personal_digest(salt, personal) if salt and personal else None,
        "previous": chained.journal_head,
    }
    entry["digest"] = digest = entry_digest(entry)
    session.gather(Entry, **entry)
    if salt and personal:
        session.gather(Personal, chain=chained.chain, seq=seq, salt=salt, values=personal)
    session.change(chained, journal_seq=seq, journal_head=digest)
    return Recorded(seq, digest)


def lock_office_chain(session: Session, office: str) -> OfficeChain:
    """The office's own chain, made at its first act, locked until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = {"office": office, "journal_seq": 0, "journal_head": GENESIS}
    session.execute(insert(OfficeChain).values(first).on_conflict_do_nothing())
    return session.get_one(OfficeChain, office, with_for_update=True, populate_existing=True)


FaultKind = Literal["edited", "removed", "reordered", "truncated", "personal", "head", "ownerless", "rewritten", "seal"]


@dataclass(frozen=True)
class Fault:
    """A place where the record does not hold: the chain, the number of the act (0 for the head) and what is wrong.

    `kind` is what was done to it: an act edited, removed, reordered, truncated (the last ones taken off), rewritten
    (with everything after it, found by a seal), its personal values changed, another head, no owner, or a seal that
    is not what it was (then `chain` is "seal:" and the day).
    """

    chain: str
    seq: int
    problem: str
    kind: FaultKind = "edited"


def verify(
    session: Session, heads: dict[str, tuple[int, bytes]] | None = None, *, only: str | None = None
) -> Iterator[Fault]:
    """Recompute every chain, or `only` this one, from its first act.

    `heads` are the (count, head) kept on the owners' rows.
    """
    seen: dict[str, tuple[int, bytes]] = {}
    beside_it = and_(Personal.chain == Entry.chain, Personal.seq == Entry.seq)
    acts = select(Entry, Personal).outerjoin(Personal, beside_it).order_by(Entry.chain, Entry.seq)
    if only is not None:
        acts = acts.where(Entry.chain == only)
    for entry, beside in session.execute(acts.execution_options(yield_per=1000)):
        yield from _faults_of(entry, beside, *seen.get(entry.chain, (0, GENESIS)))
        seen[entry.chain] = (entry.seq, entry.digest)
    lost = select(Personal.chain, Personal.seq).outerjoin(Entry, beside_it).where(Entry.seq.is_(None))
    if only is not None:
        lost = lost.where(Personal.chain == only)
    for chain, seq in session.execute(lost):
        yield Fault(chain, seq, "personal values without an act", "removed")
    for chain, expected in (heads or {}).items():
        yield from _faults_of_head(chain, seen.get(chain, (0, GENESIS)), expected)
    for chain in seen.keys() - (heads or seen).keys():
        yield Fault(chain, 0, "has no owner", "ownerless")


def _faults_of(entry: Entry, beside: Personal | None, count: int, head: bytes) -> Iterator[Fault]:
    """What is wrong with an act that stands behind `count` others, the last of which has the digest `head`."""
    if entry.seq != count + 1:
        missing = f"acts {count + 1} to {entry.seq - 1} are missing"
        yield Fault(entry.chain, entry.seq, missing, "removed")
    elif entry.previous != head:
        yield Fault(entry.chain, entry.seq, "does not follow from the act before it", "reordered")
    row = vars(entry)
    if not is_as_written(row):
        around = range(max(1, entry.seq - REACH), entry.seq + REACH + 1)
        place = next((seq for seq in around if is_as_written({**row, "seq": seq})), None)
        if place is not None:
            yield Fault(entry.chain, entry.seq, f"was written as act {place}", "reordered")
        else:
            yield Fault(entry.chain, entry.seq, "was changed after it was written", "edited")
    if beside is not None and _personal_digest(beside.salt, beside.values) != entry.personal_digest:
        yield Fault(entry.chain, entry.seq, "its personal values were changed", "personal")


def _faults_of_head(chain: str, found: tuple[int, bytes], expected: tuple[int, bytes]) -> Iterator[Fault]:
    if found[0] < expected[0]:
        cut = f"acts {found[0] + 1} to {expected[0]} were taken off the end"
        yield Fault(chain, found[0] + 1, cut, "truncated")
    elif found != expected:
        yield Fault(chain, 0, "the head kept with its owner is another one", "head")
