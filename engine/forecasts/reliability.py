"""Whether the forecast can be believed: made with what was known before each month, held against what came of it.

At each evening of a held-out month every open dossier whose term ran and whose date had not passed is forecast from
earlier cases alone, then compared with its end. A dossier that stays open for ten evenings is ten forecasts but one
case: intervals count cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from engine.clock import LEGAL_ZONE, legal_date
from engine.deadlines.calendar import Calendar
from engine.deadlines.reckoning import due
from engine.deadlines.standing import judge
from engine.forecasts.lives import Life, Observation, observations, spent
from engine.forecasts.outlook import Outlook, Sample

BANDS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
SOON = 2
"""The simple rule beside it: due in so many working days or fewer, and not decided."""
LEAST_CASES, LEAST_LATE = 50, 10
"""With fewer held-out dossiers, or fewer late ones, a table would say nothing."""
ENOUGH, WINDOW = 5000, timedelta(days=550)
"""So many of a procedure's dossiers of the last eighteen months are learned from; more would change nothing."""
Z = 1.96


class Told(NamedTuple):
    """One forecast of one evening and what came of it; `left` are the working days to the date, today not counted."""

    key: str
    at: datetime
    probability: float | None
    left: int
    late: bool


@dataclass(frozen=True)
class Band:
    """One line of the table: forecasts between two probabilities, what they said on average, and what came."""

    low: float
    high: float
    forecasts: int
    cases: int
    said: float
    late: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Reliability:
    """The whole comparison; figures of the rule and of the forecast are over the same evenings of the same dossiers.

    `precision` is the share of flagged evenings whose dossier was late in the end, at the same `recall` (the share of
    the evenings of late dossiers that were flagged). `brier_usual` is the score of whoever says at every evening the
    share that came true, which nobody could know beforehand. `enough` is False where there are too few cases to tell.
    """

    months: tuple[str, ...]
    cases: int
    late_cases: int
    forecasts: int
    unsaid: int
    enough: bool
    bands: tuple[Band, ...]
    brier: float
    brier_usual: float
    recall: float
    recall_rule: float
    precision: float
    precision_rule: float
    threshold: float


