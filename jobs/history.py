"""The history of days that are over, sealed."""

from __future__ import annotations

from datetime import timedelta

from engine.composition import House
from engine.outbox import Job
from engine.performing import seal_history
from jobs.carrying import carries
from jobs.deadlines import is_living_through_its_past


@carries("SealHistory", limit=timedelta(hours=2))
def seal_ended_days(house: House, job: Job) -> None:
    """Seal every day that is over and not sealed yet; the sample's past is sealed once it has been lived."""
    if not is_living_through_its_past(house):
        seal_history(house)
