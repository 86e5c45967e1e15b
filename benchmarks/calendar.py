"""What a due date costs: by prefix sums, by walking from day to day, and with the ledger that explains it.

All three answer the same questions in turns within one run, by processor time, and must give the same dates.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from engine.calendars.vietnam import national_calendar
from engine.clock import LEGAL_ZONE
from engine.deadlines.calendar import Calendar
from engine.deadlines.ledger import ledger_to_json
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import due, reckon

QUESTIONS = 400
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    """Microseconds of processor time for one due date, the middle of all rounds."""

    sums: float
    walk: float
    ledger: float
    kept: float


def walked(limit: Limit, start: datetime, calendar: Calendar) -> datetime:
    """The day-by-day loop everybody writes first: look at each day, count the working ones."""
    day = start.date()
    windows = calendar.windows(day)
    while not windows or (day == start.date() and start.time() > windows[-1][1]):
        day += A_DAY
        windows = calendar.windows(day)
    left = limit.value
    while left:
        day += A_DAY
        windows = calendar.windows(day)
        if windows:
            left -= 1
    return datetime.combine(day, windows[-1][1], LEGAL_ZONE)


def measure(rounds: int, seed: int = 7) -> Figures:
    """Limits of 1 to 60 working days at any second of 2026, by every way in turn; AssertionError where they differ."""
    calendar, dice = national_calendar(), Random(seed)
    first = datetime(2026, 1, 1, tzinfo=LEGAL_ZONE)
    asked = [
        (Limit(dice.randint(1, 60), "working_days"), first + timedelta(seconds=dice.randrange(330 * 86400)))
        for _ in range(QUESTIONS)
    ]
    assert calendar.is_working(date(2026, 1, 5))
    ways: dict[str, Callable[[Limit, datetime], object]] = {
        "sums": lambda limit, start: due(limit, start, calendar),
        "walk": lambda limit, start: walked(limit, start, calendar),
        "ledger": lambda limit, start: reckon(limit, start, calendar),
        "kept": lambda limit, start: ledger_to_json(reckon(limit, start, calendar).ledger),
    }
    for limit, start in asked:
        assert ways["sums"](limit, start) == ways["walk"](limit, start) == reckon(limit, start, calendar).due_at
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            spent[name].append(_spent(way, asked))
    return Figures(**{name: statistics.median(times) / QUESTIONS * 1e6 for name, times in spent.items()})


def _spent(way: Callable[[Limit, datetime], object], asked: Sequence[tuple[Limit, datetime]]) -> float:
    began = time.process_time()
    for limit, start in asked:
        way(limit, start)
    return time.process_time() - began
