"""The answer to “were you told?” as a form sends it, and the words of classes, for every room that shows them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _


@dataclass(frozen=True)
class Sent:
    """What was ticked and written; "" where nothing was chosen."""

    told: str
    letter: str
    words: str


def sent_answer() -> Sent:
    """The answer in the form of this request."""
    form = request.form
    return Sent(form.get("told", ""), form.get("letter", ""), form.get("words", ""))


def told_words(kind: str) -> str:
    """A class of missed dates in words."""
    words = {
        "before": _("Báo trước ngày hẹn"),
        "on_day": _("Báo đúng ngày hẹn"),
        "after": _("Báo sau ngày hẹn"),
        "never": _("Không báo"),
        "exempt": _("Được miễn xin lỗi"),
        "withdrawn": _("Đã rút hồ sơ"),
        "needless": _("Báo trễ nhưng kịp hẹn"),
    }
    return words.get(kind, kind)
