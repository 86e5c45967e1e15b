"""The drawing board's pages and their place in the menu of an office."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from engine.queries.designing import VIEWERS
from web.designer import editing, listing, merging, previewing, publishing, transfers, withdrawing
from web.designer.room import blueprint
from web.ui.navigation import Entry

PAGES = (editing, listing, merging, previewing, publishing, transfers, withdrawing)
"""The modules whose import hangs their views on the blueprint."""

NAVIGATION = (Entry("office", "designer.home", _l("Thiết kế thủ tục"), 80, frozenset(VIEWERS)),)

__all__ = ["NAVIGATION", "blueprint"]
