"""The journal of a dossier in plain words, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from engine.dossiers.models import Document
from engine.queries.dossiers import Act, DossierPage, TaskView
from web.officer.apologies import apology_because, exempt_words
from web.officer.warnings import MARK_NAMES, legal_words
from web.ui.format import date_words
from web.ui.i18n import language, spoken
from web.ui.scans import scan_act_words
from web.ui.statuses import act_words, channel_words, status_words

QUIET = frozenset({"call.retried", "term.reached"})


def events(acts: Iterable[Act], page: DossierPage, forms: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """What the timeline shows: a title in words, when, by whom, and a line of detail."""
    tasks = {str(task.id): task for task in page.tasks}
    documents = {str(document.id): document for document in page.documents}
    found = []
    for act in acts:
        if act.verb in QUIET:
            continue
        title, text, tone = _words(act, page, tasks, documents, forms)
        office = tasks[act.facts["task"]].office if act.facts.get("task") in tasks else ""
        found.append(
            {
                "at": act.at,
                "title": title,
                "by": act.who or _("Hệ thống"),
                "office": office if act.verb.startswith("task.") and act.verb != "task.opened" else "",
                "text": text,
                "tone": tone,
            }
        )
    return found


def _day(value: Any) -> str:
    return date_words(date.fromisoformat(str(value)[:10])) if value else ""


def _words(
    act: Act,
    page: DossierPage,
    tasks: Mapping[str, TaskView],
    documents: Mapping[str, Document],
    forms: Mapping[UUID, str],
) -> tuple[str, str, str]:
    facts = act.facts
    task = tasks.get(str(facts.get("task", "")))
    if act.verb.startswith("task."):
        return _task_words(act, page, task, forms)
    if act.verb.startswith("document.") or act.verb in {"number.voided", "signature.consented"}:
        return _document_words(act, documents.get(str(facts.get("document", ""))))
    if act.verb.startswith("copy."):
        return _copy_words(act, documents)
    if act.verb.startswith("clock."):
        return _clock_words(act)
    if act.verb.startswith("scan."):
        name = next((one.name for one in page.components if one.key == facts.get("paper")), "")
        return (*scan_act_words(act.verb, facts, name), "plain")
    due = _day(facts.get("promised_on"))
    titles: dict[str, tuple[str, str, str]] = {
        "dossier.submitted": (
            _("Nộp hồ sơ"),
            _("Kênh nộp: %(channel)s", channel=channel_words(facts.get("channel", ""))),
            "plain",
        ),
        "dossier.accepted": (
            _("Tiếp nhận hồ sơ"),
            _("Mã hồ sơ %(code)s, hẹn trả ngày %(day)s", code=facts.get("code", ""), day=due),
            "plain",
        ),
        "dossier.status": (
            _("Trạng thái: %(status)s", status=status_words(int(facts.get("status", 0) or 0))[0]),
            "",
            "problem" if facts.get("status") in (3, 5, 8) else "plain",
        ),
        "dossier.withdrawn": (_("Người nộp rút hồ sơ"), "", "problem"),
        "supplement.answered": (
            _("Đã bổ sung hồ sơ (lần %(round)s)", round=facts.get("round", 1)),
            _answer_words(facts),
            "plain",
        ),
        "supplement.lapsed": (
            _("Hết hạn bổ sung (lần %(round)s)", round=facts.get("round", 1)),
            _("Hạn đến hết ngày %(day)s, chưa được bổ sung", day=_day(facts.get("answer_by"))),
            "problem",
        ),
        "supplement.extended": (
            _("Cho thêm thời gian bổ sung"),
            _("Đến hết ngày %(day)s", day=_day(facts.get("answer_by"))),
            "plain",
        ),
        "supplement.closed": (_("Thôi chờ bổ sung (lần %(round)s)", round=facts.get("round", 1)), "", "plain"),
        "supplement.reopened": (_("Nhận bổ sung trở lại"), "", "plain"),
        "notice.withheld": (_("Không gửi thông báo: hồ sơ thử nghiệm"), str(facts.get("event", "")), "plain"),
        "notice.unsent": (
            _("Không có nơi gửi thông báo theo luật"),
            legal_words(str(facts.get("event", ""))),
            "problem",
        ),
        "notice.settled": (
            _("Đã báo qua điện thoại") if facts.get("by") == "phone" else _("Thông báo được xử lý bằng cách khác"),
            legal_words(str(facts.get("event", ""))),
            "plain",
        ),
        "staff.warned": (
            _("Nhắc hạn %(count)s người", count=len(facts.get("people", ()))),
            str(spoken(MARK_NAMES.get(("" if facts.get("term") else "step") + str(facts.get("mark", "")), ""))),
            "plain",
        ),
        "notice.written": (_("Gửi thông báo cho người nộp"), str(facts.get("channel", "")).upper(), "plain"),
        "register.answered": (
            _("Cơ sở dữ liệu đã trả lời"),
            str(facts.get("register", "")),
            "plain",
        ),
        "incident.opened": (_("Sự cố: quy trình dừng ở một bước"), _element(page, facts), "problem"),
        "apology.opened": (
            _("Phải xin lỗi người nộp: %(because)s", because=apology_because(facts.get("because", "term"))),
            _("Cấp trên phải ký: đã hết số lần hẹn lại.") if facts.get("level") == "superior" else "",
            "problem",
        ),
        "apology.kept": (_("Cán bộ ghi hồ sơ vẫn đúng hẹn"), "", "plain"),
        "late.asked": (_("Đã hỏi người nộp: có được báo trước là trễ hẹn không"), "", "plain"),
        "apology.spared": (_("Không còn phải gửi thư xin lỗi"), "", "plain"),
        "apology.exempted": (
            _("Được miễn xin lỗi: %(ground)s", ground=exempt_words(facts.get("ground", ""))),
            "",
            "problem",
        ),
        "apology.counter_told": (_("Đã báo bằng văn bản cho bộ phận một cửa về việc xin lỗi"), "", "plain"),
        "apology.counter_seen": (_("Bộ phận một cửa đã nhận giấy báo về việc xin lỗi"), "", "plain"),
        "forecast.late": (
            _("Dự báo có thể trễ hẹn"),
            _("Theo %(cases)s hồ sơ tương tự đã xong; đã mở việc nêu lý do.", cases=facts.get("cases", 0)),
            "plain",
        ),
        "apology.owed": (
            _("Chưa có thư xin lỗi được ký đúng hạn"),
            _("Đã gửi thông báo tự động; văn bản vẫn còn nợ người nộp."),
            "problem",
        ),
        "apology.sent": (
            _("Đã gửi thư xin lỗi"),
            _("Ngày hẹn trả kết quả mới: %(day)s", day=_day(facts.get("new_date"))),
            "plain",
        ),
        "case.ended": (_("Kết thúc quy trình"), "", "plain"),
        "case.moved": (
            _("Chuyển sang phiên bản %(version)s của thủ tục", version=facts.get("to", "")),
            _("Căn cứ: %(ground)s", ground=facts.get("ground", "")),
            "plain",
        ),
        "dossier.handed_over": (
            _("Chuyển hồ sơ sang %(unit)s", unit=facts.get("to", "")),
            " · ".join(
                words
                for words in (
                    _("Trước đó: %(unit)s", unit=facts.get("from", "")),
                    _("Căn cứ: %(ground)s", ground=facts["document"]) if facts.get("document") else "",
                )
                if words
            ),
            "plain",
        ),
        "case.move_undone": (_("Hoàn lại việc chuyển phiên bản: hồ sơ trở lại như trước"), "", "plain"),
    }
    return titles.get(act.verb, (act.verb, "", "plain"))


def _answer_words(facts: Mapping[str, Any]) -> str:
    """Where a supplement was handed in and how many papers came, which the papers beside name."""
    words = [_("Tại quầy") if facts.get("via") == "counter" else _("Trực tuyến")]
    if "received" in facts:
        words.append(_("%(count)s giấy tờ", count=len(facts["received"])))
    if facts.get("left"):
        words.append(_("còn thiếu %(count)s mục", count=len(facts["left"])))
    if facts.get("late"):
        words.append(_("trễ hạn bổ sung"))
    return " · ".join(words)


def _element(page: DossierPage, facts: dict[str, Any]) -> str:
    names = {passage.element_id: passage.name for passage in page.passages if passage.name}
    names |= {incident.element_id: incident.name for incident in page.incidents if incident.name}
    element = str(facts.get("element", ""))
    return names.get(element, element)


def _task_words(act: Act, page: DossierPage, task: TaskView | None, forms: Mapping[UUID, str]) -> tuple[str, str, str]:
    name = task.name if task else str(act.facts.get("element", ""))
    if act.verb == "task.opened":
        return _("Chuyển đến bước “%(name)s”", name=name), task.office if task else "", "plain"
    if act.verb == "task.completed":
        form_id = forms.get(task.id, "") if task else ""
        return name, outcome_words(page, form_id, str(act.facts.get("outcome") or "")), "plain"
    titles = {
        "task.claimed": _("Nhận xử lý “%(name)s”", name=name),
        "task.released": _("Trả “%(name)s” về danh sách chung", name=name),
        "task.assigned": _("Phân công thụ lý “%(name)s”", name=name),
        "task.gone": _("Bước “%(name)s” không còn nữa", name=name),
    }
    return titles.get(act.verb, name), "", "plain"


def outcome_words(page: DossierPage, form_id: str, outcome: str) -> str:
    """A task's decision as its form puts it ("Đồng ý ký")."""
    form = page.open.form(form_id) if form_id and outcome else None
    for component in form.walk() if form else ():
        if component.keys and component.keys[-1] == "outcome":
            for option in component.source.get("values") or ():
                if isinstance(option, dict) and option.get("value") == outcome:
                    english = component.properties.get(f"option.{outcome}.en") if language() == "en" else ""
                    return english or str(option.get("label") or outcome)
    return outcome


