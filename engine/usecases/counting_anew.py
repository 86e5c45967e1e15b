"""One term counted anew by another calendar: its steps, the promise, the lists, the letter drafted for the old date."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update

from engine.cases.clocks import DOSSIER, SUPPLEMENT, Hours, calendar_under, promise, received_on, recount
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date
from engine.deadlines.calendar import Calendar
from engine.deadlines.promises import promise_after
from engine.dossiers.models import Apology, Dossier, SupplementRequest
from engine.dossiers.transfers import earlier_of, promise_under
from engine.feedback.models import Report
from engine.usecases.apologies import DATES
from engine.usecases.apologies_owed import close, spare
from engine.usecases.notices import tell
from engine.usecases.opening import refresh_subject, refresh_subjects
from engine.usecases.running import bundle_of
from engine.usecases.steps import step_times
from engine.work import Work

_UNDER_WAY = (Apology.sent_at.is_(None), Apology.closed_at.is_(None), Apology.because.in_(DATES))
"""A letter of apology about a date that somebody is still to write or sign."""


@dataclass(frozen=True)
class Counted:
    """A term before and after it was counted anew; `first` to `last` are the days its two dates rest on.

    `late`: the date has passed by now, and had not before.
    """

    term: str
    old_due_at: datetime | None
    new_due_at: datetime | None
    old_promised_on: date | None
    new_promised_on: date | None
    late: bool
    first: date
    last: date

    @property
    def moved(self) -> bool:
        """Whether there is another date now; one that stands still has none."""
        if self.new_due_at is None:
            return False
        return self.old_due_at != self.new_due_at or self.promise_moved

    @property
    def promise_moved(self) -> bool:
        """Whether another day is promised to the applicant now."""
        return self.old_promised_on != self.new_promised_on


@dataclass(frozen=True)
class Together:
    """What was read at once for the terms of a slice, and the cases whose lists take their dates at its end."""

    tasks: Mapping[UUID, Sequence[Task]]
    lettered: Collection[UUID]
    shown: dict[UUID, Case] = field(default_factory=dict)


def read_together(work: Work, case_ids: Collection[UUID]) -> Together:
    """The open steps of these cases, and which of them have a letter of apology under way."""
    tasks: dict[UUID, list[Task]] = {}
    for task in work.session.scalars(select(Task).where(Task.case_id.in_(case_ids), Task.status == "open")):
        tasks.setdefault(task.case_id, []).append(task)
    lettered = select(Apology.case_id).where(Apology.case_id.in_(case_ids), *_UNDER_WAY)
    return Together(tasks, set(work.session.scalars(lettered)))


def show_together(work: Work, together: Together) -> None:
    """Carry the dates of a slice over to tasks and lists."""
    refresh_subjects(work, list(together.shown.values()))
    together.shown.clear()


def count_anew(
    work: Work,
    case: Case,
    clock: Clock,
    calendar: Calendar,
    *,
    another_unit: bool = False,
    together: Together | None = None,
) -> Counted:
    """Bring one term of a locked case, and the steps on its desks, to a calendar; what is promised goes with it.

    With `another_unit` the calendar is that of the unit that decides from tomorrow on: what was counted and received
    until today stays, and the promise moves back only from a day on which that unit is closed. Counted `together` with
    others, its dates come to tasks and lists with theirs (`show_together`).
    """
    due_at, due_on, promised_on = clock.due_at, clock.due_on, clock.promised_on
    before = _shown(clock)
    if another_unit:
        clock.earlier = earlier_of(clock, calendar, legal_date(work.now))
    else:
        _receive_anew(work, case, clock)
    recount(work, clock, calendar=calendar)
    count_steps(work, case, together.tasks.get(case.id, ()) if together else None)
    if clock.due_at is not None and promised_on is not None:
        day_of = promise_under if another_unit else promise_after
        _promise_anew(work, clock, day_of(promised_on, due_on, clock.due_on, calendar), due_on)
    if clock.due_at is not None and _shown(clock) != before:
        _carry_over(work, case, clock, due_at, together)
    return Counted(
        term=clock.term,
        old_due_at=due_at,
        new_due_at=clock.due_at,
        old_promised_on=promised_on,
        new_promised_on=clock.promised_on,
        late=over(clock, clock.due_at, work.now) and not over(clock, due_at, work.now),
        first=legal_date(clock.started_at),
        last=max(day for day in (due_on, clock.due_on, clock.promised_on, legal_date(clock.started_at)) if day),
    )


def tell_moved(
    work: Work,
    case: Case,
    counted: Counted,
    *,
    reference: str,
    event: str = "date_moved",
    together: Together | None = None,
) -> None:
    """The applicant hears of another date, once per reference; the letter drafted for the old one is owed no more."""
    if counted.term == DOSSIER and counted.promise_moved:
        if together is None or case.id in together.lettered:
            _spare_old_apology(work, case, counted.old_promised_on)
        tell(work, case, event, reference=reference)
    elif counted.term == SUPPLEMENT and counted.old_due_at != counted.new_due_at:
        tell(work, case, "supplement_moved", reference=reference)


def over(clock: Clock, due_at: datetime | None, now: datetime) -> bool:
    """Whether a moment of this term has passed: by the instant for hours and the same day, else by its date."""
    if due_at is None:
        return False
    return now > due_at if clock.limit_unit in {"hours", "same_day"} else legal_date(now) > legal_date(due_at)


def _receive_anew(work: Work, case: Case, clock: Clock) -> None:
    if clock.effective_on is None:
        return
    procedure = bundle_of(work, case).procedure
    hours = Hours(procedure.limits.same_day_cut_off, procedure.limits.start_cut_off, procedure.field_code)
    clock.effective_on = received_on(work.session, case, clock.started_at, hours)


def _shown(clock: Clock) -> tuple[object, ...]:
    return clock.due_at, clock.promised_on, clock.promised_at, clock.effective_on


def _promise_anew(work: Work, clock: Clock, promised_on: date, due_before: date | None) -> None:
    if promised_on == clock.due_on and clock.promised_on == due_before and clock.due_at is not None:
        promise(work, clock, promised_on, clock.due_at)
    elif promised_on != clock.promised_on:
        promise(work, clock, promised_on, calendar_under(work.session, clock).closing(promised_on))


def _carry_over(work: Work, case: Case, clock: Clock, due_before: datetime | None, together: Together | None) -> None:
    """Whatever shows this term's date shows the new one."""
    if clock.term == DOSSIER:
        dossier = work.session.get(Dossier, case.id)
        if dossier is not None:
            dossier.effective_on = clock.effective_on
            dossier.promised_on, dossier.promised_at = clock.promised_on, clock.promised_at
            if together is None:
                refresh_subject(work, case)
            else:
                together.shown[case.id] = case
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
        _report_anew(work, case, clock, due_before)


