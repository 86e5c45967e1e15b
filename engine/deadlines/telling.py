"""Whether somebody was told that a promised date would be missed, and how early: one definition for every figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.clock import legal_date
from engine.deadlines.calendar import Calendar

Told = Literal["before", "on_day", "after", "never", "exempt", "withdrawn", "needless"]

MISSED: tuple[Told, ...] = ("before", "on_day", "after", "never")
"""The four classes of a missed date, from the best to the worst; together they are all that is judged."""
APART: tuple[Told, ...] = ("exempt", "withdrawn")
"""Missed dates that no share is counted of, shown beside the four."""
NEEDLESS: Told = "needless"
"""Told of a delay that never came: no missed date at all, but a fault as well."""


@dataclass(frozen=True)
class PromisedDate:
    """One date that was promised to an applicant, and what became of it.

    `promised_at` is the closing time of the day, or the very moment of a limit in hours or of the same day (`short`).
    `decided_at` is None while nothing is decided. `told_at` is when the first letter or unsigned notice about being
    late was delivered on some channel: what failed, or what nobody knows of, is no telling. `exempt_at` is when
    somebody with the power to do so agreed that no apology is owed. `paused`: the term stood still when the day ended,
    so that this date no longer counted.
    """

    promised_at: datetime
    short: bool = False
    decided_at: datetime | None = None
    withdrawn: bool = False
    told_at: datetime | None = None
    exempt_at: datetime | None = None
    paused: bool = False


def is_missed(date: PromisedDate, now: datetime) -> bool:
    """Whether the date passed undecided: with its day for limits in days, with the very moment for short ones."""
    until = min(date.decided_at, now) if date.decided_at is not None else now
    if date.paused:
        return False
    return until > date.promised_at if date.short else legal_date(until) > legal_date(date.promised_at)


def told(date: PromisedDate, calendar: Calendar, now: datetime) -> Told | None:
    """In which class a promised date falls; None where nothing is to be counted (yet).

    Before: told on the last working day ahead of the date or earlier, judged by days of Viet Nam's calendar and the
    deciding unit's working days (Decree 61/2018/NĐ-CP: one day before the limit ends); for short limits,
    which cannot keep a day ahead, until closing time of the day itself. On the day: later than that and no later than
    the promised day. Whoever was told only on a day off between the two is told on the day: no working day was left.
    An exemption agreed to after the date has passed does not make up for a silence: the class stays.
    """
    if not is_missed(date, now):
        return NEEDLESS if _in_vain(date) else None
    if date.withdrawn:
        return "withdrawn"
    day = legal_date(date.promised_at)
    if date.exempt_at is not None and legal_date(date.exempt_at) <= day:
        return "exempt"
    if date.told_at is None:
        return "never"
    on = legal_date(date.told_at)
    in_time = date.told_at <= calendar.closing(calendar.on_or_after(day)) if date.short else on <= calendar.before(day)
    if in_time:
        return "before"
    return "on_day" if on <= day else "after"


def _in_vain(date: PromisedDate) -> bool:
    """Whether somebody was told of a delay, and then had the decision in time after all."""
    if date.decided_at is None or date.told_at is None or date.withdrawn or date.paused:
        return False
    return date.told_at <= date.decided_at
