"""The doctor looks beside a case, ended or not: its notices, what other systems sent for it, the record of its acts."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from engine.dossiers.levels import is_behind, reason_of
from engine.dossiers.models import Document, Dossier, RawFiling
from engine.journal import verify
from engine.notifications.models import Notice
from engine.queries.doctor_findings import Action, Chart, Finding, moment
from rules.sentences import Sentence

STUCK = ("failed", "unknown")


def beside_findings(chart: Chart) -> Iterator[Finding]:
    """What is wrong beside a case that does not keep it from moving."""
    for notice in chart.read.session.scalars(
        select(Notice).where(Notice.case_id == chart.case.id, Notice.status.in_(STUCK)).order_by(Notice.created_at)
    ):
        yield _notice(chart, notice)
    yield from _papers(chart)
    yield from _deliveries(chart)
    yield from _journal(chart)


def _notice(chart: Chart, notice: Notice) -> Finding:
    unknown = notice.status == "unknown"
    cause, detail = chart.cause(notice.last_error)
    channel = Sentence("Tin nhắn") if notice.channel == "sms" else Sentence("Thư điện tử")
    what = (
        Sentence("%(channel)s cho người nộp: không rõ đã đi hay chưa.", channel=channel)
        if unknown
        else Sentence("%(channel)s cho người nộp không gửi được.", channel=channel)
    )
    before = (
        Sentence("Đã hỏi bên chuyển tin: tin này chưa đi, hoặc gửi hai lần cũng không gây hiểu lầm.")
        if unknown
        else Sentence("Nguyên nhân đã được sửa (xem nguyên nhân).")
    )
    return Finding(
        kind="notice",
        wrong=True,
        what=what,
        since=notice.settled_at or notice.attempted_at or notice.created_at,
        who=Sentence("Người vận hành gửi lại. Hồ sơ không vì vậy mà đứng."),
        action=Action(
            "resend",
            Sentence("Gửi lại thông báo này"),
            before,
            Sentence("Thông báo được đưa vào hàng đợi và gửi thêm một lần; chưa phải là đã tới người nhận."),
            roles=("operator",),
            subject=str(notice.id),
            look_first=unknown,
        ),
        subject=str(notice.id),
        cause=cause,
        detail=detail,
    )


def _papers(chart: Chart) -> Iterator[Finding]:
    """Signed papers whose proofs are missing for more than a day; they are valid, and stay so for now."""
    behind = select(Document).where(Document.case_id == chart.case.id, is_behind(chart.read.now))
    for paper in chart.read.session.scalars(behind.order_by(Document.created_at)):
        yield Finding(
            kind="level-behind",
            wrong=True,
            what=Sentence("Văn bản “%(title)s” đã ký ở dưới mức B-LTA hơn một ngày.", title=paper.title),
            since=paper.sealed_at or paper.signed_at or paper.created_at,
            who=Sentence("Người vận hành sửa nguyên nhân; không phải ký lại văn bản nào. Hồ sơ không vì vậy mà đứng."),
            action=Action(
                "outside",
                Sentence("Sửa nguyên nhân: đường tới tổ chức chứng thực, dấu thời gian, Danh sách tin cậy"),
                Sentence("Đã xem trang Chứng thư số: tổ chức nào không trả lời, đồng hồ có khớp không."),
                Sentence("Hệ thống tự bổ sung bằng chứng, chậm nhất sau một ngày; văn bản giữ nguyên nội dung đã ký."),
                roles=("operator",),
            ),
            subject=str(paper.id),
            cause=reason_of(paper.level_trouble),
        )


def _deliveries(chart: Chart) -> Iterator[Finding]:
    """What another system sent for this very dossier and no step waits for; its words are kept."""
    dossier = chart.read.session.get(Dossier, chart.case.id)
    if dossier is None or not dossier.external_code:
        return
    for raw in chart.read.session.scalars(
        select(RawFiling).where(
            RawFiling.status == "refused",
            RawFiling.channel == dossier.channel,
            RawFiling.external_code == dossier.external_code,
        )
    ):
        yield Finding(
            kind="delivery",
            wrong=True,
            what=Sentence(
                "Hệ thống khác gửi thêm dữ liệu cho hồ sơ này lúc %(moment)s, nhưng không bước nào chờ dữ liệu đó.",
                moment=moment(raw.received_at),
            ),
            since=raw.received_at,
            who=Sentence("Người vận hành báo người thụ lý hoặc bên gửi. Dữ liệu được giữ nguyên văn."),
            action=Action(
                "replay",
                Sentence("Nhận lại dữ liệu đã lưu"),
                Sentence("Bên gửi đã cho phép nhận; nội dung khác hồ sơ đang có thì vẫn bị từ chối và giữ nguyên."),
                Sentence("Dữ liệu được đọc và kiểm tra lại từ đầu; kết quả thật được nói ra."),
                roles=("operator",),
                subject=str(raw.id),
            ),
            subject=str(raw.id),
        )


def _journal(chart: Chart) -> Iterator[Finding]:
    case = chart.case
    faults = list(verify(chart.read.session, {case.chain: (case.journal_seq, case.journal_head)}, only=case.chain))
    if not faults:
        return
    yield Finding(
        kind="journal",
        wrong=True,
        what=Sentence(
            "Nhật ký của hồ sơ không khớp (%(count)s chỗ): có việc đã bị sửa, mất hoặc thêm ngoài hệ thống.",
            count=len(faults),
        ),
        who=Sentence("Báo người kiểm soát thủ tục và giữ nguyên hiện trạng để xác minh."),
        action=Action(
            "outside",
            Sentence("So nhật ký với bản lưu nơi khác (./motcua journal verify --against)"),
            Sentence("Không sửa gì trong hồ sơ trước khi xác minh xong."),
            Sentence("Hồ sơ vẫn đi tiếp được; chỗ sai không tự mất đi và trang này không xóa dấu vết."),
            roles=("operator", "procedure_controller"),
        ),
        detail="; ".join(f"{fault.seq}: {fault.problem}" for fault in faults[:5]),
    )
