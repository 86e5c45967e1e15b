"""What is late or nearly so, room by room, which letters of apology are owed, and what stands still."""

from __future__ import annotations

from flask import render_template, request

from engine.accounts.people import WIDE
from engine.dossiers.satisfaction import CRITERIA
from engine.queries.coming import WARNED, coming_versions, ending_bases
from engine.queries.forecasts import Order, may_be_late, may_be_late_count
from engine.queries.month import running_month
from engine.queries.oversight import owed_letters, pressing, standstills
from engine.queries.ratings import satisfaction
from web.actor import check_role, now
from web.doors import reading
from web.officer.room import blueprint

LIKELY = "co-the-tre"
"""The filter's name in the address."""
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
        rooms, letters, incidents = pressing(look), owed_letters(look), standstills(look)
        month = running_month(look)
        rated = satisfaction(look) if actor.roles & WIDE else None
        coming, endings = coming_versions(look), ending_bases(look) if actor.roles & set(WARNED) else ()
    return render_template(
        "officer/watch.html",
        rooms=rooms,
        month=month,
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
