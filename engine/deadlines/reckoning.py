"""From the moment of reception and a limit to the due date, interruptions included.

How interruptions count, for limits in days. Both moments are first put on the working day they legally fall on (after
closing, on a rest day or a holiday: the next working day). The day of the request still counts, the days after it up
to and including the day of the answer do not: the due date moves by exactly as many days as lie between the two, and
an interruption opened and closed on one day moves nothing. If the request falls on the due day itself, that last day
is given back on the day of the answer. In mode "restart" everything counted so far is void, the day of the answer is
excluded like the day of reception, and the whole limit follows. Overlapping interruptions count once. One that begins
after the due date changes nothing: a lapsed limit is not revived.

A limit in months ends on the day of the same number, at the month's end where there is none (Civil Code 2015 art.
148.3); what is left of it when it is interrupted is counted in calendar days.

Limits in hours lose exactly the working time between the two moments, and restart from the moment of the answer. A
same-day limit moves to the day on which an answer can still be dealt with by the same cut-off rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from engine.deadlines.calendar import Calendar, local
from engine.deadlines.courses import Course, Cut, DayCourse, HourCourse
from engine.deadlines.ledger import write_ledger
from engine.deadlines.limits import Interruption, Limit, Reckoning

CUT_OFF = time(15)
A_DAY = timedelta(days=1)


def reckon(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    interruptions: Sequence[Interruption] = (),
    *,
    cut_off: time | None = CUT_OFF,
    reception_until: time | None = None,
    effective_on: date | None = None,
) -> Reckoning:
    """The due date of a dossier received at `start`, with the ledger that explains it.

    The effective reception day is the next working day when `start` lies after closing, on a rest day or a holiday;
    it is excluded (Civil Code 2015 art. 147.2), and a last calendar day on a day off moves on (art. 148.5). `cut_off`
    concerns same-day limits: received at 15:00:00 is still in time, a second later belongs to the next working day.
    None where a procedure has no such hour.
    `reception_until` is for procedures that count whatever comes after that hour as received on the next working day.
    `effective_on` is the effective reception day where another office took the dossier in, by its own windows.
    Moments must carry a time zone and are taken to the whole second; ValueError otherwise.
    """
    start = local(start)
    course = _course(limit, start, calendar, interruptions, cut_off, reception_until, effective_on)
    due_at = course.due_at(calendar)
    due_on = due_at.date() if due_at else None
    return Reckoning(
        limit=limit,
        start=start,
        effective_on=course.effective_on,
        due_on=due_on,
        due_at=due_at,
        provisional=due_on is not None and calendar.is_provisional(start.date(), due_on),
        paused=due_at is None,
        remaining=course.remaining if due_at is None else 0,
        ledger=write_ledger(limit, start, course, calendar),
    )


def due(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    interruptions: Sequence[Interruption] = (),
    *,
    cut_off: time | None = CUT_OFF,
    reception_until: time | None = None,
    effective_on: date | None = None,
) -> datetime | None:
    """The due moment alone, without its ledger: for many dossiers at once; None while an interruption is open."""
    if limit.unit == "working_days" and not (interruptions or reception_until or effective_on or calendar.has_counters):
        return calendar.closing_after(start, limit.value)
    course = _course(limit, local(start), calendar, interruptions, cut_off, reception_until, effective_on)
    return course.due_at(calendar)


def _course(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    interruptions: Iterable[Interruption],
    cut_off: time | None,
    reception_until: time | None,
    effective_on: date | None,
) -> Course:
    waits = sorted(interruptions, key=lambda wait: (wait.start, wait.mode))
    if limit.unit == "hours":
        return _hours(limit, start, calendar, waits)
    if limit.unit == "same_day":
        return _same_day(start, calendar, waits, cut_off)
    return _days(limit, effective_on or calendar.received_on(start, reception_until), calendar, waits)


def _days(limit: Limit, effective_on: date, calendar: Calendar, waits: Sequence[Interruption]) -> DayCourse:
    """Walk from interruption to interruption.

    `cursor` is the last day already accounted for, `floor` the day of the last answer.
    """
    count, reach = _steps(limit, calendar)
    cursor = floor = effective_on
    remaining = limit.days_after(effective_on)
    cuts: list[Cut[date]] = []
    for wait in waits:
        due_on = reach(cursor, remaining)
        asked = max(calendar.falls_on(wait.start), floor)
        if asked > due_on:
            break
        answered = None if wait.end is None else max(calendar.falls_on(wait.end), asked)
        if wait.mode == "restart":
            after, remaining = asked, limit.days_after(answered or asked)
        elif asked == answered:
            continue
        elif asked < due_on:
            after, remaining = asked, remaining - count(cursor, asked)
        else:  # the last day is given back on the day of the answer
            after, remaining = asked - A_DAY, 1
        if answered is None:
            return DayCourse(effective_on, None, remaining, (*cuts, Cut(wait, after, None)))
        floor = answered
        cursor = answered - (asked - after)
        cuts.append(Cut(wait, after, cursor))
    return DayCourse(effective_on, reach(cursor, remaining), remaining, tuple(cuts))


def _steps(limit: Limit, calendar: Calendar) -> tuple[Callable[[date, date], int], Callable[[date, int], date]]:
    """How days of this limit are counted between two dates, and which day a number of them reaches."""
    if limit.unit == "working_days":
        return calendar.between, calendar.add
    return (
        lambda after, until: (until - after).days,
        lambda after, amount: calendar.on_or_after(after + amount * A_DAY),
    )


def _same_day(start: datetime, calendar: Calendar, waits: Sequence[Interruption], cut_off: time | None) -> DayCourse:
    """The day itself; an answer that comes too late for its own day moves the due date on."""
    effective_on = calendar.received_on(start)
    due_on = first_due = calendar.falls_on(start, cut_off)
    cuts: list[Cut[date]] = []
    for wait in waits:
        if calendar.falls_on(wait.start) > due_on:
            break
        if wait.end is None:
            cuts.append(Cut(wait, due_on - A_DAY, None))
            return DayCourse(effective_on, None, 1, tuple(cuts), first_due)
        answered = calendar.falls_on(wait.end, cut_off)
        if answered > due_on:
            cuts.append(Cut(wait, due_on - A_DAY, answered - A_DAY))
            due_on = answered
    return DayCourse(effective_on, due_on, 1, tuple(cuts), first_due)


def _hours(limit: Limit, start: datetime, calendar: Calendar, waits: Sequence[Interruption]) -> HourCourse:
    """The same walk in working seconds; `cursor` is the moment up to which all is accounted for."""
    effective_on = calendar.received_on(start)
    cursor, whole = start, limit.value * 3600
    remaining = whole
    cuts: list[Cut[datetime]] = []
    for wait in waits:
        asked = max(local(wait.start), cursor)
        passed = calendar.worked(asked) - calendar.worked(cursor)
        if passed >= remaining:
            break
        answered = None if wait.end is None else max(local(wait.end), asked)
        cuts.append(Cut(wait, asked, answered))
        remaining = whole if wait.mode == "restart" else remaining - passed
        if answered is None:
            return HourCourse(effective_on, None, remaining, tuple(cuts))
        cursor = answered
    return HourCourse(effective_on, calendar.moment(calendar.worked(cursor) + remaining), remaining, tuple(cuts))
