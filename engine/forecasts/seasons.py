"""The one season an office knows: the weeks before Tết.

Quarters would cut a small office's cases into four and come back only after a year, while no quarter is by itself
unlike another. The run-up to Tết is: people want their papers before the holiday and officials are away around it. So
there are two seasons, and most of the year stays one sample.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from engine.deadlines.calendar import Calendar, local

BEFORE_TET, ORDINARY = "tet", ""
DAYS_BEFORE = 20
"""Working days before Tết that count as the season: four weeks."""
SHORTEST = 4
"""A run of fewer days off is a weekend with a day beside it."""
_FROM, _TO = (1, 15), (2, 28)


def season_of(moment: datetime, calendar: Calendar) -> str:
    """The season a moment falls in by the office's own calendar."""
    day = local(moment).date()
    if day.month not in (12, 1, 2):
        return ORDINARY
    year = day.year + (day.month == 12)
    season = _before_tet(calendar, year)
    return BEFORE_TET if season is not None and season[0] <= day <= season[1] else ORDINARY


@lru_cache(maxsize=500)
def _before_tet(calendar: Calendar, year: int) -> tuple[date, date] | None:
    """From the first day of the season to the end of the holiday; None where the calendar knows no Tết of that year.

    Tết is the longest run of days off that begins between 15 January and the end of February: so it is found whatever
    a calendar calls it.
    """
    day, last, runs = date(year, *_FROM), date(year, *_TO), []
    while day <= last:
        if calendar.is_working(day):
            day += timedelta(days=1)
            continue
        ends = calendar.add(day, 1)
        runs.append(((ends - day).days, day, ends - timedelta(days=1)))
        day = ends
    length, begins, ends = max(runs, default=(0, day, day))
    if length < SHORTEST:
        return None
    first = begins
    for _ in range(DAYS_BEFORE):
        first = calendar.before(first)
    return first, ends
