"""Service tasks of a diagram that a worker carries out."""

from __future__ import annotations

from uuid import UUID

from engine import performing
from engine.composition import House
from engine.outbox import Job
from jobs.carrying import carries, is_last_attempt


@carries("PerformCall")
def perform_call(house: House, job: Job) -> None:
    """Claim, act, complete; delivered twice, it acts once."""
    performing.perform_call(house, UUID(job.args["call"]), last_attempt=is_last_attempt(job))
