"""The terms a case is under: started, interrupted, resumed and stopped; the dates come from the deadlines room.

What a date rests on is pinned on its clock: the bundle the limit stands in, the version of the calendar, the effective
day of reception. A clock keeps to its version until a change of the calendar is applied to it (`recount`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendars.load import calendar_joined
from engine.cases.calendars import deciding_calendar, receiving_calendar
from engine.cases.marks import warnings_ahead
from engine.cases.models import Case, Clock
from engine.cases.models import Interruption as InterruptionRow
from engine.cases.promises import promise_marks, watch
from engine.clock import LEGAL_ZONE
from engine.db import new_id
from engine.deadlines.calendar import Calendar
from engine.deadlines.ledger import ledger_to_json
from engine.deadlines.limits import Interruption, Limit, Reckoning
from engine.deadlines.reckoning import reckon
from engine.deadlines.standing import StillPaused, mark
from engine.work import Work

DOSSIER = "dossier"
"""The term promised to the applicant: the published one where the office publishes less than the law allows."""

LEGAL = "legal"
"""The limit of the law, kept beside a shorter published one; it starts, pauses and stops with the dossier's term."""

SUPPLEMENT = "supplement"
"""The applicant's own term: until when they may answer a request for supplement."""

REMIND_AT = 80
"""Per cent of the applicant's own term after which they are reminded."""

PERCENTS = (50, 80, 100)


@dataclass(frozen=True)
class Hours:
    """The two hours of a procedure that move a day on, None where there is no such rule, and its field.

    After `same_day` a same-day result moves to the next working day; after `start` counting begins a working day
    later. `field` is the field code, for counters that open on rest days for some fields only.
    """

    same_day: time | None = None
    start: time | None = None
    field: str = ""


def clock_of(work: Work, case_id: UUID, term: str) -> Clock | None:
    """The clock of one term of a case."""
    return work.session.scalar(select(Clock).where(Clock.case_id == case_id, Clock.term == term))


def calendar_under(session: Session, clock: Clock) -> Calendar:
    """The very version of the calendar this clock's date was computed with."""
    return calendar_joined(session, clock.calendar, clock.calendar_version, clock.earlier)


def waits_of(clock: Clock, *, over: bool = False) -> tuple[Interruption, ...]:
    """The interruptions of a clock as the deadlines count them; with `over` only those that have ended."""
    return tuple(
        Interruption(row.started_at, row.ended_at, row.cause, row.ground, row.mode, row.document)  # type: ignore[arg-type]
        for row in clock.interruptions
        if row.ended_at is not None or not over
    )


def rules_of(clock: Clock) -> dict[str, Any]:
    """The settings of a clock that the reckoning takes by name: the hour rules and the effective reception day."""
    return {
        "cut_off": _hour(clock.same_day_cut_off),
        "reception_until": _hour(clock.start_cut_off),
        "effective_on": clock.effective_on,
    }


def reckoning_of(clock: Clock, calendar: Calendar) -> Reckoning:
    """The clock computed anew from its limit, start and interruptions."""
    limit = Limit(clock.limit_value, clock.limit_unit)  # type: ignore[arg-type]
    return reckon(limit, clock.started_at, calendar, waits_of(clock), **rules_of(clock))


def refresh(work: Work, clock: Clock) -> Reckoning:
    """Compute a clock's dates and the moment at which the sweep has to look at it next."""
    calendar = calendar_under(work.session, clock)
    reckoning = reckoning_of(clock, calendar)
    clock.ledger = ledger_to_json(reckoning.ledger)
    clock.provisional = reckoning.provisional
    clock.due_on, clock.due_at = reckoning.due_on, reckoning.due_at
    if clock.term == DOSSIER:
        watch(work.session, clock, calendar)
    clock.next_at = None if reckoning.paused else next_moment(clock, reckoning, calendar)
    return reckoning


