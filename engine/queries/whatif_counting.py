"""Open cases desk by desk: their dates as they are and as they would be, in stretches that fit into memory.

A stretch is one office: its desks are one queue each, and a queue is never larger than what lies in one office.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, defer, selectinload

from engine.cases.clocks import DOSSIER, SUPPLEMENT
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date
from engine.dossiers.models import Dossier
from engine.feedback.models import Report
from engine.queries.lateness import HOURLY
from engine.queries.whatif_plan import leads
from engine.queries.whatif_world import Terms, World
from rules.sentences import Sentence

CHUNK = 500
"""Cases whose rows are read together."""
NOWHERE = UUID(int=0)
"""Instead of an office: the cases that lie on nobody's desk at the moment."""


@dataclass(frozen=True)
class TermDates:
    """One running term: its date as it is, as it would be, and whether each has passed (`over`).

    `unit` is that of its limit, `new_unit` that of the limit it would have; `promised` what is promised, and would be.
    """

    term: str
    unit: str
    new_unit: str
    old: datetime | None
    new: datetime | None
    over: bool
    over_then: bool
    promised: datetime | None
    new_promised: datetime | None
    why: tuple[Sentence, ...]

    def missed(self, moment: datetime | None, *, then: bool) -> bool:
        """Whether what is finished at a moment is finished after the date as it is, or as it would be."""
        if moment is None:
            return False
        return over(self.new, self.new_unit, moment) if then else over(self.old, self.unit, moment)


@dataclass(frozen=True)
class CaseDates:
    """One open case with its terms; `office_id` is the unit that has to decide."""

    case_id: UUID
    office_id: UUID | None
    procedure: str
    terms: tuple[TermDates, ...]

    @property
    def late(self) -> bool:
        return any(one.over for one in self.terms)

    @property
    def late_then(self) -> bool:
        return any(one.over_then for one in self.terms)

    @property
    def main(self) -> TermDates | None:
        """The term by whose date the case is to be finished: the dossier's own, else the one that ends first."""
        own = next((one for one in self.terms if one.term == DOSSIER), None)
        dated = [one for one in self.terms if one.old is not None]
        return own or min(dated, key=lambda one: (one.old, one.term), default=None)


@dataclass(frozen=True)
class Scope:
    """Whose cases are asked about: those a set of units has to decide (None: all)."""

    offices: frozenset[UUID] | None = None

    def holds(self, office_id: UUID | None) -> bool:
        return self.offices is None or office_id in self.offices

    @property
    def cases(self) -> Select[Any]:
        """The running cases of the scope, trials apart."""
        running = select(Case.id).where(Case.ended_at.is_(None), ~Case.trial)
        if self.offices is None:
            return running
        theirs = select(Dossier.case_id).where(Dossier.handling_id.in_(self.offices), Dossier.decided_at.is_(None))
        reported = select(Report.case_id).where(Report.unit_id.in_(self.offices))
        return running.where(Case.id.in_(theirs) | Case.id.in_(reported))


@dataclass
class Counting:
    """How a world's cases are gone through; every stretch can be asked for by itself."""

    session: Session
    world: World
    now: datetime
    scope: Scope = field(default_factory=Scope)

    def stretches(self) -> list[UUID]:
        """The offices on whose desks something of the scope lies, and NOWHERE last."""
        theirs = select(Task.office_id).where(Task.status == "open")
        if self.scope.offices is not None:
            theirs = theirs.where(Task.case_id.in_(self.scope.cases))
        found = {office or NOWHERE for office in self.session.scalars(theirs.distinct())}
        return [*sorted(found - {NOWHERE}), NOWHERE]

    def cases_at(self, office_id: UUID) -> Iterator[CaseDates]:
        """The open cases whose oldest open task lies in an office; of NOWHERE those without a task in any office."""
        ids = self._ids(office_id)
        while chunk := list(islice(ids, CHUNK)):
            yield from self.dates_of(chunk)

    def _ids(self, office_id: UUID) -> Iterator[UUID]:
        standing = (Task.status == "open", leads())
        if office_id != NOWHERE:
            yield from self.session.scalars(select(Task.case_id).where(Task.office_id == office_id, *standing))
            return
        yield from self.session.scalars(select(Task.case_id).where(Task.office_id.is_(None), *standing))
        waiting = exists(select(Task.id).where(Task.case_id == Case.id, Task.status == "open"))
        after: UUID | None = None
        while True:
            idle = select(Case.id).where(Case.ended_at.is_(None), ~waiting).order_by(Case.id).limit(CHUNK)
            found = self.session.scalars(idle.where(Case.id > after) if after is not None else idle).all()
            yield from found
            if len(found) < CHUNK:
                return
            after = found[-1]

    def dates_of(self, ids: Sequence[UUID]) -> list[CaseDates]:
        """These cases' dates, in their order; those of a trial, out of the scope or under no term are left out."""
        terms = self._terms(ids)
        clocks: dict[UUID, list[Clock]] = {}
        asked = select(Clock).options(defer(Clock.ledger), defer(Clock.marks), selectinload(Clock.interruptions))
        running = asked.where(Clock.case_id.in_(terms), Clock.status != "stopped", Clock.term != SUPPLEMENT)
        for clock in self.session.scalars(running.order_by(Clock.case_id, Clock.term)):
            clocks.setdefault(clock.case_id, []).append(clock)
        found = [self._case(one, terms[one], clocks[one]) for one in ids if one in clocks]
        self.session.expunge_all()
        return found

    def _terms(self, ids: Iterable[UUID]) -> dict[UUID, Terms]:
        rows = self.session.execute(
            select(
                Case.id, Case.bundle_id, Case.places, Dossier.procedure, Dossier.case_key, Dossier.receiving_id,
                Dossier.handling_id, Report.unit_id,
            )
            .outerjoin(Dossier, Dossier.case_id == Case.id)
            .outerjoin(Report, Report.case_id == Case.id)
            .where(Case.id.in_(list(ids)), Case.ended_at.is_(None), ~Case.trial)
        )  # fmt: skip
        found = {}
        for row in rows:
            office = row.handling_id or row.unit_id or _place(row.places, "handling")
            if self.scope.holds(office):
                counter = row.receiving_id or _place(row.places, "receiving")
                found[row.id] = Terms(row.procedure or "", row.case_key or "", row.bundle_id, counter, office)
        return found

    def _case(self, case_id: UUID, terms: Terms, clocks: Sequence[Clock]) -> CaseDates:
        dates = tuple(self._term(clock, terms) for clock in clocks)
        return CaseDates(case_id, terms.handling_id, terms.procedure, dates)

    def _term(self, clock: Clock, terms: Terms) -> TermDates:
        limit, (new, promised) = self.world.limit(clock, terms), self.world.dates(clock, terms)
        return TermDates(
            term=clock.term,
            unit=clock.limit_unit,
            new_unit=limit.unit,
            old=clock.due_at,
            new=new,
            over=over(clock.due_at, clock.limit_unit, self.now),
            over_then=over(new, limit.unit, self.now),
            promised=clock.promised_at,
            new_promised=promised,
            why=self.world.why(clock, terms, new) if new != clock.due_at else (),
        )


def over(due_at: datetime | None, unit: str, moment: datetime) -> bool:
    """Whether a date has passed at a moment: by the instant for hours and the same day, else by its day."""
    if due_at is None:
        return False
    return moment > due_at if unit in HOURLY else legal_date(moment) > legal_date(due_at)


def _place(places: dict[str, object], name: str) -> UUID | None:
    office = places.get(name)
    return UUID(str(office)) if office else None
