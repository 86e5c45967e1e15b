"""Working calendars as people look at them: which there are, what a year of one says, and how it came to say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.models import Office, Person
from engine.accounts.policy import require_role
from engine.calendars.content import Content
from engine.calendars.load import calendar_of
from engine.calendars.models import KEEPER, CalendarChange, CalendarRow, CalendarVersion
from engine.deadlines.calendar import Calendar
from engine.errors import NotFound
from engine.work import Reading

MOST_CHANGES = 50


@dataclass(frozen=True)
class CalendarLine:
    """One calendar in the list: whose it is, what it is based on, and how many offices keep it."""

    code: str
    name: str
    base: str | None
    version: int
    announced_through: int
    offices: int


@dataclass(frozen=True)
class ChangeLine:
    """One change of a calendar in its history."""

    id: UUID
    status: str
    document: str
    dated_on: date | None
    by: str
    opened_at: datetime
    applied_at: datetime | None
    version: int | None
    total: int
    done: int
    moved: int
    late: int


@dataclass(frozen=True)
class CalendarPage:
    """A calendar in force: its content, the calendar that is counted with, what is drafted and what was changed."""

    line: CalendarLine
    content: Content
    calendar: Calendar
    draft: UUID | None
    going: UUID | None
    changes: tuple[ChangeLine, ...]

    def days(self, year: int) -> list[Mapping[str, Any]]:
        """The days of a year that depart from their week, in order."""
        return [day for day in self.content["days"] if day["day"].startswith(f"{year:04d}-")]


def calendars(read: Reading) -> list[CalendarLine]:
    """Every calendar there is, the national one first."""
    require_role(read.actor, KEEPER)
    return _lines(read)


def calendar_page(read: Reading, code: str) -> CalendarPage:
    """One calendar with its history."""
    require_role(read.actor, KEEPER)
    line = next((one for one in _lines(read) if one.code == code), None)
    if line is None:
        raise NotFound("Không có lịch làm việc này.")
    content = read.session.get_one(CalendarVersion, (code, line.version)).content
    rows = read.session.execute(
        select(CalendarChange, Person.full_name)
        .outerjoin(Person, Person.id == CalendarChange.opened_by)
        .where(CalendarChange.calendar.in_([code, line.base or code]), CalendarChange.status != "discarded")
        .order_by(CalendarChange.opened_at.desc())
        .limit(MOST_CHANGES)
    ).all()
    own = [(change, name or "") for change, name in rows if change.calendar == code or change.status != "draft"]
    return CalendarPage(
        line=line,
        content=content,
        calendar=calendar_of(read.session, code),
        draft=next((change.id for change, _ in own if change.status == "draft"), None),
        going=next((change.id for change, _ in own if change.status == "applying"), None),
        changes=tuple(_change(change, name) for change, name in own),
    )


def offices_without_own(read: Reading) -> list[tuple[str, str]]:
    """(code, name) of the offices that could be given a calendar of their own."""
    require_role(read.actor, KEEPER)
    found = read.session.execute(
        select(Office.code, Office.name)
        .where(Office.active, Office.calendar != Office.code, Office.kind != "city")
        .order_by(Office.name)
    )
    return [(code, name) for code, name in found]


def version_content(read: Reading, code: str, version: int | None = None) -> Content:
    """What a version of a calendar says, the one in force by default; NotFound where there is none."""
    row = read.session.get(CalendarRow, code)
    kept = read.session.get(CalendarVersion, (code, version or row.version)) if row is not None else None
    if kept is None:
        raise NotFound("Không có lịch làm việc này.")
    return kept.content


def calendar_by_code(read: Reading, code: str) -> Calendar:
    """The calendar an office keeps, by the office's code or by its own; NotFound where there is neither."""
    kept = read.session.scalar(select(Office.calendar).where(Office.code == code))
    return calendar_of(read.session, kept or code)


def _lines(read: Reading) -> list[CalendarLine]:
    kept = dict(read.session.execute(select(Office.calendar, func.count()).group_by(Office.calendar)).all())
    rows = read.session.execute(
        select(CalendarRow, CalendarVersion.content)
        .join(
            CalendarVersion,
            (CalendarVersion.calendar == CalendarRow.code) & (CalendarVersion.version == CalendarRow.version),
        )
        .order_by(CalendarRow.base.is_not(None), CalendarRow.name)
    )
    return [
        CalendarLine(row.code, row.name, row.base, row.version, content["announced_through"], kept.get(row.code, 0))
        for row, content in rows
    ]


def _change(change: CalendarChange, by: str) -> ChangeLine:
    return ChangeLine(
        id=change.id,
        status=change.status,
        document=change.document,
        dated_on=change.dated_on,
        by=by,
        opened_at=change.opened_at,
        applied_at=change.applied_at,
        version=change.version,
        total=change.total,
        done=change.done,
        moved=change.moved,
        late=change.late,
    )
