"""The history log: a growing Merkle tree over the heads of all chains of acts, and the seal of each day.

Whenever a day is over, every chain that has gone on gets a leaf with its newest head. So the root of a day fixes every
act of every chain up to then, and the tree of each day begins with the tree of the day before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Select, SmallInteger, case, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base
from engine.journal import Entry
from engine.merkle import TILE, TILE_LEVELS, Edge, folded, leaf_hash, tails_of


class Leaf(Base):
    """How far a chain had come at the end of some day: the number and digest of its last act."""

    __tablename__ = "history_leaves"
    __table_args__ = (Index("ix_history_leaves_chain", "chain", "position"),)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chain: Mapped[str]
    seq: Mapped[int]
    head: Mapped[bytes]


class Tile(Base):
    """The root over one full tile: 256^`level` leaves, the `place`th of its level."""

    __tablename__ = "history_tiles"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes]


class Seal(Base):
    """One day's root: the tree's first `size` leaves, the statement made of it, and the signature once there is one.

    `statement` are the published bytes, `signature` a detached CMS signature with a time stamp over exactly these.
    """

    __tablename__ = "history_seals"

    day: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes]
    statement: Mapped[bytes]
    closed_at: Mapped[datetime]
    holder: Mapped[str] = mapped_column(default="")
    signature: Mapped[bytes | None]
    signed_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Newest:
    """How far one chain had come: the number and digest of its last act of a day or before."""

    chain: str
    seq: int
    head: bytes


CHAINS = 2000
"""So many chains are looked at in one statement when all of them are."""


def every_head(session: Session, end: datetime) -> Iterator[list[Newest]]:
    """In slices, of every chain that has gone on since its newest leaf, the last act before a moment.

    The chains are stepped through in the index of acts, some probes each, however many acts they have. An act that
    was written with an older moment than one a seal holds already is among them with its chain's next one only.
    """
    last = ""
    while rows := session.execute(_ends_after(last, end)).all():
        last = rows[-1].chain
        if fresh := [Newest(row.chain, row.seq, row.head) for row in rows if row.head is not None]:
            yield fresh


def _ends_after(last: str, end: datetime) -> Select[*tuple[Any, ...]]:
    """The next chains in their order, each with its last act before a moment; no head where a leaf holds that act."""
    first = select(Entry.chain).where(Entry.chain > last).order_by(Entry.chain).limit(1)
    chains = select(first.scalar_subquery().label("chain")).cte("chains_asked", recursive=True)
    following = select(Entry.chain).where(Entry.chain > chains.c.chain).order_by(Entry.chain).limit(1)
    step = following.correlate(chains).scalar_subquery()
    chains = chains.union_all(select(step).where(chains.c.chain.is_not(None)))
    act = select(Entry.seq).where(Entry.chain == chains.c.chain, Entry.at < end).order_by(Entry.seq.desc()).limit(1)
    # Not the newest by position: a table without statistics would be walked backwards for it.
    leaf = select(func.max(Leaf.seq)).where(Leaf.chain == chains.c.chain)
    ends = (
        select(
            chains.c.chain,
            act.correlate(chains).scalar_subquery().label("seq"),
            leaf.correlate(chains).scalar_subquery().label("sealed"),
        )
        .where(chains.c.chain.is_not(None))
        .limit(CHAINS)
        .subquery("ends")
    )
    digest = select(Entry.digest).where(Entry.chain == ends.c.chain, Entry.seq == ends.c.seq).correlate(ends)
    head = case((ends.c.seq > func.coalesce(ends.c.sealed, 0), digest.scalar_subquery()))
    return select(ends.c.chain, ends.c.seq, head.label("head")).order_by(ends.c.chain)


def chain_mark(chain: str) -> bytes:
    """What stands for a chain outside the house: whoever does not know its long identifier cannot tell whose it is."""
    return hashlib.sha256(f"motcua chain 1\n{chain}".encode()).digest()


def leaf_content(chain: str, seq: int, head: bytes) -> bytes:
    """The bytes of a leaf: the mark of the chain (32), the number of its last act (8, highest first), its head (32)."""
    return mark_content(chain_mark(chain), seq, head)


def mark_content(mark: bytes, seq: int, head: bytes) -> bytes:
    """The bytes of a leaf from the mark of its chain."""
    return mark + seq.to_bytes(8, "big") + head


def leaf_hashes(session: Session, first: int, end: int) -> list[bytes]:
    """The hashes of the leaves from position `first` up to before `end`."""
    rows = session.execute(
        select(Leaf.chain, Leaf.seq, Leaf.head)
        .where(Leaf.position >= first, Leaf.position < end)
        .order_by(Leaf.position)
    )
    return [leaf_hash(leaf_content(chain, seq, head)) for chain, seq, head in rows]


def tile_roots(session: Session, level: int, first: int, end: int) -> list[bytes]:
    """The kept roots of full tiles of a level, from place `first` up to before `end`."""
    return list(
        session.scalars(
            select(Tile.digest).where(Tile.level == level, Tile.place >= first, Tile.place < end).order_by(Tile.place)
        )
    )


def edge_at(session: Session, size: int) -> Edge:
    """The right edge of the kept tree of `size` leaves, to put more behind it or to tell its root."""
    tails = [
        leaf_hashes(session, first, end) if level == 0 else tile_roots(session, level, first, end)
        for level, first, end in tails_of(size)
    ]
    return Edge(size, tails)


class KeptTree:
    """The complete subtrees of the kept tree, for proofs; tiles that were read are remembered."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of complete subtree number `index` of 2^`level` leaves."""
        base, within = divmod(level, TILE_LEVELS)
        first, count = index << within, 1 << within
        tile, offset = divmod(first, TILE)
        return folded(self._tile(base, tile)[offset : offset + count])

    def _tile(self, level: int, tile: int) -> list[bytes]:
        known = self._tiles.get((level, tile))
        if known is None:
            span = (tile * TILE, (tile + 1) * TILE)
            read = leaf_hashes(self._session, *span) if level == 0 else tile_roots(self._session, level, *span)
            known = self._tiles[level, tile] = read
        return known
