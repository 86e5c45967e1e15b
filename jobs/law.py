"""Law that ends soon, looked for once a day."""

from __future__ import annotations

from engine.composition import House
from engine.outbox import Job
from engine.usecases.law_warnings import warn_of_endings
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("WarnOfEndings")
def warn(house: House, job: Job) -> None:
    """Tell designers and leaders what ends within thirty days and has no successor; each of them once."""
    with house.unit_of_work(actor=SYSTEM) as work:
        warn_of_endings(work)
