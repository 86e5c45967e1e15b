"""What time brings: marks of a term told to the diagram, the letter of apology drafted, and owed when nobody acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from engine.bpmn import door
from engine.cases.clocks import DOSSIER, calendar_under, marks_ahead, next_moment, reckoning_of
from engine.cases.models import Case, Clock, Incident, Task, Timer
from engine.cases.troubles import trouble
from engine.db import new_id
from engine.dossiers.models import Apology, Dossier
from engine.usecases.advance import carry_on, deliver
from engine.usecases.lapses import lapse, remind
from engine.usecases.notices import tell
from engine.usecases.running import bundle_of, lock_case
from engine.work import Reading, Work

BATCH = 200
AGAIN = timedelta(minutes=10)
"""After how long a moment that could not be told is tried again."""


def due_clocks(read: Reading) -> list[UUID]:
    """The clocks at which something has to be said now, longest waiting first."""
    rows = read.session.scalars(
        select(Clock.id)
        .where(Clock.status == "running", Clock.next_at <= read.now)
        .order_by(Clock.next_at)
        .limit(BATCH)
    )
    return list(rows)


def due_timers(read: Reading) -> list[UUID]:
    """The cases whose diagram waits for a moment that has come."""
    rows = read.session.scalars(
        select(Timer.case_id)
        .where(Timer.status == "waiting", Timer.due_at <= read.now)
        .order_by(Timer.due_at)
        .limit(BATCH)
    )
    return list(dict.fromkeys(rows))


def reach_deadline(work: Work, clock_id: UUID) -> list[str]:
    """Tell the diagram, and the house, every mark of a term that has been reached; each is told once."""
    case_id = work.session.scalar(select(Clock.case_id).where(Clock.id == clock_id))
    if case_id is None:
        return []
    case = lock_case(work, case_id)
    clock = work.session.get_one(Clock, clock_id, populate_existing=True)
    if clock.status != "running" or case.ended_at is not None:
        clock.next_at = None
        return []
    calendar = calendar_under(work.session, clock)
    reckoning = reckoning_of(clock, calendar)
    reached = [name for name, moment in marks_ahead(clock, reckoning, calendar) if moment <= work.now]
    clock.marks = [*clock.marks, *reached]
    clock.next_at = next_moment(clock, reckoning, calendar)
    for name in reached:
        work.record(case, "term.reached", {"term": clock.term, "mark": name})
        if name in HOUSE:
            HOUSE[name](work, case, clock)
        else:
            deliver(work, case, f"term.{clock.term}.{name}", str(case.id), {})
    _told(work, case.id)
    return reached


def pass_moment(work: Work, case_id: UUID) -> None:
    """Let the time of a diagram's own timers pass up to now."""
    case = lock_case(work, case_id)
    if case.ended_at is None:
        definition = bundle_of(work, case).definition
        carry_on(work, case, door.pass_time(definition, case.state, now=work.now))
        _told(work, case.id)


def miss_moment(work: Work, subject: UUID, error: str) -> None:
    """A moment of a clock or a case could not be told: the case shows why, and it is tried again a little later."""
    clock = work.session.get(Clock, subject)
    case_id = clock.case_id if clock is not None else subject
    if clock is not None:
        clock.next_at = work.now + AGAIN
    known = work.session.scalar(
        select(Incident.id).where(
            Incident.case_id == case_id, Incident.kind == "moment", Incident.resolved_at.is_(None)
        )
    )
    if known is None:
        work.session.add(trouble(case_id, "moment", error, now=work.now, token=str(subject)))


def _told(work: Work, case_id: UUID) -> None:
    """What could not be told before has been told now."""
    work.session.execute(
        update(Incident)
        .where(Incident.case_id == case_id, Incident.kind == "moment", Incident.resolved_at.is_(None))
        .values(resolved_at=work.now)
    )


