"""Calendars and moments the tests of the legal calendar speak with."""

from datetime import date, datetime, time
from functools import cache

from engine.calendars.vietnam import national_calendar
from engine.clock import LEGAL_ZONE
from engine.deadlines.calendar import Calendar, DayKind, DayRule

VN = national_calendar()
HOURS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
WEEK = dict.fromkeys(range(5), HOURS)


def moment(text: str) -> datetime:
    """A moment on the wall clock of Viet Nam, "2026-04-22 09:00"; a bare date means nine in the morning."""
    if len(text) == 10:
        text += " 09:00"
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


@cache
def plain(*off: date) -> Calendar:
    """An ordinary week with those days off."""
    days = {day: DayRule(DayKind.OFF_HOLIDAY, "thử nghiệm") for day in off}
    return Calendar("plain", days, WEEK, 2030)
