"""What an operator sees: what stands still, why, and how the house itself is doing; never what a dossier says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, or_, select

from engine.accounts.models import ApiClient
from engine.accounts.policy import require_role
from engine.cases.models import Call, Incident
from engine.dossiers.models import Dossier, RawFiling
from engine.errors import N_, NotFound
from engine.feedback.models import Report
from engine.notifications.models import Notice
from engine.outbox import Job
from engine.work import Reading
from rules.sentences import Sentence

StuckKind = Literal["job", "call", "notice", "incident", "filing"]
KINDS: tuple[StuckKind, ...] = ("call", "notice", "incident", "filing", "job")
STUCK = ("failed", "unknown")
MOST = 100
SETTLED_SOON = timedelta(minutes=2)
"""A delivery of another system that is still only received after this long was cut off."""


JOBS = {
    "PerformCall": N_("Bước tự động của một hồ sơ"),
    "SendNotice": N_("Gửi một thông báo"),
    "SweepDeadlines": N_("Rà soát thời hạn"),
    "SendWarnings": N_("Gửi thư nhắc hạn cho cán bộ"),
    "TidyWarnings": N_("Dọn lời nhắc hạn đã xong"),
    "TellSignal": N_("Báo tín hiệu của hồ sơ này cho hồ sơ khác"),
    "TidyOutbox": N_("Dọn hàng đợi công việc"),
    "LoadSample": N_("Nạp hồ sơ mẫu"),
    "RaiseDocument": N_("Nâng mức chữ ký của một văn bản"),
    "RaiseDue": N_("Tìm văn bản cần nâng mức chữ ký hoặc gia hạn dấu thời gian"),
    "SignList": N_("Ký các văn bản của một danh sách đã xác nhận"),
    "RecountTerms": N_("Tính lại thời hạn sau khi lịch làm việc thay đổi"),
    "ClearDesk": N_("Chuyển việc trên bàn người vắng"),
    "WhatIf": N_("Thử một thay đổi trên hồ sơ đang mở"),
    "VerifyJournal": N_("Kiểm tra nhật ký"),
    "WatchCases": N_("Tìm hồ sơ đứng lại"),
    "SealHistory": N_("Niêm phong lịch sử từng ngày"),
}
UNCLEAR = N_("Lỗi kỹ thuật chưa rõ nguyên nhân.")
CAUSES = (
    ("SMTPAuthenticationError", N_("Máy chủ thư không nhận tên hoặc mật khẩu của hệ thống.")),
    ("SMTPRecipientsRefused", N_("Máy chủ thư không nhận địa chỉ người nhận.")),
    ("HTTPStatusError", N_("Dịch vụ bên ngoài từ chối yêu cầu.")),
    ("Timeout", N_("Dịch vụ bên ngoài trả lời quá chậm.")),
    ("Connect", N_("Không kết nối được tới dịch vụ bên ngoài.")),
    ("gaierror", N_("Không tìm thấy máy chủ của dịch vụ bên ngoài.")),
    ("OperationalError", N_("Cơ sở dữ liệu không trả lời hoặc đang bị khóa.")),
    ("StorageFull", N_("Kho lưu tệp đã đầy.")),
    ("No space left", N_("Ổ đĩa đã đầy.")),
    ("FileMissing", N_("Một tệp không còn trong kho lưu trữ.")),
    ("Signing", N_("Phòng chữ ký số từ chối ký.")),
    ("LetterError", N_("Mẫu văn bản có lỗi nên không in được.")),
    ("FeelError", N_("Một biểu thức của quy trình không tính được.")),
    ("UnknownKind", N_("Phiên bản đang chạy không biết làm loại việc này.")),
    ("MemoryError", N_("Máy chủ hết bộ nhớ.")),
)
SAID = (
    N_("Chưa có người có thẩm quyền đồng ý ký đúng văn bản này."),
    N_("Không đóng dấu văn bản chưa có người có thẩm quyền ký."),
    N_("Lần gọi trước bị ngắt giữa chừng; không biết bên ngoài đã nhận hay chưa."),
    N_("Lần gửi trước bị ngắt giữa chừng; không biết tin đã đi hay chưa."),
    N_("Máy chủ thư ngắt giữa chừng; không biết thư đã được nhận hay chưa."),
    N_("Cổng tin nhắn không trả lời; không biết tin đã đi hay chưa."),
    N_("Quy trình lặp quá nhiều bước tự động mà không chờ ai."),
)
"""Failures that already come in words, written by the rooms that know them."""
TECHNICAL = re.compile(r"^[A-Za-z_][\w.]*(Error|Exception|Refused|Kind|Full|Missing|Sent\w*|Unsure|[A-Z]\w+): ")
PRIVATE = (
    re.compile(r"[^\s<>@,;:(]+@[^\s<>@,;)]+"),
    re.compile(r"\+?\d(?:[\d .-]{6,})\d"),
    re.compile(r"'[^']*[^\x00-\x7f][^']*'|\"[^\"]*[^\x00-\x7f][^\"]*\""),
)


@dataclass(frozen=True)
class Stuck:
    """One thing that waits for a person; `act` is the one safe thing to do, "" when only settling by hand is left.

    `what` and `cause` are message ids (`values` fill the places of `cause`), `name` comes from the drawing, `detail` is
    technical and without addresses or numbers of people; `look_first` says that the outside world has to be asked
    before acting.
    """

    kind: StuckKind
    id: UUID
    what: str
    name: str
    code: str
    status: str
    since: datetime
    attempts: int
    cause: str
    detail: str
    act: Literal["retry", "resend", "replay", ""]
    look_first: bool = False
    may_settle: bool = True
    values: dict[str, Any] = field(default_factory=dict)
    problems: tuple[tuple[str, str, dict[str, Any]], ...] = ()


def cause_of(error: str | None) -> tuple[str, str]:
    """(a sentence that says what went wrong, the technical words behind it or "")."""
    text = (error or "").strip()
    if not text:
        return UNCLEAR, ""
    if not TECHNICAL.match(text):
        return discreet(text), ""
    cause = next((words for mark, words in CAUSES if mark in text), UNCLEAR)
    return cause, discreet(text)


def discreet(text: str) -> str:
    """A text of a failure without addresses, long numbers and quoted words, which may be somebody's."""
    for pattern in PRIVATE:
        text = pattern.sub("…", text)
    return text[:500]


