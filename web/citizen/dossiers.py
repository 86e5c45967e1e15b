"""My dossiers: the list with the drafts, one dossier with all it says, its papers, and taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.bpmn.outline import diagram
from engine.dossiers.late_dates import SAID_TOLD
from engine.queries.catalogue import procedures
from engine.queries.dossiers import dossier_page, dossiers
from engine.queries.files import attachment, document
from engine.queries.filing import own_drafts
from engine.queries.late_questions import own_question
from engine.queries.progress import progress
from engine.queries.ratings import own_rating
from engine.usecases.submit import withdraw
from web.citizen.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import language
from web.ui.sending import send_stored
from web.ui.windows import window

LONGEST_REASON = 1000


@blueprint.get("/ho-so-cua-toi")
def home() -> str:
    """What I have begun and what I have filed, with what waits for me first."""
    with reading() as look:
        found = dossiers(look, text=request.args.get("q", "")[:100], window=window())
        kept, names = own_drafts(look), {line.code: line for line in procedures(look)}
    return render_template("citizen/home.html", found=found, drafts=kept, names=names)


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>")
def dossier(case_id: UUID) -> str:
    """One dossier: where it is, who holds it, when it is promised and why, its letters and its history."""
    with reading() as look:
        page = dossier_page(look, case_id)
        shown = progress(look, page)
        said, asked = own_rating(look, case_id), own_question(look, case_id)
    return render_template(
        "citizen/dossier.html",
        page=page,
        said=said,
        asked=asked,
        said_told=SAID_TOLD,
        dossier=page.dossier,
        progress=shown,
        locale=language(),
        may_withdraw=page.case.ended_at is None and page.dossier.decided_at is None,
        drawing_address=url_for("citizen.drawing", case_id=case_id),
        paper_address=lambda one: url_for("citizen.paper", case_id=case_id, document_id=one.id),
    )


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/so-do.bpmn")
def drawing(case_id: UUID) -> Response:
    """The drawing my dossier runs by."""
    with reading() as look:
        page = dossier_page(look, case_id)
        labels = page.open.procedure.labels if language() == "en" else None
        xml = diagram(page.open.definition, page.case.process_id, labels)
    return Response(xml, mimetype="application/xml")


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/van-ban/<uuid:document_id>")
def paper(case_id: UUID, document_id: UUID) -> Response:
    """A letter of the office, or the result."""
    with reading() as look:
        file = document(look, document_id)
    return send_stored(file)


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/tep/<uuid:attachment_id>")
def sent_file(case_id: UUID, attachment_id: UUID) -> Response:
    """A file I handed in."""
    with reading() as look:
        file = attachment(look, attachment_id)
    return send_stored(file, inline=True)


@blueprint.get("/ho-so-cua-toi/<uuid:case_id>/rut")
def withdrawing(case_id: UUID) -> str | Response:
    """Taking a dossier back is asked about first, with what it means."""
    return _withdrawal(case_id, [])


def _withdrawal(case_id: UUID, errors: list[tuple[str, str]]) -> str | Response:
    with reading() as look:
        page = dossier_page(look, case_id)
    if page.case.ended_at is not None or page.dossier.decided_at is not None:
        return redirect(url_for("citizen.dossier", case_id=case_id), 303)
    return render_template("citizen/withdraw.html", page=page, dossier=page.dossier, errors=errors)


@blueprint.post("/ho-so-cua-toi/<uuid:case_id>/rut")
def withdrawn(case_id: UUID) -> tuple[str | Response, int] | Response:
    """Take the dossier back."""
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        return _withdrawal(case_id, [("#reason", _("Nhập lý do rút hồ sơ"))]), 422
    with unit_of_work() as work:
        withdraw(work, case_id, reason)
    flash(_("Đã rút hồ sơ. Cơ quan dừng giải quyết từ lúc này."), "success")
    return redirect(url_for("citizen.dossier", case_id=case_id), 303)
