"""What books and slips say on screen: results of hand-overs, who stands outside, shifts, what became of a paper."""

from __future__ import annotations

from flask_babel import gettext as _

from web.books.room import blueprint


def result_words(result: str) -> tuple[str, str]:
    """How a hand-over was in time: (words, tone of its tag)."""
    words = {
        "early": (_("Trước hạn"), "done"),
        "on_time": (_("Đúng hạn"), "done"),
        "late": (_("Quá hạn"), "problem"),
    }
    return words.get(result, ("–", "neutral"))


def outside_words(outside: str) -> str:
    """Who gives or receives where no office does."""
    words = {
        "applicant": _("Người nộp hồ sơ"),
        "time": _("Hệ thống (đến hạn)"),
        "end": _("Kết thúc, lưu hồ sơ"),
    }
    return words.get(outside, "–")


def shift_words(shift: str) -> str:
    """Which half of the day a slip was written in."""
    return _("Ca sáng") if shift == "morning" else _("Ca chiều")


def paper_words(status: str) -> tuple[str, str]:
    """What became of a dossier on a slip: (words, tone of its tag)."""
    words = {
        "given": (_("Chờ xác nhận"), "waiting"),
        "received": (_("Đã nhận"), "done"),
        "missing": (_("Thiếu, đang tìm"), "problem"),
        "found": (_("Đã tìm thấy"), "done"),
        "taken_back": (_("Bên giao lấy lại"), "over"),
    }
    return words.get(status, (status, "neutral"))


def mode_words(mode: str) -> str:
    """How the result is handed over."""
    words = {
        "counter": _("Trực tiếp"),
        "office": _("Trực tiếp"),
        "post": _("Bưu chính công ích"),
        "electronic": _("Trực tuyến"),
    }
    return words.get(mode, mode)


for word in (result_words, outside_words, shift_words, paper_words, mode_words):
    blueprint.add_app_template_global(word, word.__name__)