def masked(text: Sentence) -> Sentence:
    """A sentence without what in its parameters may be somebody's address, number or name."""

    def plain(value: object) -> object:
        if isinstance(value, Sentence):
            return masked(value)
        return discreet(value) if isinstance(value, str) else value

    return Sentence(text.msgid, **{name: plain(value) for name, value in text.params.items()})


def stuck(read: Reading, kind: StuckKind) -> list[Stuck]:
    """What of one kind waits for a person, the longest waiting first."""
    require_role(read.actor, "operator")
    return _LISTS[kind](read, None)


def stuck_item(read: Reading, kind: StuckKind, item_id: UUID) -> Stuck:
    """One of them; NotFound when it waits no more."""
    require_role(read.actor, "operator")
    found = _LISTS[kind](read, item_id)
    if not found:
        raise NotFound("Việc này không còn chờ xử lý: đã có người làm lại, hoặc hệ thống đã tự xong.")
    return found[0]


def how_many_stuck(read: Reading) -> int:
    """The number beside the menu entry: everything that waits for a person, in one query."""
    counts = [
        select(func.count())
        .select_from(Job)
        .where(Job.status == "failed", Job.kind.not_in(("PerformCall", "SendNotice")))
        .scalar_subquery(),
        select(func.count()).select_from(Call).where(Call.status.in_(STUCK)).scalar_subquery(),
        select(func.count()).select_from(Notice).where(Notice.status.in_(STUCK)).scalar_subquery(),
        select(func.count())
        .select_from(Incident)
        .where(Incident.resolved_at.is_(None), Incident.kind.not_in(("call-failed", "call-unknown")))
        .scalar_subquery(),
        select(func.count()).select_from(RawFiling).where(RawFiling.status == "refused").scalar_subquery(),
    ]
    return sum(read.session.execute(select(*counts)).one())


