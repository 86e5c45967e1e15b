"""One task: its form with everything the decision rests on beside it, kept while it is being filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from engine.dossiers.models import Document
from engine.queries.capacity import others_drafts
from engine.queries.tasks import TaskPage, TaskSheet, task_page, task_sheet
from engine.queries.worklist import Colleague, colleagues_for
from engine.usecases.tasks import ask_for_redraft, save_note
from engine.work import Reading
from forms.answers import read_answers
from forms.pictures import FormView
from forms.problems import FieldError
from forms.view import build_view
from web.actor import now
from web.doors import reading, unit_of_work
from web.officer.room import blueprint
from web.officer.surroundings import Surroundings, surroundings
from web.ui.format import time_words
from web.ui.i18n import language
from web.ui.redrawing import redrawn_by


def form_view(
    sheet: TaskSheet, answers: Mapping[str, Any], errors: Iterable[FieldError] = (), *, readonly: bool = False
) -> FormView | None:
    """The task's form with these answers, its conditions decided now."""
    if sheet.form is None:
        return None
    return build_view(
        sheet.form, answers, errors=errors, context=sheet.context, now=now(), readonly=readonly, locale=language()
    )


def typed_into(sheet: TaskSheet) -> dict[str, Any]:
    """The answers a post carries; files of earlier posts stay."""
    return read_answers(sheet.form, request.form, before=_files_only(sheet)) if sheet.form else {}


def _files_only(sheet: TaskSheet) -> dict[str, Any]:
    """What a browser never sends twice."""
    has_files = sheet.form is not None and any(one.type == "filepicker" for one in sheet.form.walk())
    return sheet.note if has_files else {}


def show_task(
    look: Reading,
    page: TaskPage,
    answers: Mapping[str, Any],
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
    *,
    refusal: str = "",
) -> tuple[str, int]:
    """The task's page with its form as given, and why its act was refused where no field is to blame."""
    colleagues: list[Colleague] = colleagues_for(look, page.task.id) if page.may_assign else []
    around: Surroundings | None = surroundings(look, page.dossier) if page.dossier else None
    open_now = page.task.status == "open"
    html = render_template(
        "officer/task.html",
        page=page,
        task=page.task,
        around=around,
        colleagues=colleagues,
        view=form_view(page, answers, errors, readonly=not (open_now and page.may_act)) if open_now else None,
        problems=errors,
        drafts=pending_papers(page),
        others=others_drafts(look, page.task) if open_now and page.may_act else [],
        refusal=refusal,
        errors=[("", "")] if errors or refusal else [],
        live=redrawn_by(url_for("officer.redraw", task_id=page.task.id), "#task-form"),
        file_url=file_address(page),
    )
    return html, status


def pending_papers(page: TaskPage) -> list[Document]:
    """The drafts this task decides upon: rendered, not issued and not void, newest first."""
    if page.dossier is None:
        return []
    return [one for one in reversed(page.dossier.documents) if one.issued_at is None and one.voided_at is None]


def file_address(sheet: TaskSheet) -> Any:
    """Where a handed-in file of this case is found."""
    return lambda file_id: url_for("officer.attachment", case_id=sheet.case.id, attachment_id=file_id)


@blueprint.get("/cong-viec/<uuid:task_id>")
def task(task_id: UUID) -> tuple[str, int]:
    """A task to be done, or what became of it."""
    with reading() as look:
        page = task_page(look, task_id)
        return show_task(look, page, page.note)


@blueprint.post("/cong-viec/<uuid:task_id>/bieu-mau")
def redraw(task_id: UUID) -> str:
    """The form's fields anew after an answer changed: what is hidden and read-only is decided here."""
    with reading() as look:
        sheet = task_sheet(look, task_id)
    view = form_view(sheet, typed_into(sheet), readonly=not sheet.may_act)
    return render_template(
        "officer/task_fields.html",
        view=view,
        file_url=file_address(sheet),
        live=redrawn_by(url_for("officer.redraw", task_id=task_id), "#task-form"),
    )


@blueprint.post("/cong-viec/<uuid:task_id>/lap-lai-du-thao")
def redraft(task_id: UUID) -> Redirect:
    """Have the drafts that name somebody else printed in one's own name and power; nothing is signed by that."""
    with unit_of_work() as work:
        asked = ask_for_redraft(work, task_id)
    if asked:
        flash(_("Đang lập lại dự thảo với tên bạn. Tải lại trang sau ít giây để xem bản mới."), "info")
    return redirect(url_for("officer.task", task_id=task_id), 303)


@blueprint.post("/cong-viec/<uuid:task_id>/luu")
def keep(task_id: UUID) -> Response:
    """Keep what was typed so far, for its author alone."""
    with reading() as look:
        sheet = task_sheet(look, task_id)
    with unit_of_work() as work:
        save_note(work, task_id, typed_into(sheet))
    return jsonify({"saved": time_words(now())})
