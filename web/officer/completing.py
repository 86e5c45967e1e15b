"""Completing a task: at once, or after a page that states what a serious act does and to which paper."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.db import canonical
from engine.dossiers.allowance import objection
from engine.errors import Conflict, Invalid, Unlawful
from engine.queries.preview import Preview, preview
from engine.queries.supplements import supplement_rules
from engine.queries.tasks import TaskPage, TaskSheet, task_page, task_sheet
from engine.usecases.tasks import complete_task, save_note
from engine.work import Reading
from forms.answers import presses_a_button
from forms.summary import summarise
from forms.validation import Validation, validate
from web.actor import current_actor, now
from web.doors import reading, unit_of_work
from web.officer.effects import ASKING, is_serious, what_follows
from web.officer.room import blueprint
from web.officer.surroundings import digest_words, surroundings
from web.officer.task import show_task, typed_into
from web.officer.worklist import next_address
from web.ui.i18n import language, say

APPROVING = frozenset({"unit_head", "leader"})
"""Whose own act is the approval that a late request for supplement needs."""


def _judged(sheet: TaskSheet, answers: Mapping[str, Any]) -> Validation:
    if sheet.form is None:
        return Validation({}, ())
    return validate(sheet.form, answers, context=sheet.context, now=now(), locale=language())


def _mark(answers: Mapping[str, Any]) -> str:
    """A short digest of answers: a confirmation is for exactly what was shown."""
    return hashlib.sha256(canonical(answers).encode()).hexdigest()[:24]


@blueprint.post("/cong-viec/<uuid:task_id>")
def complete(task_id: UUID) -> Response:
    """Close a task; a serious act is asked for once more on a page of its own."""
    with reading() as look:
        sheet = task_sheet(look, task_id)
        answers = typed_into(sheet)
        if sheet.task.status != "open":
            return _vanished(look, task_page(look, task_id), answers)
        if presses_a_button(request.form) or "refresh" in request.form:
            return make_response(show_task(look, task_page(look, task_id), answers))
        judged = _judged(sheet, answers)
        if judged.errors:
            return make_response(show_task(look, task_page(look, task_id), answers, judged.errors, 422))
        ahead = preview(look, task_id, judged.clean)
        against = _against(look, sheet, ahead)
        if against is not None:
            words = say(against.message, **against.params)
            return make_response(show_task(look, task_page(look, task_id), answers, (), 422, refusal=words))
    if is_serious(ahead):
        with unit_of_work() as work:
            save_note(work, task_id, answers)
        return redirect(url_for("officer.confirm", task_id=task_id), 303)
    return _close(task_id, sheet, answers)


def _against(look: Reading, sheet: TaskSheet, ahead: Preview) -> Unlawful | None:
    """Why a request for supplement would be refused, said before anybody is asked to confirm it."""
    if not sheet.accepted or not ahead.statuses & ASKING:
        return None
    approved = sheet.task.role in APPROVING
    return objection(supplement_rules(look, sheet.case.id), pausing=ahead.has("clock.pause"), approved=approved)


def _close(task_id: UUID, sheet: TaskSheet, answers: Mapping[str, Any], shown: str = "") -> Response:
    try:
        with unit_of_work() as work:
            task = complete_task(work, task_id, answers, shown=shown)
            name, code = task.name, task.subject_code
    except Conflict as refusal:
        if refusal.code == "task_gone":
            with reading() as look:
                return _vanished(look, task_page(look, task_id), answers)
        with unit_of_work() as work:
            save_note(work, task_id, answers)
        if refusal.code == "document_changed":
            with reading() as look:
                return _shown_anew(look, task_id, answers)
        raise
    except Invalid as refused:
        with reading() as look:
            page = task_page(look, task_id)
            errors = _judged(page, answers).errors
            words = "" if errors else say(refused.message, **refused.params)
            return make_response(show_task(look, page, answers, errors, 422, refusal=words))
    flash(_("Đã xong “%(name)s” của hồ sơ %(code)s.", name=name, code=code), "success")
    return redirect(_at_the_counter(sheet) or next_address(), 303)


def _at_the_counter(sheet: TaskSheet) -> str:
    """Back to the slips to print, where the applicant stands at the clerk's desk and waits for them."""
    present = sheet.channel == "counter" and not sheet.decided
    if not present or sheet.task.role != "counter_clerk" or "counter.taken" not in current_app.view_functions:
        return ""
    return url_for("counter.taken", case_id=sheet.case.id)


