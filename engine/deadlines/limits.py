"""The words of counting: a limit, an interruption, a span of the ledger, a reckoning."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

LimitUnit = Literal["working_days", "days", "months", "hours", "same_day"]
AmountUnit = Literal["working_days", "days", "seconds"]
SpanKind = Literal["excluded", "counted", "skipped", "paused"]
Mode = Literal["shift", "restart"]


@dataclass(frozen=True)
class Limit:
    """How long the office has: so many working days, calendar days, months, working hours, or the same day.

    A calendar day is every day; a limit in months ends on the day of the same number; one in hours is counted over the
    office's opening hours. For `same_day` the value is always 1.
    """

    value: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.unit not in get_args(LimitUnit):
            raise ValueError(f"unknown unit of a limit: {self.unit!r}")
        if self.value < 1 or (self.unit == "same_day" and self.value != 1):
            raise ValueError(f"not a limit: {self.value} {self.unit}")

    @property
    def by_instant(self) -> bool:
        """Whether lateness is judged by the moment (hours, same day) and not by the date."""
        return self.unit in ("hours", "same_day")

    def days_after(self, first: date) -> int:
        """How many days of this limit follow a first day that is not counted; months end on the day of its number.

        Working days for limits in working days, else calendar days; no measure of limits in hours.
        """
        if self.unit != "months":
            return self.value
        years, month = divmod(first.month - 1 + self.value, 12)
        year, month = first.year + years, month + 1
        return (date(year, month, min(first.day, monthrange(year, month)[1])) - first).days


NAMES: dict[str, LimitUnit] = {
    "working days": "working_days",
    "ngày làm việc": "working_days",
    "calendar days": "days",
    "days": "days",
    "ngày": "days",
    "months": "months",
    "tháng": "months",
    "working hours": "hours",
    "giờ làm việc": "hours",
}
"""How people write the units of a limit; in English also without the s."""


def read_limit(text: str) -> Limit:
    """A limit as people write it ("3 working days", "8 giờ làm việc", "same day"); ValueError where it is none."""
    words = " ".join(text.casefold().replace("_", " ").split())
    if words in ("same day", "1 same day", "trong ngày"):
        return Limit(1, "same_day")
    number, _, name = words.partition(" ")
    unit = NAMES.get(name) or NAMES.get(f"{name}s")
    if unit is None or not (number.isascii() and number.isdigit()):
        raise ValueError(f"not a limit: {text!r}")
    return Limit(int(number), unit)


@dataclass(frozen=True)
class Interruption:
    """Time in which the limit does not run, because the office waits for somebody else.

    `cause` is "supplement", "financial", "stop" or words of one's own; `ground` the provision it rests on, `document`
    the paper that told the applicant (its number and date, or its name). With mode
    "shift" the due date moves by the time waited, with "restart" the limit is counted again from zero once the wait is
    over. An interruption without end is still open. Which mode applies is decided by the decree in force at reception
    (61/2018: shift; 107/2021: restart).
    """

    start: datetime
    end: datetime | None
    cause: str
    ground: str
    mode: Mode = "shift"
    document: str = ""

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"an interruption ends before it starts: {self.start} / {self.end}")
        if self.mode not in ("shift", "restart"):
            raise ValueError(f"unknown mode of an interruption: {self.mode!r}")


@dataclass(frozen=True)
class Span:
    """One stretch of the ledger: what became of this time, how much of it, why, and by which source.

    Spans follow one another without gap. `amount` is in working days, calendar days or working seconds; an excluded or
    paused span says how much of the limit would have run in it. `end` is open only in the last span of a paused ledger.
    """

    start: datetime
    end: datetime | None
    kind: SpanKind
    amount: int
    unit: AmountUnit
    reason: str
    source: str


@dataclass(frozen=True)
class Reckoning:
    """A due date and how it came about.

    `effective_on` is the legal day of reception. `due_at` is closing time of `due_on` (day units) or the very moment
    (hours, same day); both are None while an interruption is open, and then `remaining` tells how much of the limit is
    left once it ends (working days, days, or seconds for hours). `provisional` means that the date rests on days off
    not announced yet. All moments are in Asia/Ho_Chi_Minh, to the second.
    """

    limit: Limit
    start: datetime
    effective_on: date
    due_on: date | None
    due_at: datetime | None
    provisional: bool
    paused: bool
    remaining: int
    ledger: tuple[Span, ...]
