"""Old rows nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

from engine.composition import House
from sqlalchemy import delete

from engine.outbox import Job
from engine.work import SYSTEM
from jobs.carrying import carries

KEPT = timedelta(days=14)


@carries("TidyOutbox")
def tidy_outbox(house: House, job: Job) -> None:
    """Forget jobs that were carried out two weeks ago; failed ones stay until a person has seen to them."""
    with house.unit_of_work(actor=SYSTEM) as work:
        work.session.execute(delete(Job).where(Job.status == "done", Job.finished_at < work.now - KEPT))