def _code() -> Any:
    return func.coalesce(Dossier.code, Dossier.filing_code, Report.code, "")


def _jobs(read: Reading, item_id: UUID | None) -> list[Stuck]:
    where = [Job.status == "failed"] + ([Job.id == item_id] if item_id else [])
    rows = read.session.scalars(select(Job).where(*where).order_by(Job.finished_at).limit(MOST))
    return [_job(job) for job in rows if not _shown_elsewhere(read, job)]


def _shown_elsewhere(read: Reading, job: Job) -> bool:
    """A failed job about a call or notice that stands in its own list, or is about to, is told there alone."""
    about: tuple[tuple[type[Call] | type[Notice], str, tuple[str, ...]], ...] = (
        (Call, "call", (*STUCK, "waiting", "attempting")),
        (Notice, "notice", STUCK),
    )
    for model, name, statuses in about:
        if name in job.args:
            row: Any = read.session.get(model, UUID(str(job.args[name])))
            return row is not None and row.status in statuses
    return False


def _job(job: Job) -> Stuck:
    """A job of a service task is never tried again by itself: its call is over, and trying would do nothing."""
    cause, detail = cause_of(job.last_error)
    return Stuck(
        "job", job.id, JOBS.get(job.kind, job.kind), "", "", job.status, job.finished_at or job.run_at, job.attempts,
        cause, detail, "" if job.kind == "PerformCall" else "retry",
    )  # fmt: skip


def _calls(read: Reading, item_id: UUID | None) -> list[Stuck]:
    where = [Call.status.in_(STUCK)] + ([Call.id == item_id] if item_id else [])
    rows = read.session.execute(
        select(Call, _code())
        .outerjoin(Dossier, Dossier.case_id == Call.case_id)
        .outerjoin(Report, Report.case_id == Call.case_id)
        .where(*where)
        .order_by(Call.attempted_at, Call.id)
        .limit(MOST)
    )
    found = []
    for call, code in rows:
        cause, detail = cause_of(call.last_error)
        unknown = call.status == "unknown"
        what = N_("Bước tự động, không rõ đã tới bên ngoài hay chưa") if unknown else N_("Bước tự động không làm được")
        found.append(
            Stuck(
                "call",
                call.id,
                what,
                call.name or call.type,
                code,
                call.status,
                call.attempted_at or call.asked_at,
                0,
                cause,
                detail,
                "retry",
                look_first=unknown,
                may_settle=False,
            )
        )
    return found


def _notices(read: Reading, item_id: UUID | None) -> list[Stuck]:
    where = [Notice.status.in_(STUCK)] + ([Notice.id == item_id] if item_id else [])
    rows = read.session.execute(
        select(Notice, _code())
        .outerjoin(Dossier, Dossier.case_id == Notice.case_id)
        .outerjoin(Report, Report.case_id == Notice.case_id)
        .where(*where)
        .order_by(Notice.created_at, Notice.id)
        .limit(MOST)
    )
    found = []
    for notice, code in rows:
        cause, detail = cause_of(notice.last_error)
        unknown = notice.status == "unknown"
        what = {
            "sms": N_("Tin nhắn, không rõ đã đi hay chưa") if unknown else N_("Tin nhắn không gửi được"),
            "email": N_("Thư điện tử, không rõ đã đi hay chưa") if unknown else N_("Thư điện tử không gửi được"),
        }.get(notice.channel, notice.channel)
        since = notice.settled_at or notice.attempted_at or notice.created_at
        found.append(
            Stuck(
                "notice",
                notice.id,
                what,
                "",
                code,
                notice.status,
                since,
                notice.attempts,
                cause,
                detail,
                "resend",
                look_first=unknown,
            )
        )
    return found


