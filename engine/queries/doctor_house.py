"""The doctor looks around a case: failed calls and jobs, workers that are away, moments and terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.holders import office_holder, person_holder
from engine.accounts.models import Office
from engine.cases.models import Call, Clock, Incident, Interruption
from engine.dossiers.models import Document, SigningConsent, SupplementRequest
from engine.journal import Entry
from engine.notifications.models import Notice
from engine.outbox import Job
from engine.queries.condition import SILENCE, heartbeat
from engine.queries.doctor_findings import PATIENCE, Action, Chart, Finding, moment, quoted
from rules.sentences import Sentence

STUCK = ("failed", "unknown")
SIGNING = ("document.sign", "document.seal")
CLOCK_ACTS = {
    "clock.started": "running",
    "clock.resumed": "running",
    "clock.paused": "paused",
    "clock.stopped": "stopped",
}
BY_MENDERS = Sentence("Người vận hành hoặc kiểm soát thủ tục cho làm lại.")
ONWARD = Sentence("Bước tự động được làm lại từ đầu; xong thì hồ sơ tự đi tiếp, không xong thì lại hiện ở đây.")


def house_findings(chart: Chart) -> Iterator[Finding]:
    """What around a running case keeps it, or something of it, from going on."""
    yield from _workers(chart)
    for call in chart.read.session.scalars(
        select(Call).where(Call.case_id == chart.case.id, Call.status.in_(STUCK)).order_by(Call.asked_at)
    ):
        yield _call(chart, call)
    yield from _moments(chart)
    yield from _clocks(chart)
    yield from _jobs(chart)


def _workers(chart: Chart) -> Iterator[Finding]:
    """Nobody has handed out work for a while, and this case waits for some of it."""
    read = chart.read
    beat = heartbeat(read)
    if beat is not None and read.now - beat <= SILENCE:
        return
    waiting = select(Call.id).where(Call.case_id == chart.case.id, Call.status.in_(("waiting", "attempting"))).limit(1)
    due = select(Clock.id).where(
        Clock.case_id == chart.case.id, Clock.status == "running", Clock.next_at < read.now - PATIENCE
    )
    sending = select(Notice.id).where(Notice.case_id == chart.case.id, Notice.status == "waiting").limit(1)
    if not any(read.session.scalar(one) for one in (waiting, due.limit(1), sending)):
        return
    what = (
        Sentence("Bộ phận tự động không chạy từ %(since)s: không tiến trình nào nhận việc.", since=moment(beat))
        if beat
        else Sentence("Bộ phận tự động chưa chạy lần nào: không tiến trình nào nhận việc.")
    )
    yield Finding(
        kind="outbox-stopped",
        wrong=True,
        what=what,
        since=beat,
        who=Sentence("Người vận hành khởi động lại các tiến trình trên máy chủ."),
        action=Action(
            "outside",
            Sentence("Khởi động bộ phận tự động trên máy chủ (./motcua serve)"),
            Sentence("Đã xem nhật ký của máy chủ để biết vì sao tiến trình dừng."),
            Sentence("Việc đang chờ được làm theo thứ tự; không việc nào bị mất hay làm hai lần."),
            roles=("operator",),
        ),
    )


def _call(chart: Chart, call: Call) -> Finding:
    step = quoted(call.element_id, call.name or call.type)
    cause, detail = chart.cause(call.last_error)
    common: dict[str, Any] = {
        "wrong": True,
        "since": call.attempted_at or call.asked_at,
        "subject": str(call.id),
        "element_id": call.element_id,
        "name": call.name,
        "cause": cause,
        "detail": detail,
    }
    if call.status == "unknown":
        return Finding(
            kind="call-unknown",
            what=Sentence(
                "Không rõ bước “%(step)s” đã tới bên ngoài hay chưa nên hệ thống không tự làm lại.", step=step
            ),
            who=Sentence("Người vận hành hỏi bên ngoài trước, rồi mới cho làm lại."),
            action=_again(
                call, Sentence("Đã hỏi bên ngoài: yêu cầu chưa tới, hoặc gửi hai lần cũng không gây hại."), True
            ),
            **common,
        )
    if call.type in SIGNING and _is_keyless(chart, call):
        return Finding(
            kind="signature",
            what=Sentence(
                "Không ký được văn bản ở bước “%(step)s”: khóa ký chưa có hoặc chứng thư không còn hiệu lực.", step=step
            ),
            who=Sentence("Người vận hành cài lại khóa ký hoặc chứng thư, rồi cho ký lại."),
            action=_again(
                call, Sentence("Khóa ký và chứng thư của người ký đã có trong hệ thống; chưa có thì hệ thống từ chối.")
            ),
            **common,
        )
    if call.type == "letter.render":
        return Finding(
            kind="letter",
            what=Sentence("Không in được văn bản ở bước “%(step)s”.", step=step),
            who=Sentence("Người thiết kế sửa mẫu văn bản hoặc dữ liệu; người vận hành cho in lại."),
            action=_again(
                call, Sentence("Nguyên nhân không in được đã sửa (mẫu, dữ liệu hoặc chỗ trống của kho tệp).")
            ),
            **common,
        )
    return Finding(
        kind="call-failed",
        what=Sentence("Bước tự động “%(step)s” đã thử hết các lần mà không làm được.", step=step),
        who=BY_MENDERS,
        action=_again(call, Sentence("Nguyên nhân đã được sửa (xem nguyên nhân).")),
        **common,
    )


def _again(call: Call, precondition: Sentence, look_first: bool = False) -> Action:
    return Action(
        "retry", Sentence("Làm lại bước tự động này"), precondition, ONWARD, subject=str(call.id), look_first=look_first
    )


def _is_keyless(chart: Chart, call: Call) -> bool:
    """Whether a signature failed for want of a key, or because the signing room does not take the certificate."""
    if "SigningRefused" in (call.last_error or ""):
        return True
    session, signatures = chart.read.session, chart.read.ports.signatures
    if call.type == "document.seal":
        place = chart.case.places.get("signing")
        office = session.get(Office, UUID(str(place))) if place else None
        return office is not None and not signatures.holds(office_holder(office.code))
    person = session.scalar(
        select(SigningConsent.person_id)
        .join(Document, Document.id == SigningConsent.document_id)
        .where(Document.case_id == chart.case.id, SigningConsent.used_at.is_(None))
        .order_by(SigningConsent.given_at.desc())
        .limit(1)
    )
    return person is not None and not signatures.holds(person_holder(person))


def _moments(chart: Chart) -> Iterator[Finding]:
    """Moments that were tried to be told and could not be."""
    for row in chart.read.session.scalars(
        select(Incident).where(
            Incident.case_id == chart.case.id, Incident.kind == "moment", Incident.resolved_at.is_(None)
        )
    ):
        cause, detail = chart.cause(row.words)
        yield Finding(
            kind="moment",
            wrong=True,
            what=Sentence("Một mốc thời gian đã đến nhưng không báo được cho hồ sơ."),
            since=row.opened_at,
            who=Sentence("Hệ thống thử lại mười phút một lần; người vận hành xem nguyên nhân."),
            action=Action(
                "retry",
                Sentence("Báo thời điểm này cho hồ sơ ngay"),
                Sentence("Nguyên nhân đã được sửa (xem nguyên nhân)."),
                Sentence("Hồ sơ được báo đúng mốc đã đến, ghi vào lúc này; mốc đã báo rồi thì không báo lại."),
                subject=row.token,
            ),
            subject=row.token,
            cause=cause,
            detail=detail,
        )


def _clocks(chart: Chart) -> Iterator[Finding]:
    """Terms that stand still although no act of the case's record stopped them."""
    session, case_id = chart.read.session, chart.case.id
    clocks = list(session.scalars(select(Clock).where(Clock.case_id == case_id)))
    if not clocks:
        return
    acts = session.execute(
        select(Entry.verb, Entry.facts)
        .where(Entry.chain == chart.case.chain, Entry.verb.in_(tuple(CLOCK_ACTS)))
        .order_by(Entry.seq)
    )
    said = {str(facts.get("term", "")): CLOCK_ACTS[verb] for verb, facts in acts}
    for clock in clocks:
        recorded = said.get(clock.term, clock.status)
        if clock.status in ("paused", "stopped") and recorded == "running":
            yield _still_clock(
                clock, Sentence("Thời hạn “%(term)s” đứng yên mà nhật ký không ghi ai cho dừng.", term=clock.term)
            )
        elif clock.status == "paused" and clock.term == "dossier" and not _reason_to_pause(chart, clock):
            yield _still_clock(
                clock,
                Sentence(
                    "Thời hạn “%(term)s” tạm dừng chờ bổ sung, nhưng không còn yêu cầu bổ sung nào mở.", term=clock.term
                ),
            )


