"""What is late or nearly so, room by room, which letters of apology are owed, and what stands still."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from engine.accounts.people import WIDE
from engine.dossiers.satisfaction import CRITERIA
from engine.queries.coming import WARNED, coming_versions, ending_bases
from engine.queries.forecasts import Order, may_be_late, may_be_late_count
from engine.queries.month import running_month
from engine.queries.oversight import pressing, standstills
from engine.queries.owed import owed_page
from engine.queries.ratings import satisfaction
from engine.queries.told import classes, four_classes
from web.actor import check_role, now
from web.doors import reading
from web.officer.room import blueprint

LIKELY = "co-the-tre"
"""The filter's name in the address."""
SHOWN = 50
"""Owed letters on the page itself; all of them stand on a page of their own."""
WATCHERS = (
    "unit_head",
    "leader",
    "centre_director",
    "procedure_controller",
    "inspector",
    "party_leader",
)


@blueprint.get("/theo-doi")
def watch() -> str:
    """The page a leader opens first; `loc=co-the-tre` in the address leaves what may be late."""
    actor = check_role(*WATCHERS)
    alone = request.args.get("loc") == LIKELY
    order: Order = "date" if request.args.get("xep") == "ngay-hen" else "chance"
    with reading() as look:
        likely, likely_count = may_be_late(look, order), may_be_late_count(look)
        rooms, letters, incidents = pressing(look), owed_page(look, size=SHOWN), standstills(look)
        month = running_month(look)
        told = four_classes(look, month.first, month.today)
        rated = satisfaction(look) if actor.roles & WIDE else None
        coming, endings = coming_versions(look), ending_bases(look) if actor.roles & set(WARNED) else ()
    return render_template(
        "officer/watch.html",
        rooms=rooms,
        month=month,
        told=told,
        told_classes=classes(),
        missing=missing_words(),
        letters=letters,
        incidents=incidents,
        rated=rated,
        coming=coming,
        endings=endings,
        criteria=CRITERIA,
        likely=likely,
        likely_count=likely_count,
        alone=alone,
        order=order,
        late=sum(room.late for room in rooms),
        soon=sum(room.soon for room in rooms),
        moment=now(),
    )


@blueprint.get("/theo-doi/thu-con-no")
def owed() -> str:
    """Every letter of apology that is owed, the missed ones first, a page at a time."""
    check_role(*WATCHERS)
    with reading() as look:
        found = owed_page(look, after=request.args.get("sau", ""))
    return render_template("officer/owed_page.html", letters=found, missing=missing_words())


def missing_words() -> dict[str, str]:
    """What an owed letter lacks, in words."""
    return {
        "reason": _("chưa có lý do"),
        "decision": _("chưa quyết định trả lời thế nào"),
        "signature": _("chưa ký"),
        "exemption": _("đề nghị miễn chưa được duyệt"),
        "nobody": _("chưa ai nhận viết"),
    }