INCIDENTS = {
    "expression": N_("Quy trình không đi tiếp được vì một biểu thức"),
    "loop": N_("Quy trình lặp mãi mà không chờ ai"),
    "task-type": N_("Quy trình gọi một loại việc không có"),
    "call-failed": N_("Một bước tự động đã không làm được"),
    "call-unknown": N_("Một bước tự động từng không rõ kết quả"),
    "inline": N_("Một bước bị từ chối nên hồ sơ đứng lại"),
    "moment": N_("Một mốc thời gian không báo được cho hồ sơ"),
    "moment-late": N_("Một mốc thời gian đã qua mà chưa được xử lý"),
    "task-nobody": N_("Một việc không ai có mặt làm được"),
    "task-absent": N_("Một việc ở tay người không còn làm được"),
    "no-wait": N_("Hồ sơ không chờ ai và không chờ gì"),
    "drift": N_("Bảng việc không khớp với trạng thái của hồ sơ"),
    "delivery": N_("Dữ liệu gửi thêm cho hồ sơ mà không bước nào chờ"),
    "job-failed": N_("Một việc nền về hồ sơ đã dừng thử lại"),
    "call-lost": N_("Một bước tự động không còn trong hàng đợi"),
    "message-unsent": N_("Hồ sơ chờ một tin không nơi nào gửi"),
    "clock-stopped": N_("Một thời hạn đứng yên không có căn cứ"),
    "state-unreadable": N_("Trạng thái của hồ sơ không đọc được"),
    "bundle-damaged": N_("Phiên bản thủ tục của hồ sơ bị hỏng"),
    "form-runaway": N_("Một biểu mẫu của hồ sơ chạy quá giới hạn"),
}
RETRIED = ("expression", "loop", "task-type", "inline")
"""Incidents that are tried again by themselves; the others are mended on the page of their case."""


def _incidents(read: Reading, item_id: UUID | None) -> list[Stuck]:
    where = [Incident.resolved_at.is_(None)] + ([Incident.id == item_id] if item_id else [])
    told = select(Call.id).where(Call.case_id == Incident.case_id, Call.token == Incident.token, Call.status.in_(STUCK))
    rows = read.session.execute(
        select(Incident, _code())
        .outerjoin(Dossier, Dossier.case_id == Incident.case_id)
        .outerjoin(Report, Report.case_id == Incident.case_id)
        .where(*where, ~told.exists())
        .order_by(Incident.opened_at, Incident.id)
        .limit(MOST)
    )
    found = []
    for incident, code in rows:
        said = masked(incident.words)
        cause, detail = (said.msgid, "") if said.params else cause_of(incident.message)
        after_call = incident.kind.startswith("call-")
        found.append(
            Stuck(
                "incident",
                incident.id,
                INCIDENTS.get(incident.kind, incident.kind),
                incident.name or incident.element_id,
                code,
                "open",
                incident.opened_at,
                0,
                cause,
                detail,
                "retry" if incident.kind in RETRIED else "",
                may_settle=after_call,
                values=dict(said.params),
            )
        )
    return found


def _filings(read: Reading, item_id: UUID | None) -> list[Stuck]:
    cut_off = (RawFiling.status == "received") & (RawFiling.received_at < read.now - SETTLED_SOON)
    where = [or_(RawFiling.status == "refused", cut_off)] + ([RawFiling.id == item_id] if item_id else [])
    columns = (RawFiling.id, RawFiling.external_code, RawFiling.status, RawFiling.received_at, RawFiling.refusal)
    rows = read.session.execute(
        select(*columns, ApiClient.name)
        .outerjoin(ApiClient, ApiClient.id == RawFiling.client_id)
        .where(*where)
        .order_by(RawFiling.received_at, RawFiling.id)
        .limit(MOST)
    )
    found = []
    for row_id, external, status, received_at, refusal, client in rows:
        refused = status == "refused"
        what = N_("Hồ sơ hệ thống khác gửi đến, bị từ chối") if refused else N_("Hồ sơ gửi đến, bị ngắt giữa chừng")
        problems = tuple((one["path"], one["message"], one.get("params", {})) for one in refusal.get("problems", ()))
        cause = str(refusal.get("message") or N_("Chưa có gì được làm với dữ liệu này."))
        found.append(
            Stuck(
                "filing",
                row_id,
                what,
                client or "",
                external,
                status,
                received_at,
                0,
                cause,
                "",
                "replay",
                values=refusal.get("params", {}),
                problems=problems,
            )
        )
    return found


_LISTS = {"job": _jobs, "call": _calls, "notice": _notices, "incident": _incidents, "filing": _filings}
