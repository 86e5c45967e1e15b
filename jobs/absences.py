"""The desk of somebody who is away: cleared on their first day."""

from __future__ import annotations

from uuid import UUID

from engine import performing
from engine.composition import House
from engine.outbox import Job
from jobs.carrying import carries


@carries("ClearDesk")
def clear_desk(house: House, job: Job) -> None:
    """Hand every task over or back; killed in between, the next attempt goes on with what is left."""
    performing.clear_desk(house, UUID(job.args["absence"]))
