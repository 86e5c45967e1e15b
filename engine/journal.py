"""The append-only record of every act, hash-chained per case, and per office for acts without a case.

Personal values stand beside the chain in their own table, bound to it by a salted digest: they can be erased under
the personal-data law (Law 91/2025/QH15) without breaking a chain that others hold a head of.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import Index, Select, and_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, canonical
from engine.gathering import Gathering

GENESIS = b"\0" * 32
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
READ = 2000
"""So many acts are read, and so many chains compared with their owners, at a time."""
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
    return entry["digest"] == entry_digest(entry) or entry["digest"] == _first_form(entry)


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


Head = tuple[int, bytes]
"""How far a chain has come: how many acts it has, and the digest of the last."""
START: Head = (0, GENESIS)


class Owners(Protocol):
    """Whoever keeps the heads of chains on rows of their own; asked for some chains at a time."""

    def of(self, chains: Sequence[str]) -> Mapping[str, Head]:
        """The heads kept of these chains; one that is left out belongs to nobody."""
        ...

    def silent(self) -> Iterator[tuple[str, Head]]:
        """Every head that is kept of a chain of which there is no act at all."""
        ...


class _Given:
    """Heads that are all at hand."""

    def __init__(self, heads: Mapping[str, Head]) -> None:
        self._left, self._heads = dict(heads), heads

    def of(self, chains: Sequence[str]) -> Mapping[str, Head]:
        for chain in chains:
            self._left.pop(chain, None)
        return {chain: self._heads[chain] for chain in chains if chain in self._heads}

    def silent(self) -> Iterator[tuple[str, Head]]:
        yield from self._left.items()


def verify(
    session: Session, heads: Mapping[str, Head] | Owners | None = None, *, only: str | None = None
) -> Iterator[Fault]:
    """Recompute every chain, or `only` this one, from its first act, and compare it with the head its owner keeps.

    Acts are read once, in the order of their chains, and nothing is remembered but some chains at a time.
    """
    owners = _Given(heads) if isinstance(heads, Mapping) else heads
    ends: dict[str, Head] = {}
    for row in _walked(session, _ACTS, Entry, only):
        act = row._asdict()
        if act["chain"] not in ends and len(ends) >= READ:
            yield from _faults_of_ends(ends, owners)
            ends.clear()
        yield from _faults_of(act, *ends.get(act["chain"], START))
        ends[act["chain"]] = (act["seq"], act["digest"])
    for chain, seq, act_seq in _walked(session, _PERSONAL, Personal, only):
        if act_seq is None:
            yield Fault(chain, seq, "personal values without an act", "removed")
    yield from _faults_of_ends(ends, owners)
    for chain, expected in owners.silent() if owners is not None else ():
        yield from _faults_of_head(chain, START, expected)


_BESIDE = and_(Personal.chain == Entry.chain, Personal.seq == Entry.seq)
_ACTS = select(
    Entry.chain,
    Entry.seq,
    Entry.at,
    Entry.actor,
    Entry.verb,
    Entry.facts,
    Entry.personal_digest,
    Entry.previous,
    Entry.digest,
    Personal.salt,
    Personal.values.label("personal"),
).outerjoin(Personal, _BESIDE)
_PERSONAL = select(Personal.chain, Personal.seq, Entry.seq.label("act")).outerjoin(Entry, _BESIDE)


def _walked(
    session: Session, rows: Select[*tuple[Any, ...]], by: type[Entry | Personal], only: str | None
) -> Iterator[Any]:
    """Rows in the order of chain and number, some at a time: each portion is one range of an index, never a sort."""
    place, last = tuple_(by.chain, by.seq), (only or "", 0)
    portion = rows.order_by(by.chain, by.seq).limit(READ)
    if only is not None:
        portion = portion.where(by.chain == only)
    while some := session.execute(portion.where(place > last)).all():
        yield from some
        last = (some[-1].chain, some[-1].seq)


def _faults_of(act: Mapping[str, Any], count: int, head: bytes) -> Iterator[Fault]:
    """What is wrong with an act that stands behind `count` others, the last of which has the digest `head`."""
    chain, seq = act["chain"], act["seq"]
    if seq != count + 1:
        yield Fault(chain, seq, f"acts {count + 1} to {seq - 1} are missing", "removed")
    elif act["previous"] != head:
        yield Fault(chain, seq, "does not follow from the act before it", "reordered")
    if not is_as_written(act):
        around = range(max(1, seq - REACH), seq + REACH + 1)
        place = next((other for other in around if is_as_written({**act, "seq": other})), None)
        if place is not None:
            yield Fault(chain, seq, f"was written as act {place}", "reordered")
        else:
            yield Fault(chain, seq, "was changed after it was written", "edited")
    if act["salt"] is not None and _personal_digest(act["salt"], act["personal"]) != act["personal_digest"]:
        yield Fault(chain, seq, "its personal values were changed", "personal")


def _faults_of_ends(ends: Mapping[str, Head], owners: Owners | None) -> Iterator[Fault]:
    """What is wrong with the ends of some chains, as their owners keep them."""
    if owners is None or not ends:
        return
    kept = owners.of(list(ends))
    for chain, found in ends.items():
        if chain in kept:
            yield from _faults_of_head(chain, found, kept[chain])
        else:
            yield Fault(chain, 0, "has no owner", "ownerless")


def _faults_of_head(chain: str, found: Head, expected: Head) -> Iterator[Fault]:
    if found[0] < expected[0]:
        cut = f"acts {found[0] + 1} to {expected[0]} were taken off the end"
        yield Fault(chain, found[0] + 1, cut, "truncated")
    elif found != expected:
        yield Fault(chain, 0, "the head kept with its owner is another one", "head")
