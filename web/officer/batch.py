"""Signing a list: papers ticked, each looked at, confirmed once with the list's digest, each with its own outcome."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine.accounts.holders import person_holder
from engine.dossiers.models import Document
from engine.errors import Refusal, Unavailable
from engine.queries.preview import preview
from engine.queries.signing import MOST, Listed, ListSheet, papers_to_sign, signing_list
from engine.queries.tasks import TaskSheet, task_sheet
from engine.usecases.signing_list import Shown, agreement, confirm_list, make_list
from engine.work import Reading
from forms.validation import validate
from web.actor import check_role, current_actor, now
from web.doors import house, reading, unit_of_work
from web.officer.room import blueprint
from web.ui.i18n import say

TOLD = 10
"""So many papers that cannot be on a list are named, each with its reason; of more the number is said."""


@dataclass(frozen=True)
class Paper:
    """One ticked task: what would be signed, or why it cannot be signed on a list."""

    task_id: UUID
    code: str
    document: Document | None
    problem: str = ""


@blueprint.get("/cong-viec/cho-ky")
def to_sign() -> str:
    """The papers that wait for the signature of whoever asks."""
    check_role("unit_head", "leader")
    with reading() as look:
        papers = papers_to_sign(look)
    return render_template("officer/to_sign.html", papers=papers, most=MOST, moment=now())


def _chosen() -> list[UUID]:
    found = []
    for value in request.form.getlist("task")[:MOST]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _paper(look: Reading, task_id: UUID) -> Paper:
    try:
        sheet = task_sheet(look, task_id)
    except Refusal as refusal:
        return Paper(task_id, "–", None, say(refusal.message, **refusal.params))
    document, problem = _what_would_be_signed(look, sheet)
    return Paper(task_id, sheet.task.subject_code, document, problem)


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
def choose_to_sign() -> Response:
    """The papers that were ticked become a list, to be looked at before it is signed."""
    check_role("unit_head", "leader")
    chosen = _chosen()
    if not chosen:
        flash(_("Hãy đánh dấu ít nhất một việc trong danh sách."), "warning")
        return redirect(url_for("officer.home"), 303)
    with reading() as look:
        papers = [_paper(look, task_id) for task_id in chosen]
    left_out = [one for one in papers if one.document is None]
    for one in left_out[:TOLD]:
        flash(_("%(code)s không có trong danh sách: %(why)s", code=one.code, why=one.problem), "warning")
    if len(left_out) > TOLD:
        flash(_("Còn %(count)s việc khác không có trong danh sách.", count=len(left_out) - TOLD), "warning")
    shown = [Shown(one.task_id, one.document.id, one.code, one.document.sha256) for one in papers if one.document]
    if not shown:
        return redirect(url_for("officer.home"), 303)
    with unit_of_work() as work:
        made = make_list(work, shown).id
    return redirect(url_for("officer.list_to_sign", list_id=made), 303)


def at_desk() -> bool:
    """Whether the key of whoever asks lies in a token in their own PC."""
    actor = current_actor()
    key = house().ports.signatures.state(person_holder(actor.id)) if actor.id else None
    return key is not None and key.kind == "desk"


def list_page(list_id: UUID, refusal: str = "", status: int = 200) -> tuple[str, int]:
    """The list before its confirmation, or with what became of each paper."""
    with reading() as look:
        sheet = signing_list(look, list_id)
    html = render_template(
        "officer/signing_list.html",
        sheet=sheet,
        words=outcome_words,
        tone=outcome_tone,
        refusal=refusal,
        errors=[("", "")] if refusal else [],
        desk=at_desk() if sheet.confirmed_at is None else False,
        helper=house().settings.desk_helper,
        made=sum(one.made for one in sheet.lines),
        title=_title(sheet),
    )
    return html, status


def _title(sheet: ListSheet) -> str:
    if sheet.confirmed_at is None:
        count = len(sheet.lines)
        return ngettext("Ký %(num)s văn bản?", "Ký %(num)s văn bản?", count)
    if sheet.under_way:
        return _("Đang ký: %(done)s trên %(all)s văn bản", done=sheet.signed, all=len(sheet.lines))
    return _("Đã ký %(done)s trên %(all)s văn bản", done=sheet.signed, all=len(sheet.lines))


def outcome_words(one: Listed) -> str:
    """What became of one paper, and what to do where it was not signed."""
    if one.words:
        return say(one.words, **one.params)
    if one.status == "agreed":
        return _("Đã đồng ý ký; chữ ký số đang được gắn vào văn bản.")
    return ""


def outcome_tone(one: Listed) -> tuple[str, str]:
    """The words and the tone of a paper's tag."""
    return {
        "shown": (_("Đang chờ"), "waiting"),
        "agreed": (_("Đang ký"), "going"),
        "signed": (_("Đã ký"), "done"),
        "failed": (_("Chưa ký được"), "problem"),
        "changed": (_("Đã thay đổi, chưa ký"), "problem"),
        "refused": (_("Chưa ký"), "problem"),
    }[one.status]


@blueprint.get("/cong-viec/ky/<uuid:list_id>")
def list_to_sign(list_id: UUID) -> Response | tuple[str, int]:
    """A list of papers; where the key lies in a token of this PC, the page may speak with its desk helper."""
    check_role("unit_head", "leader")
    with reading() as look:
        open_still = signing_list(look, list_id).confirmed_at is None
    if open_still and at_desk():
        return redirect(url_for("officer.list_at_desk", list_id=list_id), 303)
    return list_page(list_id)


@blueprint.get("/cong-viec/ky/<uuid:list_id>/ket-qua")
def list_progress(list_id: UUID) -> str:
    """The outcomes alone, for the page that waits for them."""
    check_role("unit_head", "leader")
    with reading() as look:
        sheet = signing_list(look, list_id)
    return render_template(
        "officer/signing_outcomes.html", sheet=sheet, words=outcome_words, tone=outcome_tone, title=_title(sheet)
    )


@blueprint.post("/cong-viec/ky/<uuid:list_id>/xac-nhan")
def sign_chosen(list_id: UUID) -> Response | tuple[str, int]:
    """The one confirmation; sent twice, it is one."""
    check_role("unit_head", "leader")
    try:
        with unit_of_work() as work:
            confirm_list(work, list_id, request.form.get("digest", ""))
    except Unavailable as refusal:
        return list_page(list_id, say(refusal.message, **refusal.params), 503)
    return redirect(url_for("officer.list_to_sign", list_id=list_id), 303)