def _copy_words(act: Act, documents: Mapping[str, Document]) -> tuple[str, str, str]:
    source = documents.get(str(act.facts.get("of", "")))
    title = source.title if source is not None else _("văn bản")
    titles = {
        "copy.asked": _("Quyết định sao văn bản: %(title)s", title=title),
        "copy.made": _("Lập và ký số bản sao: %(title)s", title=title),
        "copy.failed": _("Không lập được bản sao: %(title)s", title=title),
    }
    number = str(act.facts.get("number", ""))
    text = _("Số bản sao %(number)s", number=number) if number else ""
    return titles.get(act.verb, act.verb), text, "problem" if act.verb == "copy.failed" else "plain"


def _document_words(act: Act, document: Document | None) -> tuple[str, str, str]:
    title = document.title if document else _("văn bản")
    digest = str(act.facts.get("sha256", ""))[:12]
    titles = {
        "document.rendered": _("Lập dự thảo: %(title)s", title=title),
        "document.signed": _("Ký số: %(title)s", title=title),
        "document.numbered": _("Vào số: %(title)s", title=title),
        "number.voided": _("Hủy số: %(title)s", title=title),
        "document.sealed": _("Đóng dấu (ký số cơ quan): %(title)s", title=title),
        "document.archived": _("Bổ sung bằng chứng để kiểm tra chữ ký lâu dài: %(title)s", title=title),
        "document.issued": _("Phát hành: %(title)s", title=title),
        "document.acted_on": _("%(act)s: %(title)s", act=act_words(str(act.facts.get("act", ""))), title=title),
        "signature.consented": _("Đồng ý ký đúng bản: %(title)s", title=title),
    }
    text = str(act.facts.get("number") or act.facts.get("decision") or "") or (
        _("Mã băm %(digest)s", digest=digest) if digest else ""
    )
    return titles.get(act.verb, act.verb), text, "plain"


