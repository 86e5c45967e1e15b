"""Acting on a result that was issued: corrected, amended, replaced, withdrawn or cancelled by a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.withdrawals import KINDS
from engine.errors import Conflict, Invalid, NotFound
from engine.queries.withdrawals import acting_page
from engine.usecases.withdrawals import act_on_result
from web.doors import reading, unit_of_work
from web.officer.room import blueprint
from web.ui.dates import day_of, typed_day
from web.ui.i18n import say
from web.ui.statuses import act_words, paper_words


def _effects() -> dict[str, str]:
    """What each act does to the paper, in words."""
    return {
        "corrected": _("Sai lỗi chính tả, thể thức. Văn bản vẫn còn giá trị, đọc cùng quyết định."),
        "amended": _("Đổi một phần nội dung. Văn bản vẫn còn giá trị, đọc cùng quyết định."),
        "replaced": _("Văn bản hết giá trị; văn bản mới đứng thay."),
        "withdrawn": _("Văn bản hết giá trị từ ngày quyết định."),
        "cancelled": _("Văn bản không có giá trị ngay từ đầu."),
    }


@blueprint.get("/ho-so/<uuid:case_id>/van-ban/<uuid:document_id>/quyet-dinh")
def act_on_paper(case_id: UUID, document_id: UUID) -> tuple[str, int]:
    """Which act, by whose decision."""
    return _page(case_id, document_id)


@blueprint.post("/ho-so/<uuid:case_id>/van-ban/<uuid:document_id>/quyet-dinh")
def act_on_paper_now(case_id: UUID, document_id: UUID) -> tuple[str, int] | Response:
    """Enter the act; what was refused stands beside what was entered."""
    form = request.form
    with reading() as look:
        acting_page(look, case_id, document_id)  # the paper is of this dossier, and the dossier one they may see
    try:
        with unit_of_work() as work:
            act_on_result(
                work,
                document_id,
                kind=form.get("kind", ""),
                authority_id=_authority(),
                decision_number=form.get("decision_number", ""),
                decided_on=_day(),
                reason=form.get("reason", ""),
                replacement=form.get("replacement", ""),
            )
    except Invalid as refusal:
        errors = [(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems]
        return _page(case_id, document_id, errors, 422)
    except Conflict as refusal:
        return _page(case_id, document_id, [("", say(refusal.message, **refusal.params))], 409)
    flash(_("Đã ghi quyết định. Người nộp được báo; mã QR trên giấy từ nay cho biết việc này."), "success")
    return redirect(url_for("officer.show_dossier", case_id=case_id), 303)


def _authority() -> UUID | None:
    try:
        return UUID(request.form.get("authority", ""))
    except ValueError:
        return None


def _day() -> date | None:
    try:
        return day_of(request.form, "decided_on")
    except ValueError:
        return None


def _page(
    case_id: UUID, document_id: UUID, errors: Sequence[tuple[str, str]] = (), status: int = 200
) -> tuple[str, int]:
    with reading() as look:
        found = acting_page(look, case_id, document_id)
    if not found.authorities:
        raise NotFound("Không có văn bản này.")
    html = render_template(
        "officer/act_on_paper.html",
        found=found,
        kinds=[(kind, act_words(kind), _effects()[kind]) for kind in KINDS],
        state=paper_words(found.standing.state),
        act_words=act_words,
        errors=list(errors),
        form=request.form,
        typed=typed_day(request.form, "decided_on"),
    )
    return html, status
