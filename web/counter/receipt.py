"""After the intake: the code, the promised date and the paper to print, as soon as it has been drawn up."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.models import Document
from engine.queries.counter import check_task_of
from engine.queries.dossiers import DossierPage, dossier_page
from engine.queries.scans import scans_of
from engine.queries.standings import standings
from engine.queries.supplements import rounds_of
from engine.usecases.scans import sign_again
from web.counter.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.scans import scan_words

SLIPS = ("form01", "form02", "form03")


def slips_of(page: DossierPage) -> list[Document]:
    """The papers a counter prints, those in force, newest first."""
    return [one for one in reversed(page.documents) if one.letter in SLIPS and one.issued_at and not one.voided_at]


def awaits_slip(page: DossierPage) -> bool:
    """Whether a paper for the applicant is still being drawn up."""
    dossier, slips = page.dossier, {one.letter for one in slips_of(page)}
    if dossier.status == 5:
        return "form02" not in slips
    if dossier.status == 3:
        return "form03" not in slips
    return dossier.accepted_at is not None and ("form01" not in slips or _owes_new_date(page))


def _owes_new_date(page: DossierPage) -> bool:
    """Whether a supplement has moved the promised date and the receipt that says so is not there yet."""
    newest = max((one.issued_at for one in page.documents if one.letter == "form01" and one.issued_at), default=None)
    waits = [span.end for span in page.clock.ledger if span.kind == "paused" and span.end] if page.clock else []
    return newest is not None and any(end > newest for end in waits)


def _shown(case_id: UUID, template: str) -> str:
    with reading() as look:
        page = dossier_page(look, case_id)
        due = standings(look, [case_id]).get(case_id)
        task_id, scans = check_task_of(look, case_id), scans_of(look, case_id)
    return render_template(
        template,
        page=page,
        due=due,
        slips=slips_of(page),
        waiting=awaits_slip(page),
        task_id=task_id,
        scans=[scan_words(line) for line in scans],
        last=next(iter(rounds_of(page)), None),
    )


@blueprint.get("/tiep-nhan/ho-so/<uuid:case_id>")
def taken(case_id: UUID) -> str:
    """What the clerk tells the applicant now, and prints; found again whenever a receipt is lost."""
    return _shown(case_id, "counter/taken.html")


@blueprint.post("/tiep-nhan/ho-so/<uuid:case_id>/ban-quet/<uuid:scan_id>/ky-lai")
def sign_scan_again(case_id: UUID, scan_id: UUID) -> Response:
    """The clerk has put right why a scan was not signed: a worker tries again."""
    with unit_of_work() as work:
        sign_again(work, case_id, scan_id)
    flash(_("Đã yêu cầu ký lại bản quét. Tải lại trang sau vài giây để xem kết quả."), "info")
    return redirect(url_for("counter.taken", case_id=case_id), 303)


@blueprint.get("/tiep-nhan/ho-so/<uuid:case_id>/giay")
def slips(case_id: UUID) -> str:
    """The papers to print, asked for again until they are there."""
    return _shown(case_id, "counter/slips.html")
