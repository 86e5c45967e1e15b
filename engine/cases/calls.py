"""The jobs that carry a case's calls out: which of them are under way, and one more for a call that has none."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases.models import Call
from engine.outbox import LIVE, Job
from engine.work import Work

PERFORM = "PerformCall"


def calls_under_way(session: Session) -> set[UUID]:
    """The calls some job carries out now or will when its turn comes."""
    jobs = select(Job.args).where(Job.kind == PERFORM, Job.status.in_(LIVE))
    return {UUID(args["call"]) for args in session.scalars(jobs)}


def ask_for(work: Work, call_id: UUID) -> None:
    """Ask a worker to carry out a call that was just written down."""
    work.defer(PERFORM, {"call": str(call_id)})


def ask_once_more(work: Work, call: Call) -> None:
    """Another job for a call; asked twice in one act, it is one."""
    work.defer(PERFORM, {"call": str(call.id)}, key=f"call:{call.id}:{work.now.isoformat()}")
