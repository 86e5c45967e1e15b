"""Whether somebody who was late was told: asked once, by code and a second fact; no account is needed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.late_dates import SAID_LETTER, SAID_TOLD
from engine.errors import Invalid
from engine.queries.dossiers import dossier_page
from engine.queries.late_questions import own_question
from engine.usecases.late_questions import answer_late
from engine.work import SYSTEM
from web.doors import reading, unit_of_work
from web.public.room import blueprint
from web.public.tracking import granted, tidy
from web.ui.i18n import say
from web.ui.limits import limiter
from web.ui.told import sent_answer


def _page(code: str, errors: list[tuple[str, str]]) -> tuple[str, int] | Response:
    case_id = granted(code)
    if case_id is None:
        return redirect(url_for("public.track", code=tidy(code)), 303)
    with reading(SYSTEM) as look:
        page, asked = dossier_page(look, case_id), own_question(look, case_id)
    if asked is None or not asked.open:
        return redirect(url_for("public.tracked", code=code), 303)
    html = render_template(
        "public/told.html", page=page, dossier=page.dossier, code=code, errors=errors, asked=asked,
        said_told=SAID_TOLD, said_letter=SAID_LETTER,
    )  # fmt: skip
    return html, 422 if errors else 200


@blueprint.get("/tra-cuu/<code>/bao-tre")
def told(code: str) -> tuple[str, int] | Response:
    """The two questions, for whoever has just proved code and second fact of a dossier that was late."""
    return _page(code, [])


@blueprint.post("/tra-cuu/<code>/bao-tre")
@limiter.limit("10 per minute; 60 per hour")
def answer_told(code: str) -> tuple[str, int] | Response:
    """Keep the answers, once."""
    case_id = granted(code)
    if case_id is None:
        return redirect(url_for("public.track", code=tidy(code)), 303)
    sent = sent_answer()
    try:
        with unit_of_work() as work:
            answer_late(work, case_id, told=sent.told, letter=sent.letter, words=sent.words, proven=True)
    except Invalid as refusal:
        return _page(code, [(f"#{one.path}", say(one.message, **one.params)) for one in refusal.problems])
    flash(_("Cảm ơn ông/bà đã trả lời."), "success")
    return redirect(url_for("public.tracked", code=code), 303)
