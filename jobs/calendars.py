"""Terms counted anew after a change of a calendar, in stretches that survive any interruption."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from engine import performing
from engine.composition import House
from engine.outbox import Job
from engine.usecases.recounting import go_on
from engine.work import SYSTEM
from jobs.carrying import carries

STRETCH = 20
"""Slices in one job; the next job goes on from there, so that other jobs come in between."""


@carries("RecountTerms", limit=timedelta(minutes=10))
def recount_terms(house: House, job: Job) -> None:
    """Bring slice after slice to the version in force; the last one closes the change."""
    change_id, missed = UUID(job.args["change"]), {UUID(one) for one in job.args.get("missed", ())}
    if performing.recount(house, change_id, missed, slices=STRETCH):
        with house.unit_of_work(actor=SYSTEM) as work:
            go_on(work, change_id, missed)
