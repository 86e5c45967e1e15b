"""Whether I was told that my dossier would be late; asked once."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.late_dates import SAID_LETTER, SAID_TOLD
from engine.errors import Invalid
from engine.queries.dossiers import dossier_page
from engine.queries.late_questions import own_question
from engine.usecases.late_questions import answer_late
from web.citizen.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import say
from web.ui.told import sent_answer


def _page(case_id: UUID, errors: list[tuple[str, str]]) -> tuple[str, int] | Response:
    with reading() as look:
        page, asked = dossier_page(look, case_id), own_question(look, case_id)
    if asked is None or not asked.open:
        return redirect(url_for("citizen.dossier", case_id=case_id), 303)
    html = render_template(
        "citizen/told.html", page=page, dossier=page.dossier, errors=errors, asked=asked,
        said_told=SAID_TOLD, said_letter=SAID_LETTER,
    )  # fmt: skip
    return html, 422 if errors else 200


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/bao-tre")
def told(case_id: UUID) -> tuple[str, int] | Response:
    """The two questions about a dossier that was late."""
    return _page(case_id, [])


@blueprint.post("/ho-so-cua-toi/<uuid:case_id>/bao-tre")
def answer_told(case_id: UUID) -> tuple[str, int] | Response:
    """Keep the answers, once."""
    sent = sent_answer()
    try:
        with unit_of_work() as work:
            answer_late(work, case_id, told=sent.told, letter=sent.letter, words=sent.words)
    except Invalid as refusal:
        return _page(case_id, [(f"#{one.path}", say(one.message, **one.params)) for one in refusal.problems])
    flash(_("Cảm ơn ông/bà đã trả lời."), "success")
    return redirect(url_for("citizen.dossier", case_id=case_id), 303)
