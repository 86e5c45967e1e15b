"""Working calendars as people look at them."""

from __future__ import annotations

from sqlalchemy import select

from engine.accounts.models import Office
from engine.calendars.load import calendar_of
from engine.deadlines.calendar import Calendar
from engine.work import Reading


def calendar_by_code(read: Reading, code: str) -> Calendar:
    """The calendar an office keeps, by the office's code or by its own; NotFound where there is neither."""
    kept = read.session.scalar(select(Office.calendar).where(Office.code == code))
    return calendar_of(read.session, kept or code)
