"""Opening a task: whose it is, what it is about, until when it is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select, update

from engine.accounts.models import Person, fold
from engine.bpmn.advance import Waiting
from engine.cases.clocks import DOSSIER
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_time
from engine.db import new_id
from engine.dossiers.forecasts import look_again
from engine.dossiers.lists import set_due, set_dues, show_to
from engine.dossiers.models import Dossier
from engine.feedback.models import Report
from engine.usecases.absences import present_instead
from engine.usecases.running import bundle_of
from engine.usecases.steps import step_times
from engine.work import Work

CONSULTED = "consulted"
"""The one place of a case whose office sees the dossier only once it is asked."""


class Subject(NamedTuple):
    """What a case is about, as its tasks carry it, so that a list reads one table.

    `promised_at` is the legal date, of a report the moment by which it is to be answered; `owed_at` a dossier's while
    its term runs and nothing is decided.
    """

    code: str = ""
    name: str = ""
    title: str = ""
    promised_at: datetime | None = None
    owed_at: datetime | None = None
    decided_at: datetime | None = None
    accepted_at: datetime | None = None

    @property
    def search_key(self) -> str:
        """By what a task is found."""
        return fold(f"{self.code} {self.name} {self.title}")


def open_task(work: Work, case: Case, asked: Waiting) -> None:
    """Lay a task on the desk of the role and office its drawing names, or of one person."""
    place, _, role = (asked.candidate_groups[0] if asked.candidate_groups else "").partition(".")
    office = case.places.get(place)
    office_id, task_id, subject = UUID(str(office)) if office else None, new_id(), subject_of(work, case)
    due_at, warn_at = _times(work, case, asked, office_id, subject)
    work.session.gather(
        Task,
        id=task_id,
        case_id=case.id,
        token=asked.token,
        element_id=asked.element_id,
        name=asked.name,
        form_id=asked.form_id or "",
        properties=dict(asked.properties),
        inputs=dict(asked.inputs),
        office_id=office_id,
        role=role,
        assignee_id=_assignee(work, asked, office_id, role),
        subject_code=subject.code,
        subject_name=subject.name,
        title=subject.title,
        search_key=subject.search_key,
        opened_at=work.now,
        due_at=due_at,
        warn_at=warn_at,
        legal_due_at=subject.promised_at,
        owed_at=subject.owed_at,
        decided_at=subject.decided_at,
    )
    if place == CONSULTED:
        _show_to(work, case, office_id)
    work.record(case, "task.opened", {"task": str(task_id), "element": asked.element_id, "role": role})


def _show_to(work: Work, case: Case, office_id: UUID | None) -> None:
    """An office that is asked for its opinion sees the dossier from now on."""
    dossier = work.session.get(Dossier, case.id)
    if dossier is not None and office_id is not None:
        show_to(work.session, dossier, [office_id])


def _assignee(work: Work, asked: Waiting, office_id: UUID | None, role: str) -> UUID | None:
    """Whom the drawing names, or who does it while that person is away."""
    if not asked.assignee:
        return None
    try:
        named = work.session.scalar(select(Person.id).where(Person.id == UUID(asked.assignee), Person.active))
    except ValueError:
        return None
    return present_instead(work, named, office_id, role) if named is not None else None


def _times(
    work: Work, case: Case, asked: Waiting, office_id: UUID | None, subject: Subject
) -> tuple[datetime | None, datetime | None]:
    """The step's own budget, counted over working time; steps are internal and promise nothing to the citizen."""
    limits = bundle_of(work, case).procedure.limits
    late_in_the_day = limits.transfer_cut_off is not None and legal_time(work.now).time() > limits.transfer_cut_off
    return step_times(
        work.session,
        case,
        limits,
        element_id=asked.element_id,
        term=asked.properties.get("term", ""),
        office_id=office_id,
        opened_at=work.now,
        accepted_at=subject.accepted_at if late_in_the_day else None,
    )


def subject_of(work: Work, case: Case) -> Subject:
    """What a case is about, as this act has left it so far."""
    work.session.settle()
    found = work.session.connection().execute(_DOSSIER, {"case": case.id}).one_or_none()
    if found is not None:
        code, owed = found.code or found.filing_code, found.running_until if found.decided_at is None else None
        return Subject(
            code, found.owner_name, found.title, found.promised_at, owed, found.decided_at, found.accepted_at
        )
    report = work.session.get(Report, case.id)
    if report is not None:
        return Subject(report.code, report.sender_name, report.text[:120], report.due_at)
    return Subject()


_dossiers, _clocks = Dossier.__table__, Clock.__table__
_DOSSIERS = select(
    _dossiers.c.case_id,
    _dossiers.c.code,
    _dossiers.c.filing_code,
    _dossiers.c.owner_name,
    _dossiers.c.title,
    _dossiers.c.promised_at,
    _dossiers.c.accepted_at,
    _dossiers.c.decided_at,
    _clocks.c.promised_at.label("running_until"),
).outerjoin(
    _clocks,
    and_(_clocks.c.case_id == _dossiers.c.case_id, _clocks.c.term == DOSSIER, _clocks.c.status == "running"),
)
_DOSSIER = _DOSSIERS.where(_dossiers.c.case_id == bindparam("case"))
_DATES_OF_TASKS = (
    update(Task)
    .where(Task.case_id == bindparam("case"), Task.status == "open")
    .values(legal_due_at=bindparam("promised"), owed_at=bindparam("owed"))
)


def refresh_subjects(work: Work, cases: Sequence[Case]) -> None:
    """Carry new dates of many dossiers over to their open tasks and to the lists, each kind of row in one go."""
    if not cases:
        return
    work.session.flush()
    connection, ids = work.session.connection(), [case.id for case in cases]
    rows = connection.execute(_DOSSIERS.where(_dossiers.c.case_id.in_(ids))).all()
    owed = {row.case_id: row.running_until if row.decided_at is None else None for row in rows}
    connection.execute(
        _DATES_OF_TASKS, [{"case": row.case_id, "promised": row.promised_at, "owed": owed[row.case_id]} for row in rows]
    )
    set_dues(work.session, {work.session.get_one(Dossier, case_id): until for case_id, until in owed.items()})
    look_again(work.session, ids, work.now)


def refresh_subject(work: Work, case: Case) -> None:
    """Carry a new code or date, or that the term stands still, over to the open tasks of a case and to the lists."""
    subject = subject_of(work, case)
    work.session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.status == "open")
        .values(
            subject_code=subject.code,
            subject_name=subject.name,
            title=subject.title,
            search_key=subject.search_key,
            legal_due_at=subject.promised_at,
            owed_at=subject.owed_at,
            decided_at=subject.decided_at,
        )
    )
    dossier = work.session.get(Dossier, case.id)
    if dossier is not None:
        set_due(work.session, dossier, subject.owed_at)
        look_again(work.session, [case.id], work.now)