def promise(work: Work, clock: Clock, day: date, moment: datetime, *, by_letter: bool = False) -> None:
    """Another date is promised: what was told of the old one is told again of this one; `by_letter`: from now on."""
    if by_letter or clock.promised_on != day:
        clock.marks = [name for name in clock.marks if not name.startswith("apology")]
    clock.promised_on, clock.promised_at = day, moment
    calendar = calendar_under(work.session, clock)
    if clock.term == DOSSIER:
        watch(work.session, clock, calendar, since=work.now if by_letter else None)
    if clock.status == "running":
        clock.next_at = next_moment(clock, reckoning_of(clock, calendar), calendar)


def next_moment(clock: Clock, reckoning: Reckoning, calendar: Calendar) -> datetime | None:
    """When something has to be said about this term: the first mark not yet told, however long ago it was."""
    ahead = marks_ahead(clock, reckoning, calendar) + warnings_ahead(clock, reckoning, calendar)
    moments = [moment for _, moment in ahead]
    return min(moments, default=None)


def marks_ahead(clock: Clock, reckoning: Reckoning, calendar: Calendar) -> list[tuple[str, datetime]]:
    """Every mark the diagram or the house has not been told yet, with its moment.

    Marks are per cents of the term ("50", "80", "100"), and for the dossier's own term those around the promised date
    ("apology.draft", "apology.due", "apology.missed": engine.cases.promises). The applicant's own term has two others:
    "supplement.remind", and "supplement.lapsed" when its last day is over; the limit of the law has "100" alone.
    """
    if clock.term == SUPPLEMENT:
        ahead = [
            ("supplement.remind", mark(reckoning, calendar, REMIND_AT)),
            ("supplement.lapsed", over_from(reckoning)),
        ]
    else:
        percents = PERCENTS[-1:] if clock.term == LEGAL else PERCENTS
        ahead = [(str(percent), mark(reckoning, calendar, percent)) for percent in percents]
    if clock.term == DOSSIER:
        ahead += promise_marks(clock, calendar)
    told = set(clock.marks)
    return [(name, moment) for name, moment in ahead if name not in told]


def over_from(reckoning: Reckoning) -> datetime:
    """When a term is over: the midnight after its last day, or the very moment for hours and the same day."""
    if reckoning.due_on is None or reckoning.due_at is None:
        raise StillPaused("a term that stands still is not over")
    if reckoning.limit.by_instant:
        return reckoning.due_at
    return datetime.combine(reckoning.due_on + timedelta(days=1), time(0), LEGAL_ZONE)


def start_clock(
    work: Work, case: Case, term: str, limit: Limit, *, started_at: datetime, hours: Hours | None = None
) -> Clock:
    """Put a case under a term by the calendar of the deciding unit; a term already running stays as it is.

    The dossier's own terms begin with the day on which the receiving counter's windows let it be received; the term of
    acceptance is the receiving office's and runs by its calendar.
    """
    clock = clock_of(work, case.id, term)
    if clock is not None and clock.status != "stopped":
        return clock
    hours = hours or Hours()
    calendar = (receiving_calendar if term == "acceptance" else deciding_calendar)(work.session, case)
    effective_on = received_on(work.session, case, started_at, hours) if term in (DOSSIER, LEGAL) else None
    if clock is None:
        clock = Clock(id=new_id(), case_id=case.id, term=term, marks=[], warned=[], ledger=[], interruptions=[])
    clock.limit_value, clock.limit_unit, clock.bundle_id = limit.value, limit.unit, case.bundle_id
    clock.calendar, clock.calendar_version, clock.earlier = calendar.code, calendar.version, []
    clock.same_day_cut_off, clock.start_cut_off = _hour_text(hours.same_day), _hour_text(hours.start)
    clock.effective_on, clock.started_at = effective_on, started_at
    clock.status, clock.stopped_at, clock.marks, clock.warned = "running", None, [], []
    work.session.add(clock)
    refresh(work, clock)
    facts = {"term": term, "limit": f"{limit.value} {limit.unit}", "due_on": clock.due_on}
    work.record(case, "clock.started", facts | {"calendar": f"{calendar.code} {calendar.version}"})
    return clock


def received_on(session: Session, case: Case, moment: datetime, hours: Hours) -> date:
    """The effective reception day of a case: by the windows of its counter, then a day the deciding unit works.

    A Saturday that the counter counts as received stays that Saturday.
    """
    counter = receiving_calendar(session, case)
    return counter.received_on(moment, hours.start, hours.field)


