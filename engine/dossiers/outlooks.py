"""What the cases of a procedure and of its units teach: learned from their stamps, kept, and read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.dossiers.forecasts import ForecastSample
from engine.dossiers.histories import histories, spread
from engine.forecasts.lives import Observation, observations
from engine.forecasts.outlook import MOST, Outlook, Sample, Strengths, strengths

OF_ALL = 1200
"""So many of a procedure's dossiers speak for all its units together; of one unit `MOST`."""
WINDOW = timedelta(days=550)
"""Eighteen months: one whole run-up to Tết is always among them, and what is older tells of people who have gone."""
ALL_UNITS = ""
FRESH, FRESH_WHEN_FULL = timedelta(days=1), timedelta(days=7)
"""How long a sample is good: a thin one changes with every case, a full one little in a week."""
AT_HAND, UNITS_AT_HAND = 12, 40
_turn = Lock()
_outlooks: OrderedDict[tuple[str, str, datetime], tuple[Outlook, dict[str, datetime]]] = OrderedDict()
"""Outlooks by database, procedure and when they were made, each with when its units' samples were made."""


def is_fresh(made_at: datetime, lives: int, unit: str, now: datetime) -> bool:
    """Whether a sample made then still speaks for the office."""
    full = lives >= (MOST if unit else OF_ALL) // 2
    return now - made_at < (FRESH_WHEN_FULL if full else FRESH)


def learned(session: Session, procedure: str, unit: str, now: datetime) -> ForecastSample:
    """What the dossiers of the window teach at this moment, those still open included; nothing is written."""
    case_ids = spread(session, procedure, UUID(unit) if unit else None, now - WINDOW, MOST if unit else OF_ALL)
    order = {case_id: place for place, case_id in enumerate(case_ids)}
    found = sorted(histories(session, case_ids), key=lambda one: order[one[0]])
    seen = [one for _, known in found for one in observations(known.life, known.calendar, now)]
    return ForecastSample(
        procedure=procedure,
        unit=unit,
        made_at=now,
        lives=len(found),
        strengths={} if unit else asdict(strengths(Sample(seen))),
        observations=[list(one) for one in seen],
    )


def outlook_of(session: Session, procedure: str, units: Collection[str] = ()) -> Outlook | None:
    """What is kept of a procedure, with the samples of these units; None before anything was learned of it."""
    wanted = [ALL_UNITS, *units]
    rows = session.execute(
        select(ForecastSample.unit, ForecastSample.made_at).where(
            ForecastSample.procedure == procedure, ForecastSample.unit.in_(wanted)
        )
    )
    made = {unit: made_at for unit, made_at in rows}  # noqa: C416  a row is no pair to a type checker
    if ALL_UNITS not in made:
        return None
    with _turn:
        return _at_hand(session, procedure, made)


def _at_hand(session: Session, procedure: str, made: Mapping[str, datetime]) -> Outlook:
    """The outlook of a sample kept in memory, with the units' samples brought up to date."""
    key = (str(session.get_bind().engine.url), procedure, made[ALL_UNITS])
    held = _outlooks.get(key)
    if held is None:
        sample, strengths_kept = _read(session, procedure, ALL_UNITS)
        held = _outlooks[key] = Outlook(sample, given=Strengths(**strengths_kept)), {}
    _outlooks.move_to_end(key)
    while len(_outlooks) > AT_HAND:
        _outlooks.popitem(last=False)
    outlook, known = held
    for unit in made.keys() - {ALL_UNITS}:
        if known.get(unit) != made[unit]:
            if len(known) >= UNITS_AT_HAND:
                known.clear()
                outlook.units.clear()
            outlook.learn(unit, _read(session, procedure, unit)[0])
            known[unit] = made[unit]
    return outlook


def _read(session: Session, procedure: str, unit: str) -> tuple[Sample, dict[str, float]]:
    kept = select(ForecastSample.observations, ForecastSample.strengths)
    row = session.execute(kept.where(ForecastSample.procedure == procedure, ForecastSample.unit == unit)).one()
    return Sample([Observation(*one) for one in row.observations]), row.strengths
