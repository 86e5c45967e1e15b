"""Running terms watched by an authority's new rules of letters of apology, slice after slice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from engine.composition import House
from engine.outbox import Job
from engine.usecases.apology_rules import watch_promises
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("WatchPromises", limit=timedelta(minutes=5))
def watch(house: House, job: Job) -> None:
    """One slice; the next is asked for in the same transaction."""
    after = job.args.get("after")
    with house.unit_of_work(actor=SYSTEM) as work:
        watch_promises(work, UUID(job.args["rule"]), UUID(after) if after else None)
