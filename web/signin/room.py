"""The blueprint of the way in, and where each person's work begins."""

from __future__ import annotations

from flask import Blueprint, current_app, url_for

from web.actor import current_actor

blueprint = Blueprint("signin", __name__, template_folder="templates")

HOMES: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"counter_clerk", "cashier", "centre_director"}), ("counter.home", "officer.home")),
    (frozenset({"hotline_operator"}), ("hotline.home",)),
    (frozenset({"designer", "procedure_controller"}), ("designer.home",)),
    (frozenset({"operator"}), ("operator.home",)),
    (frozenset({"leader", "party_leader", "inspector"}), ("officer.home", "leader.home")),
    (frozenset(), ("officer.home",)),
)


def home_address() -> str:
    """Where a person's work begins after signing in."""
    actor = current_actor()
    if actor.kind == "citizen":
        wanted: tuple[str, ...] = ("citizen.home", "public.home")
    else:
        wanted = next(pages for roles, pages in HOMES if not roles or roles & actor.roles)
    return next((url_for(page) for page in wanted if page in current_app.view_functions), "/")
