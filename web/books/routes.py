"""The pages of books and slips and their places in the menu of an office."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from engine.dossiers.custody import HANDS
from engine.queries.slips import waiting_slips
from web.books import control, logbook, numbers, papers, words
from web.books.room import blueprint
from web.doors import reading
from web.ui.navigation import Entry

PAGES = (control, logbook, numbers, papers, words)
"""The modules whose import hangs their views on the blueprint."""

KEEPERS = frozenset({"clerical", "unit_head", "leader", "procedure_controller", "inspector"})
"""Who finds the books of numbers in the menu: the clerical office, heads, and those who watch over procedures."""

READERS = frozenset({*HANDS, "procedure_controller", "inspector"})


def _waiting(actor: Any) -> int:
    with reading(actor, brief=True) as look:
        return waiting_slips(look)


NAVIGATION = (
    Entry("office", "books.papers", _l("Bàn giao hồ sơ giấy"), 30, frozenset(HANDS), _waiting),
    Entry("office", "books.book", _l("Sổ theo dõi hồ sơ"), 45, READERS, seldom=True),
    Entry("office", "books.numbers", _l("Sổ văn bản, số và quyển"), 46, KEEPERS, seldom=True),
)

__all__ = ["NAVIGATION", "blueprint"]
