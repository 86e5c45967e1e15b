"""What if: on today's open cases, which become late by a change, unit by unit; computed on a copy, nothing written.

Leaders and heads ask about the cases their offices have to decide; whoever looks after calendars, and whoever watches
procedures, about the whole house. A line names a case by its code and procedure, never a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.dossiers.models import Dossier
from engine.feedback.models import Report
from engine.queries.whatif_changes import Change
from engine.queries.whatif_counting import CHUNK, CaseDates, Counting, Scope
from engine.queries.whatif_world import World
from engine.work import Actor, Reading
from rules.sentences import Sentence

EVERYWHERE = ("operator", "procedure_controller")
"""Who asks about the whole house: whoever looks after calendars, and whoever watches procedures."""
ASKERS = ("leader", "centre_director", "unit_head", *EVERYWHERE)
AT_ONCE = 2_000
"""Open cases up to which a page answers at once; more are gone through by a worker."""
MOST_LINES = 20_000
"""Lines an answer keeps; its figures count all, and `lines_of` gives every one."""

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

    `newly` stand worse than before, `spared` better; `expected` ones are not late yet.
    """

    open: int = 0
    moved: int = 0
    late: int = 0
    late_then: int = 0
    expected: int = 0
    expected_then: int = 0
    newly: int = 0
    spared: int = 0

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        for name, number in asdict(other).items():
            setattr(self, name, getattr(self, name) + number)


@dataclass(frozen=True)
class Unit:
    """One unit's line of the answer."""

    office_id: UUID | None
    code: str
    name: str
    tally: Tally


@dataclass(frozen=True)
class Answer:
    """What a question comes to; `lines` are the cases that become late, worst first, at most MOST_LINES of them."""

    changes: tuple[Change, ...]
    asked_at: datetime
    units: tuple[Unit, ...]
    total: Tally
    lines: tuple[Line, ...]


@dataclass
class Stretch:
    """What one stretch of the cases comes to, by the unit that has to decide."""

    tallies: dict[UUID | None, Tally] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    seen: int = 0


def whatif(read: Reading, changes: Sequence[Change], *, tell: Callable[[int], None] | None = None) -> Answer:
    """The whole answer at once; without changes, how things stand. Forbidden for whoever may not ask.

    `tell` hears after each stretch how many cases were gone through.
    """
    question = Question(read, changes)
    tallies: dict[UUID | None, Tally] = {}
    lines: list[Line] = []
    seen = 0
    for office_id in question.stretches():
        part = question.stretch(office_id)
        seen += part.seen
        if tell is not None:
            tell(seen)
        for unit, tally in part.tallies.items():
            tallies.setdefault(unit, Tally()).add(tally)
        lines = sorted([*lines, *part.lines], key=pressing)[:MOST_LINES]
    return answer_of(read, tuple(changes), tallies, lines)


def lines_of(read: Reading, changes: Sequence[Change]) -> Iterator[Line]:
    """Every case that becomes late, stretch by stretch: for files."""
    question = Question(read, changes)
    for office_id in question.stretches():
        yield from sorted(question.stretch(office_id).lines, key=pressing)


def how_many(read: Reading) -> int:
    """How many open cases a question of the reader's would go through."""
    require_role(read.actor, *ASKERS)
    cases = scope_of(read.actor).cases.subquery()
    return read.session.scalar(select(func.count()).select_from(cases)) or 0


def scope_of(actor: Actor) -> Scope:
    """Whose cases somebody asks about."""
    if actor.kind == "system" or actor.everywhere or actor.roles & set(EVERYWHERE):
        return Scope()
    return Scope(actor.oversight)


def pressing(line: Line) -> tuple[bool, datetime | None, UUID]:
    """What is over before what is expected, then by date."""
    return line.becomes != "over", line.new_due_at, line.case_id


def answer_of(
    read: Reading, changes: tuple[Change, ...], tallies: Mapping[UUID | None, Tally], lines: Sequence[Line]
) -> Answer:
    """An answer from its parts, the unit with most newly late cases first."""
    offices = _offices(read)
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    units = [Unit(one, *offices.get(one, ("", "")), tally) for one, tally in tallies.items()]
    units.sort(key=lambda unit: (-unit.tally.newly, -unit.tally.late_then, unit.name))
    return Answer(changes, read.now, tuple(units), total, tuple(lines))


class Question:
    """A question being gone through; each stretch can be asked for by itself, in a look of its own."""

    def __init__(self, read: Reading, changes: Sequence[Change]) -> None:
        require_role(read.actor, *ASKERS)
        self.read, self.world = read, World(read.session, changes, read.now)
        self.counting = Counting(read.session, self.world, read.now, scope_of(read.actor))

    def stretches(self) -> list[UUID]:
        """What to go through, in order."""
        return self.counting.stretches()

    def stretch(self, office_id: UUID) -> Stretch:
        """The cases that stand in one office, or nowhere."""
        part, found = Stretch(), []
        for case in self.counting.cases_at(office_id):
            part.seen += 1
            tally = part.tallies.setdefault(case.office_id, Tally())
            line = _count(case, tally)
            if line is not None:
                found.append(line)
        for first in range(0, len(found), CHUNK):
            part.lines += _named(self.read, found[first : first + CHUNK])
        return part


def _count(case: CaseDates, tally: Tally) -> Line | None:
    """Count one case in; a line if it stands worse than before."""
    before, after = _standing(case, then=False), _standing(case, then=True)
    tally.open += 1
    tally.moved += any(one.old != one.new for one in case.terms)
    tally.late += before == OVER
    tally.late_then += after == OVER
    tally.expected += before == EXPECTED
    tally.expected_then += after == EXPECTED
    tally.newly += after > before
    tally.spared += after < before
    if after <= before:
        return None
    terms = [one for one in case.terms if one.over_then and not one.over]
    term = terms[0] if terms else case.main
    assert term is not None
    return Line(
        case_id=case.case_id, code="", procedure=case.procedure, procedure_name="", office_id=case.office_id, office="",
        term=term.term, becomes="over" if after == OVER else "expected", old_due_at=term.old, new_due_at=term.new,
        old_finish=None, new_finish=None, why=term.why,
    )  # fmt: skip


def _standing(case: CaseDates, *, then: bool) -> int:
    return OVER if (case.late_then if then else case.late) else FINE


def _offices(read: Reading) -> dict[UUID | None, tuple[str, str]]:
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
    names = _offices(read)
    found = []
    for line in lines:
        code, procedure = known.get(line.case_id, (str(line.case_id)[:8], ""))
        office = names.get(line.office_id, ("", ""))[1]
        found.append(Line(**{**vars(line), "code": code, "procedure_name": procedure, "office": office}))
    return found
