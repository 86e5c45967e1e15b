"""The counter's pages and their places in the menu of an office."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from engine.queries.late_questions import CLERKS as MAY_ASK
from web.counter import apologies, home, intake, receipt, returning, supplement, told
from web.counter.room import AT_THE_COUNTER, CLERKS, blueprint
from web.ui.navigation import Entry

PAGES = (apologies, home, intake, receipt, returning, supplement, told)
"""The modules whose import hangs their views on the blueprint."""

NAVIGATION = (
    Entry("office", "counter.home", _l("Quầy tiếp nhận"), 5, frozenset(AT_THE_COUNTER)),
    Entry("office", "counter.results", _l("Trả kết quả"), 20, frozenset(AT_THE_COUNTER)),
    Entry("office", "counter.supplements", _l("Chờ bổ sung"), 25, frozenset(CLERKS)),
    Entry("office", "counter.apologies", _l("Thư xin lỗi cần trao"), 26, frozenset(AT_THE_COUNTER), seldom=True),
    Entry("office", "counter.told", _l("Hỏi người nộp bị trễ hẹn"), 27, frozenset(MAY_ASK), seldom=True),
)

__all__ = ["NAVIGATION", "blueprint"]
