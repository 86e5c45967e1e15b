"""Keeping where a case stands: what an advance opened and closed becomes rows; nothing else of the case is read.

Tokens are never used again within a case, so each advance is kept once by its difference: what it opened is written,
what it closed is ended. An ordinary step therefore costs one new task and one passage, however long the case is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm.util import identity_key

from engine.accounts.models import Person, fold
from engine.bpmn.advance import Advance, Waiting
from engine.cases.models import Call, Case, Incident, Passage, Subscription, Task, Timer
from engine.cases.troubles import trouble
from engine.clock import legal_time
from engine.db import new_id
from engine.dossiers.lists import owed_at, set_due, show_to
from engine.dossiers.models import Dossier
from engine.feedback.models import Report
from engine.usecases.running import bundle_of
from engine.usecases.steps import step_due
from engine.work import Work
from rules.sentences import Sentence

CONSULTED = "consulted"
"""The one place of a case whose office sees the dossier only once it is asked."""


def keep(
    work: Work, case: Case, advance: Advance, *, at_once: Collection[str], later: Collection[str], finished: str | None
) -> None:
    """Write an advance down: its state, its passages, and what it opened, closed and could not do.

    `at_once` are the task types that need no row because they are carried out in this transaction, `later` those a
    worker carries out; `finished` is the token whose own row the caller has closed already.
    """
    case.state = advance.state
    _pass(work, case, advance)
    _close(work, case, [token for token in advance.closed if token != finished])
    _refresh_timers(work, case, advance)
    for asked in advance.opened:
        if asked.kind == "user":
            _open_task(work, case, asked)
        elif asked.kind == "timer" and asked.due:
            work.session.add(
                Timer(id=new_id(), case_id=case.id, token=asked.token, element_id=asked.element_id, due_at=asked.due)
            )
        elif asked.kind in {"message", "signal"}:
            _subscribe(work, case, asked)
        elif asked.kind == "call" and asked.type not in at_once:
            _call(work, case, asked, later)
    if case.troubled or advance.incidents:
        _keep_incidents(work, case, advance)
    if advance.ended and case.ended_at is None:
        case.ended_at, case.end_element = work.now, advance.end_element
        work.record(case, "case.ended", {"end": advance.end_element})


def _pass(work: Work, case: Case, advance: Advance) -> None:
    for passed in advance.passed:
        case.passage_seq += 1
        work.session.gather(
            Passage,
            case_id=case.id,
            seq=case.passage_seq,
            element_id=passed.element_id,
            name=passed.name,
            type=passed.type,
            at=work.now,
        )


def _close(work: Work, case: Case, tokens: Iterable[str]) -> None:
    tokens = list(tokens)
    if not tokens:
        return
    mine = Task.case_id == case.id
    for task in work.session.scalars(select(Task).where(mine, Task.token.in_(tokens), Task.status == "open")):
        task.status, task.closed_at = "gone", work.now
        work.record(case, "task.gone", {"task": str(task.id), "element": task.element_id})
    work.session.execute(update(Timer).where(Timer.case_id == case.id, Timer.token.in_(tokens)).values(status="done"))
    work.session.execute(delete(Subscription).where(Subscription.case_id == case.id, Subscription.token.in_(tokens)))
    work.session.execute(
        update(Call)
        .where(Call.case_id == case.id, Call.token.in_(tokens), Call.status.not_in(("done", "gone")))
        .values(status="gone", finished_at=work.now)
    )


def _refresh_timers(work: Work, case: Case, advance: Advance) -> None:
    """A timer that repeats keeps its token and gets a new moment."""
    opened = {asked.token for asked in advance.opened}
    standing = {asked.token: asked.due for asked in advance.waiting if asked.kind == "timer" and asked.due}
    for row in (
        work.session.scalars(select(Timer).where(Timer.case_id == case.id, Timer.token.in_(standing.keys() - opened)))
        if standing.keys() - opened
        else ()
    ):
        row.due_at, row.status = standing[row.token], "waiting"


def _subscribe(work: Work, case: Case, asked: Waiting) -> None:
    work.session.add(
        Subscription(
            id=new_id(),
            case_id=case.id,
            token=asked.token,
            element_id=asked.element_id,
            kind=asked.kind,
            message=asked.message or "",
            key=asked.key,
        )
    )


def _call(work: Work, case: Case, asked: Waiting, later: Collection[str]) -> None:
    call = Call(
        id=new_id(),
        case_id=case.id,
        token=asked.token,
        element_id=asked.element_id,
        name=asked.name,
        type=asked.type or "",
        headers=dict(asked.headers),
        inputs=dict(asked.inputs),
        asked_by=work.actor.id,
        asked_at=work.now,
    )
    work.session.add(call)
    if call.type in later:
        work.asked.add(call.type)
        work.defer("PerformCall", {"call": str(call.id)})
    else:
        report_trouble(work, case, asked.token, asked.element_id, "task-type", _no_such_type(call.type), asked.name)


def _no_such_type(task_type: str) -> Sentence:
    return Sentence("Không có loại việc “%(type)s”.", type=task_type)


def _open_task(work: Work, case: Case, asked: Waiting) -> None:
    place, _, role = (asked.candidate_groups[0] if asked.candidate_groups else "").partition(".")
    office = case.places.get(place)
    code, name, title, legal_due = _subject(work, case)
    office_id, task_id = UUID(str(office)) if office else None, new_id()
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
        assignee_id=_assignee(work, asked),
        subject_code=code,
        subject_name=name,
        title=title,
        search_key=fold(f"{code} {name} {title}"),
        opened_at=work.now,
        due_at=_step_due(work, case, asked, office_id),
        legal_due_at=legal_due,
        owed_at=owed_at(work.session, case.id) if legal_due is not None else None,
    )
    if place == CONSULTED:
        _show_to(work, case, office_id)
    work.record(case, "task.opened", {"task": str(task_id), "element": asked.element_id, "role": role})


def _show_to(work: Work, case: Case, office_id: UUID | None) -> None:
    """An office that is asked for its opinion sees the dossier from now on."""
    dossier = work.session.get(Dossier, case.id)
    if dossier is not None and office_id is not None:
        show_to(work.session, dossier, [office_id])


def _assignee(work: Work, asked: Waiting) -> UUID | None:
    if not asked.assignee:
        return None
    try:
        return work.session.scalar(select(Person.id).where(Person.id == UUID(asked.assignee), Person.active))
    except ValueError:
        return None


def _step_due(work: Work, case: Case, asked: Waiting, office_id: UUID | None) -> datetime | None:
    """The step's own budget, counted over working time; steps are internal and promise nothing to the citizen."""
    limits = bundle_of(work, case).procedure.limits
    late_in_the_day = limits.transfer_cut_off is not None and legal_time(work.now).time() > limits.transfer_cut_off
    dossier = _dossier(work, case) if late_in_the_day else None
    return step_due(
        work.session,
        case,
        limits,
        element_id=asked.element_id,
        term=asked.properties.get("term", ""),
        office_id=office_id,
        opened_at=work.now,
        accepted_at=dossier.accepted_at if dossier is not None else None,
    )


