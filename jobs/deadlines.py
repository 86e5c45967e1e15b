"""Legal terms and timers whose moment has come."""

from __future__ import annotations

from sqlalchemy import select

from engine import performing
from engine.composition import House
from engine.outbox import Job
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("SweepDeadlines")
def sweep_deadlines(house: House, job: Job) -> None:
    """Tell every case whose moment has come."""
    if not is_living_through_its_past(house):
        performing.sweep(house)


def is_living_through_its_past(house: House) -> bool:
    """Whether the sample dossiers are still being driven through their months: terms reached today would end them."""
    with house.reading(actor=SYSTEM) as look:
        loading = select(Job.id).where(Job.kind == "LoadSample", Job.status.in_(("ready", "leased")))
        return look.session.scalar(loading.limit(1)) is not None
