"""Whether the sealed history still holds: leaves against the acts, roots against the leaves, seals against each other.

What was kept elsewhere (heads, seals, heads of receipts) is held against the house of today: against that no owner of
the database can help himself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import and_, or_, select

from engine.dossiers.figures import bounds
from engine.dossiers.models import Dossier
from engine.history import Leaf, Seal, Tile, every_head, leaf_content
from engine.journal import Entry, Fault
from engine.merkle import Edge, is_consistent, leaf_hash
from engine.queries.heads import Heads, grown_from
from engine.shortheads import ShortHead, read_short_head
from engine.work import Reading

BATCH = 2000
TILES = 256
MOST_UNSEALED = 1000
OVERDUE = timedelta(days=3)
"""A seal that was signed so long after its day is spoken of."""


@dataclass
class Checked:
    """What was looked at, what is wrong, and what is no fault but should be known.

    `parted`: from some day on the log is not the one that was sealed.
    """

    seals: int = 0
    leaves: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    parted: bool = False


def check_seals(read: Reading) -> Checked:
    """Recompute the whole tree from its leaves and hold every seal, tile and act against it.

    Must be one look of one moment. Reads every leaf once, with the act it names.
    """
    found = Checked()
    seals = list(read.session.scalars(select(Seal).order_by(Seal.day)))
    edge, waiting, kept = Edge(0, []), list(seals), _KeptTiles(read)
    for leaf in _leaves(read):
        _close_seals(edge, waiting, found)
        if leaf.position != edge.size:
            found.faults.append(Fault(leaf.chain, leaf.seq, f"leaf {edge.size} of the history log is gone", "seal"))
            break
        if leaf.act is None:
            gone = f"act {leaf.seq} is gone, and it was sealed"
            found.faults.append(Fault(leaf.chain, leaf.seq, gone, "truncated"))
        elif leaf.act != leaf.head:
            found.faults.append(Fault(leaf.chain, leaf.seq, "is another act than the one that was sealed", "rewritten"))
        for level, place, digest in edge.add(leaf_hash(leaf_content(leaf.chain, leaf.seq, leaf.head))):
            if kept(level, place) != digest:
                first, last = place * 256**level, (place + 1) * 256**level - 1
                found.faults.append(Fault("log", 0, f"leaves {first} to {last} are not what was kept of them", "seal"))
    _close_seals(edge, waiting, found)
    if waiting:
        missing = f"the log has {edge.size} leaves, this day was sealed with {waiting[0].size}"
        found.faults.append(Fault(_name(waiting[0].day), 0, missing, "seal"))
    found.seals, found.leaves = len(seals), edge.size
    _check_row(read, seals, found)
    return found


def _leaves(read: Reading) -> Iterator[Any]:
    """Every leaf (position, chain, seq, head) with the digest (act) of the act it names, None when that is gone."""
    named = and_(Entry.chain == Leaf.chain, Entry.seq == Leaf.seq)
    rows = select(Leaf.position, Leaf.chain, Leaf.seq, Leaf.head, Entry.digest.label("act"))
    asked, last = rows.outerjoin(Entry, named).order_by(Leaf.position).limit(BATCH), -1
    while some := read.session.execute(asked.where(Leaf.position > last)).all():
        yield from some
        last = some[-1].position


class _KeptTiles:
    """The roots kept of tiles, read some hundred at a time as the tree grows past them."""

    def __init__(self, read: Reading) -> None:
        self._read, self._some = read, dict[int, tuple[int, dict[int, bytes]]]()

    def __call__(self, level: int, place: int) -> bytes | None:
        first, found = self._some.get(level, (-1, {}))
        if place // TILES != first:
            first = place // TILES
            asked = select(Tile.place, Tile.digest).where(
                Tile.level == level, Tile.place >= first * TILES, Tile.place < (first + 1) * TILES
            )
            found = dict(self._read.session.execute(asked).all())  # type: ignore[arg-type]
            self._some[level] = first, found
        return found.get(place)


def _close_seals(edge: Edge, waiting: list[Seal], found: Checked) -> None:
    """Hold the seals of this size against the tree; only the first that does not fit is named: no later one does."""
    while waiting and waiting[0].size == edge.size:
        seal = waiting.pop(0)
        if seal.root != edge.root and not found.parted:
            other = "the heads in the log are not those this day was sealed with"
            found.faults.append(Fault(_name(seal.day), 0, other, "seal"))
            found.parted = True


def _name(day: date) -> str:
    return f"seal:{day.isoformat()}"


def _check_row(read: Reading, seals: list[Seal], found: Checked) -> None:
    """Each seal for itself and with the one before it."""
    before: Seal | None = None
    for seal in seals:
        problems = [*_statement_faults(seal, before), *_signature_faults(read, seal, found)]
        found.faults += [Fault(_name(seal.day), 0, problem, "seal") for problem in problems]
        before = seal


def _statement_faults(seal: Seal, before: Seal | None) -> Iterator[str]:
    told = _told(seal.statement)
    if told is None:
        yield "its statement cannot be read"
        return
    if (told["day"], told["size"], told["root"]) != (seal.day.isoformat(), seal.size, seal.root.hex()):
        yield "its statement says another day, size or root than its row"
    named, steps = told["before"], [bytes.fromhex(step) for step in told["consistency"]]
    if before is None:
        if named is not None:
            yield f"the seal of {named['day']}, which it names as the one before, is gone"
        return
    if named is None or named["sha256"] != hashlib.sha256(before.statement).hexdigest():
        yield f"it does not name the seal of {before.day.isoformat()} as the one before it"
    elif before.day + timedelta(days=1) != seal.day:
        yield f"the days between {before.day.isoformat()} and it are not sealed"
    if not is_consistent(before.size, before.root, seal.size, seal.root, steps):
        yield f"its tree does not begin with the tree of {before.day.isoformat()}"


def _told(statement: bytes) -> dict[str, Any] | None:
    """A statement's content when it has every part of one."""
    try:
        told = json.loads(statement)
        steps = [bytes.fromhex(step) for step in told["consistency"]]
        date.fromisoformat(told["day"])
        sound = isinstance(told["root"], str) and isinstance(told["size"], int)
        named = told["before"] is None or isinstance(told["before"]["day"] + told["before"]["sha256"], str)
    except (ValueError, KeyError, TypeError):
        return None
    return told if sound and named and steps is not None else None


