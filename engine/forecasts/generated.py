"""A made-up office whose delays are known exactly: to see whether the forecast finds out what was put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Interruption, Limit
from engine.forecasts.lives import Life, Stay
from engine.forecasts.seasons import BEFORE_TET, season_of

HOUR = 3600


@dataclass(frozen=True)
class Desk:
    """One step of a made-up procedure: working hours it takes at the median, and how much they scatter (log-normal)."""

    step: str
    hours: float
    scatter: float = 0.6


SIX_DAYS = Limit(6, "working_days")
UNITS = {"quick": (0.75, 0.45), "slow": (1.35, 0.549), "tiny": (1.0, 0.001)}
"""How many times as long as usual each unit takes, and its share of the cases; one has hardly any."""


@dataclass(frozen=True)
class Made:
    """What was put into a made-up office: steps in order, how slow each unit is, how slow the weeks before Tết are."""

    desks: Sequence[Desk] = (Desk("appraise", 12.0), Desk("inspect", 14.0, 0.8), Desk("approve", 5.0))
    units: Mapping[str, tuple[float, float]] = field(default_factory=lambda: dict(UNITS))
    before_tet: float = 1.5
    limit: Limit = SIX_DAYS
    asks: float = 0.1
    """The share of dossiers that wait for their applicant once, which does not count."""
    withdrawn: float = 0.03


USUAL = Made()
SINCE = datetime(2024, 9, 2, 1, 0, tzinfo=UTC)


def lives(
    count: int, calendar: Calendar, *, seed: int = 1, made: Made = USUAL, since: datetime = SINCE, days: int = 600
) -> list[Life]:
    """So many dossiers accepted over so many days, every one lived to its end; the same seed gives the same dossiers.

    A unit whose share is nearly nothing gets five cases, so that there is always one that has to lean on the others.
    """
    chance = Random(seed)
    first = calendar.worked(since)
    last = calendar.worked(since + timedelta(days=days))
    names = list(made.units)
    drawn = chance.choices(names, weights=[made.units[name][1] for name in names], k=count)
    few = [name for name in names if made.units[name][1] < 0.01]
    drawn = [next(name for name in names if name not in few) if name in few else name for name in drawn]
    for place, name in enumerate(few):
        for number in range(min(5, count)):
            drawn[(number * len(few) + place) * max(1, count // (5 * len(few)))] = name
    starts = sorted(chance.randrange(first, last) for _ in range(count))
    return [
        _live(f"{number:06}", unit, calendar.moment(start), calendar, made, chance)
        for number, (unit, start) in enumerate(zip(drawn, starts, strict=True))
    ]


def _live(key: str, unit: str, accepted: datetime, calendar: Calendar, made: Made, chance: Random) -> Life:
    stays: list[Stay] = []
    pauses: list[Interruption] = []
    at = accepted
    gives_up = chance.random() < made.withdrawn
    waits = chance.random() < made.asks
    for place, desk in enumerate(made.desks):
        season = made.before_tet if season_of(at, calendar) == BEFORE_TET else 1.0
        seconds = int(desk.hours * made.units[unit][0] * season * HOUR * chance.lognormvariate(0.0, desk.scatter))
        ends = calendar.moment(calendar.worked(at) + max(60, seconds))
        stays.append(Stay(desk.step, at, ends))
        at = ends
        if gives_up and place == 1:
            return Life(
                key, "made-up", unit, accepted, made.limit, tuple(stays), tuple(pauses), ended_at=at, decided=False
            )
        if waits and place == 0:
            answered = at + timedelta(days=chance.randrange(1, 10), minutes=chance.randrange(600))
            pauses.append(Interruption(at, answered, "supplement", "made up"))
            at = calendar.moment(calendar.worked(answered))
            at = max(at, answered)
    return Life(key, "made-up", unit, accepted, made.limit, tuple(stays), tuple(pauses), ended_at=at, decided=True)
