"""When the work of an office is expected to be done: its desks in the order of their inbox."""

from __future__ import annotations

from flask import render_template, request

from engine.queries.whatif_desks import office_plan, offices_to_ask
from web.actor import current_actor
from web.doors import reading
from web.ui.roles import role_name
from web.whatif.asking import UNIT
from web.whatif.room import blueprint


@blueprint.get("/du-kien")
def planned() -> str:
    """One office's plan; without a choice the reader's own office."""
    with reading() as look:
        offices = offices_to_ask(look)
        known = {code for code, _ in offices}
        own = next((post.office_code for post in current_actor().mandates if post.office_code in known), "")
        code = request.args.get(UNIT, "") or own
        plan = office_plan(look, code) if code else None
    return render_template("whatif/planned.html", plan=plan, offices=offices, unit=code, role_name=role_name)
