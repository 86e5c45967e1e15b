"""The citizen's pages and their place in the menu."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from web.citizen import correcting, dossiers, filing, papers, rating, sending, told
from web.citizen.room import blueprint
from web.ui.navigation import Entry

PAGES = (correcting, dossiers, filing, papers, rating, sending, told)
"""The modules whose import hangs their views on the blueprint."""

NAVIGATION = (Entry("citizen", "citizen.home", _l("Hồ sơ của tôi"), 40),)

__all__ = ["NAVIGATION", "blueprint"]
