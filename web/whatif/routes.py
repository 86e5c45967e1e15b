"""The what-if pages and their place in the menu of an office."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from engine.cases.whatifs import ASKERS
from web.ui.navigation import Entry
from web.whatif import absences, asking, planning, running
from web.whatif.room import blueprint

PAGES = (absences, asking, planning, running)
"""The modules whose import hangs their views on the blueprint."""

NAVIGATION = (
    Entry("office", "whatif.home", _l("Thử thay đổi"), 83, frozenset(ASKERS), seldom=True),
    Entry("office", "whatif.planned", _l("Dự kiến xong"), 84, frozenset(ASKERS), seldom=True),
)

__all__ = ["NAVIGATION", "blueprint"]
