"""How likely one open dossier misses its date, now and on the mornings to come if nothing happens to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.clock import legal_date
from engine.deadlines.calendar import Calendar
from engine.forecasts.lives import Life, Spent, spent
from engine.forecasts.outlook import Outlook, Remaining

NOTICEABLE = 50
"""A change of so many in a thousand is worth another look."""
AHEAD = 5
"""Working days after which another look is taken in any case."""
BEFORE_OPENING = timedelta(hours=2)


@dataclass(frozen=True)
class Chance:
    """The probability of missing the date in a thousand, None where too few cases are known, and what it rests on."""

    per_mille: int | None
    remaining: Remaining | None


@dataclass(frozen=True)
class Waiting:
    """A dossier as it stands at a moment: accepted, undecided, its term running towards a promised moment."""

    outlook: Outlook
    life: Life
    calendar: Calendar
    promised_at: datetime
    at: datetime
    stands: Spent

    @classmethod
    def now(cls, outlook: Outlook, life: Life, calendar: Calendar, promised_at: datetime, now: datetime) -> Waiting:
        """What is known of it at this moment."""
        return cls(outlook, life, calendar, promised_at, now, spent(life, calendar, now))

    def chance(self, moment: datetime | None = None) -> Chance:
        """The probability at that moment (now), were it still at its step; a date that has passed is missed."""
        moment = moment or self.at
        here = self.calendar.worked(moment)
        more = here - self.calendar.worked(self.at)
        found = self.outlook.remaining(
            self.stands.step,
            self.life.office,
            self.stands.season,
            in_step=self.stands.in_step + more,
            in_all=self.stands.in_all + more,
        )
        if self.promised_at < moment:
            return Chance(1000, found)
        if found is None:
            return Chance(None, None)
        return Chance(round(1000 * found.beyond(self.calendar.worked(self.promised_at) - here)), found)

    def look_at(self, answer: int | None, thresholds: Collection[int]) -> datetime:
        """Before the opening of the first morning on which the answer differs noticeably or passes a threshold."""
        day = legal_date(self.at)
        for _ in range(AHEAD):
            day = self.calendar.add(day, 1)
            if _differs(answer, self.chance(self.calendar.opening(day)).per_mille, thresholds):
                break
        return max(self.calendar.opening(day) - BEFORE_OPENING, self.at + BEFORE_OPENING)


def _differs(answer: int | None, then: int | None, thresholds: Collection[int]) -> bool:
    if answer is None or then is None:
        return answer is not then
    return abs(then - answer) >= NOTICEABLE or any((answer >= mark) != (then >= mark) for mark in thresholds)
