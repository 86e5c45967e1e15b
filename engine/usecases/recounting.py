"""After a change of a calendar: every running term counted anew, both dates kept, the applicant told; one at a time.

Each term is its own transaction: a worker that is killed goes on where it stopped, and a term that cannot be counted
keeps no other waiting.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine.calendars.edits import differences
from engine.calendars.load import calendar_of
from engine.calendars.models import CalendarChange, CalendarRow, CalendarVersion
from engine.cases.clocks import DOSSIER, SUPPLEMENT, Hours, received_on, recount
from engine.cases.models import Case, Clock, MovedDate, Task
from engine.clock import legal_date
from engine.deadlines.calendar import Calendar
from engine.dossiers.models import Apology, Dossier, SupplementRequest
from engine.feedback.models import Report
from engine.usecases.advance import deliver
from engine.usecases.deadlines import miss_moment
from engine.usecases.notices import tell
from engine.usecases.opening import refresh_subject
from engine.usecases.running import bundle_of, lock_case
from engine.usecases.steps import step_due
from engine.work import Reading, Work

_differences: dict[tuple[str, str, int, int], list[dict[str, Any]]] = {}
MOST_REASONS = 8
"""How many of the days that moved a date are written beside it."""


def next_term(read: Reading, change_id: UUID, *, skip: Collection[UUID] = ()) -> UUID | None:
    """The next running term that still counts by an older version; None when none is left but those to skip."""
    change = read.session.get(CalendarChange, change_id)
    if change is None or change.status != "applying":
        return None
    behind = (
        select(Clock.id)
        .join(CalendarRow, CalendarRow.code == Clock.calendar)
        .where(
            (CalendarRow.code == change.calendar) | (CalendarRow.base == change.calendar),
            Clock.status != "stopped",
            Clock.calendar_version < CalendarRow.version,
        )
        .order_by(Clock.id)
        .limit(1)
    )
    if skip:
        behind = behind.where(Clock.id.not_in(list(skip)))
    ahead = behind.where(Clock.id > change.cursor) if change.cursor is not None else behind
    found: UUID | None = read.session.scalar(ahead) or read.session.scalar(behind)
    return found


def recount_term(work: Work, change_id: UUID, clock_id: UUID) -> None:
    """Count one term by the version in force; what moved is written down and told."""
    case_id = work.session.scalar(select(Clock.case_id).where(Clock.id == clock_id))
    if case_id is None:
        return
    case = lock_case(work, case_id)
    change = work.session.get_one(CalendarChange, change_id, with_for_update=True, populate_existing=True)
    clock = work.session.get_one(Clock, clock_id, populate_existing=True)
    change.cursor, change.done = clock_id, change.done + 1
    calendar = calendar_of(work.session, clock.calendar)
    if clock.status == "stopped" or clock.calendar_version == calendar.version:
        return
    before = _Before(clock)
    _receive_anew(work, case, clock)
    recount(work, clock, calendar=calendar)
    _steps_anew(work, case, clock)
    if clock.due_at is None or clock.due_at == before.due_at:
        return
    promised_on = _promise_anew(work, case, clock, before, calendar)
    late = _over(clock, clock.due_at, work.now) and not _over(clock, before.due_at, work.now)
    change.moved, change.late = change.moved + 1, change.late + late
    first, last = legal_date(clock.started_at), max(before.day, legal_date(clock.due_at))
    work.session.add(
        MovedDate(
            change_id=change.id,
            clock_id=clock.id,
            case_id=case.id,
            moved_at=work.now,
            old_version=before.version,
            new_version=calendar.version,
            old_due_at=before.due_at,
            new_due_at=clock.due_at,
            old_promised_on=before.promised_on,
            new_promised_on=promised_on,
            why=_reasons(work, calendar, before.version, first, last),
            late=late,
        )
    )
    facts = {"term": clock.term, "before": before.due_at, "after": clock.due_at, "document": change.document}
    work.record(case, "clock.recounted", facts | {"calendar": f"{calendar.code} {calendar.version}"})
    if clock.term == DOSSIER and promised_on != before.promised_on:
        _spare_old_apology(work, case, before)
        tell(work, case, "date_moved", reference=str(change.id))
    elif clock.term == SUPPLEMENT:
        tell(work, case, "supplement_moved", reference=str(change.id))


def miss_term(work: Work, change_id: UUID, clock_id: UUID, error: str) -> None:
    """A term could not be counted anew: its case shows why, the others go on."""
    change = work.session.get_one(CalendarChange, change_id, with_for_update=True, populate_existing=True)
    change.cursor = clock_id
    miss_moment(work, clock_id, error)


def finish_change(work: Work, change_id: UUID, *, missed: int) -> None:
    """Every term counts by the new version, but for those a person has to look into."""
    change = work.session.get_one(CalendarChange, change_id, with_for_update=True, populate_existing=True)
    if change.status != "applying":
        return
    change.status, change.finished_at = "applied", work.now
    facts = {"calendar": change.calendar, "version": change.version, "moved": change.moved, "late": change.late}
    work.record_for_office("system", "calendar.recounted", facts | {"counted": change.done, "missed": missed})


def go_on(work: Work, change_id: UUID) -> None:
    """Ask a worker for the next stretch of a long recount."""
    change = work.session.get_one(CalendarChange, change_id, with_for_update=True, populate_existing=True)
    work.defer("RecountTerms", {"change": str(change_id)}, key=f"recount:{change_id}:{change.done}:{change.cursor}")


def _reasons(work: Work, calendar: Calendar, old_version: int, first: date, last: date) -> list[dict[str, Any]]:
    """The days between two dates that are counted otherwise than before."""
    key = (str(work.session.get_bind().engine.url), calendar.code, old_version, calendar.version)
    if key not in _differences:  # versions never change, and every term of a change asks the same
        old, new = (_content(work, calendar.code, number) for number in (old_version, calendar.version))
        _differences[key] = differences(old, new)
    found = [line for line in _differences[key] if first <= date.fromisoformat(line["day"]) <= last]
    return found[:MOST_REASONS]


class _Before:
    """What a clock said before it was counted anew."""

    def __init__(self, clock: Clock) -> None:
        self.due_at, self.due_on, self.promised_on = clock.due_at, clock.due_on, clock.promised_on
        self.version = clock.calendar_version
        self.day = clock.due_on or legal_date(clock.started_at)


def _receive_anew(work: Work, case: Case, clock: Clock) -> None:
    if clock.effective_on is None:
        return
    procedure = bundle_of(work, case).procedure
    hours = Hours(procedure.limits.same_day_cut_off, procedure.limits.start_cut_off, procedure.field_code)
    clock.effective_on = received_on(work.session, case, clock.started_at, hours)


def _promise_anew(work: Work, case: Case, clock: Clock, before: _Before, calendar: Calendar) -> date | None:
    """The promised date goes with the due date; one given by letter stays, or moves on from a day that is off now."""
    if before.promised_on is not None:
        if before.promised_on == before.due_on:
            clock.promised_on, clock.promised_at = clock.due_on, clock.due_at
        elif not calendar.is_working(before.promised_on):
            clock.promised_on = calendar.on_or_after(before.promised_on)
            clock.promised_at = calendar.closing(clock.promised_on)
    if clock.term == DOSSIER:
        dossier = work.session.get(Dossier, case.id)
        if dossier is not None:
            dossier.effective_on = clock.effective_on
            dossier.promised_on, dossier.promised_at = clock.promised_on, clock.promised_at
            refresh_subject(work, case)
    elif clock.term == SUPPLEMENT:
        work.session.execute(
            update(SupplementRequest)
            .where(
                SupplementRequest.case_id == case.id,
                SupplementRequest.answered_at.is_(None),
                SupplementRequest.closed_at.is_(None),
            )
            .values(answer_by=clock.due_on)
        )
    else:
        _report_anew(work, case, clock, before)
    return clock.promised_on


def _report_anew(work: Work, case: Case, clock: Clock, before: _Before) -> None:
    """A report from the public carries the moment by which an answer is owed, and so do its open tasks."""
    report = work.session.get(Report, case.id)
    if report is not None and report.due_at == before.due_at:
        report.due_at = clock.due_at
        work.session.execute(
            update(Task).where(Task.case_id == case.id, Task.status == "open").values(legal_due_at=clock.due_at)
        )


def _steps_anew(work: Work, case: Case, clock: Clock) -> None:
    """Open steps keep their beginning; when they are to be done is counted by the calendar in force."""
    dossier, limits = work.session.get(Dossier, case.id), bundle_of(work, case).procedure.limits
    for task in work.session.scalars(select(Task).where(Task.case_id == case.id, Task.status == "open")):
        task.due_at = step_due(
            work.session,
            case,
            limits,
            element_id=task.element_id,
            term=task.properties.get("term", ""),
            office_id=task.office_id,
            opened_at=task.opened_at,
            accepted_at=dossier.accepted_at if dossier is not None else None,
        )


def _spare_old_apology(work: Work, case: Case, before: _Before) -> None:
    """A letter of apology drafted for the date that moved on is not owed any more."""
    open_ones: Sequence[Apology] = work.session.scalars(
        select(Apology).where(
            Apology.case_id == case.id,
            Apology.sent_at.is_(None),
            Apology.closed_at.is_(None),
            Apology.promised_on == before.promised_on,
            Apology.promised_on >= legal_date(work.now),
        )
    ).all()
    for apology in open_ones:
        apology.closed_at, apology.closed_because = work.now, "calendar"
        deliver(work, case, "apology.spared", str(case.id), {})


def _over(clock: Clock, due_at: datetime | None, now: datetime) -> bool:
    if due_at is None:
        return False
    return now > due_at if clock.limit_unit in {"hours", "same_day"} else legal_date(now) > legal_date(due_at)


def _content(work: Work, code: str, version: int) -> dict[str, Any]:
    return work.session.get_one(CalendarVersion, (code, version)).content
