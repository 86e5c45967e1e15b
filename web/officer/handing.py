"""Handing a dossier to another unit of the agency: which there are, what becomes of its dates, and the act."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, Invalid
from engine.queries.transfers import transfer_page
from engine.usecases.transfers import HINDRANCES, hand_over
from web.doors import reading, unit_of_work
from web.officer.room import blueprint
from web.ui.i18n import say


@blueprint.get("/ho-so/<uuid:case_id>/chuyen-don-vi")
def hand_over_form(case_id: UUID) -> tuple[str, int]:
    """The units that could decide this dossier, each with the date that would come of it."""
    return _page(case_id)


@blueprint.post("/ho-so/<uuid:case_id>/chuyen-don-vi")
def hand_over_now(case_id: UUID) -> tuple[str, int] | Response:
    """Another unit decides from now on; what was refused stands beside what was entered."""
    reason, document = request.form.get("reason", ""), request.form.get("document", "")
    try:
        with unit_of_work() as work:
            hand_over(work, case_id, _office(), reason=reason, document=document)
    except Invalid as refusal:
        return _page(case_id, [(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems], 422)
    except Conflict as refusal:
        return _page(case_id, [("", say(refusal.message, **refusal.params))], 409)
    flash(_("Đã chuyển hồ sơ. Đơn vị nhận thấy việc trong danh sách chung của mình."), "success")
    return redirect(url_for("officer.home"), 303)


def _office() -> UUID | None:
    try:
        return UUID(request.form.get("office", ""))
    except ValueError:
        return None


def _page(case_id: UUID, errors: Sequence[tuple[str, str]] = (), status: int = 200) -> tuple[str, int]:
    with reading() as look:
        found = transfer_page(look, case_id)
    hindrance = say(HINDRANCES[found.hindrance]) if found.hindrance else ""
    html = render_template(
        "officer/hand_over.html", found=found, hindrance=hindrance, errors=list(errors), form=request.form
    )
    return html, status
