"""The calendar of the sample: real days off and make-up days of 2025 to 2027, the last year marked provisional."""

from __future__ import annotations

from engine.calendars.models import CalendarDay, CalendarRow
from engine.calendars.vietnam import announced_through, national_days, office_hours
from engine.work import Work


def add_calendar(work: Work, code: str = "vn") -> None:
    """Write the national calendar unless it is there; administrators edit its rows afterwards."""
    if work.session.get(CalendarRow, code) is not None:
        return
    work.session.add(
        CalendarRow(
            code=code,
            name="Lịch làm việc cơ quan hành chính",
            hours=office_hours(),
            announced_through=announced_through(),
            revision=1,
        )
    )
    work.session.flush()
    for day in national_days():
        work.session.add(
            CalendarDay(
                calendar=code,
                day=day.day,
                kind=str(day.kind),
                name=day.name,
                source=day.source,
                announced_on=day.announced_on,
                provisional=day.provisional,
            )
        )
