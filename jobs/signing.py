"""Lists that a leader confirmed: the confirmation carried to each paper."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from engine.composition import House
from engine.outbox import Job
from engine.usecases.signing_list import sign_slice
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("SignList", limit=timedelta(minutes=15))
def sign_list(house: House, job: Job) -> None:
    """Sign the next papers of a list as they were shown; delivered twice or cut off, each key use happens once."""
    sign_slice(lambda actor: house.unit_of_work(actor=actor), SYSTEM, UUID(job.args["list"]))
