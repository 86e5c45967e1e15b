"""One question gone through stretch by stretch: each case as it is and as it would be, and when it is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.cases.calendars import calendar_for
from engine.cases.clocks import DOSSIER
from engine.cases.whatifs import ASKERS, EVERYWHERE
from engine.clock import legal_date
from engine.dossiers.models import Dossier
from engine.feedback.models import Report
from engine.queries.whatif_changes import AwayChange, Change
from engine.queries.whatif_counting import CHUNK, NOWHERE, CaseDates, Counting, Scope
from engine.queries.whatif_plan import QueuedTask, plan, queue_of, staff_of, who_is_away
from engine.queries.whatif_usual import Usage
from engine.queries.whatif_world import World
from engine.work import Actor, Reading
from rules.sentences import Sentence

FINE, EXPECTED, OVER = 0, 1, 2
"""How a case stands: it will be in time, it is expected to miss its date, its date has passed."""


@dataclass(frozen=True)
class Line:
    """A case that stands worse than before: both dates, when it is expected to be finished, and why.

    `becomes` is "over" (its date has passed) or "expected" (it is not expected to be finished by it).
    """

    case_id: UUID
    code: str
    procedure: str
    procedure_name: str
    office_id: UUID | None
    office: str
    term: str
    becomes: Literal["over", "expected"]
    old_due_at: datetime | None
    new_due_at: datetime | None
    old_finish: datetime | None
    new_finish: datetime | None
    why: tuple[Sentence, ...]


@dataclass
class Tally:
    """The open cases of one unit: how many, how many dates move, how many are late, or expected to be, now and then.

    `newly` stand worse than before, `spared` better; `expected` ones are not late yet. Of `unknown` ones nobody can
    say when they will be finished: no step of theirs lies on a desk that is served, or its usual time is not known.
    """

    open: int = 0
    moved: int = 0
    late: int = 0
    late_then: int = 0
    expected: int = 0
    expected_then: int = 0
    newly: int = 0
    spared: int = 0
    unknown: int = 0

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        for name, number in asdict(other).items():
            setattr(self, name, getattr(self, name) + number)


@dataclass
class Stretch:
    """What one stretch of the cases comes to, by the unit that has to decide."""

    tallies: dict[UUID | None, Tally] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    seen: int = 0


def scope_of(actor: Actor) -> Scope:
    """Whose cases somebody asks about."""
    if actor.kind == "system" or actor.everywhere or actor.roles & set(EVERYWHERE):
        return Scope()
    return Scope(actor.oversight)


class Question:
    """A question being gone through; each stretch can be asked for by itself, in a look of its own."""

    def __init__(self, read: Reading, changes: Sequence[Change]) -> None:
        require_role(read.actor, *ASKERS)
        self.read, self.world = read, World(read.session, changes, read.now)
        self.counting = Counting(read.session, self.world, read.now, scope_of(read.actor))
        self.away = [
            one
            for change in changes
            if isinstance(change, AwayChange)
            for one in who_is_away(read.session, change, self.world.today)
        ]

    def stretches(self) -> list[UUID]:
        """What to go through, in order."""
        return self.counting.stretches()

    def stretch(self, office_id: UUID) -> Stretch:
        """The cases that stand in one office, or nowhere."""
        part, found = Stretch(), []
        cases = list(self.counting.cases_at(office_id))
        finishes = {} if office_id == NOWHERE or not cases else self._finishes(office_id, cases)
        for case in cases:
            part.seen += 1
            tally = part.tallies.setdefault(case.office_id, Tally())
            line = _count(case, finishes.get(case.case_id, Finish()), tally)
            if line is not None:
                found.append(line)
        for first in range(0, len(found), CHUNK):
            part.lines += _named(self.read, found[first : first + CHUNK])
        return part

    def _finishes(self, office_id: UUID, cases: Sequence[CaseDates]) -> dict[UUID, Finish]:
        """When each case is expected to be finished: as things stand, and as they would be."""
        session, now = self.read.session, self.read.now
        calendar, then = calendar_for(session, office_id), self.world.calendar_at(office_id)
        queue, staff = queue_of(session, office_id), staff_of(session, office_id, self.world.today)
        takes, dates = Usage(session, calendar, now).of(queue), {case.case_id: case for case in cases}
        before = plan(queue, takes, staff, calendar, now)
        after = before
        if self.world.changes:
            moved = [_moved(task, dates.get(task.case_id)) for task in queue]
            after = plan(moved, takes, staff.plus(self.away), then, now)
        found = {}
        for task in queue:
            case = dates.get(task.case_id)
            if task.leads and case is not None:
                decides = case.main is not None and case.main.term == DOSSIER
                found[case.case_id] = Finish(_end(before.get(task.id), decides), _end(after.get(task.id), decides))
        return found


@dataclass(frozen=True)
class Finish:
    """When a case is expected to be finished as things stand, and as they would be; None where nobody knows."""

    old: datetime | None = None
    new: datetime | None = None


def _end(planned: tuple[datetime, datetime] | None, decides: bool) -> datetime | None:
    """The decision where the dossier's term runs to it; else the end of the step (acceptance, an answer)."""
    return planned[decides] if planned is not None else None


