"""One report on an official's page: what was said, the true state of its dossier, the step to do now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, Forbidden, Invalid
from engine.queries.feedback import ReportPage, offices, report_file, report_page
from engine.queries.public_reports import similar
from engine.queries.tasks import TaskSheet, task_sheet
from engine.usecases.tasks import complete_task, save_note
from engine.work import Reading
from forms.answers import read_answers
from forms.problems import FieldError
from web.actor import check_role, now
from web.doors import reading, unit_of_work
from web.hotline.forms import errors_of, shown
from web.hotline.room import ANSWERING, blueprint
from web.hotline.words import category_names, events
from web.ui.i18n import language
from web.ui.redrawing import redrawn_by
from web.ui.sending import send_stored


def _task_of(look: Reading, page: ReportPage) -> TaskSheet | None:
    """The open step, if the reader may do it."""
    if page.task is None:
        return None
    try:
        found = task_sheet(look, page.task.id)
    except Forbidden:
        return None
    return found if found.may_act else None


def _first_answers(page: ReportPage, task: TaskSheet) -> dict[str, Any]:
    """What the house proposes: the kind and field as told, the texts with what points to people hidden."""
    report, masking = page.report, page.masking
    if task.note:
        return task.note
    if task.task.element_id == "classify":
        routing = {"outcome": "forward", "kind": report.kind, "category": report.category, "urgent": report.urgent}
        return {"routing": {**routing, "accused": page.accused.code if page.accused else ""}}
    if task.task.element_id == "review":
        outcome = "publish" if page.publishable else "private"
        texts = {"public_text": masking.get("text", ""), "public_answer": masking.get("answer", "")}
        return {"review": {"outcome": outcome, **texts}}
    return {}


def _fields(look: Reading, page: ReportPage, task: TaskSheet, answers: Mapping[str, Any], errors: Any = ()) -> Any:
    """The step's form with offices to choose from, and without publishing where that is never allowed."""
    if task.form is None:
        return None
    without = {} if page.publishable else {"review.outcome": frozenset({"publish"})}
    return shown(task.form, answers, errors, context=task.context, offices=offices(look), without=without)


def _live(case_id: UUID) -> dict[str, str]:
    return redrawn_by(url_for("hotline.case_redraw", case_id=case_id), "#task-form")


def _show(
    case_id: UUID,
    answers: Mapping[str, Any] | None = None,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> tuple[str, int]:
    with reading() as look:
        page = report_page(look, case_id)
        task = _task_of(look, page)
        given = answers if answers is not None else _first_answers(page, task) if task else {}
        view = _fields(look, page, task, given, errors) if task else None
        alike = similar(
            look, text=page.report.text, place=page.report.place, ward=page.report.ward_code, besides=case_id
        )
        units = {one.code: one.name for one in offices(look)}
    html = render_template(
        "hotline/case.html",
        page=page,
        report=page.report,
        task=task.task if task else None,
        step_title=task.form.titles.get(language(), task.form.title) if task and task.form else "",
        view=view,
        alike=alike,
        problems=errors,
        errors=[("", "")] if errors else [],
        live=_live(case_id),
        categories=category_names(page.rules),
        timeline=events(page.history, page.tasks, units),
        moment=now(),
    )
    return html, status


@blueprint.get("/1022/phan-anh/<uuid:case_id>")
def case(case_id: UUID) -> tuple[str, int]:
    """The report, with the step to do if it is the reader's."""
    check_role(*ANSWERING)
    return _show(case_id)


def _typed(task: TaskSheet) -> dict[str, Any]:
    return read_answers(task.form, request.form) if task.form else {}


@blueprint.post("/1022/phan-anh/<uuid:case_id>/bieu-mau")
def case_redraw(case_id: UUID) -> str:
    """The step's fields anew after an answer changed."""
    check_role(*ANSWERING)
    with reading() as look:
        page = report_page(look, case_id)
        task = _task_of(look, page)
        if task is None:
            raise Conflict("Bước này đã có người làm.", code="task_gone")
        view = _fields(look, page, task, _typed(task))
    return render_template("hotline/task_fields.html", view=view, live=_live(case_id))


@blueprint.post("/1022/phan-anh/<uuid:case_id>/buoc/<uuid:task_id>")
def complete(case_id: UUID, task_id: UUID) -> tuple[str, int] | Response:
    """Close the step; what was typed stays when somebody was faster."""
    check_role(*ANSWERING)
    with reading() as look:
        report_page(look, case_id)
        task = task_sheet(look, task_id)
    if task.task.case_id != case_id:
        raise Forbidden("Việc này thuộc phản ánh khác.")
    answers = _typed(task)
    if "refresh" in request.form:
        return _show(case_id, answers)
    try:
        with unit_of_work() as work:
            done = complete_task(work, task_id, answers)
            name, code = done.name, done.subject_code
    except Conflict as refusal:
        if refusal.code == "task_gone" and answers:
            with unit_of_work() as work:
                save_note(work, task_id, answers, reason="vanished")
        raise
    except Invalid as refusal:
        return _show(case_id, answers, errors_of(refusal), 422)
    flash(_("Đã xong “%(name)s” của %(code)s.", name=name, code=code), "success")
    return redirect(url_for("hotline.home"), 303)


@blueprint.get("/1022/phan-anh/<uuid:case_id>/tep/<uuid:attachment_id>")
def photo(case_id: UUID, attachment_id: UUID) -> Response:
    """A photo of the report."""
    check_role(*ANSWERING)
    with reading() as look:
        file = report_file(look, case_id, attachment_id)
    return send_stored(file, inline=True)