def _signature_faults(read: Reading, seal: Seal, found: Checked) -> Iterator[str]:
    if seal.signature is None:
        found.notes.append(f"the seal of {seal.day.isoformat()} is not signed yet")
        return
    verdict = read.ports.signatures.check_statement(seal.statement, seal.signature, now=read.now)
    if not verdict.valid:
        yield f"its signature does not hold ({verdict.code})"
        return
    over = bounds(seal.day)[1]
    if verdict.timestamped_at < over:
        yield "its time stamp is older than the end of its day"
    elif verdict.timestamped_at > over + OVERDUE:
        late = (verdict.timestamped_at - over).days
        found.notes.append(f"the seal of {seal.day.isoformat()} was signed {late} days after its day")


def unsealed(read: Reading) -> list[str]:
    """Chains whose acts of sealed days no seal holds: written with an old date, or put in past the house."""
    last = read.session.scalar(select(Seal.day).order_by(Seal.day.desc()).limit(1))
    if last is None:
        return []
    behind = (one.chain for some in every_head(read.session, bounds(last)[1]) for one in some)
    return list(islice(behind, MOST_UNSEALED))


@dataclass(frozen=True)
class Kept:
    """What somebody kept elsewhere: whole heads by chain, seals by day, short heads by the code of a dossier.

    A seal is its statement and the signature kept with it, None where only the statement was kept.
    """

    heads: Heads = field(default_factory=dict)
    seals: Mapping[str, tuple[bytes, bytes | None]] = field(default_factory=dict)
    receipts: tuple[tuple[str, ShortHead], ...] = ()

    @property
    def count(self) -> int:
        """How many things there are to compare with."""
        return len(self.heads) + len(self.seals) + len(self.receipts)


