"""What if: on today's open cases, which become late by a change, unit by unit; computed on a copy, nothing written.

Leaders and heads ask about the cases their offices have to decide; whoever looks after calendars, and whoever watches
procedures, about the whole house. A line names a case by its code and procedure, never a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.policy import require_role
from engine.cases.whatifs import ASKERS
from engine.queries.whatif_changes import Change
from engine.queries.whatif_question import Line, Question, Stretch, Tally, office_names, scope_of
from engine.work import Reading

AT_ONCE = 2_000
"""Open cases up to which a page answers at once; more are gone through by a worker."""
MOST_LINES = 20_000
"""Lines an answer keeps; its figures count all, and `lines_of` gives every one."""


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


def whatif(read: Reading, changes: Sequence[Change], *, hear: Callable[[Stretch], None] | None = None) -> Answer:
    """The whole answer at once; without changes, how things stand. Forbidden for whoever may not ask.

    `hear` is given each stretch as it comes, with every line of it.
    """
    question = Question(read, changes)
    tallies: dict[UUID | None, Tally] = {}
    lines: list[Line] = []
    for office_id in question.stretches():
        part = question.stretch(office_id)
        if hear is not None:
            hear(part)
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


def pressing(line: Line) -> tuple[bool, datetime | None, UUID]:
    """What is over before what is expected, then by date."""
    return line.becomes != "over", line.new_due_at, line.case_id


def answer_of(
    read: Reading, changes: tuple[Change, ...], tallies: Mapping[UUID | None, Tally], lines: Sequence[Line]
) -> Answer:
    """An answer from its parts."""
    units, total = units_of(read, tallies)
    return Answer(changes, read.now, units, total, tuple(lines))


def units_of(read: Reading, tallies: Mapping[UUID | None, Tally]) -> tuple[tuple[Unit, ...], Tally]:
    """Tallies by unit with the units' names, the one with most newly late cases first; and their sum."""
    offices = office_names(read)
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    units = [Unit(one, *offices.get(one, ("", "")), tally) for one, tally in tallies.items()]
    units.sort(key=lambda unit: (-unit.tally.newly, -unit.tally.late_then, unit.name))
    return tuple(units), total
