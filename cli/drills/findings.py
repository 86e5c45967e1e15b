"""What is counted after a drill, and what must hold whatever was killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.cases.models import Call, Case, Incident, Task
from engine.dossiers.models import Document, Dossier, SigningConsent
from engine.journal import verify
from engine.notifications.models import Notice
from engine.outbox import Job
from engine.queries.heads import heads_of
from engine.registers.checking import book_faults


@dataclass
class Findings:
    """Figures of a drill, and the promises it found broken (none, if all is well)."""

    figures: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def unfinished(session: Session) -> int:
    """How much the workers still have to do, the schedule's own jobs apart."""
    jobs = select(func.count()).where(
        Job.status.in_(("ready", "leased")), (Job.key.is_(None)) | ~Job.key.startswith("schedule:")
    )
    return session.scalar(jobs) or 0


def look_into(session: Session, filed: Sequence[UUID], received: Mapping[str, int]) -> Findings:
    """Everything a drill promises; `received` counts what the outside got, by reference."""
    found = Findings()
    faults = list(verify(session, heads_of(session)))
    found.broken += [f"journal: {fault.chain} act {fault.seq} {fault.problem}" for fault in faults]
    _nothing_lost(session, filed, found)
    _nothing_doubled(session, found)
    _told_once(session, received, found)
    failed = session.scalars(select(Job.last_error).where(Job.status == "failed")).all()
    found.broken += [f"a job failed: {error}" for error in failed]
    return found


def _nothing_lost(session: Session, filed: Sequence[UUID], found: Findings) -> None:
    kept = set(session.scalars(select(Dossier.case_id)))
    at_task = set(session.scalars(select(Task.case_id).where(Task.status == "open")))
    stuck = set(session.scalars(select(Incident.case_id).where(Incident.resolved_at.is_(None))))
    ended = set(session.scalars(select(Case.id).where(Case.ended_at.is_not(None))))
    for case_id in filed:
        if case_id not in kept:
            found.broken.append(f"dossier {case_id} was filed and is gone")
        elif case_id not in at_task | stuck | ended:
            found.broken.append(f"dossier {case_id} stands nowhere")
    unknown = session.scalars(select(Call.id).where(Call.status == "unknown")).all()
    waiting = session.scalars(select(Call.id).where(Call.status.in_(("waiting", "attempting")))).all()
    found.broken += [f"call {call} was never carried out" for call in waiting]
    if len(stuck) != len(unknown):
        found.broken.append(f"{len(stuck)} cases have incidents, {len(unknown)} calls are unknown")
    found.figures |= {
        "dossiers filed": len(filed),
        "accepted": session.scalar(select(func.count()).where(Dossier.accepted_at.is_not(None))) or 0,
        "ended": len(ended),
        "outside calls left to a person": len(unknown),
    }


def _nothing_doubled(session: Session, found: Findings) -> None:
    printed = set(session.scalars(select(Call.id).where(Call.type == "letter.render", Call.status == "done")))
    papers = session.scalars(select(Document)).all()
    if {paper.id for paper in papers} != printed:
        found.broken.append("papers and calls to print them do not agree")
    codes = Counter(session.scalars(select(Dossier.code).where(Dossier.code.is_not(None))))
    found.broken += [f"code {code} was given {times} times" for code, times in codes.items() if times > 1]
    found.broken += [f"books: {fault}" for fault in book_faults(session)]
    used = Counter(session.scalars(select(SigningConsent.document_id).where(SigningConsent.used_at.is_not(None))))
    signed = {paper.id for paper in papers if paper.signed_at is not None}
    if set(used) != signed or any(times > 1 for times in used.values()):
        found.broken.append("signed papers and consents that were used do not agree")
    found.figures |= {"papers": len(papers), "signed": len(signed)}


def _told_once(session: Session, received: Mapping[str, int], found: Findings) -> None:
    notices = session.scalars(select(Notice)).all()
    states = Counter(notice.status for notice in notices)
    for state in set(states) - {"delivered", "unknown"}:
        found.broken.append(f"{states[state]} notices are {state}")
    for notice in notices:
        times = received.get(str(notice.id), 0)
        if notice.channel == "sms" and (times > 1 or (notice.status == "delivered" and times != 1)):
            found.broken.append(f"notice {notice.id} is {notice.status} and was received {times} times")
    found.figures |= {"notices delivered": states["delivered"], "notices unknown": states["unknown"]}
