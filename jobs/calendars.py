"""Terms counted anew after a change of a calendar, in stretches that survive any interruption."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from engine.composition import House
from engine.outbox import Job
from engine.usecases.recounting import finish_change, go_on, miss_term, next_term, recount_term
from engine.work import SYSTEM
from jobs.carrying import carries

log = logging.getLogger("motcua.jobs")
STRETCH = 500
"""Terms in one job; the next job goes on from there."""


@carries("RecountTerms", limit=timedelta(minutes=10))
def recount_terms(house: House, job: Job) -> None:
    """Bring one term after the other to the version in force; the last one closes the change."""
    change_id, missed = UUID(job.args["change"]), set[UUID]()
    for _ in range(STRETCH):
        with house.reading(actor=SYSTEM) as look:
            clock_id = next_term(look, change_id, skip=missed)
        if clock_id is None:
            with house.unit_of_work(actor=SYSTEM) as work:
                finish_change(work, change_id, missed=len(missed))
            return
        try:
            with house.unit_of_work(actor=SYSTEM) as work:
                recount_term(work, change_id, clock_id)
        except Exception as error:
            log.exception("term %s could not be counted anew", clock_id)
            missed.add(clock_id)
            with house.unit_of_work(actor=SYSTEM) as work:
                miss_term(work, change_id, clock_id, f"{type(error).__name__}: {error}")
    with house.unit_of_work(actor=SYSTEM) as work:
        go_on(work, change_id)
