"""Words that the engine's codes have on the hotline's pages, and how minutes are counted down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.clock import legal_date
from engine.queries.dossiers import Act
from processes.report import ReportRules
from web.hotline.room import blueprint
from web.ui.format import date_words
from web.ui.i18n import language
from web.ui.statuses import status_words

TONES = {
    "received": "waiting",
    "forwarded": "going",
    "progress": "going",
    "reopened": "problem",
    "answered": "done",
    "guided": "done",
    "refused": "over",
}
ROUND_THE_CLOCK = 60


def kind_words(kind: str) -> str:
    """What a report is about."""
    words = {
        "scene": _("Hiện trường"),
        "dossier": _("Hồ sơ thủ tục"),
        "conduct": _("Thái độ, hành vi cán bộ"),
        "regulation": _("Quy định hành chính"),
        "enquiry": _("Hỏi đáp"),
        "complaint": _("Khiếu nại, tố cáo"),
    }
    return str(words.get(kind, kind))


def report_status(status: str) -> tuple[str, str]:
    """(words, tone for `parts.status_tag`)."""
    words = {
        "received": _("Chờ chuyển đơn vị"),
        "forwarded": _("Đơn vị đang xử lý"),
        "progress": _("Đang xử lý, đã cam kết ngày"),
        "reopened": _("Mở lại, đang xử lý"),
        "answered": _("Đã trả lời"),
        "guided": _("Đã hướng dẫn"),
        "refused": _("Không tiếp nhận"),
    }
    return str(words.get(status, status)), TONES.get(status, "neutral")


def late_words(of: str) -> str:
    """What was missed."""
    words = {
        "forward": _("Chuyển quá 5 phút"),
        "urgent": _("Quá giờ khẩn cấp"),
        "answer": _("Quá hạn trả lời"),
        "commitment": _("Quá ngày cam kết"),
    }
    return str(words.get(of, of))


def arrival_words(channel: str) -> str:
    """How a report came in."""
    return {"web": _("Trang điện tử"), "phone": _("Điện thoại 1022")}.get(channel, channel)


def flag_words(kind: str) -> str:
    """What a piece of text points to."""
    words = {
        "sender": _("người gửi"),
        "email": _("thư điện tử"),
        "identity": _("số giấy tờ"),
        "phone": _("số điện thoại"),
        "plate": _("biển số xe"),
        "house": _("số nhà"),
        "name": _("tên người"),
    }
    return str(words.get(kind, kind))


@dataclass(frozen=True)
class Left:
    """How much of the clock on the wall is left: in words, and whether it presses or is over."""

    text: str
    tone: str


def time_left(moment: datetime | None, now: datetime) -> Left:
    """Begun minutes up to two hours, hours beyond; what is over says by how much."""
    if moment is None:
        return Left("", "within")
    over = moment < now
    count = max(-(-int(abs((moment - now).total_seconds())) // ROUND_THE_CLOCK), 1)
    if count >= 2 * ROUND_THE_CLOCK:
        amount = ngettext("%(num)s giờ", "%(num)s giờ", count // 60)
    else:
        amount = ngettext("%(num)s phút", "%(num)s phút", count)
    if over:
        return Left(_("Quá %(amount)s", amount=amount), "late")
    return Left(_("Còn %(amount)s", amount=amount), "soon" if count < ROUND_THE_CLOCK else "within")


def category_names(rules: ReportRules) -> dict[str, str]:
    """Field → its name in the reader's language."""
    return {one.key: one.name.in_(language()) for one in rules.categories}


VERBS = frozenset({"report.received", "report.forwarded", "report.status", "report.overdue", "report.progress"}) | {
    "report.published", "report.answered", "report.rated", "report.reopened", "task.completed",
}  # fmt: skip


def events(acts: Iterable[Act], tasks: Iterable[Any], units: dict[str, str]) -> list[dict[str, Any]]:
    """The acts of a report that tell something, newest first, for `case.timeline`."""
    names = {str(task.id): task for task in tasks}
    found = []
    for act in acts:
        if act.verb not in VERBS:
            continue
        title, text, tone = _told(act, names, units)
        found.append({"at": act.at, "title": title, "text": text, "by": act.who or _("Hệ thống"), "tone": tone})
    return found


def _told(act: Act, tasks: dict[str, Any], units: dict[str, str]) -> tuple[str, str, str]:
    facts = act.facts
    if act.verb == "report.received":
        return _("Tiếp nhận"), arrival_words(str(facts.get("channel", ""))), "plain"
    if act.verb == "report.forwarded":
        code = str(facts.get("unit", ""))
        return _("Chuyển %(unit)s", unit=units.get(code, code)), kind_words(str(facts.get("kind", ""))), "plain"
    if act.verb == "report.overdue":
        return late_words(str(facts.get("of", ""))), "", "problem"
    if act.verb == "report.progress":
        day = facts.get("committed_on")
        shown = date_words(date.fromisoformat(str(day))) if day else ""
        return _("Báo tiến độ, cam kết xong ngày %(day)s", day=shown), "", "plain"
    if act.verb == "report.answered":
        late = facts.get("judged") == "late"
        return _("Trả lời người gửi"), _("Quá hạn") if late else _("Đúng hạn"), "problem" if late else "done"
    if act.verb == "report.rated":
        return _("Người gửi đánh giá %(score)s/5", score=facts.get("score", "")), "", "plain"
    if act.verb == "task.completed":
        task = tasks.get(str(facts.get("task", "")))
        return (
            (_("Xong: %(name)s", name=task.name) if task else _("Xong một bước")),
            task.office if task else "",
            "plain",
        )
    if act.verb == "report.status":
        return report_status(str(facts.get("status", "")))[0], "", "plain"
    if act.verb == "report.published":
        return _("Công khai bản đã che thông tin cá nhân"), "", "done"
    return _("Mở lại, chuyển cấp trên của người đã đóng"), "", "problem"


def overdue(day: date | None, now: datetime) -> bool:
    """Whether a committed day is over."""
    return day is not None and day < legal_date(now)


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """Give the templates of this room their words."""
    return {
        "kind_words": kind_words,
        "report_status": report_status,
        "missed_words": late_words,
        "arrival_words": arrival_words,
        "flag_words": flag_words,
        "time_left": time_left,
        "dossier_status": status_words,
    }
