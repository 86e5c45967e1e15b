"""The desk of somebody who is away: cleared on their first day, one task a transaction."""

from __future__ import annotations

from uuid import UUID

from engine.composition import House
from engine.outbox import Job
from engine.usecases.absences import clear_task, desk_of, finish_clearing
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("ClearDesk")
def clear_desk(house: House, job: Job) -> None:
    """Hand every task over or back; killed in between, the next attempt goes on with what is left."""
    absence_id = UUID(job.args["absence"])
    with house.reading(actor=SYSTEM) as look:
        tasks = desk_of(look, absence_id)
    for task_id in tasks:
        with house.unit_of_work(actor=SYSTEM) as work:
            clear_task(work, absence_id, task_id)
    with house.unit_of_work(actor=SYSTEM) as work:
        finish_clearing(work, absence_id)
