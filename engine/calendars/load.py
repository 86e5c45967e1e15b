"""From the rows of a calendar to the pure calendar the deadlines are computed with."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendars.models import CalendarDay, CalendarRow, clock_time
from engine.deadlines.calendar import Calendar, DayKind, DayRule
from engine.errors import NotFound

_loaded: dict[tuple[str, str, int], Calendar] = {}


def hours_of(row: CalendarRow) -> dict[int, tuple[tuple[time, time], ...]]:
    """Opening hours per weekday, 0 for Monday as the deadlines room counts (rows count as ISO does, from 1)."""
    return {
        int(weekday) - 1: tuple((clock_time(a), clock_time(b)) for a, b in spans)
        for weekday, spans in row.hours.items()
    }


def calendar_of(session: Session, code: str) -> Calendar:
    """The calendar with this code; read again only when its revision moved."""
    row = session.get(CalendarRow, code)
    if row is None:
        raise NotFound("Không có lịch làm việc %(code)s.", code=code)
    key = (str(session.get_bind().engine.url), code, row.revision)
    if key not in _loaded:
        days: dict[date, Any] = {
            day.day: DayRule(DayKind(day.kind), day.source, day.provisional, day.name)
            for day in session.scalars(select(CalendarDay).where(CalendarDay.calendar == code))
        }
        _loaded[key] = Calendar(code=code, days=days, hours=hours_of(row), announced_through=row.announced_through)
    return _loaded[key]
