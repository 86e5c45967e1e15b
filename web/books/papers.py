"""Papers from room to room: what lies in the drawer, slips given and taken, what is missing, the end of a shift."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.dossiers.custody import HANDS
from engine.errors import NotSignedIn, Refusal
from engine.queries.drawer import Drawer, drawer, last_close, own_offices
from engine.queries.printed import slip_pdf
from engine.queries.slips import missing_papers, slips
from engine.queries.slips import slip as slip_page
from engine.usecases.custody import close_shift, confirm_papers, found_papers, give_papers, take_back_papers
from engine.work import Reading
from web.actor import check_role, now
from web.books.room import blueprint, chosen_ids, pdf_response, said, wanted_id
from web.doors import reading, unit_of_work
from web.ui.windows import window


def _office(look: Reading) -> tuple[UUID, tuple[tuple[UUID, str], ...]]:
    """The reader's office that is meant, the first one where none is named."""
    check_role(*HANDS)
    known = own_offices(look)
    wanted = wanted_id(request.values.get("don-vi", ""))
    return next((one for one, _name in known if one == wanted), known[0][0]), known


def _of(endpoint: str, office_id: UUID | None) -> str:
    """The address of a page for one office."""
    named: dict[str, Any] = {"don-vi": office_id}
    return url_for(endpoint, **named)


@blueprint.get("/ban-giao")
def papers() -> str:
    """What is to be handed over now, room by room, and the slips that wait for a word."""
    with reading() as look:
        office_id, known = _office(look)
        found = drawer(look, office_id)
        incoming = slips(look, office_id, outgoing=False, open_only=True)
        outgoing = slips(look, office_id, outgoing=True, open_only=True)
        lost = missing_papers(look)
    return render_template(
        "books/papers.html", found=found, known=known, incoming=incoming.slips, outgoing=outgoing.slips, lost=len(lost)
    )


@blueprint.post("/ban-giao")
def give() -> AnyResponse:
    """Write the slip for the dossiers that were ticked."""
    from_id, to_id = wanted_id(request.form.get("don-vi", "")), wanted_id(request.form.get("nhan", ""))
    try:
        with unit_of_work() as work:
            if from_id is None or to_id is None:
                check_role(*HANDS)
                return redirect(url_for("books.papers"), 303)
            written = give_papers(work, from_id, to_id, chosen_ids("ho-so"))
            slip_id = written.id
    except NotSignedIn:
        raise
    except Refusal as refusal:
        flash(said(refusal), "warning")
        return redirect(_of("books.papers", from_id), 303)
    flash(_("Đã lập phiếu bàn giao. In hai bản, bên nhận xác nhận từng hồ sơ trên hệ thống."), "success")
    return redirect(url_for("books.slip", slip_id=slip_id), 303)


@blueprint.get("/ban-giao/phieu")
def all_slips() -> str:
    """Slips of an office, given or taken, the newest first."""
    outgoing = request.args.get("chieu") != "nhan"
    with reading() as look:
        office_id, known = _office(look)
        found = slips(look, office_id, outgoing=outgoing, open_only=False, window=window())
    return render_template("books/slips.html", found=found, known=known, office_id=office_id, outgoing=outgoing)


@blueprint.get("/ban-giao/phieu/<uuid:slip_id>")
def slip(slip_id: UUID) -> str:
    """One slip, for its receiver with a question at every dossier nobody has answered for."""
    with reading() as look:
        found = slip_page(look, slip_id)
        mine = {one for one, _name in own_offices(look)}
    return render_template("books/slip.html", slip=found, takes=found.to_id in mine, gave=found.from_id in mine)


@blueprint.get("/ban-giao/phieu/<uuid:slip_id>.pdf")
def slip_file(slip_id: UUID) -> Response:
    """The slip to print, on A4 or (`kho=a5`) half of it."""
    with reading() as look:
        found = slip_page(look, slip_id)
        pdf = slip_pdf(look, found, small=request.args.get("kho") == "a5")
    return pdf_response(pdf, found.number)


