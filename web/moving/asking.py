"""Asking for a move: of a few cases over the page that was just shown, of many once a worker has tried them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine.errors import Conflict, Invalid
from engine.usecases.moving import request_move, request_tried
from engine.usecases.moving_orders import Ground
from engine.usecases.moving_trial import try_move
from forms.dates import read_date
from forms.problems import Unreadable
from web.actor import require_role
from web.doors import reading, unit_of_work
from web.moving.orders import order_page
from web.moving.room import ASKERS, blueprint, problems_of
from web.moving.trial import asked, run, trial_page


@blueprint.post("/<code>/<int:source>/<int:target>")
@require_role(*ASKERS)
def ask(code: str, source: int, target: int) -> Answer:
    """Ask that what was shown be carried out, on a legal ground; somebody else has to approve it."""
    typed = _typed()
    ground, problems = _ground(typed)
    if problems:
        return trial_page(code, source, target, typed, problems, 422)
    try:
        with reading() as look:
            found = run(look, code, source, target, asked())
        with unit_of_work() as work:
            batch_id = request_move(work, found.order, found.plans, ground, shown=request.form.get("digest", ""))
    except Conflict as refusal:
        if refusal.code != "plan_changed":
            raise
        return trial_page(code, source, target, typed, problems_of(refusal), 409)
    except Invalid as refusal:
        return trial_page(code, source, target, typed, problems_of(refusal), 422)
    return _sent(batch_id)


@blueprint.post("/<code>/<int:source>/<int:target>/thu")
@require_role(*ASKERS)
def try_all(code: str, source: int, target: int) -> Answer:
    """Have very many cases tried by a worker; the page of the order shows how far it is and then what it found."""
    try:
        with reading() as look:
            found = run(look, code, source, target, asked())
        with unit_of_work() as work:
            batch_id = try_move(work, found.order)
    except Invalid as refusal:
        return trial_page(code, source, target, problems=problems_of(refusal), status=422)
    return redirect(url_for("moving.order", batch_id=batch_id), 303)


@blueprint.post("/dot/<uuid:batch_id>/yeu-cau")
@require_role(*ASKERS)
def ask_tried(batch_id: UUID) -> Answer:
    """Ask that what a worker has tried be carried out, on a legal ground."""
    typed = _typed()
    ground, problems = _ground(typed)
    if problems:
        return order_page(batch_id, problems, 422, typed)
    try:
        with unit_of_work() as work:
            request_tried(work, batch_id, ground)
    except Invalid as refusal:
        return order_page(batch_id, problems_of(refusal), 422, typed)
    return _sent(batch_id)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in ("number", "dated_on", "text")}


def _sent(batch_id: UUID) -> Answer:
    flash(_("Đã gửi yêu cầu chuyển. Chưa hồ sơ nào được chuyển cho đến khi một người khác duyệt."), "success")
    return redirect(url_for("moving.order", batch_id=batch_id), 303)


def _ground(typed: Mapping[str, str]) -> tuple[Ground, list[tuple[str, str]]]:
    """The legal ground as typed, and what is wrong with its date; the rest is the engine's to judge."""
    day: date | None = None
    problems = []
    try:
        day = read_date(typed["dated_on"]) if typed["dated_on"] else None
    except (Unreadable, ValueError):
        problems = [("#dated_on", _("Nhập ngày dạng 01/07/2026"))]
    return Ground(typed["number"], day, typed["text"]), problems