def _moved(task: QueuedTask, case: CaseDates | None) -> QueuedTask:
    """A task with the date by which its inbox would order it."""
    main = case.main if case is not None else None
    if main is None or task.legal_due_at is None or task.legal_due_at != main.promised:
        return task
    return replace(task, legal_due_at=main.new_promised)


def _count(case: CaseDates, finish: Finish, tally: Tally) -> Line | None:
    """Count one case in; a line if it stands worse than before."""
    before, after = _standing(case, finish.old, then=False), _standing(case, finish.new, then=True)
    tally.open += 1
    tally.moved += any(one.old != one.new for one in case.terms)
    tally.late += before == OVER
    tally.late_then += after == OVER
    tally.expected += before == EXPECTED
    tally.expected_then += after == EXPECTED
    tally.newly += after > before
    tally.spared += after < before
    tally.unknown += finish.new is None
    if after <= before:
        return None
    terms = [one for one in case.terms if one.over_then and not one.over]
    term = terms[0] if terms else case.main
    assert term is not None
    why = term.why
    if finish.old is not None and finish.new is not None and finish.old != finish.new:
        why = (*why, Sentence("dự kiến xong %(before)s → %(after)s", before=_day(finish.old), after=_day(finish.new)))
    return Line(
        case_id=case.case_id, code="", procedure=case.procedure, procedure_name="", office_id=case.office_id, office="",
        term=term.term, becomes="over" if after == OVER else "expected", old_due_at=term.old, new_due_at=term.new,
        old_finish=finish.old, new_finish=finish.new, why=why,
    )  # fmt: skip


def _standing(case: CaseDates, finish: datetime | None, *, then: bool) -> int:
    if case.late_then if then else case.late:
        return OVER
    main = case.main
    return EXPECTED if main is not None and main.missed(finish, then=then) else FINE


def _day(moment: datetime) -> str:
    return f"{legal_date(moment):%d/%m/%Y}"


def office_names(read: Reading) -> dict[UUID | None, tuple[str, str]]:
    """Code and name of every office."""
    return {row.id: (row.code, row.name) for row in read.session.execute(select(Office.id, Office.code, Office.name))}


def _named(read: Reading, lines: Sequence[Line]) -> list[Line]:
    ids = [line.case_id for line in lines]
    known: dict[UUID, tuple[Any, ...]] = {
        row.case_id: (row.code or row.filing_code, row.procedure_name)
        for row in read.session.execute(
            select(Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.procedure_name).where(
                Dossier.case_id.in_(ids)
            )
        )
    }
    known |= {
        row.case_id: (row.code, Sentence("Phản ánh, kiến nghị"))
        for row in read.session.execute(select(Report.case_id, Report.code).where(Report.case_id.in_(ids)))
    }
    names = office_names(read)
    found = []
    for line in lines:
        code, procedure = known.get(line.case_id, (str(line.case_id)[:8], ""))
        office = names.get(line.office_id, ("", ""))[1]
        found.append(Line(**{**vars(line), "code": code, "procedure_name": procedure, "office": office}))
    return found
