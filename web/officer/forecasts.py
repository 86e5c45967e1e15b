"""What is foreseen of open dossiers, in words: how many of ten like it were late, and on how many cases that rests."""

from __future__ import annotations

from flask_babel import gettext as _

from engine.queries.forecasts import Foreseen
from web.officer.room import blueprint


def foreseen_words(foreseen: Foreseen) -> str:
    """What a page says of a dossier's chances, with the number first where there is one."""
    if foreseen.kind == "paused":
        return _("Tạm dừng tính thời hạn, không dự báo")
    if foreseen.kind == "unknown":
        return _("Chưa đủ dữ liệu để dự báo")
    if foreseen.kind == "unlikely":
        return _("Hồ sơ như thế này hầu hết kịp hẹn")
    if foreseen.late == 10:
        return _("Có thể trễ: hầu hết hồ sơ như thế này đã trễ")
    if foreseen.kind == "likely":
        return _("Có thể trễ: %(late)s trong 10 hồ sơ như thế này đã trễ", late=foreseen.late)
    return _("Cần theo dõi: %(late)s trong 10 hồ sơ như thế này đã trễ", late=foreseen.late)


def foreseen_basis(foreseen: Foreseen) -> str:
    """On how many finished cases it rests, and whose; empty where nothing is said."""
    if foreseen.per_mille is None:
        return ""
    whose = {
        "unit": _("của đơn vị này, cùng mùa"),
        "season": _("của mọi đơn vị, cùng mùa"),
        "step": _("của mọi đơn vị, quanh năm"),
        "procedure": _("của cả thủ tục"),
    }
    words = whose.get(foreseen.level, "")
    return _("theo %(cases)s hồ sơ đã xong %(whose)s", cases=foreseen.cases, whose=words)


for word in (foreseen_words, foreseen_basis):
    blueprint.add_app_template_global(word, word.__name__)
