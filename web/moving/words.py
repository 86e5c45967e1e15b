"""Verdicts, states and terms of a move in words, each with the tone of its tag."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.clock import legal_date
from web.ui.format import amount_words


def verdict_words(verdict: str) -> tuple[str, str]:
    """(words, tone) of what the dry run says of a case."""
    words = {
        "moves": (_("Chuyển được"), "done"),
        "later": (_("Chưa chuyển được lúc này"), "waiting"),
        "cannot": (_("Không chuyển được"), "problem"),
        "stays": (_("Ở lại phiên bản cũ"), "neutral"),
    }
    return words[verdict]


def outcome_words(status: str) -> tuple[str, str]:
    """(words, tone) of what became of a case in an order."""
    words = {
        "planned": (_("Chưa đến lượt"), "neutral"),
        "moved": (_("Đã chuyển"), "done"),
        "stayed": (_("Ở lại phiên bản cũ"), "neutral"),
        "skipped": (_("Đã thay đổi, không chuyển"), "waiting"),
        "failed": (_("Lỗi, không chuyển"), "problem"),
        "undone": (_("Đã hoàn lại"), "over"),
        "kept": (_("Không hoàn lại được"), "problem"),
    }
    return words.get(status, (status, "neutral"))


def order_words(status: str) -> tuple[str, str]:
    """(words, tone) of how far an order is."""
    words = {
        "trying": (_("Đang thử"), "going"),
        "tried": (_("Đã thử, chưa yêu cầu"), "waiting"),
        "asked": (_("Chờ người khác duyệt"), "waiting"),
        "refused": (_("Không duyệt"), "over"),
        "approved": (_("Đang chuyển"), "going"),
        "done": (_("Đã chuyển xong"), "done"),
        "undoing": (_("Đang hoàn lại"), "going"),
        "undone": (_("Đã hoàn lại"), "over"),
    }
    return words.get(status, (status, "neutral"))


def letter_words(letter: str) -> str:
    """What goes out where the new limit ends after the promised day."""
    words = {
        "": _("Giữ nguyên ngày đã hẹn, không gửi giấy"),
        "form01": _("Gửi giấy tiếp nhận và hẹn trả kết quả mới (mẫu 01)"),
        "form04": _("Gửi phiếu xin lỗi và hẹn lại ngày trả kết quả (mẫu 04)"),
    }
    return words.get(letter, letter)


def term_words(term: str) -> str:
    """A term by the name people know it by."""
    words = {"dossier": _("Thời hạn giải quyết"), "acceptance": _("Thời hạn trả lời tiếp nhận")}
    return words.get(term, term)


def limit_words(limit: str) -> str:
    """ "3 working_days" as people say it."""
    value, _sign, unit = limit.partition(" ")
    return amount_words(int(value), unit) if value.isdigit() and unit else limit


def shift_words(term: str, what: str) -> str:
    """Which date of a term is spoken of: the law's, the one told to the applicant, or that of a paper still to go."""
    if what == "promise":
        return _("Ngày hẹn với người nộp")
    if what == "paper":
        return _("Ngày hẹn khi giấy mới đã gửi")
    return _("%(term)s theo luật", term=term_words(term))


def days_between(before: date | datetime | None, after: date | datetime | None) -> int | None:
    """Calendar days from one legal day to another, negative when it comes earlier; None where one stands still."""
    if before is None or after is None:
        return None
    first, last = (legal_date(one) if isinstance(one, datetime) else one for one in (before, after))
    return (last - first).days


def difference_words(days: int | None) -> str:
    """How much later or earlier a date falls."""
    if days is None:
        return _("đang dừng")
    if days == 0:
        return _("không đổi")
    if days > 0:
        return ngettext("muộn hơn %(num)s ngày", "muộn hơn %(num)s ngày", days)
    return ngettext("sớm hơn %(num)s ngày", "sớm hơn %(num)s ngày", -days)