def read_kept(text: str) -> Kept:
    """A kept file: printed heads, published seals (one statement, or a line each) or "code head" of receipts.

    Raises ValueError for a line that is none of these.
    """
    heads: Heads = {}
    seals: dict[str, tuple[bytes, bytes | None]] = {}
    receipts: list[tuple[str, ShortHead]] = []
    if text.lstrip().startswith("{"):
        whole = _told(text.encode())
        if whole is not None:
            return Kept(seals={whole["day"]: (text.encode(), None)})
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if line.lstrip().startswith("{"):
            day, seal = _kept_seal(line, number)
            seals[day] = seal
        elif len(words) == 2 and (head := read_short_head(words[1])) is not None:
            receipts.append((words[0].upper(), head))
        elif len(words) == 3 and words[1].isdecimal() and len(words[2]) == 64:
            heads[words[0]] = (int(words[1]), bytes.fromhex(words[2]))
        else:
            raise ValueError(f"line {number} is no head and no seal")
    return Kept(heads, seals, tuple(receipts))


def _kept_seal(line: str, number: int) -> tuple[str, tuple[bytes, bytes | None]]:
    try:
        kept = json.loads(line)
        statement = kept["statement"].encode()
        signature = base64.b64decode(kept.get("signature") or "", validate=True)
        told = _told(statement)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise ValueError(f"line {number} is no seal") from error
    if told is None:
        raise ValueError(f"line {number} is no seal")
    return told["day"], (statement, signature or None)


def against(read: Reading, kept: Kept) -> list[Fault]:
    """What was kept and is no longer part of the journal."""
    found = [
        Fault(chain, kept.heads[chain][0], problem, "truncated" if problem.endswith("gone") else "rewritten")
        for chain, problem in grown_from(read.session, kept.heads)
    ]
    for day, (statement, signature) in sorted(kept.seals.items()):
        seal = read.session.get(Seal, date.fromisoformat(day))
        if seal is not None and seal.statement == statement:
            continue
        gone = "is gone: the house was set back to an earlier state, or its last days were taken away"
        problem = gone if seal is None else "is another one than the kept copy"
        found.append(Fault(f"seal:{day}", 0, f"{problem}; {_weight(read, statement, signature)}", "seal"))
    for code, head in kept.receipts:
        found += _receipt_faults(read, code, head)
    return found


def _weight(read: Reading, statement: bytes, signature: bytes | None) -> str:
    """What a kept copy that does not fit is worth: whether it bears a signature of its own that holds."""
    if signature is None:
        return "the copy was kept without its signature"
    verdict = read.ports.signatures.check_statement(statement, signature, now=read.now)
    return f"the copy is signed by {verdict.signer}" if verdict.valid else "the copy's own signature does not hold"


def _receipt_faults(read: Reading, code: str, head: ShortHead) -> Iterator[Fault]:
    case_id = read.session.scalar(
        select(Dossier.case_id).where(or_(Dossier.code == code, Dossier.filing_code == code)).limit(1)
    )
    if case_id is None:
        yield Fault(code, 0, "there is no such dossier", "removed")
        return
    chain = f"case:{case_id}"
    digest = read.session.scalar(select(Entry.digest).where(Entry.chain == chain, Entry.seq == head.seq))
    if digest is None:
        yield Fault(chain, head.seq, f"act {head.seq} is gone; the receipt of {code} names it", "truncated")
    elif not head.fits(digest):
        yield Fault(chain, head.seq, f"is another act than the receipt of {code} names", "rewritten")
