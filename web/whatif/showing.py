"""How answers are shown: words for terms, the way to make a change for real, and lines as a table file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Response, current_app, url_for
from flask_babel import gettext as _

from engine.queries.whatif_changes import AwayChange, Change, DayChange, HoursChange
from engine.queries.whatif_question import Line
from rules.sentences import Sentence
from web.actor import current_actor
from web.ui.format import moment_words
from web.ui.i18n import spoken
from web.ui.sheets import harmless


@dataclass(frozen=True)
class RealChange:
    """Where a change is made for real: an address for whoever may, else who may."""

    words: str
    href: str | None


def term_words(term: str) -> str:
    """Which term of a case it is."""
    known = {
        "dossier": _("Giải quyết hồ sơ"),
        "legal": _("Thời hạn theo luật"),
        "acceptance": _("Kiểm tra hồ sơ nộp"),
        "consult": _("Lấy ý kiến"),
        "answer": _("Trả lời phản ánh"),
    }
    return known.get(term, term)


def becomes_words(becomes: str) -> tuple[str, str]:
    """How a case stands then, and the tone of its tag."""
    return (_("Quá hạn"), "over") if becomes == "over" else (_("Dự kiến trễ"), "problem")


def heading(change: Change, offices: Mapping[str, str]) -> Sentence:
    """The change in words, offices by their names."""
    words = change.words
    unit = str(words.params.get("unit", ""))
    return Sentence(words.msgid, **{**words.params, "unit": offices.get(unit, unit)}) if unit else words


def real_change(change: Change) -> RealChange:
    """Where this change would be made."""
    roles = current_actor().roles
    if isinstance(change, DayChange | HoursChange):
        if "operator" in roles and "calendars.home" in current_app.view_functions:
            return RealChange(_("Soạn thay đổi lịch làm việc"), url_for("calendars.home"))
        return RealChange(_("Người vận hành soạn thay đổi lịch làm việc."), None)
    if isinstance(change, AwayChange):
        return RealChange(_("Ghi vắng mặt"), url_for("whatif.away", tu=change.first, den=change.last))
    if roles & {"designer", "procedure_controller"} and "designer.home" in current_app.view_functions:
        return RealChange(_("Sửa thời hạn của thủ tục"), url_for("designer.home"))
    return RealChange(
        _("Người thiết kế quy trình công bố phiên bản có thời hạn mới, rồi chuyển hồ sơ theo căn cứ."), None
    )


def lines_file(lines: Iterable[Line], name: str) -> Response:
    """The cases that become late, a line each, with their marks intact in spreadsheets."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(
        [
            _("Mã hồ sơ"), _("Mã thủ tục"), _("Thủ tục"), _("Đơn vị giải quyết"), _("Thời hạn"), _("Thành"),
            _("Hạn cũ"), _("Hạn mới"), _("Dự kiến xong cũ"), _("Dự kiến xong mới"), _("Vì"),
        ]
    )  # fmt: skip
    for line in lines:
        moments = (line.old_due_at, line.new_due_at, line.old_finish, line.new_finish)
        cells = [
            line.code, line.procedure, str(spoken(line.procedure_name)), line.office, term_words(line.term),
            becomes_words(line.becomes)[0], *(moment_words(one) if one else "" for one in moments),
            "; ".join(str(spoken(one)) for one in line.why),
        ]  # fmt: skip
        table.writerow([harmless(cell) for cell in cells])
    return Response(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
