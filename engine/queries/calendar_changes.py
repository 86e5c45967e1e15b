"""A change of a calendar seen in advance, and what it did: every running term whose date moves, and which become late.

Whoever looks after calendars sees codes, procedures and offices here, never what a dossier says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.calendars.edits import Edit, swaps_without_pair
from engine.calendars.models import KEEPER, CalendarChange, CalendarRow
from engine.cases.models import Clock, MovedDate
from engine.dossiers.models import Dossier
from engine.errors import NotFound
from engine.feedback.models import Report
from engine.queries.calendar_counting import Moved, calendars_after, moved_terms
from engine.work import Reading

MOST_SHOWN = 200
"""Lines of moved dates on one page; the figures above them count all."""


@dataclass(frozen=True)
class Outcome:
    """What a change does or did: how many running terms it touches, how many move, how many become late.

    `paused` have no date at the moment; `lines` are the most pressing ones, those that become late first.
    """

    counted: int
    moved: int
    late: int
    paused: int
    lines: tuple[Moved, ...]


@dataclass(frozen=True)
class ChangePage:
    """One change with its document, its lines, its state and what comes of it.

    `stale`: drafted over a version that is not in force any more; `unpaired`: swap days and make-up days differ in
    number; `done` of `total` terms are counted anew while `status` is "applying".
    """

    id: UUID
    calendar: str
    calendar_name: str
    status: str
    document: str
    dated_on: date | None
    note: str
    edits: tuple[Edit, ...]
    stale: bool
    unpaired: bool
    applied_at: datetime | None
    finished_at: datetime | None
    total: int
    done: int
    outcome: Outcome


def change_page(read: Reading, change_id: UUID) -> ChangePage:
    """A change as its page shows it: before it is applied what it would do, afterwards what it did."""
    require_role(read.actor, KEEPER)
    change = read.session.get(CalendarChange, change_id)
    if change is None:
        raise NotFound("Không có thay đổi lịch này.")
    row = read.session.get_one(CalendarRow, change.calendar)
    return ChangePage(
        id=change.id,
        calendar=row.code,
        calendar_name=row.name,
        status=change.status,
        document=change.document,
        dated_on=change.dated_on,
        note=change.note,
        edits=tuple(change.edits),
        stale=change.status == "draft" and change.base_version != row.version,
        unpaired=swaps_without_pair(change.edits),
        applied_at=change.applied_at,
        finished_at=change.finished_at,
        total=change.total,
        done=change.done,
        outcome=preview(read, change) if change.status == "draft" else _what_came(read, change),
    )


def preview(read: Reading, change: CalendarChange) -> Outcome:
    """Every running term counted by the calendar as it would be, in memory; nothing is written."""
    require_role(read.actor, KEEPER)
    changed = calendars_after(read.session, change)
    running = and_(Clock.calendar.in_(changed), Clock.status != "stopped")
    counted, dated = read.session.execute(select(func.count(), func.count(Clock.due_at)).where(running)).one()
    found = moved_terms(read, changed)
    lines = _named(read.session, found[:MOST_SHOWN])
    return Outcome(counted, len(found), sum(one.late for one in found), counted - dated, lines)


def every_moved(read: Reading, change_id: UUID) -> Iterator[Moved]:
    """Every term a change would move, or has moved, for a file: those that become late first."""
    require_role(read.actor, KEEPER)
    change = read.session.get(CalendarChange, change_id)
    if change is None:
        raise NotFound("Không có thay đổi lịch này.")
    if change.status == "draft":
        found = moved_terms(read, calendars_after(read.session, change))
    else:
        found = list(_came(read, change, None))
    for first in range(0, len(found), MOST_SHOWN):
        yield from _named(read.session, found[first : first + MOST_SHOWN])


def _what_came(read: Reading, change: CalendarChange) -> Outcome:
    lines = _named(read.session, _came(read, change, MOST_SHOWN))
    return Outcome(change.done, change.moved, change.late, 0, lines)


def _came(read: Reading, change: CalendarChange, most: int | None) -> Iterator[Moved]:
    rows = read.session.execute(
        select(MovedDate, Clock.term)
        .join(Clock, Clock.id == MovedDate.clock_id)
        .where(MovedDate.change_id == change.id)
        .order_by(MovedDate.late.desc(), MovedDate.old_due_at, MovedDate.case_id)
        .limit(most)
    )
    for row, term in rows:
        yield Moved(row.case_id, term, *_dates(row))


def _dates(row: MovedDate) -> tuple[Any, ...]:
    return row.old_due_at, row.new_due_at, row.late, row.why, row.old_promised_on, row.new_promised_on


def _named(session: Session, lines: Iterable[Moved]) -> tuple[Moved, ...]:
    lines = list(lines)
    known = {
        row.case_id: (row.code or row.filing_code, row.procedure_name, row.name)
        for row in session.execute(
            select(Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.procedure_name, Office.name)
            .join(Office, Office.id == Dossier.handling_id)
            .where(Dossier.case_id.in_([line.case_id for line in lines]))
        )
    }
    reports = select(Report.case_id, Report.code, Office.name).outerjoin(Office, Office.id == Report.unit_id)
    rest = [line.case_id for line in lines if line.case_id not in known]
    for case_id, code, name in session.execute(reports.where(Report.case_id.in_(rest))):
        known[case_id] = (code, "", name or "")
    named = []
    for line in lines:
        code, procedure, office = known.get(line.case_id, ("", "", ""))
        named.append(replace(line, code=code, procedure=procedure, office=office))
    return tuple(named)
