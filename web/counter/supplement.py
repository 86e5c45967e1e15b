"""A supplement handed in at the counter: scans and corrections for the applicant, the effect on the date said first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, Invalid
from engine.queries.counter import awaited_supplements
from engine.queries.dossiers import DossierPage, dossier_page
from engine.queries.progress import Effect, effect_of_answering
from engine.queries.standings import standings
from engine.usecases.supplements import answer_supplement
from forms.answers import presses_a_button, read_answers
from forms.problems import FieldError
from forms.validation import validate
from forms.view import build_view
from web.actor import check_role, now
from web.counter.room import blueprint
from web.counter.scans import Scan, hand_in, kept_scans, new_scans
from web.doors import reading, unit_of_work
from web.ui.i18n import language

OTHER = "supplement"


@blueprint.get("/tiep-nhan/bo-sung")
def supplements() -> str:
    """The dossiers whose applicants still have to bring something."""
    text = request.args.get("tim", "").strip()[:100]
    with reading() as look:
        found = awaited_supplements(look, text)
    return render_template("counter/supplements.html", awaited=found, text=text)


def _papers(page: DossierPage) -> list[tuple[str, str]]:
    """What a scan may belong to: what was asked for, then every paper of the dossier."""
    names = {one.key: one.name.in_(language()) for one in page.open.procedure.components if one.form != "eform"}
    return [*names.items(), (OTHER, _("Giấy tờ khác"))]


def _shown(
    page: DossierPage,
    answers: Mapping[str, Any],
    scans: list[Scan],
    *,
    errors: tuple[FieldError, ...] = (),
    problems: tuple[tuple[str, str], ...] = (),
    note: str = "",
    status: int = 200,
) -> Response:
    with reading() as look:
        effect: Effect = effect_of_answering(look, page)
        due = standings(look, [page.case.id]).get(page.case.id)
    view = build_view(page.open.application, answers, errors=errors, now=now(), locale=language())
    html = render_template(
        "counter/supplement.html",
        page=page,
        due=due,
        effect=effect,
        view=view,
        papers=_papers(page),
        scans=scans,
        note=note,
        form_errors=errors,
        problems=problems,
        errors=[*problems, *(("", "") for _error in errors)],
    )
    return make_response(html, status)


def _open_page(case_id: UUID) -> DossierPage:
    with reading() as look:
        page = dossier_page(look, case_id)
    if page.open_supplement is None:
        raise Conflict("Yêu cầu bổ sung này đã được trả lời.", code="already_answered")
    return page


@blueprint.get("/tiep-nhan/ho-so/<uuid:case_id>/bo-sung")
def supplement(case_id: UUID) -> Response:
    """What was asked for, and the form with which it is taken in."""
    check_role("counter_clerk")
    page = _open_page(case_id)
    return _shown(page, page.dossier.answers, [])


@blueprint.post("/tiep-nhan/ho-so/<uuid:case_id>/bo-sung")
def take_supplement(case_id: UUID) -> Response:
    """Take the supplement in; the process goes on and the date follows the law in force."""
    check_role("counter_clerk")
    page = _open_page(case_id)
    arrived, refused = new_scans(key for key, _name in _papers(page))
    scans = [*kept_scans(), *arrived]
    answers = read_answers(page.open.application, request.form, before=page.dossier.answers)
    note = request.form.get("note", "").strip()[:1000]
    problems = tuple(refused)
    if presses_a_button(request.form) or "refresh" in request.form:
        return _shown(page, answers, scans, problems=problems, note=note)
    judged = validate(page.open.application, answers, now=now(), locale=language())
    if judged.errors or problems:
        return _shown(page, answers, scans, errors=judged.errors, problems=problems, note=note, status=422)
    changed = {key: value for key, value in judged.clean.items() if page.dossier.answers.get(key) != value}
    request_id, round_ = page.open_supplement.id, page.open_supplement.round  # type: ignore[union-attr]
    try:
        with unit_of_work() as work:
            hand_in(work, scans, draft_id=request_id, round=round_)
            answer_supplement(work, case_id, answers=changed, via="counter", note=note)
    except Invalid as refusal:
        words = refusal.message % refusal.params if refusal.params else refusal.message
        return _shown(page, answers, scans, problems=(("", words),), note=note, status=422)
    flash(_("Đã nhận bổ sung của hồ sơ %(code)s.", code=page.dossier.code or page.dossier.filing_code), "success")
    return redirect(url_for("counter.taken", case_id=case_id), 303)