def _draft_apology(work: Work, case: Case, clock: Clock) -> None:
    """The date can still be kept, or a letter is due: the officer is asked why (Decree 61/2018 art. 19)."""
    dossier = work.session.get(Dossier, case.id)
    if dossier is None or dossier.decided_at is not None or clock.promised_on is None or clock.apology_by is None:
        return
    earlier = work.session.scalars(select(Apology.promised_on).where(Apology.case_id == case.id)).all()
    if clock.promised_on in earlier:
        return
    work.session.add(
        Apology(
            id=new_id(),
            case_id=case.id,
            round=len(earlier) + 1,
            due_by=clock.apology_by,
            promised_on=clock.promised_on,
            opened_at=work.now,
        )
    )
    work.session.flush()
    deliver(work, case, "apology.due", str(case.id), {"apology_by": clock.apology_by.isoformat(timespec="seconds")})


def _owe_apology(work: Work, case: Case, clock: Clock) -> None:
    """Nobody signed in time: an unsigned notice goes out, the letter stays owed, and the level above is told."""
    apology = work.session.scalar(
        select(Apology)
        .where(Apology.case_id == case.id, Apology.sent_at.is_(None), Apology.closed_at.is_(None))
        .order_by(Apology.round.desc())
        .limit(1)
    )
    if apology is None or apology.notice_sent_at is not None or not _still_needed(work, case):
        return
    tell(work, case, "may_be_late", reference=f"apology-{apology.round}")
    apology.notice_sent_at, apology.escalated_at = work.now, work.now
    work.record(case, "apology.owed", {"due_by": apology.due_by, "promised_on": apology.promised_on})


def _still_needed(work: Work, case: Case) -> bool:
    """Whether the officer has not already said, in a closed task, that the date will be kept."""
    open_tasks = work.session.scalars(
        select(Task.element_id).where(Task.case_id == case.id, Task.status == "open")
    ).all()
    return any(element.startswith("apology") for element in open_tasks) or (
        (case.variables.get("apology") or {}).get("outcome") != "on_time"
    )


def _miss_date(work: Work, case: Case, clock: Clock) -> None:
    """The date is gone though the officer had meant to keep it: the letter is owed now, and one level up is told."""
    deliver(work, case, f"term.{clock.term}.100", str(case.id), {})
    apology = work.session.scalar(
        select(Apology)
        .where(Apology.case_id == case.id, Apology.sent_at.is_(None), Apology.closed_at.is_(None))
        .order_by(Apology.round.desc())
        .limit(1)
    )
    if clock.term != DOSSIER or apology is None:
        return
    if apology.notice_sent_at is None:
        tell(work, case, "may_be_late", reference=f"apology-{apology.round}")
        apology.notice_sent_at = work.now
    apology.escalated_at = apology.escalated_at or work.now
    work.record(case, "apology.owed", {"due_by": apology.due_by, "promised_on": apology.promised_on})
    writing = select(Task.id).where(Task.case_id == case.id, Task.status == "open", Task.element_id.like("apology%"))
    if work.session.scalar(writing.limit(1)) is None:
        deliver(work, case, "apology.due", str(case.id), {"apology_by": apology.due_by.isoformat(timespec="seconds")})


HOUSE: dict[str, Callable[[Work, Case, Clock], None]] = {
    "apology.draft": _draft_apology,
    "apology.due": _owe_apology,
    "100": _miss_date,
    "supplement.remind": remind,
    "supplement.lapsed": lapse,
}
"""Marks the house itself acts on before any diagram is told."""


def next_moment_of_all(read: Reading) -> datetime | None:
    """When the sweep has something to do next."""
    clock = read.session.scalar(select(func.min(Clock.next_at)).where(Clock.status == "running"))
    timer = read.session.scalar(select(func.min(Timer.due_at)).where(Timer.status == "waiting"))
    return min((moment for moment in (clock, timer) if moment is not None), default=None)
