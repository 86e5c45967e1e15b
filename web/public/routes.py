"""The public pages and their places in the menus."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from web.public import catalogue, history, offline, pki, procedure, rating, told, tracking, verifying, words
from web.public.room import blueprint
from web.ui.navigation import Entry

PAGES = (catalogue, history, offline, pki, procedure, rating, told, tracking, verifying, words)
"""The modules whose import hangs their views on the blueprint."""

NAVIGATION = (
    Entry("public", "public.catalogue", _l("Thủ tục"), 10),
    Entry("public", "public.track", _l("Tra cứu hồ sơ"), 20),
    Entry("public", "public.verify", _l("Xác minh văn bản"), 30),
    Entry("footer", "public.seals", _l("Niêm phong hằng ngày"), 45),
)

__all__ = ["NAVIGATION", "blueprint"]
