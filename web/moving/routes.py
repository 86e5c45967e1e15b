"""The pages of moving running cases and their place in the menu of an office."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from engine.queries.moving import APPROVERS, ASKERS
from engine.queries.moving_desk import waiting_count
from web.doors import reading
from web.moving import answering, asking, orders, trial
from web.moving.room import blueprint
from web.ui.navigation import Entry

PAGES = (answering, asking, orders, trial)
"""The modules whose import hangs their views on the blueprint."""


def _waiting(actor: Any) -> int:
    with reading(actor, brief=True) as look:
        return waiting_count(look)


NAVIGATION = (
    Entry("office", "moving.home", _l("Chuyển phiên bản"), 82, frozenset({*ASKERS, *APPROVERS}), _waiting, seldom=True),
)

__all__ = ["NAVIGATION", "blueprint"]
