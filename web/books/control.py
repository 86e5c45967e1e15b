"""Form 06 of a dossier: its hand-overs on a page, and the sheet to print."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template

from engine.errors import Invalid
from engine.letters.errors import LetterError
from engine.queries.control import control_sheet
from engine.queries.dossiers import dossier_page
from engine.usecases.control_sheet import print_control_sheet
from web.actor import now
from web.books.room import blueprint, pdf_response
from web.doors import house, reading


@blueprint.get("/ho-so/<uuid:case_id>/phieu-kiem-soat")
def control(case_id: UUID) -> str:
    """Who gave the dossier to whom, when, and whether in time."""
    with reading() as look:
        sheet, page = control_sheet(look, case_id), dossier_page(look, case_id)
    return render_template("books/control.html", sheet=sheet, page=page)


@blueprint.get("/ho-so/<uuid:case_id>/phieu-kiem-soat.pdf")
def control_file(case_id: UUID) -> Response:
    """The sheet that goes with the papers."""
    with reading() as look:
        sheet, bundle = control_sheet(look, case_id), dossier_page(look, case_id).open
    try:
        pdf = print_control_sheet(sheet, bundle, house().settings, now=now())
    except LetterError as fault:
        raise Invalid("Chưa dựng được văn bản: %(fault)s", fault=str(fault)) from fault
    return pdf_response(pdf, f"phieu-kiem-soat-{sheet.code}")
