"""Cases that stand still without anybody running into it."""

from __future__ import annotations

from datetime import timedelta

from engine import performing
from engine.composition import House
from engine.outbox import Job
from jobs.carrying import carries
from jobs.deadlines import is_living_through_its_past


@carries("WatchCases", limit=timedelta(minutes=10))
def watch_cases(house: House, job: Job) -> None:
    """Look for cases that do not move; what is found becomes an incident, what has healed is closed."""
    if not is_living_through_its_past(house):
        performing.watch(house)
