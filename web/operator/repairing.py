"""One stuck thing: what it is, since when, why, and the one safe act; every act says truthfully what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, Forbidden, Invalid, Refusal
from engine.queries.operations import StuckKind, stuck_item
from engine.usecases import operations
from engine.usecases.inbound import receive
from web.actor import require_role
from web.doors import house, reading, unit_of_work
from web.operator import words
from web.operator.room import ROLE, blueprint
from web.ui.i18n import say

PLACES: dict[str, StuckKind] = {
    "buoc": "call",
    "thong-bao": "notice",
    "su-co": "incident",
    "ho-so-den": "filing",
    "viec": "job",
}
ADDRESSES = {kind: place for place, kind in PLACES.items()}


@blueprint.app_template_global("operator_place")
def place_of(kind: StuckKind) -> str:
    """The word in the address for one kind of stuck things."""
    return ADDRESSES[kind]


def _kind(place: str) -> StuckKind:
    return PLACES[place] if place in PLACES else abort(404)


def _page(place: str, item_id: UUID, errors: list[tuple[str, str]], status: int = 200) -> tuple[str, int]:
    with reading() as look:
        item = stuck_item(look, _kind(place), item_id)
    page = render_template(
        "operator/item.html",
        item=item,
        place=place,
        errors=errors,
        act=words.act_of(item),
        settling=words.settling_words(item) if item.may_settle else "",
        look_first=words.look_first_words(item) if item.look_first else "",
        reason=request.form.get("reason", ""),
    )
    return page, status


@blueprint.get("/van-hanh/<place>/<uuid:item_id>")
@require_role(ROLE)
def item(place: str, item_id: UUID) -> tuple[str, int]:
    """What stands still, since when, its last error in words, and what may be done."""
    return _page(place, item_id, [])


@blueprint.post("/van-hanh/<place>/<uuid:item_id>/lam-lai")
@require_role(ROLE)
def again(place: str, item_id: UUID) -> tuple[str, int] | Response:
    """Do the one safe thing, after looking again whether it is still wanted."""
    kind, looked = _kind(place), request.form.get("looked") == "yes"
    try:
        if kind == "filing":
            return _replay(item_id)
        with unit_of_work() as work:
            said = _act(work, kind, item_id, looked)
    except Invalid as refusal:
        return _page(place, item_id, [("#looked", say(refusal.message, **refusal.params))], 422)
    flash(said[0], said[1])
    return redirect(url_for("operator.home"), 303)


def _act(work: Any, kind: StuckKind, item_id: UUID, looked: bool) -> tuple[str, str]:
    if kind == "job":
        operations.retry_job(work, item_id)
        return _("Việc đã được đưa lại vào hàng đợi. Nếu vẫn lỗi, nó sẽ trở lại danh sách này."), "success"
    if kind == "call":
        operations.try_call_again(work, item_id, looked=looked)
        return _("Bước tự động đã được đưa lại vào hàng đợi. Nếu vẫn lỗi, nó sẽ trở lại danh sách này."), "success"
    if kind == "notice":
        operations.send_again(work, item_id, looked=looked)
        return _("Thông báo đã được đưa lại vào hàng đợi; chưa phải là đã tới người nhận."), "success"
    if operations.try_step_again(work, item_id):
        return _("Hồ sơ đã qua bước bị kẹt và đi tiếp."), "success"
    return _("Đã tính lại nhưng hồ sơ vẫn đứng ở bước này. Cần sửa dữ liệu hoặc quy trình."), "warning"


def _replay(raw_id: UUID) -> Response:
    with unit_of_work() as work:
        machine = operations.replayed_by(work, raw_id)
    try:
        receive(lambda: unit_of_work(machine), house().ports, raw_id)
    except (Invalid, Conflict, Forbidden) as refusal:
        flash(_("Đã đọc lại nhưng vẫn bị từ chối: %(reason)s", reason=_words(refusal)), "warning")
    else:
        flash(_("Dữ liệu đã được nhận: hồ sơ đã có trong hệ thống."), "success")
    return redirect(url_for("operator.home"), 303)


def _words(refusal: Refusal) -> str:
    return say(
        refusal.message, **{key: value if isinstance(value, int) else "…" for key, value in refusal.params.items()}
    )


@blueprint.post("/van-hanh/<place>/<uuid:item_id>/da-xu-ly")
@require_role(ROLE)
def settle(place: str, item_id: UUID) -> tuple[str, int] | Response:
    """Mark as settled by hand, with a reason that the journal keeps."""
    kind, reason = _kind(place), request.form.get("reason", "")
    acts = {
        "job": operations.settle_job,
        "notice": operations.settle_notice,
        "incident": operations.settle_incident,
        "filing": operations.settle_filing,
    }
    if kind not in acts:
        abort(404)
    try:
        with unit_of_work() as work:
            acts[kind](work, item_id, reason)
    except Invalid as refusal:
        return _page(place, item_id, [("#reason", say(refusal.message, **refusal.params))], 422)
    flash(_("Đã đánh dấu là xử lý xong bằng tay; lý do được ghi vào nhật ký."), "success")
    return redirect(url_for("operator.home"), 303)
