"""A plain reading of the rules, day by day and opening by opening: slow, and written apart from the engine's.

It asks a calendar for nothing but the opening hours of one day, and knows interruptions that follow one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from engine.clock import LEGAL_ZONE
from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Interruption, Limit

A_DAY = timedelta(days=1)
FIFTEEN = time(15)


def falls_on(calendar: Calendar, moment: datetime, until: time = time.max) -> date:
    """The working day something belongs to that comes at this moment."""
    day = moment.date()
    while True:
        windows = calendar.windows(day)
        if windows and (day > moment.date() or moment.time() <= min(windows[-1][1], until)):
            return day
        day += A_DAY


def received_on(calendar: Calendar, moment: datetime) -> date:
    """As above, but a counter open on that rest day receives on the day itself."""
    day = moment.date()
    counter = calendar.week(day).reception.get(day.weekday())
    opened = counter is not None and counter.starts_clock and moment.time() <= counter.windows[-1][1]
    if opened and not calendar.windows(day) and day not in calendar.days:
        return day
    return falls_on(calendar, moment)


def plain_due(limit: Limit, start: datetime, calendar: Calendar, waits: Sequence[Interruption] = ()) -> datetime:
    """The due moment, by walking; interruptions must be over, in order and apart, and shift the date."""
    if limit.unit == "hours":
        return _hours(limit.value * 3600, start, calendar, waits)
    if limit.unit == "same_day":
        day = falls_on(calendar, start, FIFTEEN)
        for wait in waits:
            assert wait.end is not None
            if falls_on(calendar, wait.start) <= day:
                day = max(day, falls_on(calendar, wait.end, FIFTEEN))
    else:
        day = _days(limit, start, calendar, waits)
    return datetime.combine(day, calendar.windows(day)[-1][1], LEGAL_ZONE)


def _days(limit: Limit, start: datetime, calendar: Calendar, waits: Sequence[Interruption]) -> date:
    """Count day after day; days behind a request up to the answer are none, and the last day waits for its answer."""
    day = received_on(calendar, start)
    left = limit.value if limit.unit != "months" else _month_days(day, limit.value)
    asked = [(falls_on(calendar, wait.start), falls_on(calendar, wait.end)) for wait in waits if wait.end]
    while True:
        day += A_DAY
        works = bool(calendar.windows(day))
        if any(since < day <= until for since, until in asked):
            continue
        if works or limit.unit != "working_days":
            left -= 1
        if left > 0 or not works:
            continue
        answered = [until for since, until in asked if since == day < until]
        if not answered:
            return day
        day, left = answered[0] - A_DAY, 1
        asked = [(since, until) for since, until in asked if since > day]


def _month_days(first: date, months: int) -> int:
    """Days up to the same number so many months on, or up to the last of that month."""
    day, passed = first, 0
    while passed < months:
        day += A_DAY
        if day.day == 1:
            passed += 1
    month = day.month
    while day.day < first.day and (day + A_DAY).month == month:
        day += A_DAY
    return (day - first).days


def _hours(left: int, start: datetime, calendar: Calendar, waits: Sequence[Interruption]) -> datetime:
    """Spend the seconds of each opening, cut by the waits, until none is left."""
    day = start.date()
    while True:
        for opens, closes in calendar.windows(day):
            pieces = [
                (
                    max(datetime.combine(day, opens, LEGAL_ZONE), start),
                    datetime.combine(day, closes, LEGAL_ZONE),
                )
            ]
            for wait in waits:
                assert wait.end is not None
                pieces = [
                    piece
                    for begin, end in pieces
                    for piece in ((begin, min(end, wait.start)), (max(begin, wait.end), end))
                ]
            for begin, end in pieces:
                seconds = int((end - begin).total_seconds())
                if seconds >= left > 0 and seconds > 0:
                    return begin + timedelta(seconds=left)
                left -= max(seconds, 0)
        day += A_DAY