@blueprint.post("/ban-giao/phieu/<uuid:slip_id>/xac-nhan")
def confirm(slip_id: UUID) -> AnyResponse:
    """The receiver's word, dossier by dossier: `dong-<id>` is co, thieu or empty; with `tat-ca` all others came."""
    answers = {
        line: request.form[name]
        for name in request.form
        if name.startswith("dong-") and (line := wanted_id(name.removeprefix("dong-"))) is not None
    }
    received = [line for line, answer in answers.items() if answer == "co"]
    if "tat-ca" in request.form:
        received = [line for line in chosen_ids("con-cho") if answers.get(line) != "thieu"]
    missing = {line: request.form.get(f"ghi-chu-{line}", "") for line, answer in answers.items() if answer == "thieu"}
    try:
        with unit_of_work() as work:
            confirm_papers(work, slip_id, received, missing)
    except NotSignedIn:
        raise
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(said(refusal), "warning")
    else:
        flash(_("Đã ghi lời xác nhận."), "success")
    return redirect(url_for("books.slip", slip_id=slip_id), 303)


@blueprint.post("/ban-giao/phieu/<uuid:slip_id>/lay-lai")
def take_back(slip_id: UUID) -> AnyResponse:
    """The giver takes back what was put on the slip by mistake."""
    try:
        with unit_of_work() as work:
            take_back_papers(work, slip_id, chosen_ids("dong"))
    except NotSignedIn:
        raise
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(said(refusal), "warning")
    return redirect(url_for("books.slip", slip_id=slip_id), 303)


@blueprint.get("/ban-giao/that-lac")
def missing() -> str:
    """Papers that were on a slip and did not arrive, until they are found."""
    with reading() as look:
        found = missing_papers(look)
        mine = {one for one, _name in own_offices(look)}
    return render_template("books/missing.html", found=found, mine=mine)


@blueprint.post("/ban-giao/that-lac/<uuid:line_id>")
def found_again(line_id: UUID) -> AnyResponse:
    """Somebody has found what was missing, and says where."""
    office_id = wanted_id(request.form.get("noi", ""))
    try:
        with unit_of_work() as work:
            found_papers(work, line_id, office_id or UUID(int=0), request.form.get("ghi-chu", ""))
    except NotSignedIn:
        raise
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(said(refusal), "warning")
    else:
        flash(_("Đã ghi nơi tìm thấy hồ sơ."), "success")
    return redirect(url_for("books.missing"), 303)


def _left(look: Reading, office_id: UUID, found: Drawer) -> dict[str, int]:
    on_the_way = slips(look, office_id, outgoing=True, open_only=True).slips
    lost = [one for one in missing_papers(look) if office_id in {one.from_id, one.to_id}]
    return {
        "to_hand_over": found.to_hand_over,
        "on_the_way": sum(one.waiting for one in on_the_way),
        "staying": len(found.staying),
        "missing": len(lost),
    }


@blueprint.get("/ban-giao/ket-ca")
def shift() -> str:
    """What a shift would leave behind: in the drawer, on its way, missing."""
    with reading() as look:
        office_id, known = _office(look)
        found = drawer(look, office_id)
        left, closed = _left(look, office_id, found), last_close(look, office_id)
        outgoing = slips(look, office_id, outgoing=True, open_only=True).slips
    return render_template(
        "books/shift.html", found=found, known=known, left=left, closed=closed, outgoing=outgoing, moment=now()
    )


@blueprint.post("/ban-giao/ket-ca")
def end_shift() -> AnyResponse:
    """Whoever ends the shift has seen what it leaves."""
    with reading() as look:
        office_id, _known = _office(look)
        left = _left(look, office_id, drawer(look, office_id))
    with unit_of_work() as work:
        close_shift(work, office_id, left)
    flash(_("Đã kết ca."), "success")
    return redirect(_of("books.shift", office_id), 303)
