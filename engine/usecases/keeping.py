"""Keeping where a case stands: what an advance opened and closed becomes rows; nothing else of the case is read.

Tokens are never used again within a case, so each advance is kept once by its difference: what it opened is written,
what it closed is ended. An ordinary step therefore costs one new task and one passage, however long the case is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select, update

from engine.bpmn.advance import Advance, Waiting
from engine.bpmn.saved import Saved
from engine.cases.calls import ask_for
from engine.cases.models import Call, Case, Incident, Passage, Subscription, Task, Timer
from engine.cases.troubles import trouble
from engine.db import new_id
from engine.usecases.opening import open_task
from engine.work import Work
from rules.sentences import Sentence


def keep(
    work: Work, case: Case, advance: Advance, *, at_once: Collection[str], later: Collection[str], finished: str | None
) -> None:
    """Write an advance down: its state, its passages, and what it opened, closed and could not do.

    `at_once` are the task types that need no row because they are carried out in this transaction, `later` those a
    worker carries out; `finished` is the token whose own row the caller has closed already.
    """
    _save(work, case, advance.state)
    _pass(work, case, advance)
    _close(work, case, [token for token in advance.closed if token != finished])
    _refresh_timers(work, case, advance)
    for asked in advance.opened:
        if asked.kind == "user":
            open_task(work, case, asked)
        elif asked.kind == "timer" and asked.due:
            work.session.gather(
                Timer, id=new_id(), case_id=case.id, token=asked.token, element_id=asked.element_id, due_at=asked.due
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


def _save(work: Work, case: Case, saved: Saved) -> None:
    if saved.data == case.data:
        work.session.change(case, tokens=saved.tokens)
    else:
        work.session.change(case, tokens=saved.tokens, data=saved.data)


def _pass(work: Work, case: Case, advance: Advance) -> None:
    before = case.passage_seq
    for seq, passed in enumerate(advance.passed, before + 1):
        work.session.gather(
            Passage,
            case_id=case.id,
            seq=seq,
            element_id=passed.element_id,
            name=passed.name,
            type=passed.type,
            at=work.now,
        )
    if advance.passed:
        work.session.change(case, passage_seq=before + len(advance.passed))


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
    work.session.gather(
        Subscription,
        id=new_id(),
        case_id=case.id,
        token=asked.token,
        element_id=asked.element_id,
        kind=asked.kind,
        message=asked.message or "",
        key=asked.key,
    )


def _call(work: Work, case: Case, asked: Waiting, later: Collection[str]) -> None:
    call_id, task_type = new_id(), asked.type or ""
    work.session.gather(
        Call,
        id=call_id,
        case_id=case.id,
        token=asked.token,
        element_id=asked.element_id,
        name=asked.name,
        type=task_type,
        headers=dict(asked.headers),
        inputs=dict(asked.inputs),
        asked_by=work.actor.id,
        asked_at=work.now,
    )
    if task_type in later:
        work.asked.add(task_type)
        ask_for(work, call_id)
    else:
        report_trouble(work, case, asked.token, asked.element_id, "task-type", _no_such_type(task_type), asked.name)


def _no_such_type(task_type: str) -> Sentence:
    return Sentence("Không có loại việc “%(type)s”.", type=task_type)


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
