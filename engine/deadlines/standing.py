"""Where a dossier stands against its date: in words and in marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.deadlines.calendar import Calendar, local
from engine.deadlines.limits import Reckoning

StandingKind = Literal["within", "soon", "today", "overdue", "paused"]
Judgement = Literal["early", "on_time", "late"]
SOON = 2


class StillPaused(ValueError):
    """There is no due date to speak of while an interruption is open."""


@dataclass(frozen=True)
class Standing:
    """How a running dossier stands; `message` is a Vietnamese message id with %(amount)s filled from `amount`.

    `amount` is what is left, or what the dossier is late by, in working days or (limits in hours) started working
    hours; 0 when the words need no number.
    """

    kind: StandingKind
    amount: int
    unit: Literal["working_days", "days", "hours"]
    message: str

    @property
    def params(self) -> dict[str, int]:
        """The values of the message's places."""
        return {"amount": self.amount}

    @property
    def text(self) -> str:
        """The words in Vietnamese."""
        return self.message % self.params


def standing(reckoning: Reckoning, calendar: Calendar, now: datetime, *, soon: int = SOON) -> Standing:
    """Whether an open dossier is within its time, nearly due (`soon` working days or fewer left), due today or late.

    Day limits are judged by date: the whole of the due day is still in time, whatever the hour.
    """
    now = local(now)
    if reckoning.due_at is None or reckoning.due_on is None:
        return _paused(reckoning)
    if reckoning.limit.by_instant and now > reckoning.due_at:
        return _overdue_by_instant(reckoning, reckoning.due_at, calendar, now)
    today = now.date()
    if today > reckoning.due_on:
        return _overdue(calendar.between(reckoning.due_on, today))
    if today == reckoning.due_on:
        return Standing("today", 0, "working_days", "Đến hạn hôm nay")
    left = calendar.between(today, reckoning.due_on)
    kind: StandingKind = "soon" if left <= soon else "within"
    if reckoning.limit.unit == "hours":
        hours = _hours(calendar.worked(reckoning.due_at) - calendar.worked(now))
        return Standing(kind, hours, "hours", "Còn %(amount)s giờ làm việc")
    return Standing(kind, left, "working_days", "Còn %(amount)s ngày làm việc")


def judge(reckoning: Reckoning, finished: datetime) -> Judgement:
    """How a finished dossier is counted: by date for day limits, by the moment for hours and the same day.

    One finished while an interruption is open had time left: early.
    """
    finished = local(finished)
    if reckoning.due_at is None or reckoning.due_on is None or finished.date() < reckoning.due_on:
        return "early"
    late = finished > reckoning.due_at if reckoning.limit.by_instant else finished.date() > reckoning.due_on
    return "late" if late else "on_time"


def mark(reckoning: Reckoning, calendar: Calendar, percent: int) -> datetime:
    """The moment at which that share (1-100) of the counted working time has passed; 100 is the due moment.

    StillPaused while an interruption is open.
    """
    if not 1 <= percent <= 100:
        raise ValueError(f"not a share of a limit: {percent} %")
    if reckoning.due_at is None:
        raise StillPaused(f"{percent} %")
    if percent == 100:
        return reckoning.due_at
    stretches = [
        (calendar.worked(span.start), calendar.worked(span.end))
        for span in reckoning.ledger
        if span.kind == "counted" and span.end is not None
    ]
    left = max(1, sum(end - start for start, end in stretches) * percent // 100)
    for start, end in stretches:
        if left <= end - start:
            return calendar.moment(start + left)
        left -= end - start
    return reckoning.due_at


def _paused(reckoning: Reckoning) -> Standing:
    if reckoning.limit.unit == "hours":
        message = "Tạm dừng tính thời hạn, còn %(amount)s giờ làm việc"
        return Standing("paused", _hours(reckoning.remaining), "hours", message)
    if reckoning.limit.unit == "days":
        return Standing("paused", reckoning.remaining, "days", "Tạm dừng tính thời hạn, còn %(amount)s ngày")
    message = "Tạm dừng tính thời hạn, còn %(amount)s ngày làm việc"
    return Standing("paused", reckoning.remaining, "working_days", message)


def _overdue(days: int) -> Standing:
    if days == 0:  # the rest days right after the due day
        return Standing("overdue", 0, "working_days", "Quá hạn")
    return Standing("overdue", days, "working_days", "Quá hạn %(amount)s ngày làm việc")


def _overdue_by_instant(reckoning: Reckoning, due_at: datetime, calendar: Calendar, now: datetime) -> Standing:
    days = calendar.between(due_at.date(), now.date())
    hours = _hours(calendar.worked(now) - calendar.worked(due_at))
    if reckoning.limit.unit == "same_day" or days > 1 or hours == 0:
        return _overdue(days)
    return Standing("overdue", hours, "hours", "Quá hạn %(amount)s giờ làm việc")


def _hours(seconds: int) -> int:
    """Working hours begun: one second is the first hour."""
    return -(-seconds // 3600)
