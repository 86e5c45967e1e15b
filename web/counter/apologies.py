"""Letters of apology the counter was told of in writing: handed over when the applicant comes, taken note of once."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.queries.apologies import told_counter
from engine.usecases.apology_acts import take_note
from web.actor import check_role
from web.counter.room import AT_THE_COUNTER, blueprint
from web.doors import reading, unit_of_work


@blueprint.get("/tiep-nhan/xin-loi")
def apologies() -> str:
    """What the deciding units have told this counter and nobody here has taken note of."""
    check_role(*AT_THE_COUNTER)
    with reading() as look:
        told = told_counter(look)
    return render_template("counter/apologies.html", told=told)


@blueprint.post("/tiep-nhan/xin-loi/<uuid:apology_id>")
def note_apology(apology_id: UUID) -> Response:
    """Somebody here has read it."""
    with unit_of_work() as work:
        take_note(work, apology_id)
    flash(_("Đã ghi nhận giấy báo."), "success")
    return redirect(url_for("counter.apologies"), 303)