def _report_anew(work: Work, case: Case, clock: Clock, due_before: datetime | None) -> None:
    """A report from the public carries the moment by which an answer is owed, and so do its open tasks."""
    report = work.session.get(Report, case.id)
    if report is not None and report.due_at == due_before:
        report.due_at = clock.due_at
        work.session.execute(
            update(Task).where(Task.case_id == case.id, Task.status == "open").values(legal_due_at=clock.due_at)
        )


def count_steps(work: Work, case: Case, tasks: Sequence[Task] | None = None) -> None:
    """Open steps keep their beginning; when they are to be done is counted by the calendar in force.

    `tasks` are the open steps of the case where they were read before.
    """
    if tasks is None:
        tasks = work.session.scalars(select(Task).where(Task.case_id == case.id, Task.status == "open")).all()
    dossier, limits = work.session.get(Dossier, case.id), bundle_of(work, case).procedure.limits
    for task in tasks:
        task.due_at, task.warn_at = step_times(
            work.session,
            case,
            limits,
            element_id=task.element_id,
            term=task.properties.get("term", ""),
            office_id=task.office_id,
            opened_at=task.opened_at,
            accepted_at=dossier.accepted_at if dossier is not None else None,
        )


def _spare_old_apology(work: Work, case: Case, promised_on: date | None) -> None:
    """A letter of apology drafted for the date that moved on is not owed any more."""
    open_ones = work.session.scalars(
        select(Apology).where(
            Apology.case_id == case.id,
            *_UNDER_WAY,
            Apology.promised_on == promised_on,
            Apology.promised_on >= legal_date(work.now),
        )
    ).all()
    for apology in open_ones:
        close(work, case, apology, "calendar")
        spare(work, case, apology)
