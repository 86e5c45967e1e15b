"""The calendar pages and their place in the menu."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from web.calendars import changing, listing, moved, rules
from web.calendars.room import ROLE, blueprint
from web.ui.navigation import Entry

PAGES = (changing, listing, moved, rules)
"""The modules whose import hangs their views on the blueprint."""

NAVIGATION = (Entry("office", "calendars.home", _l("Lịch làm việc"), 91, frozenset({ROLE})),)

__all__ = ["NAVIGATION", "blueprint"]
