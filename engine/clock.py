"""The one place that reads the computer's clock; everything else is told what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""The zone in which days begin and end for the law (UTC+7, no summer time)."""


class Clock(Protocol):
    """Tells the present moment as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ControlledClock:
    """A clock that stands still until it is moved; for the sample office, drills and tests."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        self.moment = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self.moment += by


def legal_date(moment: datetime) -> date:
    """The calendar day in Viet Nam on which an instant falls."""
    return moment.astimezone(LEGAL_ZONE).date()


def legal_time(moment: datetime) -> datetime:
    """The same instant on the wall clock of Viet Nam."""
    return moment.astimezone(LEGAL_ZONE)
