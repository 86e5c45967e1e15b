"""The safe acts of the case doctor: each looks at its precondition again under the case's lock, and does one thing.

None of them says that it helped: whoever calls takes a fresh look afterwards (`engine.queries.doctor.recheck`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.accounts.holders import HEADS, LEADERS, ROLE_NAMES, holders, office_holder, person_holder
from engine.accounts.models import Office
from engine.accounts.people import agency_of
from engine.accounts.policy import require_role
from engine.bpmn import door
from engine.cases.calls import ask_once_more, calls_under_way
from engine.cases.clocks import refresh, resume_clock
from engine.cases.models import Call, Case, Clock, Incident, Task, Timer
from engine.clock import legal_date
from engine.dossiers.lists import show_to
from engine.dossiers.models import Document, Dossier, SigningConsent
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.usecases import operations
from engine.usecases.advance import carry_on
from engine.usecases.calls import MENDERS
from engine.usecases.deadlines import pass_moment, reach_deadline
from engine.usecases.doctor_rows import realigned
from engine.usecases.opening import refresh_subject
from engine.usecases.running import bundle_of, lock_case
from engine.work import Work

OVERTAKEN = operations.OVERTAKEN
LONGEST_REASON = 500


@dataclass(frozen=True)
class Order:
    """What somebody asks the doctor to do: the kind and subject of the finding, and what the act wants to know.

    `looked`: the outside world was asked first. `office_id`: to whom a task goes.
    """

    kind: str
    subject: str
    looked: bool = False
    reason: str = ""
    office_id: UUID | None = None


def mend(work: Work, case_id: UUID, order: Order) -> None:
    """Do the one safe act for a finding, if it is still called for; Conflict when the case has moved on meanwhile."""
    act = ACTS.get(order.kind)
    if act is None:
        raise Conflict("Việc này không làm được từ trang này.", code="not_mendable")
    act(work, case_id, order)


def reason_of(order: Order) -> str:
    """Why somebody does this, as the journal keeps it; Invalid when they do not say."""
    words = " ".join(order.reason.split())
    if not words:
        raise Invalid("Nhập lý do: vì sao làm việc này. Lý do được ghi vào nhật ký.", code="reason_missing")
    return words[:LONGEST_REASON]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("Không có việc này.") from None


def _locked(work: Work, case_id: UUID, *roles: str) -> Case:
    require_role(work.actor, *roles)
    case = lock_case(work, case_id)
    if case.ended_at is not None:
        raise Conflict(OVERTAKEN, code="overtaken")
    return case


def _retry_token(work: Work, case_id: UUID, order: Order) -> None:
    """A stopped token takes its step again."""
    case = _locked(work, case_id, *MENDERS)
    definition = bundle_of(work, case).definition
    standing = [one for one in door.look(definition, case.state).incidents if one.token == order.subject]
    if not standing:
        raise Conflict(OVERTAKEN, code="overtaken")
    carry_on(work, case, door.retry(definition, case.state, order.subject, now=work.now))
    work.record(case, "incident.retried", {"element": standing[0].element_id})


def _retry_incident(work: Work, case_id: UUID, order: Order) -> None:
    """A step that was refused, looped or had no task type is tried again."""
    row = work.session.scalar(
        select(Incident)
        .where(
            Incident.case_id == case_id,
            Incident.kind == order.kind,
            Incident.token == order.subject,
            Incident.resolved_at.is_(None),
        )
        .limit(1)
    )
    if row is None:
        raise Conflict(OVERTAKEN, code="overtaken")
    operations.try_step_again(work, row.id)


def _retry_call(work: Work, case_id: UUID, order: Order) -> None:
    """A call that failed, or of which nobody knows, is made again; a signature only when there is a key for it."""
    call = work.session.get(Call, _id(order.subject))
    if call is None or call.case_id != case_id:
        raise NotFound("Không có việc này.")
    if order.kind == "signature" and not _has_key(work, call):
        raise Conflict("Vẫn chưa có khóa ký của người ký trong hệ thống: chưa có gì được làm.", code="no_signing_key")
    operations.try_call_again(work, call.id, looked=order.looked)


def _has_key(work: Work, call: Call) -> bool:
    signatures, case = work.ports.signatures, work.session.get_one(Case, call.case_id)
    if call.type == "document.seal":
        office = work.session.get(Office, UUID(str(case.places["signing"])))
        return office is not None and signatures.holds(office_holder(office.code))
    person = work.session.scalar(
        select(SigningConsent.person_id)
        .join(Document, Document.id == SigningConsent.document_id)
        .where(Document.case_id == case.id, SigningConsent.used_at.is_(None))
        .order_by(SigningConsent.given_at.desc())
        .limit(1)
    )
    return person is not None and signatures.holds(person_holder(person))


def _ask_lost_call(work: Work, case_id: UUID, order: Order) -> None:
    """A call nobody carries out any more gets a job again; one that may have got out is left unknown by its worker."""
    case = _locked(work, case_id, *MENDERS)
    call = work.session.get(Call, _id(order.subject), populate_existing=True)
    if call is None or call.case_id != case.id or call.status not in {"waiting", "attempting"}:
        raise Conflict(OVERTAKEN, code="overtaken")
    if call.id in calls_under_way(work.session):
        raise Conflict(OVERTAKEN, code="overtaken")
    ask_once_more(work, call)
    work.record(case, "call.retried", {"call": str(call.id), "type": call.type})


def _tell_moment(work: Work, case_id: UUID, order: Order) -> None:
    """A moment that has come is told now: of a term, or of the drawing's own timers."""
    require_role(work.actor, *MENDERS)
    subject = _id(order.subject)
    clock, timer = work.session.get(Clock, subject), work.session.get(Timer, subject)
    if clock is not None and clock.case_id == case_id:
        if not reach_deadline(work, clock.id):
            raise Conflict(OVERTAKEN, code="overtaken")
    elif subject == case_id or (timer is not None and timer.case_id == case_id and timer.status == "waiting"):
        pass_moment(work, case_id)
    else:
        raise Conflict(OVERTAKEN, code="overtaken")
    work.record(work.session.get_one(Case, case_id), "moment.told", {"subject": str(subject)})