def recount(
    work: Work,
    clock: Clock,
    *,
    calendar: Calendar | None = None,
    limit: Limit | None = None,
    bundle: UUID | None = None,
) -> Reckoning:
    """Count a term anew under another version of its calendar, another limit or another bundle; what was told stays.

    The apology belongs to a date: where the date moves, its marks are told again.
    """
    before = clock.due_at
    if calendar is not None:
        clock.calendar, clock.calendar_version = calendar.code, calendar.version
    if limit is not None:
        clock.limit_value, clock.limit_unit = limit.value, limit.unit
    clock.bundle_id = bundle or clock.bundle_id
    reckoning = refresh(work, clock)
    if clock.due_at != before:
        clock.marks = [name for name in clock.marks if not _tied_to_date(name, clock, work.now)]
        reckoning = refresh(work, clock)
    return reckoning


def _tied_to_date(mark_name: str, clock: Clock, now: datetime) -> bool:
    """Whether what was told of the old date has to be told again of the new one, which lies ahead."""
    ahead = clock.due_at is not None and clock.due_at > now
    return ahead and (mark_name.startswith(("apology", "supplement")) or mark_name == "100")


def pause_clock(
    work: Work,
    case: Case,
    term: str,
    *,
    cause: str,
    ground: str,
    mode: str,
    document: str = "",
    document_id: UUID | None = None,
) -> Clock | None:
    """The term does not run from now on, for a cause on a legal ground, as a document told the applicant."""
    clock = clock_of(work, case.id, term)
    if clock is None or clock.status != "running":
        return clock
    for one in _together(work, case, clock):
        one.interruptions.append(
            InterruptionRow(
                id=new_id(),
                started_at=work.now,
                ended_at=None,
                cause=cause,
                ground=ground,
                document=document,
                document_id=document_id,
                mode=mode,
            )
        )
        one.status = "paused"
        refresh(work, one)
    facts = {"term": term, "cause": cause, "ground": ground, "mode": mode}
    work.record(case, "clock.paused", facts | ({"document": str(document_id)} if document_id else {}))
    return clock


def name_paper(work: Work, case: Case, term: str, *, words: str, document_id: UUID) -> None:
    """The paper that told the applicant is out: the interruption and its ledger name it from now on."""
    clock = clock_of(work, case.id, term)
    if clock is None or clock.status != "paused":
        return
    for one in _together(work, case, clock):
        for row in one.interruptions:
            if row.ended_at is None and row.document_id is None:
                row.document, row.document_id = words, document_id
        refresh(work, one)


def resume_clock(work: Work, case: Case, term: str) -> Clock | None:
    """The cause has gone: the term goes on, or from zero where the decree in force says so."""
    clock = clock_of(work, case.id, term)
    if clock is None or clock.status != "paused":
        return clock
    for one in _together(work, case, clock):
        for row in one.interruptions:
            if row.ended_at is None:
                row.ended_at = work.now
                # the date moves, so whatever was said about it has to be said again
                one.marks = [] if row.mode == "restart" else [m for m in one.marks if not m.startswith("apology")]
        one.status = "running"
        refresh(work, one)
    work.record(case, "clock.resumed", {"term": term, "due_on": clock.due_on})
    return clock


def stop_clock(work: Work, case: Case, term: str) -> Clock | None:
    """The term has been met or has no more meaning; one that stood still never went on, and has no date."""
    clock = clock_of(work, case.id, term)
    if clock is None or clock.status == "stopped":
        return clock
    for one in _together(work, case, clock):
        one.status, one.stopped_at, one.next_at = "stopped", work.now, None
    work.record(case, "clock.stopped", {"term": term})
    return clock


def _together(work: Work, case: Case, clock: Clock) -> list[Clock]:
    """The clock, and with the dossier's term the limit of the law where that is kept beside it."""
    legal = clock_of(work, case.id, LEGAL) if clock.term == DOSSIER else None
    return [clock] if legal is None or legal.status == "stopped" else [clock, legal]


def _hour(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _hour_text(hour: time | None) -> str | None:
    return hour.isoformat(timespec="seconds") if hour else None
