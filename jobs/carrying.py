"""How every job is carried out: taken over from the relay, done with no transaction open, written down as done."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from engine import outbox
from engine.composition import House, composition
from engine.outbox import LEASE, Job
from engine.ports import Unsure
from engine.work import SYSTEM
from jobs.app import app
from jobs.leases import name_of_process, take_over
from jobs.taking import Taken

log = logging.getLogger("motcua.jobs")
Act = Callable[[House, Job], None]
ACTS: dict[str, tuple[Act, timedelta]] = {}
"""Every kind of job this house can carry out, with the longest time one may take."""


def carries(kind: str, *, limit: timedelta = LEASE) -> Callable[[Act], Act]:
    """Provide the act for a kind of job. It may be called again after any interruption and must then act once."""

    def provide(act: Act) -> Act:
        def deliver(job_id: str, holder: str) -> None:
            carry_out(composition(), UUID(job_id), holder)

        ACTS[kind] = act, limit
        app.task(name=kind, Request=Taken)(deliver)
        return act

    return provide


def carry_out(house: House, job_id: UUID, holder: str) -> None:
    """Carry out one job the relay leased under the name `holder`; an old or doubled message does nothing."""
    worker = name_of_process("worker")
    with house.unit_of_work(actor=SYSTEM) as work:
        job = work.session.get(Job, job_id)
        kind = job.kind if job else ""
        act, limit = ACTS.get(kind, (unknown_kind, LEASE))
        job = take_over(work.session, job_id, holder, now=work.now, worker=worker, length=limit)
    if job is None:
        return
    try:
        with Watch(job, limit):
            act(house, job)
    except Exception as error:
        log.exception("job %s %s failed at attempt %d", job.kind, job.id, job.attempts)
        with house.unit_of_work(actor=SYSTEM) as work:
            outbox.fail(
                work.session, job.id, words_of(error), now=work.now, final=isinstance(error, Unsure | UnknownKind)
            )
    else:
        with house.unit_of_work(actor=SYSTEM) as work:
            outbox.done(work.session, job.id, now=work.now)


def words_of(error: Exception) -> str:
    """What the list of failed jobs shows of an error; of refused answers also which ones."""
    problems = "; ".join(f"{problem.path}: {problem.message}" for problem in getattr(error, "problems", ()))
    return f"{type(error).__name__}: {error}{f' ({problems})' if problems else ''}"


def is_last_attempt(job: Job) -> bool:
    """Whether a failure now would put the job into the list of failed jobs."""
    return job.attempts > len(outbox.PAUSES)


class UnknownKind(Exception):
    """A job of a kind this version of the house does not know."""


def unknown_kind(house: House, job: Job) -> None:
    """Nobody can carry this out: it goes straight to the list a person sees."""
    raise UnknownKind(f"no worker for jobs of kind {job.kind}")


class Watch:
    """Which job runs in this process and since when, so that one that hangs can be noticed from another thread."""

    running: ClassVar[dict[int, tuple[str, float, float]]] = {}

    def __init__(self, job: Job, limit: timedelta) -> None:
        self.entry = (f"{job.kind} {job.id}", time.monotonic(), limit.total_seconds())

    def __enter__(self) -> None:
        self.running[threading.get_ident()] = self.entry

    def __exit__(self, *_: Any) -> None:
        self.running.pop(threading.get_ident(), None)

    @classmethod
    def overdue(cls) -> str | None:
        """A job that runs longer than its lease, or None."""
        now = time.monotonic()
        return next((title for title, since, limit in list(cls.running.values()) if now - since > limit), None)