def _retry_job(work: Work, case_id: UUID, order: Order) -> None:
    operations.retry_job(work, _id(order.subject))


def _resend(work: Work, case_id: UUID, order: Order) -> None:
    operations.send_again(work, _id(order.subject), looked=order.looked)


def _open_task(work: Work, case_id: UUID, order: Order) -> tuple[Case, Task]:
    case = lock_case(work, case_id)
    task = work.session.get(Task, _id(order.subject), populate_existing=True)
    if task is None or task.case_id != case.id:
        raise NotFound("Không có việc này.")
    if task.status != "open" or case.ended_at is not None:
        raise Conflict(OVERTAKEN, code="overtaken")
    return case, task


def _heads_of(work: Work, task: Task) -> bool:
    return task.office_id is not None and any(work.actor.holds(role, task.office_id) for role in HEADS)


def _release(work: Work, case_id: UUID, order: Order) -> None:
    """A task whose holder cannot do it any more goes back to the list of its office, where somebody else can."""
    reason = reason_of(order)
    case, task = _open_task(work, case_id, order)
    if not _heads_of(work, task):
        require_role(work.actor, *MENDERS)
    if task.assignee_id is None or task.office_id is None:
        raise Conflict(OVERTAKEN, code="overtaken")
    able = holders(work.session, task.office_id, task.role, legal_date(work.now))
    if any(person.id == task.assignee_id for person in able):
        raise Conflict(
            "Người đang được giao vẫn làm được việc này; chỉ lãnh đạo phòng phân công lại.", code="still_able"
        )
    if not able:
        raise Conflict(
            "Đơn vị không còn ai giữ vai trò này, nên trả về danh sách chung không giúp được.", code="nobody"
        )
    before = task.assignee_id
    task.assignee_id, task.claimed_at = None, None
    work.record(case, "task.released", {"task": str(task.id), "from": str(before)}, {"reason": reason})


