"""The papers that go with a filing: one upload place each, kept with the draft, looked at and removed again."""

from __future__ import annotations

from uuid import UUID

from flask import abort, jsonify, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import NotFound, Refusal
from engine.queries.filing import AskedPaper, asked_papers, kept_files, own_upload
from engine.usecases import drafts
from web.citizen.answers import clean_answers, plain, view_of
from web.citizen.filing import open_filing, page_address
from web.citizen.room import blueprint
from web.citizen.uploads import megabytes, nothing_chosen, sent_files, take, type_words
from web.doors import reading, unit_of_work
from web.ui.failures import wants_json
from web.ui.i18n import language, say
from web.ui.sending import send_stored


def missing(papers: tuple[AskedPaper, ...]) -> list[tuple[str, str]]:
    """The papers that must be there and are not, as the error summary names them."""
    return [
        (f"#file-{one.paper.key}", _("Tải lên: %(paper)s", paper=one.paper.name.in_(language())))
        for one in papers
        if is_owed(one) and not one.files
    ]


def is_owed(one: AskedPaper) -> bool:
    """Whether a filing is incomplete without this paper: not what is shown at the counter or found in a register."""
    return one.asked and one.paper.form != "presented" and not one.paper.reusable_from


def _page(code: str, errors: list[tuple[str, str]], status: int = 200) -> tuple[str, int] | Response:
    with reading() as look:
        procedure, draft = open_filing(look, code)
        if draft is None:
            return redirect(url_for("citizen.start", code=code), 303)
        files, form = kept_files(look, draft.id), procedure.open.application
        asked = asked_papers(procedure.open, clean_answers(form, draft.answers), files, now=look.now)
        keys = view_of(procedure.open.application, plain(draft.answers), None).page_keys
    if not asked and not files:
        return redirect(url_for("citizen.check", code=code), 303)
    shown = render_template(
        "citizen/papers.html",
        code=code,
        procedure=procedure.open.procedure,
        draft=draft,
        asked=asked,
        is_owed=is_owed,
        errors=errors,
        back=page_address(code, keys[-1]),
        locale=language(),
        type_words=type_words,
        megabytes=megabytes,
    )
    return shown, status


@blueprint.get("/nop-ho-so/<code>/giay-to")
def papers(code: str) -> tuple[str, int] | Response:
    """Which papers this case needs, and those uploaded so far."""
    return _page(code, [])


@blueprint.post("/nop-ho-so/<code>/giay-to")
def papers_done(code: str) -> tuple[str, int] | Response:
    """On to checking, when everything that must be there is there."""
    with reading() as look:
        procedure, draft = open_filing(look, code)
        if draft is None:
            return redirect(url_for("citizen.start", code=code), 303)
        answers = clean_answers(procedure.open.application, draft.answers)
        asked = asked_papers(procedure.open, answers, kept_files(look, draft.id), now=look.now)
    errors = missing(asked)
    return _page(code, errors, 422) if errors else redirect(url_for("citizen.check", code=code), 303)


@blueprint.post("/nop-ho-so/<code>/giay-to/<key>")
def upload(code: str, key: str) -> tuple[str, int] | Response:
    """Take in the files for one paper; a script asks for one file at a time and is answered in JSON."""
    with reading() as look:
        procedure, draft = open_filing(look, code)
    paper = next((one for one in procedure.open.procedure.components if one.key == key), None)
    if draft is None or paper is None:
        raise NotFound("Không có bản nháp này.")
    files = sent_files()
    if not files:
        return _page(code, [(f"#file-{key}", nothing_chosen())], 422)
    kept = None
    for file in files:
        try:
            stored = take(file, paper.accepts, paper.max_mb)
            with unit_of_work() as work:
                drafts.own_draft(work, draft.id)
                kept = drafts.attach(work, field=key, stored=stored, draft_id=draft.id)
        except Refusal as refusal:
            if wants_json():
                raise
            words = f"{file.filename}: {say(refusal.message, **refusal.params)}"
            return _page(code, [(f"#file-{key}", words)], refusal.status)
    if wants_json() and kept is not None:
        href = url_for("citizen.kept_file", code=code, attachment_id=kept.id)
        return make_response(jsonify({"name": kept.name, "href": href}), 201)
    return redirect(url_for("citizen.papers", code=code) + f"#giay-to-{key}", 303)


@blueprint.get("/nop-ho-so/<code>/tep/<uuid:attachment_id>")
def kept_file(code: str, attachment_id: UUID) -> Response:
    """A file uploaded and not sent yet, to look at it again."""
    with reading() as look:
        file = own_upload(look, attachment_id)
    return send_stored(file, inline=True)


@blueprint.post("/nop-ho-so/<code>/tep/<uuid:attachment_id>/xoa")
def remove(code: str, attachment_id: UUID) -> Response:
    """Take a file out of the draft again."""
    with reading() as look:
        _procedure, draft = open_filing(look, code)
    if draft is None:
        abort(404)
    with unit_of_work() as work:
        drafts.remove_attachment(work, attachment_id, draft_id=draft.id)
    return redirect(url_for("citizen.papers", code=code), 303)
