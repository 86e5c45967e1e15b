"""Where a leader, or who keeps an office's seal, unlocks a key: what is typed goes to the signer alone."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Unavailable
from engine.queries.own_keys import own_keys
from engine.usecases.keys import check_may_unlock, note_lock, note_unlock
from signing.errors import SigningRefused
from web.actor import check_role
from web.doors import house, reading, unit_of_work
from web.officer.room import blueprint
from web.ui.i18n import say

KEEPERS = ("unit_head", "leader", "clerical", "counter_clerk", "operator")


def _words() -> dict[str, dict[str, str]]:
    return {
        "kinds": {
            "sample": _("Khóa mẫu của văn phòng mẫu"),
            "pkcs12": _("Tệp khóa (PKCS#12) ở máy chủ"),
            "pkcs11": _("Thiết bị hoặc mô-đun ký gắn với máy chủ (PKCS#11)"),
            "csc": _("Dịch vụ ký từ xa"),
            "desk": _("Thiết bị ký cắm ở máy của người ký"),
        },
        "secrets": {
            "passphrase": _("Mật khẩu của tệp khóa"),
            "pin": _("Mã PIN"),
            "client_secret": _("Mã bí mật của ứng dụng (client secret)"),
        },
    }


def _page(refusal: str = "", at: str = "", status: int = 200) -> tuple[str, int]:
    with reading() as look:
        found = own_keys(look)
    html = render_template(
        "officer/my_key.html",
        keys=[key for _name, key in found],
        owners={key.holder: name for name, key in found},
        refusal=refusal,
        refused_at=at,
        errors=[("", "")] if refusal else [],
        **_words(),
    )
    return html, status


@blueprint.get("/khoa-ky")
def my_key() -> tuple[str, int]:
    """One's own key and those of the offices one seals for."""
    check_role(*KEEPERS)
    return _page()


@blueprint.post("/khoa-ky/mo")
def unlock_key() -> Response | tuple[str, int]:
    """Pass what was typed to the signer; it is neither kept nor said again."""
    check_role(*KEEPERS)
    holder = request.form.get("holder", "")
    secrets = {
        name.removeprefix("secret-"): value for name, value in request.form.items() if name.startswith("secret-")
    }
    with reading() as look:
        state = check_may_unlock(look, holder)
    at = f"{holder}-{state.asks[0]}" if state.asks else ""
    try:
        house().ports.signatures.keys.signer.unlock(holder, secrets)
    except SigningRefused as refusal:
        with unit_of_work() as work:
            note_unlock(work, state, refused=refusal.code)
        return _page(say(refusal.message), at, 422)
    with unit_of_work() as work:
        note_unlock(work, state)
    flash(_("Khóa ký đã mở."), "success")
    return redirect(url_for("officer.my_key"), 303)


@blueprint.post("/khoa-ky/khoa")
def lock_key() -> Response:
    """Have the signer forget a key."""
    check_role(*KEEPERS)
    with reading() as look:
        state = check_may_unlock(look, request.form.get("holder", ""))
    try:
        house().ports.signatures.keys.signer.lock(state.holder)
    except SigningRefused as refusal:
        raise Unavailable(refusal.message) from refusal
    with unit_of_work() as work:
        note_lock(work, state)
    flash(_("Khóa ký đã khóa lại."), "success")
    return redirect(url_for("officer.my_key"), 303)
