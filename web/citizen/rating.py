"""Rating one's own finished dossier."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.late_dates import SAID_TOLD
from engine.dossiers.satisfaction import CRITERIA, POINTS, SCORES
from engine.errors import Invalid
from engine.queries.dossiers import dossier_page
from engine.queries.late_questions import own_question
from engine.queries.ratings import own_rating
from engine.usecases.rating import rate_dossier
from web.citizen.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import say
from web.ui.rating import sent_rating


def _page(case_id: UUID, errors: list[tuple[str, str]]) -> tuple[str, int] | Response:
    with reading() as look:
        page = dossier_page(look, case_id)
        said, asked = own_rating(look, case_id), own_question(look, case_id)
    if said is not None or page.dossier.returned_at is None:
        return redirect(url_for("citizen.dossier", case_id=case_id), 303)
    html = render_template(
        "citizen/rate.html",
        page=page,
        dossier=page.dossier,
        errors=errors,
        scores=SCORES,
        criteria=CRITERIA,
        points=POINTS,
        asked=asked,
        said_told=SAID_TOLD,
    )
    return html, 422 if errors else 200


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/danh-gia")
def rating(case_id: UUID) -> tuple[str, int] | Response:
    """The questions about a returned dossier."""
    return _page(case_id, [])


@blueprint.post("/ho-so-cua-toi/<uuid:case_id>/danh-gia")
def rate(case_id: UUID) -> tuple[str, int] | Response:
    """Keep the answers, once."""
    sent = sent_rating()
    try:
        with unit_of_work() as work:
            rate_dossier(work, case_id, score=sent.score, criteria=sent.criteria, words=sent.words)
    except Invalid as refusal:
        found = [(f"#{one.path}", say(one.message, **one.params)) for one in refusal.problems]
        return _page(case_id, found or [("", say(refusal.message))])
    flash(_("Cảm ơn bạn đã đánh giá."), "success")
    return redirect(url_for("citizen.dossier", case_id=case_id), 303)
