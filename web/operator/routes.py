"""The operator's pages and their place in the menu."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from engine.queries.operations import how_many_stuck
from web.doors import reading
from web.operator import accounts, doctor, health, overview, repairing, tray
from web.operator.room import ROLE, blueprint
from web.ui.navigation import Entry

PAGES = (accounts, doctor, health, overview, repairing, tray)
"""The modules whose import hangs their views on the blueprint."""


WATCHERS = frozenset({ROLE, "procedure_controller", "unit_head", "leader", "centre_director"})
"""Whose work it is to see that dossiers move."""


def _stuck(actor: Any) -> int:
    with reading(actor) as look:
        return how_many_stuck(look)


NAVIGATION = (
    Entry("office", "operator.home", _l("Vận hành"), 90, frozenset({ROLE}), _stuck),
    Entry("office", "operator.standing", _l("Hồ sơ đứng lại"), 91, WATCHERS, seldom=True),
    Entry("office", "operator.accounts", _l("Tài khoản"), 92, frozenset({ROLE})),
)

__all__ = ["NAVIGATION", "blueprint"]
