"""Old rows nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from engine.composition import House
from engine.outbox import Job
from engine.performing import tidy_files
from engine.work import SYSTEM
from jobs.carrying import carries

KEPT = timedelta(days=14)
KEPT_SLOTS = timedelta(days=1)


@carries("TidyOutbox")
def tidy_outbox(house: House, job: Job) -> None:
    """Forget jobs carried out two weeks ago, the schedule's own after a day; failed ones stay until somebody acts."""
    with house.unit_of_work(actor=SYSTEM) as work:
        done = delete(Job).where(Job.status == "done")
        work.session.execute(done.where(Job.finished_at < work.now - KEPT))
        work.session.execute(done.where(Job.finished_at < work.now - KEPT_SLOTS, Job.key.startswith("schedule:")))


@carries("TidyFiles", limit=timedelta(minutes=30))
def tidy_stored_files(house: House, job: Job) -> None:
    """Remove files that no row names any more, a day after they came."""
    tidy_files(house)
