"""How far the signatures of a paper are proven, in words and not in the letters of a standard alone."""

from __future__ import annotations

from flask_babel import gettext as _

from engine.dossiers.levels import reason_of
from engine.dossiers.models import Document
from engine.dossiers.scans import IntakeScan
from web.ui.i18n import spoken


def level_words(level: str) -> str:
    """What a level of ETSI EN 319 142-1 means to whoever holds the file."""
    words = {
        "B-B": _("không có dấu thời gian (mức B-B)"),
        "B-T": _("có dấu thời gian (mức B-T)"),
        "B-LT": _("có dấu thời gian và bằng chứng chứng thư còn hiệu lực khi ký (mức B-LT)"),
        "B-LTA": _("kiểm tra được lâu dài, kể cả khi chứng thư đã hết hạn (mức B-LTA)"),
    }
    return str(words.get(level, ""))


def raised_line(kept: Document | IntakeScan) -> str:
    """The level of a paper or a scan, and that it is being raised; "" for an unsigned one."""
    if kept.level == "B-T" and kept.level_due_at is not None:
        return _("có dấu thời gian, đang bổ sung bằng chứng để kiểm tra được lâu dài (mức B-T)")
    return level_words(kept.level)


def raised_trouble(kept: Document | IntakeScan) -> str:
    """Why the last attempt to raise it failed, for officials; "" where it did not."""
    if not kept.level_trouble:
        return ""
    reason = spoken(reason_of(kept.level_trouble))
    return _("Lần bổ sung gần nhất chưa được: %(reason)s. Hệ thống tự thử lại.", reason=reason)


def level_line(document: Document) -> str:
    """The level of one of the office's own papers; "" for one that stands no more."""
    return raised_line(document) if document.voided_at is None else ""


def level_trouble(document: Document) -> str:
    """Why the last attempt to raise a paper failed, for officials; "" for one that stands no more."""
    return raised_trouble(document) if document.voided_at is None else ""
