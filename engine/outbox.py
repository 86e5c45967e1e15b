"""What the engine asks of the workers: one row a job, written in the transaction that asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, Identified, new_id
from engine.gathering import Gathering

LEASE = timedelta(minutes=5)
PAUSES = (2, 10, 30, 120, 600, 1800, 3600)
"""Seconds between attempts; after the last one the job stands in the list of failed jobs for a person to see."""


LIVE = ("ready", "leased")
"""Where a job stands that is carried out now, or will be when its turn comes."""


class Job(Identified, Base):
    """One request to a worker; `status` is ready, leased, done or failed, `key` makes a request unique."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_ready", "run_at", postgresql_where="status in ('ready', 'leased')"),
        Index("ix_jobs_status_finished", "status", "finished_at"),
    )

    kind: Mapped[str]
    args: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(String(10), default="ready")
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class Progress(Base):
    """How far a long piece of work has come, for a page to show while it goes on."""

    __tablename__ = "progress"

    name: Mapped[str] = mapped_column(primary_key=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


def ask(
    session: Gathering,
    kind: str,
    args: dict[str, Any],
    *,
    now: datetime,
    at: datetime | None = None,
    key: str | None = None,
    holder: str | None = None,
) -> UUID:
    """Write a request in the caller's transaction; with a `key` that was already asked, nothing is added.

    A `holder` carries the job out itself: the relay leaves it alone until that process is gone.
    """
    if key is not None:
        existing = session.scalar(select(Job.id).where(Job.key == key))
        if existing is not None:
            return existing
    job_id = new_id()
    session.gather(
        Job,
        id=job_id,
        kind=kind,
        args=args,
        key=key,
        status="ready" if holder is None else "leased",
        run_at=at or now,
        created_at=now,
        leased_by=holder,
        leased_until=None if holder is None else now + timedelta(days=3650),
    )
    return job_id


def lease(session: Session, *, now: datetime, limit: int, worker: str, length: timedelta = LEASE) -> list[Job]:
    """Take jobs that are due, or whose lease ran out, for `length`; nobody else gets them meanwhile."""
    due = (
        select(Job)
        .where(
            Job.run_at <= now,
            or_(Job.status == "ready", (Job.status == "leased") & (Job.leased_until <= now)),
        )
        .order_by(Job.run_at, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    jobs = list(session.scalars(due))
    for job in jobs:
        job.status, job.leased_by, job.leased_until = "leased", worker, now + length
    return jobs


def claim(session: Session, job_id: UUID, *, now: datetime, worker: str, length: timedelta = LEASE) -> Job | None:
    """One job for one worker just before it acts; None when it is done, failed or in other hands."""
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.status in {"done", "failed"}:
        return None
    if job.leased_until is not None and job.leased_until > now and job.leased_by not in {None, worker}:
        return None
    if job.attempts > len(PAUSES):
        job.status, job.finished_at, job.leased_by, job.leased_until = "failed", now, None, None
        job.last_error = job.last_error or "every worker that took this job ended without a word"
        return None
    job.status, job.leased_by, job.leased_until = "leased", worker, now + length
    job.attempts += 1
    return job


def is_done(session: Session, job_id: UUID) -> bool:
    """Whether a job was carried out before; nobody else can carry it out until this transaction has ended."""
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    return job is None or job.status == "done"


def done(session: Session, job_id: UUID, *, now: datetime) -> None:
    """The job has been carried out; a second word of it changes nothing."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status != "done")
        .values(status="done", finished_at=now, leased_by=None, leased_until=None, last_error=None)
    )


def fail(session: Session, job_id: UUID, error: str, *, now: datetime, final: bool = False) -> Job | None:
    """The attempt failed: again after a growing pause, or into the visible list when it keeps failing."""
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.status == "done":
        return job
    job.last_error, job.leased_by, job.leased_until = error[:2000], None, None
    if final or job.attempts > len(PAUSES):
        job.status, job.finished_at = "failed", now
    else:
        job.status = "ready"
        job.run_at = now + timedelta(seconds=PAUSES[max(job.attempts - 1, 0)])
    return job


def retry(session: Session, job_id: UUID, *, now: datetime) -> None:
    """A person asks that a failed job be tried once more from the start."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status == "failed")
        .values(status="ready", run_at=now, attempts=0, finished_at=None)
    )
