"""Whom the counter asks by telephone whether they were told that their dossier would be late, and what they say."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.late_dates import SAID_LETTER, SAID_TOLD
from engine.errors import Conflict, Invalid
from engine.queries.late_questions import CLERKS, to_ask
from engine.usecases.late_questions import take_answer
from web.actor import check_role
from web.counter.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import say
from web.ui.told import sent_answer
from web.ui.windows import window

Errors = list[tuple[str, str]]


@blueprint.get("/tiep-nhan/hoi-tre-hen")
def told() -> tuple[str, int]:
    """Who was late and has not answered; `loc=chua-nhan` keeps those no message has reached."""
    return _page([])


def _page(errors: Errors, case_id: UUID | None = None, status: int = 200) -> tuple[str, int]:
    check_role(*CLERKS)
    silent = request.args.get("loc") == "chua-nhan"
    with reading() as look:
        found = to_ask(look, silent=silent, window=window())
    html = render_template(
        "counter/told.html", found=found, silent=silent, errors=errors, at=case_id, said_told=SAID_TOLD,
        said_letter=SAID_LETTER,
    )  # fmt: skip
    return html, status


@blueprint.post("/tiep-nhan/hoi-tre-hen/<uuid:case_id>")
def answer_told(case_id: UUID) -> tuple[str, int] | Response:
    """Write down what somebody said; marked as typed by the counter."""
    sent = sent_answer()
    try:
        with unit_of_work() as work:
            take_answer(work, case_id, told=sent.told, letter=sent.letter, words=sent.words)
    except Invalid as refusal:
        problems = [(f"#{one.path}-{case_id}", say(one.message, **one.params)) for one in refusal.problems]
        return _page(problems, case_id, 422)
    except Conflict as refusal:
        return _page([("", say(refusal.message, **refusal.params))], case_id, 409)
    flash(_("Đã ghi câu trả lời."), "success")
    return redirect(url_for("counter.told"), 303)
