"""What anybody may see of the sealed history: the seals of the days, and for a case the way from its acts to a seal."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from engine.cases.models import Case
from engine.history import KeptTree, Leaf, Seal, chain_mark, leaf_content
from engine.journal import EPOCH, GENESIS, Entry, content_digest, entry_digest, is_as_written
from engine.merkle import inclusion, leaf_hash, root_by_inclusion
from engine.shortheads import read_short_head, short_head
from engine.work import Reading

FORMAT = "motcua-history/1"
PAGE = 31

Comparison = Literal["unreadable", "same", "grown", "foreign"]


@dataclass(frozen=True)
class SealedDay:
    """One day's seal as it is published: `size` leaves in all, `new` of them of this day."""

    day: date
    size: int
    new: int
    root: str
    statement: bytes
    signature: bytes | None
    signed_at: datetime | None

    @property
    def short_root(self) -> str:
        """The first sixteen characters of the root, in fours: enough to compare by eye."""
        return " ".join(self.root[at : at + 4] for at in range(0, 16, 4))


def sealed_days(read: Reading, *, before: date | None = None, most: int = PAGE) -> list[SealedDay]:
    """The seals of the days before one, newest first; public."""
    seals = select(Seal).order_by(Seal.day.desc()).limit(most)
    if before is not None:
        seals = seals.where(Seal.day < before)
    return [_sealed(seal) for seal in read.session.scalars(seals)]


def sealed_day(read: Reading, day: date) -> SealedDay | None:
    """The seal of one day; public."""
    seal = read.session.get(Seal, day)
    return _sealed(seal) if seal else None


def _sealed(seal: Seal) -> SealedDay:
    told = json.loads(seal.statement)
    return SealedDay(
        day=seal.day,
        size=seal.size,
        new=told["new"],
        root=seal.root.hex(),
        statement=seal.statement,
        signature=seal.signature,
        signed_at=seal.signed_at,
    )


def kept_line(seal: SealedDay | Seal) -> str:
    """A seal as one line of JSON, to keep elsewhere: the statement's very text, and its signature in base64."""
    signature = base64.b64encode(seal.signature).decode() if seal.signature else None
    return json.dumps({"statement": seal.statement.decode(), "signature": signature}, ensure_ascii=False) + "\n"


def all_seals(read: Reading) -> Iterator[str]:
    """Every seal as a line to keep, the oldest first; public."""
    for seal in read.session.scalars(select(Seal).order_by(Seal.day).execution_options(yield_per=100)):
        yield kept_line(seal)


@dataclass(frozen=True)
class Sealed:
    """How far the newest seal holds a chain: up to act `seq`, by leaf `position` in the tree of `seal`."""

    seal: SealedDay
    position: int
    seq: int
    head: bytes
    path: tuple[bytes, ...]


def sealed_part(read: Reading, chain: str) -> Sealed | None:
    """The newest leaf of a chain that a seal holds, with its proof; None while no seal holds it."""
    newest = read.session.scalar(select(Seal).order_by(Seal.day.desc()).limit(1))
    if newest is None:
        return None
    leaves = read.session.scalars(select(Leaf).where(Leaf.chain == chain, Leaf.position < newest.size))
    leaf = max(leaves, key=lambda one: one.position, default=None)  # a chain has some, the tree has millions
    if leaf is None:
        return None
    path = inclusion(leaf.position, newest.size, KeptTree(read.session))
    return Sealed(_sealed(newest), leaf.position, leaf.seq, leaf.head, tuple(path))


@dataclass(frozen=True)
class History:
    """The acts of a case as digests, its head, and what of it is sealed."""

    chain: str
    acts: tuple[Entry, ...]
    head: str
    whole: bool
    sealed: Sealed | None

    @property
    def count(self) -> int:
        """How many acts there are."""
        return len(self.acts)


def history_of(read: Reading, case_id: UUID) -> History:
    """The history of a case for whoever may follow it (the caller has made sure of that)."""
    case = read.session.get_one(Case, case_id)
    acts = tuple(read.session.scalars(select(Entry).where(Entry.chain == case.chain).order_by(Entry.seq)))
    sealed = sealed_part(read, case.chain)
    return History(
        chain=case.chain,
        acts=acts,
        head=short_head(acts[-1].seq, acts[-1].digest) if acts else "",
        whole=_is_whole(case, acts) and _holds_sealed(acts, sealed),
        sealed=sealed,
    )


def _is_whole(case: Case, acts: tuple[Entry, ...]) -> bool:
    """Whether each act follows from the one before, from number 1 to the head the case keeps."""
    head = GENESIS
    for number, act in enumerate(acts, 1):
        if act.seq != number or act.previous != head or not is_as_written(vars(act)):
            return False
        head = act.digest
    return (case.journal_seq, case.journal_head) == (len(acts), head)


def _holds_sealed(acts: tuple[Entry, ...], sealed: Sealed | None) -> bool:
    """Whether the act the newest seal holds is still there as it was, and the seal's tree leads to its root."""
    if sealed is None:
        return True
    if not any((act.seq, act.digest) == (sealed.seq, sealed.head) for act in acts):
        return False
    leaf = leaf_hash(leaf_content(acts[0].chain, sealed.seq, sealed.head))
    found = root_by_inclusion(leaf, sealed.position, sealed.seal.size, sealed.path)
    return found is not None and found.hex() == sealed.seal.root


@dataclass(frozen=True)
class Compared:
    """A head somebody kept, held against a history: `seq` and `at` are those of the act it was written after.

    unreadable: mistyped or no head at all; same: nothing has happened since; grown: the history contains it and has
    gone on; foreign: the history does not contain it.
    """

    kind: Comparison
    seq: int = 0
    at: datetime | None = None


def compared(history: History, typed: str) -> Compared:
    """What a head that was typed in or scanned says about this history."""
    kept = read_short_head(typed)
    if kept is None:
        return Compared("unreadable")
    act = next((one for one in history.acts if one.seq == kept.seq), None)
    if act is None or not kept.fits(act.digest):
        return Compared("foreign", kept.seq)
    return Compared("same" if kept.seq == history.count else "grown", kept.seq, act.at)


def evidence_of(history: History, code: str) -> dict[str, Any]:
    """All that is needed to check a history without the house: digests, proof, statement, signature; no other data.

    An act of the first form has no `content`: it cannot be recomputed from digests alone.
    """
    sealed = history.sealed
    return {
        "format": FORMAT,
        "code": code,
        "mark": chain_mark(history.chain).hex(),
        "acts": [_shown(act) for act in history.acts],
        "sealed": {
            "number": sealed.seq,
            "head": sealed.head.hex(),
            "position": sealed.position,
            "path": [step.hex() for step in sealed.path],
            "day": sealed.seal.day.isoformat(),
            "statement": sealed.seal.statement.decode(),
            "signature": base64.b64encode(sealed.seal.signature).decode() if sealed.seal.signature else None,
        }
        if sealed
        else None,
    }


def _shown(act: Entry) -> dict[str, Any]:
    of_today = entry_digest(vars(act)) == act.digest or not is_as_written(vars(act))
    return {
        "number": act.seq,
        "at": (act.at - EPOCH) // timedelta(microseconds=1),
        "content": content_digest(vars(act)).hex() if of_today else None,
        "digest": act.digest.hex(),
    }
