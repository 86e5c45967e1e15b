"""Letters of apology on a dossier's page: what is owed, was sent or exempted, and beginning one for another cause."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.models import Apology
from engine.errors import Conflict, Forbidden, Invalid
from engine.queries.dossiers import dossier_page
from engine.usecases.apologies import DEEDS
from engine.usecases.apology_acts import LONGEST, begin_apology, may_begin
from web.actor import current_actor
from web.doors import reading, unit_of_work
from web.officer.room import blueprint
from web.ui.i18n import say


@blueprint.get("/ho-so/<uuid:case_id>/xin-loi")
def apology_form(case_id: UUID) -> tuple[str, int]:
    """Say what went wrong."""
    return _form(case_id)


@blueprint.post("/ho-so/<uuid:case_id>/xin-loi")
def begin_letter(case_id: UUID) -> Response | tuple[str, int]:
    """The letter lies with whoever writes it from now on."""
    because, account = request.form.get("because", ""), request.form.get("account", "")[: LONGEST + 1]
    try:
        with unit_of_work() as work:
            begin_apology(work, case_id, because=because, account=account)
    except Invalid as refusal:
        problems = [(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems]
        return _form(case_id, problems, 422)
    except Conflict as refusal:
        return _form(case_id, [("", say(refusal.message, **refusal.params))], 409)
    flash(_("Đã mở việc xin lỗi. Dự thảo nằm ở bàn của người soạn."), "success")
    return redirect(url_for("officer.show_dossier", case_id=case_id), 303)


def _form(case_id: UUID, errors: list[tuple[str, str]] | None = None, status: int = 200) -> tuple[str, int]:
    with reading() as look:
        page = dossier_page(look, case_id)
    if not may_begin(current_actor(), page.dossier):
        raise Forbidden("Bạn không có quyền làm việc này ở đơn vị này.")
    html = render_template(
        "officer/apology.html", page=page, errors=errors or [], causes=DEEDS, form=request.form, most=LONGEST
    )
    return html, status


def apology_because(because: str) -> str:
    """Why an apology is owed, in words."""
    words = {
        "forecast": _("được dự báo trễ hẹn"),
        "term": _("trễ hẹn"),
        "error": _("sai sót của cơ quan"),
        "loss": _("mất giấy tờ"),
        "damage": _("hỏng giấy tờ"),
    }
    return words.get(because, because)


def exempt_words(ground: str) -> str:
    """On which ground no apology is owed."""
    words = {
        "secret": _("bí mật nhà nước"),
        "force_majeure": _("bất khả kháng"),
        "applicant": _("do người nộp hồ sơ"),
    }
    return words.get(ground, ground)


def apology_state(apology: Apology) -> tuple[str, str]:
    """Where a letter stands, in words, and the tone of its tag."""
    if apology.exempt_at is not None:
        return _("Được miễn"), "over"
    if apology.sent_at is not None:
        return _("Đã gửi"), "done"
    if apology.closed_at is not None:
        return _("Không còn phải gửi"), "over"
    if apology.notice_sent_at is not None:
        return _("Còn nợ, đã có thông báo tự động"), "problem"
    if apology.kept_at is not None:
        return _("Cán bộ ghi vẫn đúng hẹn"), "waiting"
    return _("Đang soạn"), "going"


def may_begin_apology(page: object) -> bool:
    """Whether the reader may begin a letter for the dossier shown."""
    return may_begin(current_actor(), page.dossier) and page.case.ended_at is None  # type: ignore[attr-defined]


for word in (apology_because, apology_state, exempt_words, may_begin_apology):
    blueprint.add_app_template_global(word, word.__name__)
