"""What time brings: marks of a term told to the diagram, the letter of apology drafted, and owed when nobody acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from engine.bpmn import door
from engine.cases.clocks import calendar_under, marks_ahead, next_moment, reckoning_of
from engine.cases.models import Case, Clock, Incident, Task, Timer
from engine.cases.troubles import trouble
from engine.usecases.advance import carry_on, deliver
from engine.usecases.apologies import open_apology
from engine.usecases.apologies_owed import date_missed, next_letter, notice_due
from engine.usecases.lapses import lapse, remind
from engine.usecases.running import bundle_of, lock_case
from engine.usecases.warnings import warn_staff
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
    warn_staff(work, case, clock, reckoning, calendar)
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
    """A moment of a clock or a case could not be told: the case shows why, and it is tried again a little later.

    A warning about a step's own time only waits: nothing of the case hangs on it.
    """
    clock = work.session.get(Clock, subject)
    task = work.session.get(Task, subject) if clock is None else None
    if task is not None:
        task.warn_at = work.now + AGAIN
        return
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


def _draft(work: Work, case: Case, clock: Clock) -> None:
    """The date can still be kept, or a letter is due: the officer is asked why (Decree 61/2018 art. 19)."""
    open_apology(work, case, because="term")


def _full_term(work: Work, case: Case, clock: Clock) -> None:
    """The term is over: the diagram is told, and a promise that ended with it is missed."""
    deliver(work, case, f"term.{clock.term}.100", str(case.id), {})
    if clock.promised_on == clock.due_on:
        date_missed(work, case, clock)


HOUSE: dict[str, Callable[[Work, Case, Clock], None]] = {
    "apology.draft": _draft,
    "apology.due": notice_due,
    "apology.missed": date_missed,
    "100": _full_term,
    "supplement.remind": remind,
    "supplement.lapsed": lapse,
}
"""Marks the house itself acts on before any diagram is told."""


def next_moment_of_all(read: Reading) -> datetime | None:
    """When the sweep has something to do next."""
    clock = read.session.scalar(select(func.min(Clock.next_at)).where(Clock.status == "running"))
    timer = read.session.scalar(select(func.min(Timer.due_at)).where(Timer.status == "waiting"))
    step = read.session.scalar(select(func.min(Task.warn_at)).where(Task.status == "open"))
    moments = (clock, timer, step, next_letter(read))
    return min((moment for moment in moments if moment is not None), default=None)
