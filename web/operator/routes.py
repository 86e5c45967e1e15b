"""The operator's pages and their place in the menu."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from engine.queries.operations import how_many_stuck
from engine.queries.trust import SEERS, open_orders
from web.doors import reading
from web.operator import accounts, certificates, doctor, health, overview, repairing, tray, trust
from web.operator.room import ROLE, blueprint
from web.ui.navigation import Entry

PAGES = (accounts, certificates, doctor, health, overview, repairing, tray, trust)
"""The modules whose import hangs their views on the blueprint."""


WATCHERS = frozenset({ROLE, "procedure_controller", "unit_head", "leader", "centre_director"})
"""Whose work it is to see that dossiers move."""


def _stuck(actor: Any) -> int:
    with reading(actor) as look:
        return how_many_stuck(look)


def _proposed(actor: Any) -> int:
    if not actor.roles & {ROLE, "procedure_controller"}:  # a leader may agree too, and is not asked on every page
        return 0
    with reading(actor) as look:
        return open_orders(look)


NAVIGATION = (
    Entry("office", "operator.home", _l("Vận hành"), 90, frozenset({ROLE}), _stuck),
    Entry("office", "operator.standing", _l("Hồ sơ đứng lại"), 91, WATCHERS, seldom=True),
    Entry("office", "operator.certificates", _l("Chứng thư số"), 93, frozenset({ROLE}), seldom=True),
    Entry("office", "operator.trust", _l("Danh sách tin cậy"), 94, frozenset(SEERS), _proposed, seldom=True),
    Entry("office", "operator.accounts", _l("Tài khoản"), 92, frozenset({ROLE})),
)

__all__ = ["NAVIGATION", "blueprint"]