def _vanished(look: Reading, page: TaskPage, answers: Mapping[str, Any]) -> Response:
    """Somebody was faster, or the same person a moment ago; what was typed stays as a note and is shown."""
    task, actor = page.task, current_actor()
    if task.status == "done" and task.closed_by == actor.id and not _differs(page, answers):
        flash(_("Việc này bạn đã hoàn thành rồi; không có gì được ghi hai lần."), "info")
        return redirect(next_address(), 303)
    if answers:
        with unit_of_work() as work:
            save_note(work, task.id, answers, reason="vanished")
    kept = summarise(page.form, answers, context=page.context, now=now(), locale=language()) if page.form else ()
    closer = next((one.closed_by for one in page.dossier.tasks if one.id == task.id), "") if page.dossier else ""
    html = render_template(
        "officer/vanished.html",
        page=page,
        task=task,
        closer=closer,
        around=surroundings(look, page.dossier) if page.dossier else None,
        kept=kept,
    )
    return make_response(html, 409)


def _differs(page: TaskPage, answers: Mapping[str, Any]) -> bool:
    """Whether the answers sent are not those the task was completed with."""
    clean = _judged(page, answers).clean
    return any(page.case.variables.get(key) != value for key, value in clean.items())


@blueprint.get("/cong-viec/<uuid:task_id>/xac-nhan")
def confirm(task_id: UUID) -> Response:
    """The page before a serious act: the decision, its effects, the exact paper."""
    with reading() as look:
        page = task_page(look, task_id)
        if page.task.status != "open":
            return _vanished(look, page, page.note)
        judged = _judged(page, page.note)
        if judged.errors or not page.may_act:
            return make_response(show_task(look, page, page.note, judged.errors, 422 if judged.errors else 403))
        return make_response(_confirm_page(look, page, judged, preview(look, task_id, judged.clean)))


def _confirm_page(
    look: Reading, page: TaskPage, judged: Validation, ahead: Preview, *, changed: bool = False
) -> tuple[str, int]:
    document = ahead.document
    html = render_template(
        "officer/confirm.html",
        page=page,
        task=page.task,
        around=surroundings(look, page.dossier) if page.dossier else None,
        decision=summarise(page.form, judged.clean, context=page.context, now=now(), locale=language())
        if page.form
        else (),
        title=what_follows(ahead).title,
        effects=what_follows(ahead).effects,
        button=what_follows(ahead).button,
        danger=what_follows(ahead).danger,
        document=document,
        digest=digest_words(document.sha256) if document else "",
        mark=_mark(judged.clean),
        changed=changed,
    )
    return html, 409 if changed else 200


def _shown_anew(look: Reading, task_id: UUID, answers: Mapping[str, Any]) -> Response:
    """The page before the act once more, with the paper as it is now."""
    page = task_page(look, task_id)
    judged = _judged(page, answers)
    return make_response(_confirm_page(look, page, judged, preview(look, task_id, judged.clean), changed=True))


@blueprint.post("/cong-viec/<uuid:task_id>/xac-nhan")
def confirmed(task_id: UUID) -> Response:
    """The serious act itself: only for the answers and the paper that were shown."""
    with reading() as look:
        sheet = task_sheet(look, task_id)
        if sheet.task.status != "open":
            return _vanished(look, task_page(look, task_id), sheet.note)
        judged = _judged(sheet, sheet.note)
        if judged.errors:
            return make_response(show_task(look, task_page(look, task_id), sheet.note, judged.errors, 422))
        if request.form.get("mark", "") != _mark(judged.clean):
            return _shown_anew(look, task_id, sheet.note)
    return _close(task_id, sheet, sheet.note, request.form.get("document", ""))
