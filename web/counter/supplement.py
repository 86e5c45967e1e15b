"""A supplement handed in at the counter: what came paper by paper, corrections, the effect on the date said first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.points import Brought, Point, points_of
from engine.errors import Conflict, Invalid
from engine.queries.counter import awaited_supplements
from engine.queries.dossiers import DossierPage, dossier_page
from engine.queries.progress import Effect, effect_of_answering
from engine.queries.scans import scan_rules
from engine.queries.standings import standings
from engine.queries.supplements import own_term
from engine.usecases.scans import attach_scans, take_scans
from engine.usecases.supplements import answer_supplement
from forms.answers import presses_a_button, read_answers
from forms.problems import FieldError
from forms.validation import validate
from forms.view import build_view
from processes.procedure import Component as Paper
from processes.texts import Text
from web.actor import check_role, now
from web.counter.intake_form import PaperLine, paper_line
from web.counter.room import blueprint
from web.counter.scans import SCAN_MB, Scan, kept_scans, new_scans, sizes_of
from web.doors import reading, unit_of_work
from web.ui.i18n import language, say


@blueprint.get("/tiep-nhan/bo-sung")
def supplements() -> str:
    """The dossiers whose applicants still have to bring something."""
    text = request.args.get("tim", "").strip()[:100]
    with reading() as look:
        found = awaited_supplements(look, text)
    return render_template("counter/supplements.html", awaited=found, text=text)


@dataclass
class Handing:
    """One try of taking a supplement in: the checklist of what was asked and of what may come besides."""

    page: DossierPage
    answers: Mapping[str, Any]
    scans: list[Scan] = field(default_factory=list)
    errors: tuple[FieldError, ...] = ()
    problems: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""

    @property
    def points(self) -> tuple[Point, ...]:
        page = self.page
        asked = page.open_supplement
        return points_of(asked, page.components, page.open.procedure.components) if asked else ()

    @property
    def asked(self) -> list[PaperLine]:
        """What was asked for, corrections of the application included, in the order of the request."""
        return [self._line(point) for point in self.points if point.asked]

    @property
    def besides(self) -> list[PaperLine]:
        return [self._line(point) for point in self.points if not point.asked]

    @property
    def brought(self) -> list[Brought]:
        """What was handed over here, and what was looked at and found unfit; of the rest nothing is said."""
        return [line.brought for line in (*self.asked, *self.besides) if line.brought.present or line.unfit]

    def _line(self, point: Point) -> PaperLine:
        known = next((one for one in self.page.open.procedure.components if one.key == point.key), None)
        form: Any = point.form or "copy"
        paper = Paper(
            key=point.key,
            name=Text(say(point.name), say(point.name)) if known is None or point.asked else known.name,
            form=form,
            copies=1,
            required=point.asked,
            condition="",
            reusable_from=known.reusable_from if known is not None else "",
            accepts=known.accepts if known is not None else (),
            max_mb=known.max_mb if known is not None else SCAN_MB,
            note=Text(point.remark, point.remark),
        )
        return paper_line(paper, point.asked, self.scans)


def _shown(handing: Handing, status: int = 200) -> Response:
    page = handing.page
    with reading() as look:
        effect: Effect = effect_of_answering(look, page)
        term = own_term(look, page)
        due = standings(look, [page.case.id]).get(page.case.id)
        scanning = scan_rules(look)
    form = page.open.application
    view = build_view(form, handing.answers, errors=handing.errors, now=now(), locale=language())
    html = render_template(
        "counter/supplement.html",
        page=page,
        due=due,
        effect=effect,
        term=term,
        rules=page.open.procedure.supplement,
        scan_rules=scanning,
        view=view,
        handing=handing,
        errors=[*handing.problems, *(("", "") for _error in handing.errors)],
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
    return _shown(Handing(page, page.dossier.answers))


@blueprint.post("/tiep-nhan/ho-so/<uuid:case_id>/bo-sung")
def take_supplement(case_id: UUID) -> Response:
    """Take the supplement in; the process goes on and the date follows the law in force."""
    check_role("counter_clerk")
    page = _open_page(case_id)
    handing = Handing(page, read_answers(page.open.application, request.form, before=page.dossier.answers))
    with reading() as look:
        rules = scan_rules(look)
    sizes = {point.key: SCAN_MB for point in handing.points} | sizes_of(page.open.procedure)
    arrived, refused = new_scans(sizes, rules)
    handing.scans = [*kept_scans(), *arrived]
    handing.problems += refused
    handing.note = request.form.get("note", "").strip()[:1000]
    if presses_a_button(request.form) or "refresh" in request.form:
        return _shown(handing)
    judged = validate(page.open.application, handing.answers, now=now(), locale=language())
    handing.errors = judged.errors
    if handing.errors or handing.problems:
        return _shown(handing, 422)
    changed = {key: value for key, value in judged.clean.items() if page.dossier.answers.get(key) != value}
    try:
        received = _take(handing, changed)
    except Invalid as refusal:
        anchor = "#giay-to" if refusal.code in ("nothing_brought", "incomplete") else ""
        handing.problems.append((anchor, _said(refusal)))
        return _shown(handing, 422)
    code = page.dossier.code or page.dossier.filing_code
    if received:
        flash(_("Đã nhận bổ sung của hồ sơ %(code)s: %(papers)s.", code=code, papers="; ".join(received)), "success")
    else:
        flash(_("Đã nhận bổ sung của hồ sơ %(code)s.", code=code), "success")
    return redirect(url_for("counter.taken", case_id=case_id), 303)


def _take(handing: Handing, changed: Mapping[str, Any]) -> list[str]:
    """Hand everything over in one act; the names of the papers received."""
    asked = handing.page.open_supplement
    if asked is None:
        return []
    with unit_of_work() as work:
        files = attach_scans(work, handing.scans, draft_id=asked.id, round=asked.round)
        done = answer_supplement(
            work,
            handing.page.case.id,
            answers=changed,
            via="counter",
            brought=handing.brought,
            note=handing.note,
            partly=request.form.get("outcome") == "partly",
        )
        take_scans(work, handing.page.case.id, handing.scans, files, round=asked.round)
        return [say(one["name"]) for one in done.answer["received"]]


def _said(refusal: Invalid) -> str:
    if refusal.code == "incomplete":
        return _("Còn thiếu: %(names)s. Bấm “Chưa đủ: nhận phần đã có” nếu người nộp chưa có.", **refusal.params)
    return say(refusal.message, **refusal.params)
