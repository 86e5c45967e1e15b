"""Signing several papers at once: each shown with its digest first, each with a result of its own afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.models import Document
from engine.errors import Refusal
from engine.queries.preview import preview
from engine.queries.tasks import TaskSheet, task_sheet
from engine.usecases.tasks import complete_task
from engine.work import Reading
from forms.definition import Form
from forms.paths import set_at
from forms.validation import validate
from web.actor import check_role, now
from web.doors import reading, unit_of_work
from web.officer.room import blueprint
from web.ui.i18n import say

MOST = 50
AGREEMENT = "approve"


@dataclass(frozen=True)
class Paper:
    """One task of the batch: what would be signed, or why it cannot be signed here."""

    task_id: UUID
    code: str
    owner: str
    name: str
    case_id: UUID | None
    document: Document | None
    problem: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one paper of the batch."""

    paper: Paper
    done: bool
    words: str


def agreement(form: Form) -> dict[str, Any] | None:
    """The answers that say yes and nothing else: the option "approve" of the form's decision."""
    for page in form.pages:
        base = page.group.keys if page.group else ()
        for component in page.components:
            values = component.source.get("values") or ()
            wanted = any(isinstance(one, dict) and one.get("value") == AGREEMENT for one in values)
            if component.keys and component.keys[-1] == "outcome" and wanted:
                answers: dict[str, Any] = {}
                set_at(answers, (*base, *component.keys), AGREEMENT)
                return answers
    return None


def _chosen(name: str) -> list[UUID]:
    found = []
    for value in request.form.getlist(name)[:MOST]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _paper(look: Reading, task_id: UUID) -> Paper:
    try:
        sheet = task_sheet(look, task_id)
    except Refusal as refusal:
        return Paper(task_id, "", "", "", None, None, say(refusal.message, **refusal.params))
    document, problem = _what_would_be_signed(look, sheet)
    task = sheet.task
    return Paper(task_id, task.subject_code, task.subject_name, task.name, task.case_id, document, problem)


def _what_would_be_signed(look: Reading, sheet: TaskSheet) -> tuple[Document | None, str]:
    answers = agreement(sheet.form) if sheet.form else None
    if sheet.task.status != "open":
        return None, _("Việc này đã được xử lý.")
    if not sheet.may_act:
        return None, _("Việc này thuộc vai trò hoặc người khác.")
    if answers is None or sheet.form is None:
        return None, _("Bước này không phải bước ký; hãy mở riêng từng việc.")
    judged = validate(sheet.form, answers, context=sheet.context, now=now())
    if judged.errors:
        return None, _("Biểu mẫu còn mục phải điền; hãy mở riêng việc này.")
    ahead = preview(look, sheet.task.id, judged.clean)
    if not ahead.has("document.sign") or ahead.document is None:
        return None, _("Bước này không phải bước ký; hãy mở riêng từng việc.")
    return ahead.document, ""


@blueprint.post("/cong-viec/ky-nhieu")
def choose_to_sign() -> str | Response:
    """The papers that were ticked, to be looked at before they are signed."""
    check_role("unit_head", "leader")
    chosen = _chosen("task")
    if not chosen:
        flash(_("Hãy đánh dấu ít nhất một việc trong danh sách."), "warning")
        return redirect(url_for("officer.home"), 303)
    with reading() as look:
        papers = [_paper(look, task_id) for task_id in chosen]
    return render_template("officer/batch.html", papers=papers, ready=[one for one in papers if one.document])


@blueprint.post("/cong-viec/ky-nhieu/xac-nhan")
def sign_chosen() -> str:
    """Sign each paper that is still the one that was shown; one failure stops none of the others."""
    check_role("unit_head", "leader")
    outcomes = []
    for task_id in _chosen("task"):
        with reading() as look:
            paper = _paper(look, task_id)
        outcomes.append(_sign(paper, request.form.get(f"document-{task_id}", "")))
    return render_template("officer/batch_done.html", outcomes=outcomes, done=sum(one.done for one in outcomes))


def _sign(paper: Paper, shown: str) -> Outcome:
    if paper.document is None:
        return Outcome(paper, False, paper.problem)
    with reading() as look:
        form = task_sheet(look, paper.task_id).form
    try:
        with unit_of_work() as work:
            answers = agreement(form) or {} if form else {}
            complete_task(work, paper.task_id, answers, shown=shown)
    except Refusal as refusal:
        return Outcome(paper, False, say(refusal.message, **refusal.params))
    return Outcome(paper, True, _("Đã đồng ý ký; chữ ký số đang được gắn vào văn bản."))