def _reason_to_pause(chart: Chart, clock: Clock) -> bool:
    session = chart.read.session
    cause = session.scalar(
        select(Interruption.cause).where(Interruption.clock_id == clock.id, Interruption.ended_at.is_(None)).limit(1)
    )
    if cause != "supplement":
        return cause is not None
    waits = select(SupplementRequest.id).where(
        SupplementRequest.case_id == chart.case.id,
        SupplementRequest.answered_at.is_(None),
        SupplementRequest.closed_at.is_(None),
    )
    tasks = any(one.kind == "user" for one in chart.waiting or ())
    return tasks or session.scalar(waits.limit(1)) is not None


def _still_clock(clock: Clock, what: Sentence) -> Finding:
    return Finding(
        kind="clock-stopped",
        wrong=True,
        what=what,
        since=clock.stopped_at,
        who=Sentence("Người kiểm soát thủ tục hoặc lãnh đạo cho thời hạn chạy tiếp."),
        action=Action(
            "resume",
            Sentence("Cho thời hạn chạy tiếp"),
            Sentence("Không có căn cứ nào để thời hạn đứng yên."),
            Sentence("Ngày phải xong được tính lại từ sổ ngày; ngày hẹn trả đã báo cho người nộp không đổi."),
            roles=("procedure_controller", "leader", "centre_director"),
            subject=str(clock.id),
            reason=True,
        ),
        subject=str(clock.id),
    )


