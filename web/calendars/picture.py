"""A year of a calendar as pictures of its months, and the words for its kinds of days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.deadlines.calendar import Calendar, DayKind
from web.ui.months import Mark, Month, month_of

A_DAY = timedelta(days=1)

KINDS = {
    "OFF_HOLIDAY": _l("Nghỉ lễ, tết"),
    "OFF_SUBSTITUTE": _l("Nghỉ bù"),
    "OFF_SWAP": _l("Nghỉ hoán đổi"),
    "WORK_MAKEUP": _l("Làm bù"),
    "ORDINARY": _l("Như ngày thường trong tuần"),
}
"""Kinds of days as forms offer them."""


def kind_words(kind: str) -> str:
    """A kind of day in words; "" is an ordinary day."""
    return str(KINDS[kind]) if kind in KINDS else _("Ngày thường")


def term_words(term: str) -> str:
    """Which term of a case it is."""
    known = {
        "dossier": _("Giải quyết hồ sơ"),
        "legal": _("Thời hạn theo luật"),
        "supplement": _("Người nộp bổ sung"),
        "acceptance": _("Kiểm tra hồ sơ nộp"),
        "consult": _("Lấy ý kiến"),
        "answer": _("Trả lời phản ánh"),
    }
    return known.get(term, term)


def looks() -> Mapping[str, tuple[str, str]]:
    """How each kind of day is called in a picture, and its sign."""
    return {
        "off": (_("Nghỉ lễ, nghỉ bù, nghỉ hoán đổi"), "×"),
        "makeup": (_("Làm bù"), "✓"),
        "tentative": (_("Tạm tính, chưa công bố"), "?"),
        "counter": (_("Nghỉ, có tiếp nhận hồ sơ"), "◦"),
        "rest": (_("Nghỉ hằng tuần"), "–"),
    }


def year_pictures(calendar: Calendar, year: int) -> list[Month]:
    """Twelve months with what departs from an ordinary working day."""
    marks: dict[date, Mark] = {}
    day = date(year, 1, 1)
    while day.year == year:
        mark = _mark(calendar, day)
        if mark is not None:
            marks[day] = mark
        day += A_DAY
    return [month_of(year, month, marks) for month in range(1, 13)]


def _mark(calendar: Calendar, day: date) -> Mark | None:
    rule = calendar.rule(day)
    if rule is not None and rule.provisional:
        return Mark("tentative", rule.name)
    if rule is not None:
        return Mark("makeup" if rule.kind is DayKind.WORK_MAKEUP else "off", rule.name or kind_words(rule.kind))
    if calendar.is_working(day):
        return None
    return Mark("counter" if calendar.reception_on(day) else "rest", "Ngày nghỉ hằng tuần")


def week_lines(week: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The opening hours of a week, weekday by weekday, in words."""
    names = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))
    lines = []
    for number, name in enumerate(names, start=1):
        windows, counter = week["hours"].get(str(number)), week["reception"].get(str(number))
        words = "; ".join("–".join(pair) for pair in windows) if windows else _("Nghỉ")
        if counter:
            open_at = "; ".join("–".join(pair) for pair in counter["windows"])
            fields = ", ".join(counter["fields"]) or _("mọi lĩnh vực")
            starts = _("tính là ngày tiếp nhận") if counter["starts_clock"] else _("tính từ ngày làm việc kế tiếp")
            words += " " + _(
                "(tiếp nhận %(hours)s, %(fields)s, %(starts)s)", hours=open_at, fields=fields, starts=starts
            )
        lines.append((name, words))
    return lines
