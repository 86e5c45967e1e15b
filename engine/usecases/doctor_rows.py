"""A case's rows are made to say again what its saved state waits for; what was closed by mistake is opened again."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from engine.bpmn import door
from engine.cases.calls import ask_once_more
from engine.cases.clocks import refresh
from engine.cases.models import Call, Case, Clock, Task, Timer
from engine.cases.standing import drift
from engine.usecases.advance import carry_on
from engine.usecases.counting_anew import count_steps
from engine.usecases.opening import refresh_subject
from engine.usecases.running import bundle_of
from engine.work import Work


def realigned(work: Work, case: Case, reason: str) -> bool:
    """Open and close rows of a locked case as its state asks, without a step of the case; False when they agree."""
    look = door.look(bundle_of(work, case).definition, case.state, now=work.now)
    found = drift(work.session, case.id, look.waiting)
    if not found:
        return False
    lost = [one for one in found.missing if not _reopened(work, case, one.token)]
    facts = {"opened": len(found.missing), "closed": len(found.surplus)}
    work.record(case, "case.realigned", facts, {"reason": reason})
    carry_on(
        work,
        case,
        replace(look, opened=tuple(lost), closed=tuple(row.token for row in found.surplus), passed=(), signals=()),
    )
    return True


def _reopened(work: Work, case: Case, token: str) -> bool:
    """A row that was closed although its token still waits is opened again, instead of writing a second one."""
    task = work.session.scalar(select(Task).where(Task.case_id == case.id, Task.token == token))
    if task is not None:
        task.status, task.closed_at, task.closed_by, task.outcome = "open", None, None, ""
        work.record(case, "task.opened", {"task": str(task.id), "element": task.element_id, "role": task.role})
        _count_again(work, case)
        return True
    timer = work.session.scalar(select(Timer).where(Timer.case_id == case.id, Timer.token == token))
    if timer is not None:
        timer.status = "waiting"
        return True
    call = work.session.scalar(select(Call).where(Call.case_id == case.id, Call.token == token))
    if call is not None:
        call.status, call.finished_at = "waiting", None
        ask_once_more(work, call)
        return True
    return False


def _count_again(work: Work, case: Case) -> None:
    """While a task's row was closed nothing was carried over to it: its dates, and the ledgers they rest on, as now."""
    work.session.flush()
    for clock in work.session.scalars(select(Clock).where(Clock.case_id == case.id, Clock.status == "running")):
        refresh(work, clock)
    count_steps(work, case)
    work.session.flush()
    refresh_subject(work, case)
