"""Filing, from choosing the place to the last page of the form; every page is kept as it is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.models import Draft
from engine.queries.catalogue import ProcedurePage, procedure_page
from engine.queries.filing import OwnDetails, asked_papers, kept_files, own_details, own_draft
from engine.usecases import drafts
from engine.work import Reading, Work
from forms.definition import Form
from forms.paths import set_at
from processes.procedure import Procedure
from web.citizen.answers import (
    OFFICE,
    drawn_page,
    overtaken,
    page_number,
    plain,
    stamped,
    turn,
    typed_answers,
    view_of,
)
from web.citizen.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import language

CHECK = "kiem-tra"
_PATH = re.compile(r"form\.([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)")


def page_address(code: str, page: str) -> str:
    """The address of one page of the form."""
    return url_for("citizen.form_page", code=code, page=page)


def open_filing(look: Reading, code: str) -> tuple[ProcedurePage, Draft | None]:
    """The procedure as it is in force, and the draft of the person who asks."""
    return procedure_page(look, code), own_draft(look, code)


def _prefilled(procedure: Procedure, details: OwnDetails) -> dict[str, Any]:
    """The account's own details at the places where the procedure reads its applicant.

    Only where name, identity and phone of the owner stand side by side in the form: a child's name is not mine.
    """
    places = {}
    for name in ("name", "identity", "phone", "email", "address"):
        found = _PATH.fullmatch(getattr(procedure.owner, name))
        if found:
            places[name] = tuple(found[1].split("."))
    if len({places[name][:-1] for name in ("name", "identity", "phone") if name in places}) != 1:
        return {}
    answers: dict[str, Any] = {}
    for name, path in places.items():
        if value := getattr(details, name):
            set_at(answers, path, value)
    return answers


def _start_page(code: str, errors: list[tuple[str, str]], status: int = 200) -> tuple[str, int]:
    with reading() as look:
        page, draft = open_filing(look, code)
        papers = asked_papers(page.open, {}, (), now=look.now)
    shown = render_template(
        "citizen/start.html",
        page=page,
        procedure=page.open.procedure,
        draft=draft,
        chosen=(draft.answers.get(OFFICE) if draft else None) or request.form.get("office", ""),
        papers=papers,
        errors=errors,
        locale=language(),
    )
    return shown, status


@blueprint.get("/nop-ho-so/<code>")
def start(code: str) -> tuple[str, int]:
    """Before filing: what will be needed, where to file, and the draft that is already there."""
    return _start_page(code, [])


@blueprint.post("/nop-ho-so/<code>")
def begin(code: str) -> tuple[str, int] | Response:
    """Begin the draft, or go on with it, at the chosen place."""
    with reading() as look:
        page, draft = open_filing(look, code)
        details = own_details(look)
    offices = {str(office.id) for office in page.offices}
    office = request.form.get("office", "") or (next(iter(offices)) if len(offices) == 1 else "")
    if office not in offices:
        return _start_page(code, [("#office", _("Chọn nơi nộp hồ sơ"))], 422)
    with unit_of_work() as work:
        draft = drafts.open_draft(work, code)
        fresh = {} if draft.answers else _prefilled(page.open.procedure, details)
        draft = drafts.save_draft(work, draft.id, {**fresh, OFFICE: office}, page=draft.page)
    return redirect(page_address(code, _resumed(page, draft)), 303)


def _resumed(page: ProcedurePage, draft: Draft) -> str:
    """The page a draft was left on, else the first one that is shown."""
    keys = view_of(page.open.application, plain(draft.answers), None).page_keys
    return draft.page if draft.page in keys else keys[0]


def _shown(
    code: str, form: Form, kept: Mapping[str, Any], answers: Mapping[str, Any], page: str, **values: Any
) -> str | None:
    view = view_of(form, answers, page, values.get("problems", ()))
    drawn = drawn_page(view)
    if drawn is None:
        return None
    return render_template(
        "citizen/form_page.html",
        code=code,
        view=view,
        drawn=drawn,
        number=page_number(kept, page),
        back=page_address(code, drawn.previous) if drawn.previous else url_for("citizen.start", code=code),
        returning=request.args.get("ve") == CHECK,
        locale=language(),
        **values,
    )


@blueprint.get("/nop-ho-so/<code>/trang/<page>")
def form_page(code: str, page: str) -> str | Response:
    """One page of the form with what was typed before."""
    with reading() as look:
        procedure, draft = open_filing(look, code)
    if draft is None:
        return redirect(url_for("citizen.start", code=code), 303)
    answers, form = plain(draft.answers), procedure.open.application
    shown = _shown(code, form, draft.answers, answers, page, draft=draft, procedure=procedure.open.procedure)
    return shown or redirect(page_address(code, view_of(form, answers, None).page_keys[0]), 303)


def _keep(work: Work, code: str, form: Form, page: str) -> tuple[Draft, dict[str, Any], bool]:
    """Lay the posted page over the draft and keep it, unless another window was faster (then nothing is kept)."""
    draft = drafts.open_draft(work, code)
    draft = drafts.own_draft(work, draft.id)
    answers = typed_answers(form, draft.answers, page)
    if overtaken(draft.answers, page):
        return draft, answers, True
    kept = drafts.save_draft(work, draft.id, {**answers, **stamped(draft.answers, page)}, page=page)
    return kept, answers, False


@blueprint.post("/nop-ho-so/<code>/trang/<page>")
def answer_page(code: str, page: str) -> tuple[str, int] | str | Response:
    """Keep a page, then the next one; with errors the page again, nothing lost."""
    with reading() as look:
        procedure = procedure_page(look, code)
    form = procedure.open.application
    with unit_of_work() as work:
        draft, answers, late = _keep(work, code, form, page)
    common = {"draft": draft, "procedure": procedure.open.procedure}
    if late:
        return _shown(code, form, draft.answers, answers, page, overtaken=True, **common) or "", 409
    turned = turn(form, answers, page)
    if turned.again and turned.validation is not None:
        problems = turned.validation.errors
        return _shown(code, form, draft.answers, answers, page, problems=problems, **common) or "", 422
    if turned.next == page:
        return redirect(url_for("citizen.form_page", code=code, page=page, ve=request.args.get("ve")), 303)
    if request.args.get("ve") == CHECK:
        return redirect(url_for("citizen.check", code=code), 303)
    if turned.next is None:
        return redirect(url_for("citizen.papers", code=code), 303)
    return redirect(page_address(code, turned.next), 303)


@blueprint.post("/nop-ho-so/<code>/trang/<page>/luu")
def autosave(code: str, page: str) -> Response:
    """Keep what is on the page now, unchecked, while it is being typed."""
    with reading() as look:
        form = procedure_page(look, code).open.application
    with unit_of_work() as work:
        _draft, _answers, late = _keep(work, code, form, page)
    return make_response(jsonify({"saved": not late}), 409 if late else 200)


@blueprint.post("/nop-ho-so/<code>/trang/<page>/xem")
def redraw(code: str, page: str) -> str:
    """The page with other questions, as an answer just given shows or hides them; nothing is kept."""
    with reading() as look:
        procedure, draft = open_filing(look, code)
    form = procedure.open.application
    answers = typed_answers(form, draft.answers if draft else {}, page)
    drawn = drawn_page(view_of(form, answers, page))
    return render_template("citizen/form_fragment.html", code=code, drawn=drawn)


@blueprint.get("/nop-ho-so/<code>/bo")
def discard(code: str) -> str | Response:
    """Throwing a draft away is asked about first."""
    with reading() as look:
        procedure, draft = open_filing(look, code)
        files = kept_files(look, draft.id) if draft else ()
    if draft is None:
        return redirect(url_for("citizen.home"), 303)
    return render_template(
        "citizen/discard.html", code=code, draft=draft, files=files, procedure=procedure.open.procedure,
        locale=language(),
    )  # fmt: skip


@blueprint.post("/nop-ho-so/<code>/bo")
def discarded(code: str) -> Response:
    """The draft and its files are gone."""
    with reading() as look:
        draft = own_draft(look, code)
    if draft is not None:
        with unit_of_work() as work:
            drafts.discard_draft(work, draft.id)
    return redirect(url_for("citizen.home"), 303)
