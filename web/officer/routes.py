"""The officials' pages and their places in the menu of an office."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from engine.queries.oversight import pressing_count
from engine.queries.warnings import READERS, unseen_count
from engine.queries.worklist import counts
from engine.usecases.signing_list import SIGNERS
from web.doors import reading
from web.officer import (
    acts,
    apologies,
    batch,
    completing,
    copying,
    desk_signing,
    dossier,
    forecasts,
    handing,
    own_keys,
    search,
    task,
    told,
    warnings,
    watch,
    week,
    withdrawing,
    worklist,
)
from web.officer.room import blueprint
from web.ui.navigation import Entry

PAGES = (
    acts,
    apologies,
    batch,
    completing,
    copying,
    desk_signing,
    dossier,
    forecasts,
    handing,
    own_keys,
    search,
    task,
    told,
    warnings,
    watch,
    week,
    withdrawing,
    worklist,
)
"""The modules whose import hangs their views on the blueprint."""

WORKING = frozenset(
    {"counter_clerk", "specialist", "unit_head", "leader", "clerical", "cashier", "centre_director", "hotline_point"}
)
WATCHING = frozenset({"unit_head", "leader", "centre_director", "procedure_controller", "inspector", "party_leader"})
CALLING = frozenset(READERS)
READING = WORKING | WATCHING | {"postal_clerk"}


def _mine(actor: Any) -> int:
    with reading(actor) as look:
        return counts(look)["mine"]


def _unseen(actor: Any) -> int:
    with reading(actor) as look:
        return unseen_count(look)


def _late(actor: Any) -> int:
    with reading(actor) as look:
        return pressing_count(look)


NAVIGATION = (
    Entry("office", "officer.home", _l("Việc của tôi"), 10, WORKING, _mine),
    Entry("office", "officer.to_sign", _l("Văn bản chờ ký"), 11, frozenset(SIGNERS)),
    Entry("office", "officer.warnings", _l("Nhắc hạn"), 12, WORKING | WATCHING, _unseen),
    Entry("office", "officer.unreached", _l("Thông báo chưa đến"), 57, CALLING, seldom=True),
    Entry("office", "officer.my_key", _l("Khóa ký"), 58, frozenset(own_keys.KEEPERS), seldom=True),
    Entry("office", "officer.search_dossiers", _l("Tra cứu hồ sơ"), 40, READING),
    Entry("office", "officer.watch", _l("Theo dõi thời hạn"), 50, WATCHING, _late),
    Entry("office", "officer.week", _l("Báo cáo tuần"), 55, WATCHING),
    Entry("office", "officer.told_report", _l("Báo trước khi trễ hẹn"), 56, WATCHING, seldom=True),
)

__all__ = ["NAVIGATION", "blueprint"]
