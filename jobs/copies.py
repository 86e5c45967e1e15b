"""Electronic copies of the office's papers, made and sealed."""

from __future__ import annotations

from uuid import UUID

from engine import performing
from engine.composition import House
from engine.outbox import Job
from jobs.carrying import carries, is_last_attempt


@carries("MakeCopy")
def make_copy(house: House, job: Job) -> None:
    """Make one copy that somebody asked for; asked twice, it is made once."""
    performing.make_copy(house, UUID(job.args["copy"]), last_attempt=is_last_attempt(job))
