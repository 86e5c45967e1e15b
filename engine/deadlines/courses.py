"""The bare course of a limit: where it was cut, where it ends; the ledger spells it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Interruption

Point = TypeVar("Point", date, datetime)


@dataclass(frozen=True)
class Cut(Generic[Point]):
    """An interruption that mattered: counting stops behind `after` and goes on behind `until` (None: still open).

    For day limits the points are the last day accounted for on either side.
    """

    wait: Interruption
    after: Point
    until: Point | None


@dataclass(frozen=True)
class DayCourse:
    """A limit judged by days: it ends with the closing of `due_on`; `first_due` is where a same-day limit began."""

    effective_on: date
    due_on: date | None
    remaining: int
    cuts: tuple[Cut[date], ...]
    first_due: date | None = None

    def due_at(self, calendar: Calendar) -> datetime | None:
        """Closing time of the due day; None while an interruption is open."""
        return calendar.closing(self.due_on) if self.due_on else None


@dataclass(frozen=True)
class HourCourse:
    """A limit in working hours: it ends at a moment."""

    effective_on: date
    ends_at: datetime | None
    remaining: int
    cuts: tuple[Cut[datetime], ...]

    def due_at(self, calendar: Calendar) -> datetime | None:
        """The very moment; None while an interruption is open."""
        return self.ends_at


Course = DayCourse | HourCourse
