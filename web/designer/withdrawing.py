"""Taking a published version back before anything runs under it: what it means first, then one confirmed act."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.clock import legal_date
from engine.errors import Invalid
from engine.queries.designing import follower_of
from engine.usecases.designing import withdraw_version
from web.actor import now, require_role
from web.designer.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import say


def _page(version_id: UUID, error: str = "") -> tuple[str, int]:
    with reading() as look:
        version, follower = follower_of(look, version_id)
    html = render_template(
        "designer/withdraw.html",
        version=version,
        follower=follower,
        today=legal_date(now()),
        errors=[("#reason", error)] if error else [],
        reason=request.form.get("reason", ""),
    )
    return html, 422 if error else 200


@blueprint.get("/phien-ban/<uuid:version_id>/rut")
@require_role("designer")
def ask_withdraw(version_id: UUID) -> tuple[str, int]:
    """The page before a version is withdrawn: what new dossiers go by afterwards."""
    return _page(version_id)


@blueprint.post("/phien-ban/<uuid:version_id>/rut")
@require_role("designer")
def withdraw(version_id: UUID) -> tuple[str, int] | Response:
    """Withdraw a version nothing uses."""
    try:
        with unit_of_work() as work:
            row = withdraw_version(work, version_id, request.form.get("reason", ""))
            code, number = row.procedure, row.version
    except Invalid as refusal:
        return _page(version_id, say(refusal.problems[0].message))
    flash(_("Đã rút phiên bản %(number)s. Không hồ sơ nào được nhận theo phiên bản này.", number=number), "success")
    return redirect(url_for("designer.procedure", code=code), 303)
