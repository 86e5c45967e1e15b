"""Service tasks that a worker carries out: claim and commit, act with no transaction open, then complete the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select

from engine.accounts.policy import require_role
from engine.bpmn import door
from engine.cases.calls import PERFORM, ask_once_more, calls_under_way
from engine.cases.models import Call, Case, Incident
from engine.cases.troubles import trouble
from engine.outbox import Job
from engine.ports import Ports
from engine.usecases.advance import DEFERRED, carry_on
from engine.usecases.running import bundle_of, lock_case
from engine.work import Reading, Work
from rules.sentences import Sentence


class Kind(Protocol):
    """One deferred task type: what it reads, what it does outside, what it writes."""

    outside: bool

    def plan(self, work: Work, case: Case, call: Call) -> Any: ...

    def act(self, plan: Any, ports: Ports, now: datetime) -> Any: ...

    def keep(self, work: Work, case: Case, call: Call, plan: Any, outcome: Any) -> Mapping[str, Any]: ...


KINDS: dict[str, Kind] = {}
MENDERS = ("operator", "procedure_controller")
"""Who may ask that something failed or unknown be tried again."""


def deferred(task_type: str) -> Callable[[type], type]:
    """Provide a task type that needs files, signatures or the outside world."""

    def provide(kind: type) -> type:
        KINDS[task_type] = kind()
        DEFERRED.add(task_type)
        return kind

    return provide


class NotPossible(Exception):
    """The call cannot succeed however often it is tried; the message says why, in Vietnamese."""


@dataclass(frozen=True)
class Plan:
    """A claimed call: what to do, read inside the transaction that wrote the attempt down."""

    call_id: UUID
    kind: Kind
    content: Any


def claim_call(work: Work, call_id: UUID) -> Plan | None:
    """Write down that an attempt begins, and read what it needs; None when the call is done or gone.

    A call to the outside found "attempting" was cut off: it may have got out, so it becomes "unknown" and an incident.
    """
    call = work.session.get(Call, call_id)
    if call is None:
        return None
    case = lock_case(work, call.case_id)
    work.session.refresh(call)
    if call.status not in {"waiting", "attempting"}:
        return None
    kind = KINDS[call.type]
    if kind.outside and call.status == "attempting":
        _stuck(
            work,
            case,
            call,
            "unknown",
            Sentence("Lần gọi trước bị ngắt giữa chừng; không biết bên ngoài đã nhận hay chưa."),
        )
        return None
    call.status, call.attempted_at = "attempting", work.now
    return Plan(call.id, kind, kind.plan(work, case, call))


def act(plan: Plan, ports: Ports, now: datetime) -> Any:
    """Do what was planned, with no transaction open."""
    return plan.kind.act(plan.content, ports, now)


def complete_call(work: Work, plan: Plan, outcome: Any) -> None:
    """Keep what came of it and take the case on; the second word of the same call changes nothing."""
    call = work.session.get_one(Call, plan.call_id)
    case = lock_case(work, call.case_id)
    work.session.refresh(call)
    if call.status not in {"attempting", "unknown"}:  # an answer that comes after all is an answer
        return
    variables = plan.kind.keep(work, case, call, plan.content, outcome)
    call.status, call.finished_at, call.last_error = "done", work.now, None
    _settle(work, call)
    definition = bundle_of(work, case).definition
    carry_on(
        work,
        case,
        door.complete(definition, case.state, call.token, dict(variables), now=work.now),
        finished=call.token,
    )


def fail_call(work: Work, call_id: UUID, error: str, *, final: bool) -> None:
    """The attempt failed; after the last one the case shows an incident and waits for a person."""
    call = work.session.get(Call, call_id)
    if call is None:
        return
    case = lock_case(work, call.case_id)
    work.session.refresh(call)
    if call.status not in {"attempting", "waiting"}:
        return
    if final:
        _stuck(work, case, call, "failed", error)
    else:
        call.status, call.last_error = "waiting", error[:2000]


def leave_unknown(work: Work, call_id: UUID, doubt: str) -> None:
    """Nobody knows whether the outside took the call: it is not made again until a person has looked into it."""
    call = work.session.get_one(Call, call_id)
    case = lock_case(work, call.case_id)
    work.session.refresh(call)
    if call.status == "attempting":
        _stuck(work, case, call, "unknown", doubt)


def stranded_calls(read: Reading) -> list[tuple[UUID, str]]:
    """Calls that still wait although their job was given up, as when every worker that took it died: (call, why)."""
    given_up = read.session.execute(select(Job.args, Job.last_error).where(Job.kind == PERFORM, Job.status == "failed"))
    errors = {UUID(args["call"]): error or "" for args, error in given_up}
    waiting = read.session.scalars(
        select(Call.id).where(Call.id.in_(list(errors)), Call.status.in_(("waiting", "attempting")))
    )
    busy = calls_under_way(read.session)  # those for which a person has asked once more
    return [(call_id, errors[call_id]) for call_id in waiting if call_id not in busy]


def retry_call(work: Work, call_id: UUID) -> None:
    """A person asks that a failed or unknown call be tried again."""
    require_role(work.actor, *MENDERS)
    call = work.session.get_one(Call, call_id)
    case = lock_case(work, call.case_id)
    work.session.refresh(call)
    if call.status not in {"failed", "unknown"}:
        return
    call.status = "waiting"
    _settle(work, call)
    ask_once_more(work, call)
    work.record(case, "call.retried", {"call": str(call.id), "type": call.type})


def go_on(work: Work, case_id: UUID) -> None:
    """A person has put right what kept a case from moving: what it asks for is tried once more."""
    require_role(work.actor, *MENDERS)
    case = lock_case(work, case_id)
    work.record(case, "case.retried")
    carry_on(work, case, door.look(bundle_of(work, case).definition, case.state, now=work.now))


def _stuck(work: Work, case: Case, call: Call, status: str, error: str) -> None:
    call.status, call.last_error = status, error[:2000]
    row = trouble(
        case.id,
        f"call-{status}",
        Sentence.of(error),
        now=work.now,
        token=call.token,
        element_id=call.element_id,
        name=call.name,
    )
    work.session.add(row)
    work.record(case, "incident.opened", {"element": call.element_id, "kind": f"call-{status}"})


def _settle(work: Work, call: Call) -> None:
    for incident in work.session.query(Incident).filter(
        Incident.case_id == call.case_id, Incident.token == call.token, Incident.resolved_at.is_(None)
    ):
        incident.resolved_at = work.now
