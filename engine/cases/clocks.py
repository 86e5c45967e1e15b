"""The terms a case is under: started, interrupted, resumed and stopped; the dates come from the deadlines room."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.calendars.load import calendar_of
from engine.cases.models import Case, Clock
from engine.cases.models import Interruption as InterruptionRow
from engine.clock import LEGAL_ZONE, legal_date
from engine.db import new_id
from engine.deadlines.calendar import Calendar
from engine.deadlines.ledger import ledger_to_json
from engine.deadlines.limits import Interruption, Limit, Reckoning
from engine.deadlines.reckoning import reckon
from engine.deadlines.standing import StillPaused, apology_by, mark
from engine.work import Work

DOSSIER = "dossier"
SUPPLEMENT = "supplement"
"""The applicant's own term: until when they may answer a request for supplement."""

REMIND_AT = 80
"""Per cent of the applicant's own term after which they are reminded."""

PERCENTS = (50, 80, 100)


def clock_of(work: Work, case_id: UUID, term: str) -> Clock | None:
    """The clock of one term of a case."""
    return work.session.scalar(select(Clock).where(Clock.case_id == case_id, Clock.term == term))


def reckoning_of(clock: Clock, calendar: Calendar) -> Reckoning:
    """The clock computed anew from its limit, start and interruptions."""
    return reckon(
        Limit(clock.limit_value, clock.limit_unit),  # type: ignore[arg-type]
        clock.started_at,
        calendar,
        tuple(
            Interruption(row.started_at, row.ended_at, row.cause, row.ground, row.mode)  # type: ignore[arg-type]
            for row in clock.interruptions
        ),
    )


def refresh(work: Work, clock: Clock) -> Reckoning:
    """Compute a clock's dates and the moment at which the sweep has to look at it next."""
    calendar = calendar_of(work.session, clock.calendar)
    reckoning = reckoning_of(clock, calendar)
    clock.ledger = ledger_to_json(reckoning.ledger)
    clock.provisional = reckoning.provisional
    clock.due_on, clock.due_at = reckoning.due_on, reckoning.due_at
    clock.apology_by = None if reckoning.paused else apology_by(reckoning, calendar)
    clock.next_at = None if reckoning.paused else next_moment(clock, reckoning, calendar)
    return reckoning


def next_moment(clock: Clock, reckoning: Reckoning, calendar: Calendar) -> datetime | None:
    """When something has to be said about this term: the first mark not yet told, however long ago it was."""
    moments = [moment for _, moment in marks_ahead(clock, reckoning, calendar)]
    return min(moments, default=None)


def marks_ahead(clock: Clock, reckoning: Reckoning, calendar: Calendar) -> list[tuple[str, datetime]]:
    """Every mark the diagram or the house has not been told yet, with its moment.

    Marks are per cents of the term ("50", "80", "100"), and for the dossier's own term "apology.draft" and
    "apology.due" around the last moment at which the letter may go out. The applicant's own term has two others:
    "supplement.remind", and "supplement.lapsed" when its last day is over.
    """
    if clock.term == SUPPLEMENT:
        ahead = [
            ("supplement.remind", mark(reckoning, calendar, REMIND_AT)),
            ("supplement.lapsed", over_from(reckoning)),
        ]
    else:
        ahead = [(str(percent), mark(reckoning, calendar, percent)) for percent in PERCENTS]
    if clock.term == DOSSIER and clock.apology_by is not None:
        ahead += [("apology.draft", draft_from(clock.apology_by, clock, calendar)), ("apology.due", clock.apology_by)]
    told = set(clock.marks)
    return [(name, moment) for name, moment in ahead if name not in told]


def over_from(reckoning: Reckoning) -> datetime:
    """When a term is over: the midnight after its last day, or the very moment for hours and the same day."""
    if reckoning.due_on is None or reckoning.due_at is None:
        raise StillPaused("a term that stands still is not over")
    if reckoning.limit.by_instant:
        return reckoning.due_at
    return datetime.combine(reckoning.due_on + timedelta(days=1), time(0), LEGAL_ZONE)


def draft_from(by: datetime, clock: Clock, calendar: Calendar) -> datetime:
    """From when the letter of apology is drafted: the opening of its last day, two hours ahead for hourly limits."""
    if clock.limit_unit in {"hours", "same_day"}:
        return max(by - timedelta(hours=2), clock.started_at)
    return max(calendar.opening(legal_date(by)), clock.started_at)


def start_clock(
    work: Work, case: Case, term: str, limit: Limit, *, started_at: datetime, calendar: str = "vn"
) -> Clock:
    """Put a case under a term; a term already running stays as it is."""
    clock = clock_of(work, case.id, term)
    if clock is not None and clock.status != "stopped":
        return clock
    if clock is None:
        clock = Clock(id=new_id(), case_id=case.id, term=term, marks=[], ledger=[], interruptions=[])
        work.session.add(clock)
    clock.limit_value, clock.limit_unit, clock.calendar = limit.value, limit.unit, calendar
    clock.started_at, clock.status, clock.stopped_at, clock.marks = started_at, "running", None, []
    refresh(work, clock)
    work.record(case, "clock.started", {"term": term, "limit": f"{limit.value} {limit.unit}", "due_on": clock.due_on})
    return clock


def pause_clock(work: Work, case: Case, term: str, *, cause: str, ground: str, mode: str) -> Clock | None:
    """The term does not run from now on, for a cause on a legal ground."""
    clock = clock_of(work, case.id, term)
    if clock is None or clock.status != "running":
        return clock
    clock.interruptions.append(
        InterruptionRow(id=new_id(), started_at=work.now, ended_at=None, cause=cause, ground=ground, mode=mode)
    )
    clock.status = "paused"
    refresh(work, clock)
    work.record(case, "clock.paused", {"term": term, "cause": cause, "ground": ground, "mode": mode})
    return clock


def resume_clock(work: Work, case: Case, term: str) -> Clock | None:
    """The cause has gone: the term goes on, or from zero where the decree in force says so."""
    clock = clock_of(work, case.id, term)
    if clock is None or clock.status != "paused":
        return clock
    for row in clock.interruptions:
        if row.ended_at is None:
            row.ended_at = work.now
            # the date moves, so whatever was said about it has to be said again
            clock.marks = [] if row.mode == "restart" else [m for m in clock.marks if not m.startswith("apology")]
    clock.status = "running"
    refresh(work, clock)
    work.record(case, "clock.resumed", {"term": term, "due_on": clock.due_on})
    return clock


def stop_clock(work: Work, case: Case, term: str) -> Clock | None:
    """The term has been met or has no more meaning."""
    clock = clock_of(work, case.id, term)
    if clock is None or clock.status == "stopped":
        return clock
    for row in clock.interruptions:
        if row.ended_at is None:
            row.ended_at = work.now
    clock.status, clock.stopped_at, clock.next_at = "stopped", work.now, None
    work.record(case, "clock.stopped", {"term": term})
    return clock