def _jobs(chart: Chart) -> Iterator[Finding]:
    """Background work about this case, other than its calls and notices, that was given up."""
    session, case_id = chart.read.session, str(chart.case.id)
    failed = list(
        session.scalars(
            select(Job).where(Job.status == "failed", Job.kind.in_(("TellSignal", "RedraftDocument"))).limit(500)
        )
    )
    papers = (
        {str(one) for one in session.scalars(select(Document.id).where(Document.case_id == chart.case.id))}
        if any(job.kind == "RedraftDocument" for job in failed)
        else set()
    )
    for job in failed:
        if job.args.get("case") != case_id and job.args.get("document") not in papers:
            continue
        cause, detail = chart.cause(job.last_error)
        what = (
            Sentence(
                "Tín hiệu “%(signal)s” của hồ sơ khác không báo được cho hồ sơ này.", signal=job.args.get("signal", "")
            )
            if job.kind == "TellSignal"
            else Sentence("Không lập lại được dự thảo văn bản theo tên người ký mới.")
        )
        yield Finding(
            kind="job-failed",
            wrong=True,
            what=what,
            since=job.finished_at or job.run_at,
            who=Sentence("Người vận hành cho làm lại."),
            action=Action(
                "retry",
                Sentence("Làm lại việc này"),
                Sentence("Nguyên nhân đã được sửa (xem nguyên nhân)."),
                Sentence("Việc được thử lại từ lần đầu, với các khoảng nghỉ tăng dần như thường lệ."),
                roles=("operator",),
                subject=str(job.id),
            ),
            subject=str(job.id),
            cause=cause,
            detail=detail,
        )
