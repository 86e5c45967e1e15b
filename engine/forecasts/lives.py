"""The life of a dossier as the forecast sees it: at which steps it stood, when nobody counted, when it was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Interruption, Limit, Reckoning
from engine.deadlines.reckoning import reckon
from engine.forecasts.seasons import season_of

WHOLE = "*"
"""The step of an observation that speaks of the whole way from acceptance to decision."""


class Stay(NamedTuple):
    """One task of a dossier: the step it belongs to, when it was opened, when closed (None: still open)."""

    step: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Life:
    """What is known of one accepted dossier; all moments carry a time zone.

    `ended_at` is the decision (`decided`), or the moment at which it was withdrawn or stopped; None while it is open.
    `rules` are what `reckon` takes by name, so that its date can be counted as it stood at any moment.
    """

    key: str
    procedure: str
    office: str
    accepted_at: datetime
    limit: Limit
    stays: tuple[Stay, ...] = ()
    pauses: tuple[Interruption, ...] = ()
    ended_at: datetime | None = None
    decided: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)

    def as_of(self, moment: datetime) -> Life | None:
        """This life as it was known at a moment: nothing that came later; None before its acceptance."""
        if self.accepted_at > moment:
            return None
        over = self.ended_at is not None and self.ended_at <= moment
        return replace(
            self,
            stays=tuple(
                Stay(step, since, until if until is not None and until <= moment else None)
                for step, since, until in self.stays
                if since <= moment
            ),
            pauses=tuple(
                wait if wait.end is not None and wait.end <= moment else replace(wait, end=None)
                for wait in self.pauses
                if wait.start <= moment
            ),
            ended_at=self.ended_at if over else None,
            decided=self.decided and over,
        )

    def reckoning(self, calendar: Calendar) -> Reckoning:
        """Its date, with the interruptions known."""
        return reckon(self.limit, self.accepted_at, calendar, self.pauses, **self.rules)

    @property
    def paused(self) -> bool:
        """Whether its term stands still."""
        return any(wait.end is None for wait in self.pauses)


class Spent(NamedTuple):
    """Where an open dossier stands and how long: working seconds in its step and since acceptance, pauses left out."""

    step: str
    season: str
    in_step: int
    in_all: int


class Observation(NamedTuple):
    """One entry into one step: working seconds in the step (`stay`) and from entering it to the end (`total`).

    `left` says whether the step was left, `decided` whether the end was the decision; otherwise the numbers are what
    was seen so far (censored on the right).
    """

    step: str
    season: str
    office: str
    stay: int
    left: bool
    total: int
    decided: bool


class _Way:
    """Working seconds of a life, counted by the unit's calendar without the time its term stood still."""

    def __init__(self, life: Life, calendar: Calendar) -> None:
        self.calendar = calendar
        self.pauses = [
            (calendar.worked(wait.start), None if wait.end is None else calendar.worked(wait.end))
            for wait in sorted(life.pauses, key=lambda wait: wait.start)
        ]

    def at(self, moment: datetime) -> int:
        worked, covered, paused = self.calendar.worked(moment), 0, 0
        for start, end in self.pauses:
            begins, ends = max(start, covered), worked if end is None else min(end, worked)
            paused += max(0, ends - begins)
            covered = max(covered, ends)
        return worked - paused


def _standings(life: Life, now: datetime) -> list[tuple[str, datetime]]:
    """The steps a dossier stood at one after the other, with the moment of entering; parallel ones are one standing.

    While nothing is open (a signature under way, a call) it still stands where it stood.
    """
    over = life.ended_at is not None and life.ended_at <= now
    moments = {life.accepted_at, *(max(one.since, life.accepted_at) for one in life.stays)}
    moments |= {one.until for one in life.stays if one.until is not None and one.until > life.accepted_at}
    found: list[tuple[str, datetime]] = []
    opened: set[datetime] = {one.since for one in life.stays}
    for moment in sorted(moments):
        if moment > now or (over and found and moment >= (life.ended_at or now)):
            break
        here = {one.step for one in life.stays if one.since <= moment and (one.until is None or one.until > moment)}
        step = "+".join(sorted(here))
        if not found or (step and (step != found[-1][0] or (moment in opened and _begun_anew(life, moment)))):
            found.append((step, moment))
    return found


def _begun_anew(life: Life, moment: datetime) -> bool:
    """Whether the same step was opened again at this moment with nothing open before it: another round."""
    return not any(one.since < moment and (one.until is None or one.until > moment) for one in life.stays)


def spent(life: Life, calendar: Calendar, now: datetime) -> Spent:
    """Where an accepted, undecided dossier stands at a moment."""
    way, (step, since) = _Way(life, calendar), _standings(life, now)[-1]
    here = way.at(now)
    season = season_of(since, calendar)
    return Spent(step, season, max(0, here - way.at(since)), max(0, here - way.at(life.accepted_at)))


def observations(life: Life, calendar: Calendar, now: datetime) -> list[Observation]:
    """What one life, as known at `now`, teaches: each entry into a step, and the whole way from acceptance on."""
    way, found = _Way(life, calendar), _standings(life, now)
    end = way.at(min(life.ended_at or now, now))
    over = life.ended_at is not None
    entries = [(step, way.at(since), since) for step, since in found]
    seen = []
    for place, (step, begins, since) in enumerate(entries):
        last = place + 1 == len(entries)
        leaves = end if last else entries[place + 1][1]
        season = season_of(since, calendar)
        seen.append(
            Observation(
                step, season, life.office, max(0, leaves - begins), over or not last, max(0, end - begins), life.decided
            )
        )
    total = max(0, end - way.at(life.accepted_at))
    season = season_of(life.accepted_at, calendar)
    return [*seen, Observation(WHOLE, season, life.office, total, over, total, life.decided)]