def months_before(now: datetime, count: int) -> list[tuple[datetime, datetime]]:
    """The last whole months before a moment by Viet Nam's calendar, the earliest first: beginning and end."""
    first = now.astimezone(LEGAL_ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    for _ in range(count):
        before = (first - timedelta(days=1)).replace(day=1)
        found.append((before, first))
        first = before
    return found[::-1]


def held_out(
    lives: Sequence[Life], calendar_of: Callable[[Life], Calendar], months: Iterable[tuple[datetime, datetime]]
) -> list[Told]:
    """Every forecast of every evening of those months, each month's from what was known when it began."""
    told: list[Told] = []
    procedures = defaultdict(list)
    for life in lives:
        procedures[life.procedure].append(life)
    for begins, ends in months:
        for some in procedures.values():
            outlook = outlook_of(some, calendar_of, begins)
            for life in some:
                told += _evenings(life, calendar_of(life), outlook, begins, ends)
    return told


def outlook_of(lives: Sequence[Life], calendar_of: Callable[[Life], Calendar], moment: datetime) -> Outlook:
    """What the dossiers of one procedure teach by a moment, those still open included."""
    known = [life for life in lives if moment - WINDOW <= life.accepted_at <= moment]
    some = sorted(known, key=lambda life: life.accepted_at)[:: -(-len(known) // ENOUGH) or 1]
    return Outlook(Sample([one for life in some for one in _taught(life, calendar_of, moment)]))


def _taught(life: Life, calendar_of: Callable[[Life], Calendar], moment: datetime) -> list[Observation]:
    then = life.as_of(moment)
    return observations(then, calendar_of(life), moment) if then is not None else []


def _was_late(life: Life, calendar: Calendar) -> bool:
    return life.ended_at is not None and judge(life.reckoning(calendar), life.ended_at) == "late"


def _evenings(life: Life, calendar: Calendar, outlook: Outlook, begins: datetime, ends: datetime) -> list[Told]:
    """What was said of one dossier at the evenings of a month; nothing of one whose end nobody knows."""
    if not life.decided or life.ended_at is None or life.ended_at <= begins or life.accepted_at >= ends:
        return []
    found: list[Told] = []
    late = _was_late(life, calendar)
    day = calendar.on_or_after(legal_date(max(life.accepted_at, begins)))
    while True:
        evening = calendar.closing(day)
        if evening >= min(life.ended_at, ends):
            return found
        then = life.as_of(evening)
        if then is not None and not then.paused:
            due_at = due(then.limit, then.accepted_at, calendar, then.pauses, **then.rules)
            if due_at is not None and due_at > evening:
                found.append(_forecast(then, calendar, outlook, evening, due_at, late))
        day = calendar.add(day, 1)


def _forecast(
    then: Life, calendar: Calendar, outlook: Outlook, evening: datetime, due_at: datetime, late: bool
) -> Told:
    stands = spent(then, calendar, evening)
    left = calendar.worked(due_at) - calendar.worked(evening)
    remaining = outlook.remaining(
        stands.step, then.office, stands.season, in_step=stands.in_step, in_all=stands.in_all
    )  # fmt: skip
    said = None if remaining is None else remaining.beyond(left)
    return Told(then.key, evening, said, calendar.between(legal_date(evening), legal_date(due_at)), late)


def reliability(told: Sequence[Told], months: Iterable[str]) -> Reliability:
    """The table, the scores, and the comparison with the simple rule."""
    said = [(one, one.probability) for one in told if one.probability is not None]
    cases = {one.key: one.late for one, _ in said}
    threshold, flagged, ruled = _at_equal_recall(said)
    lates = sum(one.late for one, _ in said)
    number = len(said) or 1
    return Reliability(
        months=tuple(months),
        cases=len(cases),
        late_cases=sum(cases.values()),
        forecasts=len(said),
        unsaid=len(told) - len(said),
        enough=len(cases) >= LEAST_CASES and sum(cases.values()) >= LEAST_LATE,
        bands=tuple(_bands(said)),
        brier=sum((p - one.late) ** 2 for one, p in said) / number,
        brier_usual=lates / number * (1 - lates / number),
        recall=sum(one.late for one in flagged) / (lates or 1),
        recall_rule=sum(one.late for one in ruled) / (lates or 1),
        precision=sum(one.late for one in flagged) / (len(flagged) or 1),
        precision_rule=sum(one.late for one in ruled) / (len(ruled) or 1),
        threshold=threshold,
    )


def _bands(said: Sequence[tuple[Told, float]]) -> Iterable[Band]:
    for low, high in pairwise(BANDS):
        here = [(one, p) for one, p in said if low <= p < high or (p == high == 1.0)]
        if here:
            cases = len({one.key for one, _ in here})
            share = sum(one.late for one, _ in here) / len(here)
            mean = sum(p for _, p in here) / len(here)
            yield Band(low, high, len(here), cases, mean, share, interval(share, cases))


def interval(share: float, cases: int) -> tuple[float, float]:
    """Where the true share lies in 95 of 100 such samples (E. Wilson, JASA 22, 1927)."""
    z2 = Z * Z / cases
    middle, half = share + z2 / 2, Z * sqrt((share * (1 - share) + z2 / 4) / cases)
    return max(0.0, (middle - half) / (1 + z2)), min(1.0, (middle + half) / (1 + z2))


def _at_equal_recall(said: Sequence[tuple[Told, float]]) -> tuple[float, list[Told], list[Told]]:
    """The threshold at which the forecast flags at least as many evenings of late dossiers as the rule does."""
    ruled = [one for one, _ in said if one.left <= SOON]
    wanted = sum(one.late for one in ruled)
    if not wanted:
        return 1.0, [], ruled
    highest = sorted((p for one, p in said if one.late), reverse=True)
    threshold = highest[wanted - 1]
    return threshold, [one for one, p in said if p >= threshold], ruled
