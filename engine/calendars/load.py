"""From the rows of a calendar to the pure calendar the deadlines are computed with."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.calendars.content import calendar_from
from engine.calendars.models import CalendarRow, CalendarVersion
from engine.deadlines.calendar import Calendar
from engine.errors import NotFound

_made: dict[tuple[str, str, int], Calendar] = {}
"""Calendars by database, code and version. A version is never changed, so what stands here is never stale."""


def version_of(session: Session, code: str) -> int:
    """Which version of this calendar is in force; the row is read once a transaction."""
    return _row(session, code).version


def calendar_of(session: Session, code: str, version: int | None = None) -> Calendar:
    """The calendar with this code as it is in force, or as one of its versions said (`Calendar.version`)."""
    return _version(session, code, version_of(session, code) if version is None else version)


def _row(session: Session, code: str) -> CalendarRow:
    row = session.get(CalendarRow, code)
    if row is None:
        raise NotFound("Không có lịch làm việc %(code)s.", code=code)
    return row


def _version(session: Session, code: str, version: int) -> Calendar:
    key = (str(session.get_bind().engine.url), code, version)
    calendar = _made.get(key)
    if calendar is None:
        kept = session.get(CalendarVersion, (code, version))
        if kept is None:
            raise NotFound("Lịch làm việc %(code)s không có phiên bản %(version)s.", code=code, version=version)
        calendar = _made[key] = calendar_from(code, version, kept.content)
    return calendar
