"""Carry on: the one function by which every entry takes a case as far as its diagram allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from engine.accounts.models import Person
from engine.bpmn import door
from engine.bpmn.advance import Advance, Waiting
from engine.calendars.load import calendar_of
from engine.cases.models import Call, Case, Incident, Passage, Subscription, Task, Timer
from engine.db import new_id
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import due
from engine.dossiers.models import Dossier
from engine.errors import Refusal
from engine.feedback.models import Report
from engine.usecases.running import bundle_of
from engine.work import Work
from rules.feel import FeelError

Inline = Callable[[Work, Case, Waiting], Mapping[str, Any]]
INLINE: dict[str, Inline] = {}
"""Task types carried out in the transaction of the act that reached them; each returns the variables it sets."""

DEFERRED: set[str] = set()
"""Task types that a worker carries out: files, signatures, the outside world."""

MOST_INLINE = 200


def inline(task_type: str) -> Callable[[Inline], Inline]:
    """Provide a task type that needs nothing but the database."""

    def provide(function: Inline) -> Inline:
        INLINE[task_type] = function
        return function

    return provide


def carry_on(work: Work, case: Case, advance: Advance) -> None:
    """Keep the state, open and close what the diagram opened and closed, and do what it asks until it waits."""
    definition = bundle_of(work, case).definition
    stuck: set[str] = set()
    for _ in range(MOST_INLINE):
        _keep(work, case, advance)
        done = _carry_out_inline(work, case, advance, stuck)
        if done is None:
            break
        token, variables = done
        advance = door.complete(definition, case.state, token, variables, now=work.now)
    else:
        _report(work, case, "", "", "loop", "Quy trình lặp quá nhiều bước tự động mà không chờ ai.")
    work.session.flush()
    while work.afterwards:
        work.afterwards.pop(0)()


def _carry_out_inline(work: Work, case: Case, advance: Advance, stuck: set[str]) -> tuple[str, dict[str, Any]] | None:
    """Do the next thing the diagram asks for at once: (token, variables); None when there is nothing left to do.

    One that cannot be done becomes an incident; what led here stays done, and the next act on the case tries again.
    """
    for asked in advance.waiting:
        if asked.kind != "call" or asked.type not in INLINE or asked.token in stuck:
            continue
        later = len(work.afterwards)
        try:
            with work.session.begin_nested():
                variables = dict(INLINE[asked.type](work, case, asked))
        except (Refusal, FeelError, ValueError, LookupError) as reason:
            del work.afterwards[later:]
            stuck.add(asked.token)
            if not _standing(work, case, asked.token):
                _report(work, case, asked.token, asked.element_id, "inline", str(reason), asked.name)
            continue
        for incident in _standing(work, case, asked.token):
            incident.resolved_at = work.now
        return asked.token, variables
    return None


def _standing(work: Work, case: Case, token: str) -> list[Incident]:
    """The open incidents of one token."""
    return list(
        work.session.scalars(
            select(Incident).where(Incident.case_id == case.id, Incident.token == token, Incident.resolved_at.is_(None))
        )
    )


def _keep(work: Work, case: Case, advance: Advance) -> None:
    case.state, case.variables = advance.state, advance.variables
    _pass(work, case, advance)
    waiting = {w.token: w for w in advance.waiting}
    _sync_tasks(work, case, waiting)
    _sync_timers(work, case, waiting)
    _sync_subscriptions(work, case, waiting)
    _sync_calls(work, case, waiting)
    _sync_incidents(work, case, advance)
    if advance.ended and case.ended_at is None:
        case.ended_at, case.end_element = work.now, advance.end_element
        work.record(case, "case.ended", {"end": advance.end_element})


def _pass(work: Work, case: Case, advance: Advance) -> None:
    if not advance.passed:
        return
    last = work.session.scalar(select(func.max(Passage.seq)).where(Passage.case_id == case.id)) or 0
    for seq, passed in enumerate(advance.passed, start=last + 1):
        work.session.add(
            Passage(
                case_id=case.id, seq=seq, element_id=passed.element_id, name=passed.name, type=passed.type, at=work.now
            )
        )
    work.session.flush()


def _sync_tasks(work: Work, case: Case, waiting: Mapping[str, Waiting]) -> None:
    known = {task.token: task for task in work.session.scalars(select(Task).where(Task.case_id == case.id))}
    for token, task in known.items():
        if task.status == "open" and token not in waiting:
            task.status, task.closed_at = "gone", work.now
            work.record(case, "task.gone", {"task": str(task.id), "element": task.element_id})
    for token, asked in waiting.items():
        if asked.kind == "user" and token not in known:
            task = _open_task(work, case, asked)
            work.record(case, "task.opened", {"task": str(task.id), "element": task.element_id, "role": task.role})


def _open_task(work: Work, case: Case, asked: Waiting) -> Task:
    place, _, role = (asked.candidate_groups[0] if asked.candidate_groups else "").partition(".")
    office = case.places.get(place)
    code, name, title, legal_due = _subject(work, case)
    task = Task(
        id=new_id(),
        case_id=case.id,
        token=asked.token,
        element_id=asked.element_id,
        name=asked.name,
        form_id=asked.form_id or "",
        properties=dict(asked.properties),
        inputs=dict(asked.inputs),
        office_id=UUID(str(office)) if office else None,
        role=role,
        assignee_id=_assignee(work, asked),
        subject_code=code,
        subject_name=name,
        title=title,
        opened_at=work.now,
        due_at=_step_due(work, case, asked),
        legal_due_at=legal_due,
    )
    work.session.add(task)
    work.session.flush()
    return task


def _assignee(work: Work, asked: Waiting) -> UUID | None:
    if not asked.assignee:
        return None
    try:
        return work.session.scalar(select(Person.id).where(Person.id == UUID(asked.assignee), Person.active))
    except ValueError:
        return None


def _step_due(work: Work, case: Case, asked: Waiting) -> datetime | None:
    """The step's own budget, counted over working time; steps are internal and promise nothing to the citizen."""
    term = asked.properties.get("term")
    limits = bundle_of(work, case).procedure.limits
    budget = limits.steps.get(term or "") or limits.steps.get(asked.element_id) or limits.terms.get(term or "")
    if budget is None and term == "acceptance":
        budget = limits.acceptance
    if budget is None:
        return None
    limit = Limit(max(budget.value, 1), budget.unit)
    return due(limit, work.now, calendar_of(work.session, "vn"))


