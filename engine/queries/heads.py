"""The heads of all chains of acts, as their owners keep them: the short text that fixes the whole journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from engine.cases.models import Case
from engine.journal import Entry, Head, OfficeChain

Heads = dict[str, Head]
SLICE = 2000


def heads_of(session: Session) -> Heads:
    """Per chain the number of its acts and the digest of the last one; must be the first look of its session."""
    cases = session.execute(select(Case.id, Case.journal_seq, Case.journal_head))
    heads: Heads = {f"case:{case_id}": (seq, head) for case_id, seq, head in cases}
    offices = session.execute(select(OfficeChain.office, OfficeChain.journal_seq, OfficeChain.journal_head))
    return heads | {f"office:{office}": (seq, head) for office, seq, head in offices}


class KeptHeads:
    """The heads on the rows of cases and offices, some at a time: what `engine.journal.verify` compares chains with."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, chains: Sequence[str]) -> Mapping[str, Head]:
        """The heads of these chains that somebody owns."""
        cases = [key for chain in chains if chain.startswith("case:") and (key := _uuid(chain[5:])) is not None]
        offices = [chain[7:] for chain in chains if chain.startswith("office:")]
        return dict(self._cases(Case.id.in_(cases))) | dict(self._offices(OfficeChain.office.in_(offices)))

    def silent(self) -> Iterator[tuple[str, Head]]:
        """Heads of chains that should have acts and have none."""
        for some in self._slices():
            first = select(Entry.chain).where(Entry.chain.in_(list(some)), Entry.seq == 1)
            beheaded = some.keys() - set(self._session.scalars(first))
            any_act = select(Entry.chain).where(Entry.chain.in_(list(beheaded))).distinct()
            gone = beheaded - set(self._session.scalars(any_act)) if beheaded else beheaded
            yield from ((chain, some[chain]) for chain in sorted(gone) if some[chain][0])

    def count(self) -> tuple[int, int]:
        """How many chains are kept, and how many acts they should have."""
        counted = [
            self._session.execute(
                select(func.count(), func.coalesce(func.sum(one.journal_seq), 0)).select_from(one)
            ).one()
            for one in (Case, OfficeChain)
        ]
        return sum(chains for chains, _acts in counted), sum(int(acts) for _chains, acts in counted)

    def _slices(self) -> Iterator[Heads]:
        last: UUID | None = None
        while some := dict(self._cases(Case.id > last if last is not None else true(), SLICE)):
            yield some
            last = UUID(next(reversed(some))[5:])
        name: str | None = None
        while some := dict(self._offices(OfficeChain.office > name if name is not None else true(), SLICE)):
            yield some
            name = next(reversed(some))[7:]

    def _cases(self, which: ColumnElement[bool], most: int | None = None) -> Iterator[tuple[str, Head]]:
        asked = select(Case.id, Case.journal_seq, Case.journal_head).where(which).order_by(Case.id).limit(most)
        return ((f"case:{key}", (seq, head)) for key, seq, head in self._session.execute(asked))

    def _offices(self, which: ColumnElement[bool], most: int | None = None) -> Iterator[tuple[str, Head]]:
        asked = select(OfficeChain.office, OfficeChain.journal_seq, OfficeChain.journal_head).where(which)
        rows = self._session.execute(asked.order_by(OfficeChain.office).limit(most))
        return ((f"office:{office}", (seq, head)) for office, seq, head in rows)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if str(UUID(text)) == text else None
    except ValueError:
        return None


def grown_from(session: Session, earlier: Heads) -> list[tuple[str, str]]:
    """What of an earlier list of heads is no longer part of the journal: (chain, what is wrong)."""
    problems = []
    for chain, (seq, head) in sorted(earlier.items()):
        if seq == 0:
            continue
        digest = session.scalar(select(Entry.digest).where(Entry.chain == chain, Entry.seq == seq))
        if digest is None:
            problems.append((chain, f"act {seq} is gone"))
        elif digest != head:
            problems.append((chain, f"act {seq} is another one than it was"))
    return problems
