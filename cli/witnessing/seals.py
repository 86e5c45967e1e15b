"""Published seals as a witness reads them: each for itself, with the one before it, and with what was kept of it.

Nothing here knows a house or a database: what a seal says and the SHA-256 of its text are all there is.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.merkle import EMPTY, is_consistent

MOST_LINE = 256 * 2**10
"""No seal with its signature is longer (bytes): a proof has 64 steps at most."""


class NoSeals(ValueError):
    """What was read is no list of seals; says where and why."""


@dataclass(frozen=True)
class PublishedSeal:
    """One day's seal: the tree's first `size` leaves under `root`; `statement` the very bytes that were signed."""

    day: date
    size: int
    root: bytes
    before: tuple[str, str] | None
    steps: tuple[bytes, ...]
    house: str
    statement: bytes
    signature: bytes | None
    line: str

    @property
    def sha256(self) -> str:
        """What tells this statement from every other."""
        return hashlib.sha256(self.statement).hexdigest()


@dataclass(frozen=True)
class Problem:
    """What is wrong: `kind` is fork (another history than the one kept), gone (what was kept is no longer there) or
    broken (what is published contradicts itself); `day` is the first day it concerns.
    """

    kind: str
    day: date
    words: str


def read_seals(lines: Iterable[str]) -> Iterator[PublishedSeal]:
    """The seals of a published file, oldest first; raises `NoSeals` for a line that is none or out of order."""
    last: date | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            seal = _read(line)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as fault:
            raise NoSeals(f"line {number} is no seal") from fault
        if last is not None and seal.day <= last:
            raise NoSeals(f"line {number} ({seal.day}) does not come after {last}")
        last = seal.day
        yield seal


def _read(line: str) -> PublishedSeal:
    kept: dict[str, Any] = json.loads(line)
    statement = kept["statement"].encode()
    told = json.loads(statement)
    before, size = told["before"], told["size"]
    if not isinstance(size, int) or not 0 <= size < 2**63 or not isinstance(told["house"], str):
        raise ValueError("no seal")
    return PublishedSeal(
        day=date.fromisoformat(told["day"]),
        size=size,
        root=bytes.fromhex(told["root"]),
        before=None if before is None else (date.fromisoformat(before["day"]).isoformat(), str(before["sha256"])),
        steps=tuple(bytes.fromhex(step) for step in told["consistency"]),
        house=told["house"],
        statement=statement,
        signature=base64.b64decode(kept["signature"], validate=True) if kept.get("signature") else None,
        line=line.rstrip("\n") + "\n",
    )


def inner_problems(seals: Iterable[PublishedSeal]) -> Iterator[Problem]:
    """Where published seals contradict each other: a tree that does not grow out of the one of the day before."""
    before: PublishedSeal | None = None
    for seal in seals:
        yield from (Problem("broken", seal.day, words) for words in _alone(seal, before))
        before = seal


def _alone(seal: PublishedSeal, before: PublishedSeal | None) -> Iterator[str]:
    if before is None:
        if seal.before is not None:
            yield f"it names the seal of {seal.before[0]} as the one before it, which is not published"
        if not is_consistent(0, EMPTY, seal.size, seal.root, seal.steps):
            yield "the first seal has a proof although nothing was before it"
        return
    if seal.before is None or seal.before[1] != before.sha256:
        yield f"it does not name the published seal of {before.day} as the one before it"
    elif seal.day - before.day != timedelta(days=1):
        yield f"the days between {before.day} and {seal.day} are not sealed"
    if not is_consistent(before.size, before.root, seal.size, seal.root, seal.steps):
        yield f"its tree of {seal.size} heads does not begin with the tree of {before.size} heads of {before.day}"


def against_kept(kept: Mapping[date, PublishedSeal], seals: Mapping[date, PublishedSeal]) -> Iterator[Problem]:
    """What was kept and is published otherwise or not at all; of a fork the first day is named."""
    forked = False
    for day, known in sorted(kept.items()):
        seal = seals.get(day)
        if seal is None:
            later = "although later days are" if seals and max(seals) > day else "the house was set back"
            yield Problem("gone", day, f"the seal kept of this day ({known.sha256[:16]}…) is not published: {later}")
        elif seal.statement != known.statement and not forked:
            forked = True
            yield Problem("fork", day, _fork(known, seal))
        elif seal.statement == known.statement and known.signature is not None and seal.signature is None:
            yield Problem("gone", day, "its signature was published once and is not any more")


def _fork(known: PublishedSeal, seal: PublishedSeal) -> str:
    signed = "signed" if known.signature else "not signed yet when it was kept"
    now = "signed" if seal.signature else "not signed"
    return (
        f"history was rewritten on or before this day: kept root {known.root.hex()[:16]}… of {known.size} heads "
        f"({signed}), published root {seal.root.hex()[:16]}… of {seal.size} heads ({now})"
    )
