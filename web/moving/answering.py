"""Answering an order, and undoing it: each act by a person who may, with a reason where something is turned back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, Invalid
from engine.queries.moving import APPROVERS, ASKERS
from engine.usecases.moving import approve_batch, refuse_batch, undo_batch, undo_one
from web.actor import require_role
from web.doors import unit_of_work
from web.moving.orders import case_page, order_page
from web.moving.room import blueprint, problems_of


def _reason() -> str:
    return request.form.get("reason", "")


def _to(batch_id: UUID) -> Response:
    return redirect(url_for("moving.order", batch_id=batch_id), 303)


@blueprint.post("/dot/<uuid:batch_id>/duyet")
@require_role(*APPROVERS)
def approve(batch_id: UUID) -> Response:
    """Let an order be carried out."""
    with unit_of_work() as work:
        approve_batch(work, batch_id, _reason())
    flash(_("Đã duyệt. Hồ sơ đang được chuyển lần lượt; kết quả từng hồ sơ hiện trên trang này."), "success")
    return _to(batch_id)


@blueprint.post("/dot/<uuid:batch_id>/khong-duyet")
@require_role(*APPROVERS, *ASKERS)
def refuse(batch_id: UUID) -> Response:
    """Turn an order down, or take one's own back."""
    try:
        with unit_of_work() as work:
            refuse_batch(work, batch_id, _reason())
    except Invalid as refusal:
        return order_page(batch_id, problems_of(refusal), 422)
    flash(_("Đợt chuyển này không được thực hiện. Chưa hồ sơ nào bị thay đổi."), "success")
    return _to(batch_id)


@blueprint.post("/dot/<uuid:batch_id>/hoan-lai")
@require_role(*APPROVERS)
def undo(batch_id: UUID) -> Response:
    """Have every case of an order laid back that nobody has touched since."""
    try:
        with unit_of_work() as work:
            undo_batch(work, batch_id, _reason())
    except Invalid as refusal:
        return order_page(batch_id, problems_of(refusal), 422)
    flash(_("Đang hoàn lại từng hồ sơ. Hồ sơ nào đã đi tiếp thì giữ nguyên và nêu lý do."), "success")
    return _to(batch_id)


@blueprint.post("/dot/<uuid:batch_id>/ho-so/<uuid:case_id>/hoan-lai")
@require_role(*APPROVERS)
def undo_case(batch_id: UUID, case_id: UUID) -> Response:
    """Lay one case back, or say which act came in between."""
    try:
        with unit_of_work() as work:
            undo_one(work, batch_id, case_id, _reason())
    except Invalid as refusal:
        return case_page(batch_id, case_id, problems_of(refusal), 422)
    except Conflict as refusal:
        return case_page(batch_id, case_id, problems_of(refusal), 409)
    flash(_("Hồ sơ đã trở lại đúng như trước khi chuyển."), "success")
    return redirect(url_for("moving.one_case", batch_id=batch_id, case_id=case_id), 303)
