"""What an operator may do about something that stands still: each act looks again first and says what came of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine import outbox
from engine.accounts.models import ApiClient
from engine.accounts.policy import require_role
from engine.bpmn import door
from engine.cases.calls import PERFORM, ask_once_more
from engine.cases.models import Call, Case, Incident
from engine.dossiers.models import RawFiling
from engine.errors import N_, Conflict, Invalid, NotFound
from engine.journal import Fault
from engine.notifications.models import Notice
from engine.outbox import Job
from engine.usecases.advance import DEFERRED, INLINE, carry_on
from engine.usecases.calls import retry_call
from engine.usecases.inbound import actor_of_client
from engine.usecases.notices import resend
from engine.usecases.running import bundle_of, lock_case
from engine.work import Actor, Work

HOUSE = "house"
STUCK = ("failed", "unknown")
FAULTS_KEPT = 50
OVERTAKEN = N_("Việc này đã thay đổi trong lúc bạn xem: không có gì được làm thêm. Hãy mở lại danh sách.")


def retry_job(work: Work, job_id: UUID) -> None:
    """A failed job is tried again from its first attempt; of a service task only its call is (`try_call_again`)."""
    job = _failed_job(work, job_id)
    if job.kind == PERFORM:
        raise Conflict(
            "Việc này thuộc một bước tự động của hồ sơ. Hãy cho làm lại ở danh sách bước tự động.", code="not_retryable"
        )
    outbox.retry(work.session, job.id, now=work.now)
    work.record_for_office(HOUSE, "job.retried", {"job": str(job.id), "kind": job.kind})


def settle_job(work: Work, job_id: UUID, reason: str) -> None:
    """A failed job need not be done any more; why is kept in the journal. A job whose call stands is no such."""
    reason = _reason(reason)
    job = _failed_job(work, job_id)
    call = work.session.get(Call, UUID(str(job.args["call"]))) if "call" in job.args else None
    if call is not None and call.status in {*STUCK, "waiting", "attempting"}:
        raise Conflict(OVERTAKEN, code="overtaken")
    outbox.done(work.session, job.id, now=work.now)
    work.record_for_office(HOUSE, "job.settled", {"job": str(job.id), "kind": job.kind}, {"reason": reason})


def _failed_job(work: Work, job_id: UUID) -> Job:
    require_role(work.actor, "operator")
    job = work.session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        raise NotFound("Không có việc này.")
    if job.status != "failed":
        raise Conflict(OVERTAKEN, code="overtaken")
    return job


def _put_away(work: Work, name: str, row_id: UUID) -> None:
    """Failed jobs about a call or notice that now has a fresh one are not to be shown or tried again."""
    for job in work.session.scalars(select(Job).where(Job.status == "failed")):
        if job.args.get(name) == str(row_id):
            outbox.done(work.session, job.id, now=work.now)


def _looked(first: bool, looked: bool) -> None:
    if first and not looked:
        raise Invalid("Hãy xác nhận bạn đã hỏi bên ngoài trước khi cho làm lại.", code="look_first")


def try_call_again(work: Work, call_id: UUID, *, looked: bool) -> None:
    """A service task that failed, or of which nobody knows whether it got out, is carried out once more."""
    require_role(work.actor, "operator")
    call = work.session.get(Call, call_id)
    if call is None:
        raise NotFound("Không có việc này.")
    lock_case(work, call.case_id)
    work.session.refresh(call)
    if call.status not in STUCK:
        raise Conflict(OVERTAKEN, code="overtaken")
    _looked(call.status == "unknown", looked)
    retry_call(work, call_id)
    _put_away(work, "call", call_id)


def send_again(work: Work, notice_id: UUID, *, looked: bool) -> None:
    """A notice that did not go out, or of which nobody knows, is sent once more."""
    notice = _stuck_notice(work, notice_id)
    _looked(notice.status == "unknown", looked)
    before = notice.status
    resend(work, notice_id)
    _put_away(work, "notice", notice_id)
    _record_notice(work, notice, "notice.resent", before)


def settle_notice(work: Work, notice_id: UUID, reason: str) -> None:
    """The person was told, by this notice or otherwise; nothing is sent any more."""
    reason = _reason(reason)
    notice = _stuck_notice(work, notice_id)
    before = notice.status
    notice.status, notice.settled_at, notice.receipt = "settled", work.now, reason[:200]
    _put_away(work, "notice", notice_id)
    _record_notice(work, notice, "notice.settled", before, reason)


def _stuck_notice(work: Work, notice_id: UUID) -> Notice:
    require_role(work.actor, "operator")
    known = work.session.get(Notice, notice_id)
    if known is None:
        raise NotFound("Không có thông báo này.")
    if known.case_id is not None:
        lock_case(work, known.case_id)  # the case before its rows, as every other act does it
    notice = work.session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice.status not in STUCK:
        raise Conflict(OVERTAKEN, code="overtaken")
    return notice


def _record_notice(work: Work, notice: Notice, verb: str, before: str, reason: str = "") -> None:
    facts = {"notice": str(notice.id), "event": notice.event, "before": before}
    personal = {"reason": reason} if reason else None
    if notice.case_id is None:
        work.record_for_office(HOUSE, verb, facts, personal)
    else:
        work.record(work.session.get_one(Case, notice.case_id), verb, facts, personal)


def try_step_again(work: Work, incident_id: UUID) -> bool:
    """The step where a case stands is tried once more; whether the case moved on from it."""
    case, incident = _open_incident(work, incident_id)
    definition = bundle_of(work, case).definition
    if incident.kind == "expression":
        standing = [one for one in door.look(definition, case.state).incidents if one.element_id == incident.element_id]
        for one in standing:
            carry_on(work, case, door.retry(definition, case.state, one.token, now=work.now))
        if not standing:
            incident.resolved_at = work.now
    elif incident.kind == "task-type":
        _ask_anew(work, incident)
        incident.resolved_at = work.now
        carry_on(work, case, door.look(definition, case.state, now=work.now))
    elif incident.kind == "inline":  # what is refused again stays the same incident
        carry_on(work, case, door.look(definition, case.state, now=work.now))
    elif incident.kind == "loop":
        incident.resolved_at = work.now
        carry_on(work, case, door.look(definition, case.state, now=work.now))
    else:
        raise Conflict("Sự cố này chỉ có thể đánh dấu là đã xử lý bằng tay.", code="not_retryable")
    work.session.flush()
    still = work.session.scalar(
        select(Incident.id).where(
            Incident.case_id == case.id,
            Incident.element_id == incident.element_id,
            Incident.kind == incident.kind,
            Incident.resolved_at.is_(None),
        )
    )
    work.record(case, "incident.retried", {"element": incident.element_id, "moved": still is None})
    return still is None


def _ask_anew(work: Work, incident: Incident) -> None:
    """Hand a call over whose task type was missing, if this version of the house now provides it."""
    call = work.session.scalar(
        select(Call).where(Call.case_id == incident.case_id, Call.token == incident.token, Call.status == "waiting")
    )
    if call is None or call.type in INLINE:
        return
    if call.type not in DEFERRED:
        raise Conflict("Hệ thống vẫn chưa có loại việc này; hồ sơ vẫn đứng ở bước đó.", code="still_missing")
    ask_once_more(work, call)


def settle_incident(work: Work, incident_id: UUID, reason: str) -> None:
    """The sign of a trouble that is over is taken down; refused while the case still stands there."""
    reason = _reason(reason)
    case, incident = _open_incident(work, incident_id)
    call = work.session.scalar(select(Call).where(Call.case_id == case.id, Call.token == incident.token))
    stands = call is not None and call.status not in {"done", "gone"} if incident.token else True
    if case.ended_at is None and (stands or not incident.kind.startswith("call-")):
        raise Conflict("Hồ sơ vẫn đứng ở bước này nên chưa thể coi là đã xử lý.", code="still_standing")
    incident.resolved_at = work.now
    facts = {"element": incident.element_id, "kind": incident.kind}
    work.record(case, "incident.settled", facts, {"reason": reason})


def _open_incident(work: Work, incident_id: UUID) -> tuple[Case, Incident]:
    require_role(work.actor, "operator")
    incident = work.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound("Không có sự cố này.")
    case = lock_case(work, incident.case_id)
    work.session.refresh(incident)
    if incident.resolved_at is not None:
        raise Conflict(OVERTAKEN, code="overtaken")
    return case, incident


def replayed_by(work: Work, raw_id: UUID) -> Actor:
    """The system whose kept delivery may be taken in again now; the delivery itself is left as it is."""
    raw = _open_filing(work, raw_id)
    client = work.session.get(ApiClient, raw.client_id) if raw.client_id else None
    if client is None:
        raise Conflict("Không rõ hệ thống nào đã gửi dữ liệu này nên không thể làm lại.", code="no_client")
    work.record_for_office(HOUSE, "filing.replayed", {"filing": str(raw.id), "client": str(client.id)})
    return actor_of_client(client)


def settle_filing(work: Work, raw_id: UUID, reason: str) -> None:
    """A refused delivery was dealt with otherwise; its words stay kept."""
    reason = _reason(reason)
    raw = _open_filing(work, raw_id)
    raw.status = "settled"
    work.record_for_office(HOUSE, "filing.settled", {"filing": str(raw.id)}, {"reason": reason})


def _open_filing(work: Work, raw_id: UUID) -> RawFiling:
    require_role(work.actor, "operator")
    raw = work.session.get(RawFiling, raw_id, with_for_update=True, populate_existing=True)
    if raw is None:
        raise NotFound("Không có dữ liệu này.")
    if raw.status not in {"refused", "received"}:
        raise Conflict(OVERTAKEN, code="overtaken")
    return raw


def _reason(reason: str) -> str:
    words = " ".join(reason.split())
    if not words:
        raise Invalid("Nhập lý do: đã làm gì và vì sao không cần làm lại.", code="reason_missing")
    return words[:500]


def ask_for_check(work: Work) -> bool:
    """Ask a worker to recompute the whole journal; False when that is under way already."""
    require_role(work.actor, "operator")
    work.alone_with("journal-check")
    under_way = work.session.scalar(
        select(Job.id).where(Job.kind == "VerifyJournal", Job.status.in_(("ready", "leased"))).limit(1)
    )
    if under_way is None:
        work.defer("VerifyJournal", {"asked_by": work.actor.mark})
    return under_way is None


def keep_check(work: Work, job_id: UUID, *, chains: int, acts: int, faults: tuple[Fault, ...]) -> None:
    """Write the result of a check into the journal itself."""
    found = [[fault.chain, fault.seq, fault.problem, fault.kind] for fault in faults[:FAULTS_KEPT]]
    facts = {"job": str(job_id), "chains": chains, "acts": acts, "faults": len(faults), "found": found}
    work.record_for_office(HOUSE, "journal.verified", facts)
