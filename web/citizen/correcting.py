"""Answering a supplement without a trip: only what was asked, the effect on the date first, sent as one answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.models import SupplementRequest
from engine.errors import Invalid, NotFound, Refusal
from engine.queries.dossiers import DossierPage, dossier_page
from engine.queries.filing import kept_files, own_upload
from engine.queries.progress import effect_of_answering
from engine.queries.supplements import own_term
from engine.usecases.corrections import attach_correction, keep_correction, own_request, remove_correction
from engine.usecases.supplements import answer_supplement
from forms.problems import input_id
from forms.summary import summarise
from web.actor import now
from web.citizen.answers import drawn_page, overtaken, page_number, plain, stamped, turn, typed_answers, view_of
from web.citizen.asked import places_of, still_open
from web.citizen.room import blueprint
from web.citizen.sending import page_of
from web.citizen.uploads import nothing_chosen, sent_files, take, type_words
from web.doors import reading, unit_of_work
from web.ui.failures import wants_json
from web.ui.i18n import language, say
from web.ui.sending import send_stored

LONGEST_NOTE = 2000


def asks_for_answers(request: SupplementRequest) -> bool:
    """Whether some point is about what was filled in (or does not say what it is about), not about a paper alone."""
    return any(item.get("form", "") in ("", "eform") for item in request.items) or not request.items


def _open(page: DossierPage) -> SupplementRequest:
    found = page.open_supplement
    if found is None:
        raise NotFound("Hồ sơ này không có yêu cầu bổ sung nào đang chờ.")
    return found


def _kept_answers(page: DossierPage, asked: SupplementRequest) -> dict[str, Any]:
    return {**page.dossier.answers, **asked.draft.get("answers", {})}


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/bo-sung")
def supplement(case_id: UUID) -> tuple[str, int] | Response:
    """What is asked, what answering does to the date, and what I have prepared so far."""
    return _page(case_id, [])


def _page(case_id: UUID, errors: list[tuple[str, str]], status: int = 200) -> tuple[str, int] | Response:
    with reading() as look:
        page = dossier_page(look, case_id)
        if page.open_supplement is None:
            return redirect(url_for("citizen.dossier", case_id=case_id), 303)
        asked = page.open_supplement
        files, effect = kept_files(look, asked.id), effect_of_answering(look, page)
        term = own_term(look, page)
    form = page.open.application
    places = places_of(page, files)
    before = {
        (group.page_key, row.key): row.text
        for group in summarise(form, page.dossier.answers, now=now(), locale=language())
        for row in group.rows
    }
    groups = summarise(form, _kept_answers(page, asked), now=now(), locale=language())
    changed = [
        (row.label, before.get((group.page_key, row.key), ""), row.text)
        for group in groups
        for row in group.rows
        if before.get((group.page_key, row.key), "") != row.text
    ]
    note = request.form.get("note", asked.draft.get("note", ""))
    shown = render_template(
        "citizen/supplement.html",
        page=page,
        dossier=page.dossier,
        asked=asked,
        files=files,
        places=places,
        left=still_open(places, corrected=bool(changed), explained=bool(note.strip())) if files or changed else (),
        rules=page.open.procedure.supplement,
        term=term,
        effect=effect,
        pages=[(group.page_key, group.title) for group in groups] if asks_for_answers(asked) else [],
        changed=changed,
        note=note,
        errors=errors,
        type_words=type_words,
    )
    return shown, status


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/bo-sung/trang/<page>")
def correct(case_id: UUID, page: str) -> str | Response:
    """One page of the form, to correct what was filled in."""
    with reading() as look:
        shown = dossier_page(look, case_id)
    asked = _open(shown)
    return _form_page(shown, asked, _kept_answers(shown, asked), page) or _back(case_id)


def _back(case_id: UUID) -> Response:
    return redirect(url_for("citizen.supplement", case_id=case_id), 303)


def _form_page(
    shown: DossierPage, asked: SupplementRequest, answers: dict[str, Any], page: str, **values: Any
) -> str | None:
    if not asks_for_answers(asked):
        return None
    view = view_of(shown.open.application, answers, page, values.get("problems", ()))
    drawn = drawn_page(view)
    if drawn is None:
        return None
    return render_template(
        "citizen/correct_page.html",
        page=shown,
        dossier=shown.dossier,
        drawn=drawn,
        view=view,
        number=page_number(asked.draft, page),
        **values,
    )


@blueprint.post("/ho-so-cua-toi/<uuid:case_id>/bo-sung/trang/<page>")
def corrected(case_id: UUID, page: str) -> tuple[str, int] | Response:
    """Keep a corrected page; it goes to the office only with the whole answer."""
    with reading() as look:
        shown = dossier_page(look, case_id)
    asked, form = _open(shown), shown.open.application
    if not asks_for_answers(asked):
        raise NotFound("Yêu cầu bổ sung này không hỏi lại thông tin đã khai.")
    with unit_of_work() as work:
        dossier, held = own_request(work, case_id)
        answers = typed_answers(form, {**dossier.answers, **held.draft.get("answers", {})}, page)
        late = overtaken(held.draft, page)
        if not late:
            held = keep_correction(work, case_id, {"answers": plain(answers), **stamped(held.draft, page)})
    if late:
        return _form_page(shown, held, answers, page, overtaken=True) or "", 409
    turned = turn(form, answers, page)
    if turned.again and turned.validation is not None:
        return _form_page(shown, held, answers, page, problems=turned.validation.errors) or "", 422
    if turned.next == page:
        return redirect(url_for("citizen.correct", case_id=case_id, page=page), 303)
    return _back(case_id)


@blueprint.post("/ho-so-cua-toi/<uuid:case_id>/bo-sung/trang/<page>/xem")
def redraw_correction(case_id: UUID, page: str) -> str:
    """The page with other questions, as an answer just given shows or hides them."""
    with reading() as look:
        shown = dossier_page(look, case_id)
    answers = typed_answers(shown.open.application, _kept_answers(shown, _open(shown)), page)
    drawn = drawn_page(view_of(shown.open.application, answers, page))
    return render_template("citizen/correct_fragment.html", dossier=shown.dossier, drawn=drawn)


@blueprint.post("/ho-so-cua-toi/<uuid:case_id>/bo-sung/tep/<int:item>")
def upload_answer(case_id: UUID, item: int) -> tuple[str, int] | Response:
    """Take in the files for one point of the request."""
    with reading() as look:
        page = dossier_page(look, case_id)
    asked = _open(page)
    place = next((one for one in places_of(page) if one.number == item and one.takes_files), None)
    if place is None:
        raise NotFound("Không có mục bổ sung này.")
    files = sent_files()
    if not files:
        return _page(case_id, [(f"#file-{item}", nothing_chosen())], 422)
    kept = None
    for file in files:
        try:
            stored = take(file, place.accepts, place.limit)
            with unit_of_work() as work:
                field = f"supplement.{asked.round}.{place.point.key}"
                kept = attach_correction(work, case_id, field=field, stored=stored)
        except Refusal as refusal:
            if wants_json():
                raise
            words = f"{file.filename}: {say(refusal.message, **refusal.params)}"
            return _page(case_id, [(f"#file-{item}", words)], refusal.status)
    if wants_json() and kept is not None:
        href = url_for("citizen.answer_file", case_id=case_id, attachment_id=kept.id)
        return make_response(jsonify({"name": kept.name, "href": href}), 201)
    return redirect(url_for("citizen.supplement", case_id=case_id) + f"#muc-{item}", 303)


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/bo-sung/tep/<uuid:attachment_id>")
def answer_file(case_id: UUID, attachment_id: UUID) -> Response:
    """A file prepared for the answer, to look at it again."""
    with reading() as look:
        file = own_upload(look, attachment_id)
    return send_stored(file, inline=True)


@blueprint.post("/ho-so-cua-toi/<uuid:case_id>/bo-sung/tep/<uuid:attachment_id>/xoa")
def remove_answer(case_id: UUID, attachment_id: UUID) -> Response:
    """Take a prepared file out again."""
    with unit_of_work() as work:
        remove_correction(work, case_id, attachment_id)
    return _back(case_id)


@blueprint.post("/ho-so-cua-toi/<uuid:case_id>/bo-sung")
def answer(case_id: UUID) -> tuple[str, int] | Response:
    """Send the answer: files, corrected pages and a note together, once."""
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    with reading() as look:
        page = dossier_page(look, case_id)
        asked = page.open_supplement
    if asked is None:
        if str(page.supplements[-1].id if page.supplements else "") == request.form.get("request", ""):
            return redirect(url_for("citizen.dossier", case_id=case_id), 303)
        raise NotFound("Hồ sơ này không có yêu cầu bổ sung nào đang chờ.")
    changed, partly = asked.draft.get("answers", {}), request.form.get("partly") == "1"
    try:
        with unit_of_work() as work:
            done = answer_supplement(work, case_id, answers=changed, via="online", note=note, partly=partly)
            received = [one["name"] for one in done.answer["received"]]
    except Invalid as refusal:
        if refusal.code in ("nothing_brought", "incomplete"):
            return _page(case_id, [("#partly" if refusal.code == "incomplete" else "#muc-0", _said(refusal))], 422)
        return _page(case_id, _links(page, refusal), 422)
    if received:
        flash(_("Đã gửi bổ sung. Giấy tờ đã nhận: %(papers)s.", papers="; ".join(received)), "success")
    else:
        flash(_("Đã gửi bổ sung. Hồ sơ được giải quyết tiếp."), "success")
    return redirect(url_for("citizen.dossier", case_id=case_id), 303)


def _said(refusal: Invalid) -> str:
    return str(say(refusal.message, **refusal.params))


def _links(page: DossierPage, refusal: Invalid) -> list[tuple[str, str]]:
    if not refusal.problems:
        return [("", _said(refusal))]
    form = page.open.application
    return [
        (
            url_for("citizen.correct", case_id=page.case.id, page=page_of(form, one.path)) + f"#{input_id(one.path)}",
            say(one.message, **one.params),
        )
        for one in refusal.problems
    ]