def _move_task(work: Work, case_id: UUID, order: Order) -> None:
    """A leader gives a task nobody in its office may do to another office of the same agency, where somebody may."""
    reason = reason_of(order)
    case, task = _open_task(work, case_id, order)
    target = work.session.get(Office, order.office_id) if order.office_id else None
    here = work.session.get(Office, task.office_id) if task.office_id else None
    if target is None or here is None or target.id == here.id:
        raise Invalid("Chọn đơn vị nhận việc.", code="office_missing")
    agency = agency_of(work.session, here)
    require_role(work.actor, *LEADERS)
    if agency.id not in work.actor.oversight and here.id not in work.actor.oversight:
        raise Forbidden("Chỉ lãnh đạo của cơ quan này chuyển được việc.")
    if agency_of(work.session, target).id != agency.id:
        raise Invalid("Chỉ chuyển được sang đơn vị cùng cơ quan; thẩm quyền của cơ quan khác do pháp luật định.")
    today = legal_date(work.now)
    if holders(work.session, here.id, task.role, today):
        raise Conflict("Đơn vị hiện tại nay đã có người làm được việc này.", code="overtaken")
    if not holders(work.session, target.id, task.role, today):
        raise Invalid("Ở đơn vị nhận cũng không ai giữ vai trò “%(role)s”.", role=ROLE_NAMES.get(task.role, task.role))
    task.office_id, task.assignee_id, task.claimed_at = target.id, None, None
    dossier = work.session.get(Dossier, case.id)
    if dossier is not None:
        show_to(work.session, dossier, [target.id])
    facts = {"task": str(task.id), "from": here.code, "to": target.code}
    work.record(case, "task.moved", facts, {"reason": reason})


def _realign(work: Work, case_id: UUID, order: Order) -> None:
    """Rows are made to say again what the saved state waits for; the case itself takes no step by this."""
    reason = reason_of(order)
    if not realigned(work, _locked(work, case_id, *MENDERS), reason):
        raise Conflict(OVERTAKEN, code="overtaken")


def _resume(work: Work, case_id: UUID, order: Order) -> None:
    """A term that stands still without a ground goes on; the date promised to the applicant stays as it was."""
    reason = reason_of(order)
    case = _locked(work, case_id, "procedure_controller", *LEADERS)
    if work.actor.kind == "official" and not work.actor.oversight.intersection(
        UUID(str(place)) for place in case.places.values()
    ):
        raise Forbidden("Bạn không có quyền làm việc này ở đơn vị này.")
    clock = work.session.get(Clock, _id(order.subject), populate_existing=True)
    if clock is None or clock.case_id != case.id or clock.status == "running":
        raise Conflict(OVERTAKEN, code="overtaken")
    if clock.status == "paused" and any(row.ended_at is None for row in clock.interruptions):
        resume_clock(work, case, clock.term)
    else:
        clock.status, clock.stopped_at = "running", None
        refresh(work, clock)
        work.record(case, "clock.resumed", {"term": clock.term, "due_on": clock.due_on})
    refresh_subject(work, case)
    work.record(case, "clock.put_right", {"term": clock.term}, {"reason": reason})


ACTS: dict[str, Callable[[Work, UUID, Order], None]] = {
    "expression": _retry_token,
    "runaway": _retry_token,
    "inline": _retry_incident,
    "loop": _retry_incident,
    "task-type": _retry_incident,
    "call-failed": _retry_call,
    "call-unknown": _retry_call,
    "signature": _retry_call,
    "letter": _retry_call,
    "call-lost": _ask_lost_call,
    "moment": _tell_moment,
    "moment-late": _tell_moment,
    "job-failed": _retry_job,
    "notice": _resend,
    "task-absent": _release,
    "task-nobody": _move_task,
    "drift": _realign,
    "clock-stopped": _resume,
}
"""By kind of finding: what is done about it. Deliveries, proposals, versions and the machine have ways of their own."""
