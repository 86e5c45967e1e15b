"""Sealing days of history: heads into the log, the day's root into a statement, the agency's signature beside it.

Nothing here belongs to an act: a worker does it after midnight, so no act costs more for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, insert, select, text

from engine.accounts.holders import office_holder
from engine.accounts.models import Office
from engine.clock import legal_date
from engine.dossiers.figures import bounds
from engine.history import KeptTree, Leaf, Newest, Seal, Tile, edge_at, every_head, leaf_content
from engine.journal import Entry
from engine.merkle import consistency, leaf_hash
from engine.work import Reading, Work

GRACE = timedelta(hours=1)
"""So long after midnight an act begun before it has certainly been written."""
LOOK_BACK = timedelta(days=2)
"""Acts that were written this much later than they are dated are still found by the next seal."""
SUNDAY = 6
"""The day whose seal looks at every chain, however old what was written late is dated."""
SLICE = 5000
FORMAT = "motcua-seal/1"
TAKING_TURNS = "history-seal"


def day_to_seal(read: Reading | Work) -> date | None:
    """The oldest day that is over and not sealed yet; before the first seal that is yesterday, with all before it."""
    last = legal_date(read.now - GRACE) - timedelta(days=1)
    sealed = read.session.scalar(select(func.max(Seal.day)))
    if sealed is not None:
        return sealed + timedelta(days=1) if sealed < last else None
    begun = read.session.scalar(select(Entry.chain).where(Entry.at < bounds(last)[1]).limit(1))
    return last if begun else None


def newest_heads(read: Reading, day: date) -> Iterator[list[Newest]]:
    """In slices, the heads at the end of a day of every chain that may have gone on since the seal before."""
    before = read.session.scalar(select(func.max(Seal.day)).where(Seal.day < day))
    end = bounds(day)[1]
    if before is None or day.weekday() == SUNDAY:
        yield from every_head(read.session, end)
        return
    if read.session.get_bind().dialect.name == "postgresql":  # a house that was off for long has much to catch up on
        read.session.execute(text("SET LOCAL statement_timeout = 0"))
    lately = (Entry.at >= bounds(before)[1] - LOOK_BACK, Entry.at < end)
    newest = select(Entry.chain, func.max(Entry.seq).label("seq")).where(*lately).group_by(Entry.chain).subquery()
    rows = read.session.execute(
        select(Entry.chain, Entry.seq, Entry.digest)
        .join(newest, and_(Entry.chain == newest.c.chain, Entry.seq == newest.c.seq))
        .order_by(Entry.chain)
        .execution_options(yield_per=SLICE)
    )
    for part in rows.partitions():
        yield [Newest(chain, seq, head) for chain, seq, head in part]


def append_heads(work: Work, day: date, heads: Sequence[Newest]) -> int:
    """Put the heads that the log does not have yet behind it, unless the day was sealed meanwhile; how many."""
    work.alone_with(TAKING_TURNS)
    if work.session.get(Seal, day) is not None:
        return 0
    chains = [one.chain for one in heads]
    known = dict(
        work.session.execute(
            select(Leaf.chain, func.max(Leaf.seq)).where(Leaf.chain.in_(chains)).group_by(Leaf.chain)
        ).all()
    )
    fresh = [one for one in heads if one.seq > known.get(one.chain, 0)]
    if not fresh:
        return 0
    edge, leaves, tiles = edge_at(work.session, size_of(work)), [], []
    for one in fresh:
        leaves.append({"position": edge.size, "chain": one.chain, "seq": one.seq, "head": one.head})
        for level, place, digest in edge.add(leaf_hash(leaf_content(one.chain, one.seq, one.head))):
            tiles.append({"level": level, "place": place, "digest": digest})
    work.session.execute(insert(Leaf), leaves)
    if tiles:
        work.session.execute(insert(Tile), tiles)
    return len(fresh)


def size_of(read: Reading | Work) -> int:
    """How many leaves the log has now."""
    last: int | None = read.session.scalar(select(func.max(Leaf.position)))
    return 0 if last is None else last + 1


def close_day(work: Work, day: date) -> Seal | None:
    """Make the statement of a day whose heads are all in the log; None when somebody else has."""
    work.alone_with(TAKING_TURNS)
    if day_to_seal(work) != day:
        return None
    size = size_of(work)
    root = edge_at(work.session, size).root
    before = work.session.scalar(select(Seal).order_by(Seal.day.desc()).limit(1))
    seal = Seal(
        day=day,
        size=size,
        root=root,
        statement=_statement(work, day, size, root, before),
        closed_at=work.now,
        holder=sealing_holder(work),
        signature=None,
        signed_at=None,
    )
    work.session.add(seal)
    work.session.flush()
    return seal


def _statement(work: Work, day: date, size: int, root: bytes, before: Seal | None) -> bytes:
    """The published bytes of a seal: JSON with one line a field, nothing in it about anybody."""
    settings, kept = work.ports.settings, before.size if before else 0
    told = {
        "format": FORMAT,
        "house": settings.public_url,
        "sample": settings.sample,
        "day": day.isoformat(),
        "closed_at": work.now.isoformat(timespec="seconds"),
        "size": size,
        "new": size - kept,
        "root": root.hex(),
        "before": {
            "day": before.day.isoformat(),
            "size": before.size,
            "root": before.root.hex(),
            "sha256": hashlib.sha256(before.statement).hexdigest(),
        }
        if before
        else None,
        "consistency": [step.hex() for step in consistency(kept, size, KeptTree(work.session))],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def sealing_holder(read: Reading | Work) -> str:
    """Whose key seals the days: the first office without one above it that has a key; "" when none has."""
    offices = select(Office.code).where(Office.active).order_by(Office.parent_id.is_not(None), Office.code)
    holders = (office_holder(code) for code in read.session.scalars(offices))
    return next((one for one in holders if read.ports.signatures.holds(one)), "")


@dataclass(frozen=True)
class Unsigned:
    """A seal that waits for its signature, and whose key is to make it."""

    day: date
    statement: bytes
    holder: str


def unsigned(read: Reading, *, most: int = 40) -> list[Unsigned]:
    """The seals without a signature, the oldest first; none when there is no key to sign with."""
    seals = read.session.scalars(select(Seal).where(Seal.signature.is_(None)).order_by(Seal.day).limit(most)).all()
    holder = sealing_holder(read) if seals else ""
    return [Unsigned(seal.day, seal.statement, holder) for seal in seals if holder]


def keep_signature(work: Work, waiting: Unsigned, signature: bytes, *, signed_at: datetime) -> None:
    """Lay the signature beside its statement; one that is there already stays."""
    seal = work.session.get(Seal, waiting.day, with_for_update=True, populate_existing=True)
    if seal is not None and seal.signature is None and seal.statement == waiting.statement:
        seal.signature, seal.signed_at, seal.holder = signature, signed_at, waiting.holder
