"""Working calendars as an office keeps them: the national one to begin with."""

from __future__ import annotations

from engine.calendars.models import NATIONAL, CalendarRow, CalendarVersion
from engine.calendars.vietnam import national_content
from engine.work import Work


def add_calendar(work: Work) -> bool:
    """Write the first version of the national calendar unless there is one; administrators change it afterwards."""
    if work.session.get(CalendarRow, NATIONAL) is not None:
        return False
    row = CalendarRow(code=NATIONAL, name="Lịch làm việc cơ quan hành chính", version=1)
    work.session.add(row)
    work.session.flush()
    first = CalendarVersion(calendar=NATIONAL, version=1, made_at=work.now, content=national_content())
    work.session.add(first)
    work.session.flush()
    return True
