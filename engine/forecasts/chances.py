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
WITHIN_THE_DAY = (1, 2, 4, 6)
"""Working hours from now that are tried too: limits of hours are over before the next morning."""
NEVER_AT_ONCE = timedelta(minutes=30)


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
        """When the answer will differ noticeably or have passed a threshold: within the day, or before a morning.

        After AHEAD working days in any case, and never at once.
        """
        here, days = self.calendar.worked(self.at), [legal_date(self.at)]
        for _ in range(AHEAD):
            days.append(self.calendar.add(days[-1], 1))
        mornings = [self.calendar.opening(day) for day in days[1:]]
        within = [self.calendar.moment(here + hours * 3600) for hours in WITHIN_THE_DAY]
        for moment in [one for one in within if one < mornings[0]] + mornings:
            if _differs(answer, self.chance(moment).per_mille, thresholds):
                break
        return max(moment - BEFORE_OPENING if moment in mornings else moment, self.at + NEVER_AT_ONCE)


def _differs(answer: int | None, then: int | None, thresholds: Collection[int]) -> bool:
    if answer is None or then is None:
        return answer is not then
    return abs(then - answer) >= NOTICEABLE or any((answer >= mark) != (then >= mark) for mark in thresholds)
