"""Who works on which job: names of workers, handing a lease from the relay to the worker, leases of the dead."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import outbox
from engine.outbox import Job


def name_of_process(role: str) -> str:
    """A name no other living process bears: role, machine, process number and when that process began."""
    return f"{role}/{socket.gethostname()}/{os.getpid()}/{_began(os.getpid())}"


def _began(process: int) -> str:
    """Clock ticks between the machine's start and the process's, or "" when there is no such process."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def is_dead(name: str) -> bool:
    """Whether a process of this machine that bore the name has ended; of other machines nothing is known."""
    role, machine, process, began = [*name.split("/"), "", "", ""][:4]
    return bool(role and began) and machine == socket.gethostname() and _began(int(process)) != began


def take_over(
    session: Session, job_id: UUID, holder: str, *, now: datetime, worker: str, length: timedelta
) -> Job | None:
    """The relay's lease becomes the worker's; None when the message is an old or doubled one."""
    waiting = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if waiting is None or waiting.leased_by != holder:
        return None
    waiting.leased_by = None
    session.flush()
    return outbox.claim(session, job_id, now=now, worker=worker, length=length)


def release_dead(session: Session, *, now: datetime) -> int:
    """End the leases of processes of this machine that are gone, so their jobs need not wait; how many jobs."""
    holders = session.scalars(select(Job.leased_by).where(Job.status == "leased", Job.leased_until > now).distinct())
    dead = [holder for holder in holders if holder and is_dead(holder)]
    if not dead:
        return 0
    ended = update(Job).where(Job.status == "leased", Job.leased_by.in_(dead)).values(leased_until=now)
    return int(session.execute(ended).rowcount)  # type: ignore[attr-defined]


def give_back(session: Session, job_ids: Sequence[UUID], holder: str, *, now: datetime) -> None:
    """End the leases of jobs that could not be sent; whoever took one of them meanwhile keeps it."""
    ended = update(Job).where(Job.id.in_(job_ids), Job.status == "leased", Job.leased_by == holder)
    session.execute(ended.values(leased_until=now))


def waiting_for(session: Session, holder: str, *, now: datetime) -> int:
    """How many jobs this relay has sent that no worker has taken yet."""
    mine = select(func.count()).where(Job.status == "leased", Job.leased_by == holder, Job.leased_until > now)
    return session.scalar(mine) or 0


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether any job waits: ready and its time has come, or its lease ran out."""
    ready = (Job.status == "ready") | ((Job.status == "leased") & (Job.leased_until <= now))
    return session.scalar(select(Job.id).where(Job.run_at <= now, ready).limit(1)) is not None