def _subject(work: Work, case: Case) -> tuple[str, str, str, datetime | None]:
    dossier = work.session.get(Dossier, case.id)
    if dossier is not None:
        return dossier.code or dossier.filing_code, dossier.owner_name, dossier.title, dossier.promised_at
    report = work.session.get(Report, case.id)
    if report is not None:
        return report.code, report.sender_name, report.text[:120], None
    return "", "", "", None


def refresh_subject(work: Work, case: Case) -> None:
    """Carry a new code or promised date over to the open tasks of a case, whose lists read one table only."""
    code, name, title, legal_due = _subject(work, case)
    work.session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.status == "open")
        .values(subject_code=code, subject_name=name, title=title, legal_due_at=legal_due)
    )


def _sync_timers(work: Work, case: Case, waiting: Mapping[str, Waiting]) -> None:
    known = {row.token: row for row in work.session.scalars(select(Timer).where(Timer.case_id == case.id))}
    for token, row in known.items():
        asked = waiting.get(token)
        row.status = "waiting" if asked else "done"
        if asked and asked.due:
            row.due_at = asked.due
    for token, asked in waiting.items():
        if asked.kind == "timer" and token not in known and asked.due:
            work.session.add(
                Timer(id=new_id(), case_id=case.id, token=token, element_id=asked.element_id, due_at=asked.due)
            )


def _sync_subscriptions(work: Work, case: Case, waiting: Mapping[str, Waiting]) -> None:
    wanted = {token: w for token, w in waiting.items() if w.kind in {"message", "signal"}}
    known = set(work.session.scalars(select(Subscription.token).where(Subscription.case_id == case.id)))
    gone = known - wanted.keys()
    if gone:
        work.session.execute(delete(Subscription).where(Subscription.case_id == case.id, Subscription.token.in_(gone)))
    for token in wanted.keys() - known:
        asked = wanted[token]
        work.session.add(
            Subscription(
                id=new_id(),
                case_id=case.id,
                token=token,
                element_id=asked.element_id,
                kind=asked.kind,
                message=asked.message or "",
                key=asked.key,
            )
        )


def _sync_calls(work: Work, case: Case, waiting: Mapping[str, Waiting]) -> None:
    known = {row.token: row for row in work.session.scalars(select(Call).where(Call.case_id == case.id))}
    for token, row in known.items():
        if token not in waiting and row.status not in {"done", "gone"}:
            row.status, row.finished_at = "gone", work.now
    for token, asked in waiting.items():
        if asked.kind != "call" or asked.type in INLINE or token in known:
            continue
        call = Call(
            id=new_id(),
            case_id=case.id,
            token=token,
            element_id=asked.element_id,
            name=asked.name,
            type=asked.type or "",
            headers=dict(asked.headers),
            inputs=dict(asked.inputs),
            asked_by=work.actor.id,
            asked_at=work.now,
        )
        work.session.add(call)
        if call.type in DEFERRED:
            work.defer("PerformCall", {"call": str(call.id)}, key=f"call:{call.id}")
        else:
            _report(work, case, token, asked.element_id, "task-type", f"Không có loại việc “{call.type}”.", asked.name)


def _sync_incidents(work: Work, case: Case, advance: Advance) -> None:
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
            _report(work, case, "", incident.element_id, "expression", incident.message, incident.name)


def _report(work: Work, case: Case, token: str, element_id: str, kind: str, message: str, name: str = "") -> None:
    work.session.add(
        Incident(
            id=new_id(),
            case_id=case.id,
            token=token,
            element_id=element_id,
            name=name,
            kind=kind,
            message=message,
            opened_at=work.now,
        )
    )
    work.record(case, "incident.opened", {"element": element_id, "kind": kind})


def deliver(work: Work, case: Case, message: str, key: str, variables: Mapping[str, Any]) -> bool:
    """Give a message to the diagram if it waits for it; False when nothing waits."""
    waits = work.session.scalar(
        select(Subscription.id).where(
            Subscription.case_id == case.id, Subscription.message == message, Subscription.key == key
        )
    )
    if waits is None:
        return False
    definition = bundle_of(work, case).definition
    carry_on(work, case, door.deliver(definition, case.state, message, key, dict(variables), now=work.now))
    return True
