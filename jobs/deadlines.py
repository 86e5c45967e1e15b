"""Legal terms and timers whose moment has come."""

from __future__ import annotations

from engine import performing
from engine.composition import House
from engine.outbox import Job
from jobs.carrying import carries


@carries("SweepDeadlines")
def sweep_deadlines(house: House, job: Job) -> None:
    """Tell every case whose moment has come."""
    performing.sweep(house)