def _clock_words(act: Act) -> tuple[str, str, str]:
    terms = {
        "dossier": _("thời hạn giải quyết"),
        "legal": _("thời hạn theo luật"),
        "supplement": _("hạn bổ sung của người nộp"),
    }
    term = terms.get(str(act.facts.get("term")), _("thời hạn kiểm tra hồ sơ"))
    titles = {
        "clock.started": _("Bắt đầu tính %(term)s", term=term),
        "clock.paused": _("Tạm dừng tính thời hạn"),
        "clock.resumed": _("Tính tiếp thời hạn"),
        "clock.stopped": _("Kết thúc %(term)s", term=term),
        "clock.recounted": _("Lịch làm việc thay đổi, tính lại %(term)s", term=term),
        "clock.moved": _("Tính lại %(term)s theo phiên bản mới", term=term),
        "clock.not_paused": _("Không tạm dừng: pháp luật không quy định cho trường hợp này"),
    }
    if act.verb == "clock.recounted":
        dates = ("before", "after")
        if act.facts.get("before") == act.facts.get("after"):  # only what was promised by letter has moved
            dates = ("promised_before", "promised_after")
        before, after = (_day(act.facts.get(name)) for name in dates)
        document = str(act.facts.get("document") or "")
        text = _(
            "Từ ngày %(before)s sang ngày %(after)s, theo %(document)s.", before=before, after=after, document=document
        )
        return titles[act.verb], text, "plain"
    if act.verb == "clock.moved" and act.facts.get("promised_after"):
        before, after = _day(act.facts.get("promised_before")), _day(act.facts.get("promised_after"))
        text = _("Ngày hẹn trả kết quả từ %(before)s sang %(after)s.", before=before, after=after)
        return titles[act.verb], text, "plain"
    due, ground = _day(act.facts.get("due_on") or act.facts.get("after")), str(act.facts.get("ground") or "")
    text = _("Đến hạn ngày %(day)s", day=due) if due else ground
    return titles.get(act.verb, act.verb), text, "problem" if act.verb == "clock.paused" else "plain"
