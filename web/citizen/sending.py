"""Checking everything once more and sending it, once; then a page that stays: number, what happens next and when."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.accounts.models import Office
from engine.errors import Conflict, Invalid, NotFound
from engine.queries.dossiers import dossier_page
from engine.queries.filing import asked_papers, filed_with, kept_files, own_details
from engine.usecases import drafts
from engine.usecases.submit import Filing, submit_dossier
from forms.definition import Form
from forms.problems import FieldError, input_id
from forms.summary import summarise
from forms.validation import validate
from web.actor import now
from web.citizen.answers import OFFICE, plain, view_of
from web.citizen.filing import open_filing
from web.citizen.papers import is_owed, missing
from web.citizen.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import language, say

MOST_SHOWN = 12


def change_address(code: str, page: str) -> str:
    """Where an answer is changed; from there the way leads back to checking."""
    return url_for("citizen.form_page", code=code, page=page, ve="kiem-tra")


def page_of(form: Form, path: str) -> str:
    """The page on which the answer at a path is given."""
    for page in form.pages:
        base = page.group.keys if page.group else ()
        for component in page.components:
            for part in component.walk():
                own = ".".join((*base, *part.keys))
                if part.keys and (path == own or path.startswith(f"{own}.")):
                    return page.key
    return form.pages[0].key


def problem_links(code: str, form: Form, errors: Iterable[FieldError]) -> list[tuple[str, str]]:
    """Each error with the address of its question."""
    return [
        (f"{change_address(code, page_of(form, one.path))}#{input_id(one.path)}", say(one.message, **one.params))
        for one in errors
    ][:MOST_SHOWN]


def _page(code: str, errors: list[tuple[str, str]], status: int = 200) -> tuple[str, int] | Response:
    with reading() as look:
        procedure, draft = open_filing(look, code)
        if draft is None:
            return redirect(url_for("citizen.start", code=code), 303)
        answers = plain(draft.answers)
        found = validate(procedure.open.application, answers, now=look.now, locale=language())
        asked = asked_papers(procedure.open, found.clean, kept_files(look, draft.id), now=look.now)
        office = look.session.get(Office, UUID(draft.answers[OFFICE])) if draft.answers.get(OFFICE) else None
    form = procedure.open.application
    unfinished = [*problem_links(code, form, found.errors), *_owed_links(code, asked)]
    shown = render_template(
        "citizen/check.html",
        code=code,
        draft=draft,
        procedure=procedure.open.procedure,
        changed_form=draft.bundle_id != procedure.bundle_id,
        groups=summarise(form, answers, now=now(), locale=language()),
        change_url=lambda page: change_address(code, page),
        asked=asked,
        is_owed=is_owed,
        office=office,
        errors=errors,
        unfinished=unfinished,
        back=url_for("citizen.papers", code=code) if asked else _last_page(code, form, answers),
        locale=language(),
    )
    return shown, status


def _owed_links(code: str, asked: object) -> list[tuple[str, str]]:
    return [(url_for("citizen.papers", code=code) + anchor, words) for anchor, words in missing(asked)]  # type: ignore[arg-type]


def _last_page(code: str, form: Form, answers: dict[str, object]) -> str:
    return url_for("citizen.form_page", code=code, page=view_of(form, answers, None).page_keys[-1])


@blueprint.get("/nop-ho-so/<code>/kiem-tra")
def check(code: str) -> tuple[str, int] | Response:
    """Every answer and every paper once more, each with a way to change it."""
    return _page(code, [])


@blueprint.post("/nop-ho-so/<code>/gui")
def submit(code: str) -> tuple[str, int] | Response:
    """Send the dossier; pressed twice, or again after going back, it leads to the one that was filed."""
    key = request.form.get("submission_key", "")
    with reading() as look:
        filed = filed_with(look, key)
        procedure, draft = open_filing(look, code)
        details = own_details(look)
        papers = kept_files(look, draft.id) if draft else ()
    if filed is not None:
        return redirect(url_for("citizen.filed", case_id=filed), 303)
    if draft is None or draft.submission_key != key:
        raise Conflict("Hồ sơ này đã được nộp hoặc bản nháp không còn. Hãy mở “Hồ sơ của tôi” để xem.", code="filed")
    form = procedure.open.application
    found = validate(form, plain(draft.answers), now=now(), locale=language())
    asked = asked_papers(procedure.open, found.clean, papers, now=now())
    problems = [*problem_links(code, form, found.errors), *_owed_links(code, asked)]
    office = draft.answers.get(OFFICE)
    if not office:
        problems.append((url_for("citizen.start", code=code), _("Chọn nơi nộp hồ sơ")))
    if problems:
        return _page(code, problems, 422)
    try:
        with unit_of_work() as work:
            own = drafts.own_draft(work, draft.id)
            filing = Filing(
                procedure=code,
                answers=plain(own.answers),
                channel="online",
                office_id=UUID(str(office)),
                submission_key=own.submission_key,
                draft_id=own.id,
                locale=language(),
                applicant={"name": details.name, "identity": details.identity, "phone": details.phone,
                           "email": details.email},
            )  # fmt: skip
            case_id = submit_dossier(work, filing).case_id
    except Invalid as refusal:
        return _page(code, _refusal_links(code, form, refusal), 422)
    except NotFound:
        with reading() as look:
            done = filed_with(look, key)
        if done is None:
            raise
        case_id = done
    return redirect(url_for("citizen.filed", case_id=case_id), 303)


def _refusal_links(code: str, form: Form, refusal: Invalid) -> list[tuple[str, str]]:
    if not refusal.problems:
        return [("", say(refusal.message, **refusal.params))]
    return [
        (f"{change_address(code, page_of(form, one.path))}#{input_id(one.path)}", say(one.message, **one.params))
        for one in refusal.problems
    ]


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/da-nop")
def filed(case_id: UUID) -> str:
    """The number, what happens next and when; the same page whenever it is opened again."""
    with reading() as look:
        page = dossier_page(look, case_id)
    acceptance = next((clock for clock in page.clocks if clock.term == "acceptance"), None)
    receipts = [one for one in page.documents if one.letter == "form01" and one.issued_at and not one.voided_at]
    return render_template(
        "citizen/filed.html",
        page=page,
        dossier=page.dossier,
        procedure=page.open.procedure,
        acceptance=acceptance,
        receipts=receipts,
    )
