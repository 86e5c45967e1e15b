"""The hotline's pages and their places in the menus."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from engine.queries.feedback import waiting_count
from web.doors import reading
from web.hotline import case, desk, following, intake, reporting, words
from web.hotline.room import ANSWERING, OPERATORS, blueprint
from web.ui.navigation import Entry

PAGES = (case, desk, following, intake, reporting, words)
"""The modules whose import hangs their views on the blueprint."""


def _waiting(actor: Any) -> int:
    with reading(actor) as look:
        return waiting_count(look)


NAVIGATION = (
    Entry("public", "hotline.report", _l("Phản ánh 1022"), 40),
    Entry("footer", "hotline.published", _l("Phản ánh đã trả lời"), 40),
    Entry("office", "hotline.home", _l("Phản ánh 1022"), 15, ANSWERING, _waiting),
    Entry("office", "hotline.intake", _l("Nhận cuộc gọi"), 16, OPERATORS),
    Entry("office", "hotline.all_reports", _l("Mọi phản ánh"), 45, ANSWERING, seldom=True),
)

__all__ = ["NAVIGATION", "blueprint"]
