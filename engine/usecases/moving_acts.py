"""Whether anything has happened on a case since it was moved: the first act in between, by which role, and when."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine.accounts.people import mandates_on
from engine.cases.models import Case, Task
from engine.cases.moves import Move
from engine.clock import legal_date, legal_time
from engine.errors import N_
from engine.journal import Entry
from engine.usecases.moving_rows import address, take
from engine.work import Work
from rules.sentences import Sentence

OWN = frozenset({"case.moved", "clock.moved", "clock.started", "task.opened", "task.gone", "incident.opened"})
"""What a move writes about a case and its undoing takes back; anything else has left the case."""

BESIDE = frozenset({"staff.warned", "scan.signed", "scan.archived", "scan.left_unsigned"})
"""What the house tells its own people, and what workers sign of what was handed in: it changes nothing of the case."""

DONE = {
    "case.moved": N_("hồ sơ được chuyển tiếp sang phiên bản khác"),
    "case.ended": N_("hồ sơ kết thúc"),
    "clock.paused": N_("tạm dừng tính thời hạn"),
    "clock.resumed": N_("tính tiếp thời hạn"),
    "document.issued": N_("phát hành văn bản"),
    "document.rendered": N_("lập văn bản"),
    "document.signed": N_("ký văn bản"),
    "dossier.status": N_("đổi trạng thái hồ sơ"),
    "dossier.withdrawn": N_("người nộp rút hồ sơ"),
    "notice.written": N_("gửi thông báo"),
    "supplement.answered": N_("người nộp bổ sung hồ sơ"),
    "task.assigned": N_("phân công việc"),
    "task.claimed": N_("nhận xử lý một việc"),
    "task.released": N_("trả một việc về danh sách chung"),
    "term.reached": N_("đến một mốc thời hạn"),
}
"""Acts in words, for whoever asks why a move cannot be undone."""

ROLES = {
    "counter_clerk": N_("Công chức tiếp nhận và trả kết quả"),
    "specialist": N_("Người thụ lý"),
    "unit_head": N_("Lãnh đạo phòng"),
    "leader": N_("Lãnh đạo cơ quan"),
    "clerical": N_("Văn thư"),
    "cashier": N_("Thu phí, lệ phí"),
    "centre_director": N_("Giám đốc Trung tâm Phục vụ hành chính công"),
    "procedure_controller": N_("Kiểm soát thủ tục hành chính"),
    "designer": N_("Người thiết kế quy trình"),
    "operator": N_("Vận hành hệ thống"),
    "hotline_operator": N_("Tổng đài viên 1022"),
    "hotline_point": N_("Đầu mối xử lý phản ánh"),
    "postal_clerk": N_("Nhân viên bưu chính công ích"),
}
KINDS = {
    "citizen": N_("Người nộp hồ sơ"),
    "machine": N_("Hệ thống khác"),
    "system": N_("Hệ thống"),
    "official": N_("Công chức"),
}


def act_since(work: Work, case: Case, move: Move) -> Sentence | None:
    """Why a move cannot be undone any more; None while the case stands exactly as the move left it."""
    chain = select(Entry).where(Entry.chain == case.chain).order_by(Entry.seq)
    later = work.session.scalar(chain.where(Entry.seq > move.journal_seq, Entry.verb.not_in(BESIDE)).limit(1))
    if later is not None:
        return _told(work, later, Sentence("Hồ sơ đã đi tiếp sau khi chuyển"))
    moved = work.session.scalar(
        select(Entry.seq)
        .where(Entry.chain == case.chain, Entry.verb == "case.moved", Entry.seq <= move.journal_seq)
        .order_by(Entry.seq.desc())
        .limit(1)
    )
    outward = chain.where(Entry.seq > (moved or 0), Entry.seq <= move.journal_seq, Entry.verb.not_in(OWN | BESIDE))
    entry = work.session.scalar(outward.limit(1))
    if entry is not None:
        return _told(work, entry, Sentence("Ngay khi chuyển, hồ sơ đã đi tiếp theo bản mới"))
    if address(take(work.session, case.id)) != move.after_digest:
        return Sentence("Không hoàn lại được: hệ thống đã bắt đầu làm việc tiếp theo của hồ sơ sau khi chuyển.")
    return None


def _told(work: Work, entry: Entry, opening: Sentence) -> Sentence:
    moment = legal_time(entry.at)
    return Sentence(
        "Không hoàn lại được: %(opening)s: %(act)s (%(who)s, lúc %(when)s).",
        opening=opening,
        act=_act(work, entry),
        who=_who(work, entry),
        when=f"{moment:%H:%M %d/%m/%Y}",
    )


def _act(work: Work, entry: Entry) -> Sentence:
    task_id = entry.facts.get("task")
    task = work.session.get(Task, UUID(str(task_id))) if entry.verb == "task.completed" and task_id else None
    if task is not None:
        return Sentence("làm xong việc «%(step)s»", step=task.name)
    known = DONE.get(entry.verb)
    return Sentence(known) if known is not None else Sentence("có việc được ghi (%(verb)s)", verb=entry.verb)


def _who(work: Work, entry: Entry) -> Sentence:
    """By role, never by name: an order is read by more people than the dossier is."""
    kind, _, mark = entry.actor.partition(":")
    if kind == "official" and mark:
        held = mandates_on(work.session, UUID(mark), legal_date(entry.at))
        named = next((ROLES[post.role] for post in held if post.role in ROLES), None)
        if named is not None:
            return Sentence(named)
    return Sentence(KINDS.get(kind, KINDS["system"]))