def _subject(work: Work, case: Case) -> tuple[str, str, str, datetime | None]:
    """Code, name and title as lists show them, and the legal date."""
    dossier = _dossier(work, case)
    if dossier is not None:
        code = dossier.code or dossier.filing_code
        return code, dossier.owner_name, dossier.title, dossier.promised_at
    report = work.session.get(Report, case.id)
    if report is not None:
        return report.code, report.sender_name, report.text[:120], None
    return "", "", "", None


def _dossier(work: Work, case: Case) -> Any:
    """What lists show of the dossier; an act that has it in hands shows it as it stands there."""
    session = work.session
    if identity_key(Dossier, case.id) in session.identity_map or any(isinstance(one, Dossier) for one in session.new):
        return session.get(Dossier, case.id)
    return session.execute(_DOSSIER, {"case": case.id}).one_or_none()


_DOSSIER = (
    select(
        Dossier.code,
        Dossier.filing_code,
        Dossier.owner_name,
        Dossier.title,
        Dossier.promised_at,
        Dossier.accepted_at,
    )
    .where(Dossier.case_id == bindparam("case"))
    .execution_options(autoflush=False)
)


def _keep_incidents(work: Work, case: Case, advance: Advance) -> None:
    present = {incident.element_id for incident in advance.incidents}
    standing = set()
    for row in work.session.scalars(
        select(Incident).where(
            Incident.case_id == case.id, Incident.resolved_at.is_(None), Incident.kind == "expression"
        )
    ):
        if row.element_id in present:
            standing.add(row.element_id)
        else:
            row.resolved_at = work.now
    for incident in advance.incidents:
        if incident.element_id not in standing:
            report_trouble(work, case, "", incident.element_id, "expression", incident.message, incident.name)


def report_trouble(
    work: Work, case: Case, token: str, element_id: str, kind: str, message: str, name: str = ""
) -> None:
    """Open an incident: the case shows why it does not move, and to whom it is known."""
    case.troubled = True
    row = trouble(case.id, kind, message, now=work.now, token=token, element_id=element_id, name=name)
    work.session.add(row)
    work.record(case, "incident.opened", {"element": element_id, "kind": kind})


def refresh_subject(work: Work, case: Case) -> None:
    """Carry a new code or date, or that the term stands still, over to the open tasks of a case and to the lists."""
    work.session.flush()
    code, name, title, legal_due = _subject(work, case)
    owed = owed_at(work.session, case.id) if legal_due is not None else None
    key = fold(f"{code} {name} {title}")
    work.session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.status == "open")
        .values(
            subject_code=code,
            subject_name=name,
            title=title,
            search_key=key,
            legal_due_at=legal_due,
            owed_at=owed,
        )
    )
    dossier = work.session.get(Dossier, case.id)
    if dossier is not None:
        set_due(work.session, dossier, owed)
