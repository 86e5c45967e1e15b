"""Rating a finished dossier by its code and a second fact; no account is needed."""

from __future__ import annotations

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
from engine.work import SYSTEM
from web.doors import reading, unit_of_work
from web.public.room import blueprint
from web.public.tracking import granted, tidy
from web.ui.i18n import say
from web.ui.limits import limiter
from web.ui.rating import sent_rating


def _page(code: str, errors: list[tuple[str, str]]) -> tuple[str, int] | Response:
    case_id = granted(code)
    if case_id is None:
        return redirect(url_for("public.track", code=tidy(code)), 303)
    with reading(SYSTEM) as look:
        page = dossier_page(look, case_id)
        said, asked = own_rating(look, case_id), own_question(look, case_id)
    if said is not None or page.dossier.returned_at is None:
        return redirect(url_for("public.tracked", code=code), 303)
    html = render_template(
        "public/rate.html",
        page=page,
        dossier=page.dossier,
        code=code,
        errors=errors,
        scores=SCORES,
        criteria=CRITERIA,
        points=POINTS,
        asked=asked,
        said_told=SAID_TOLD,
    )
    return html, 422 if errors else 200


@blueprint.get("/tra-cuu/<code>/danh-gia")
def rating(code: str) -> tuple[str, int] | Response:
    """The questions, for whoever has just proved code and second fact of a returned dossier."""
    return _page(code, [])


@blueprint.post("/tra-cuu/<code>/danh-gia")
@limiter.limit("10 per minute; 60 per hour")
def rate(code: str) -> tuple[str, int] | Response:
    """Keep the answers, once."""
    case_id = granted(code)
    if case_id is None:
        return redirect(url_for("public.track", code=tidy(code)), 303)
    sent = sent_rating()
    try:
        with unit_of_work() as work:
            rate_dossier(work, case_id, score=sent.score, criteria=sent.criteria, words=sent.words, proven=True)
    except Invalid as refusal:
        found = [(f"#{one.path}", say(one.message, **one.params)) for one in refusal.problems]
        return _page(code, found or [("", say(refusal.message))])
    flash(_("Cảm ơn bạn đã đánh giá."), "success")
    return redirect(url_for("public.tracked", code=code), 303)
