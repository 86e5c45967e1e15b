"""Where a leader, or who keeps an office's seal, unlocks a key: what is typed goes to the signer alone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid, Unavailable
from engine.queries.own_keys import own_image, own_images, own_keys
from engine.usecases.keys import check_may_unlock, note_lock, note_unlock
from engine.usecases.signing_images import give_image, take_image_away
from signing.errors import SigningRefused
from web.actor import check_role
from web.doors import house, reading, unit_of_work
from web.officer.room import blueprint
from web.ui.i18n import say, spoken
from web.ui.sending import send_stored

MOST_OF_AN_IMAGE = 2**20
"""Bytes read of an upload; an image that is larger is refused by its size."""
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


def _page(
    refusal: str = "", at: str = "", status: int = 200, problems: Sequence[tuple[str, str]] = (), typed: str = ""
) -> tuple[str, int]:
    """The keys; `problems` (anchor, words) are of the image form of the holder `at`, `typed` the diameter given."""
    with reading() as look:
        found, images = own_keys(look), own_images(look)
    html = render_template(
        "officer/my_key.html",
        keys=[key for _name, key in found],
        owners={key.holder: name for name, key in found},
        images=images,
        refusal=refusal,
        refused_at=at,
        problems=list(problems),
        typed=typed,
        errors=[("", "")] if refusal or problems else [],
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
        return _page(spoken(refusal.message), at, 422)
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
        raise Unavailable(refusal.message.msgid, **refusal.params) from refusal
    with unit_of_work() as work:
        note_lock(work, state)
    flash(_("Khóa ký đã khóa lại."), "success")
    return redirect(url_for("officer.my_key"), 303)


@blueprint.get("/khoa-ky/anh")
def stamp_image() -> Response:
    """The image of one's own hand, or of a seal one keeps."""
    check_role(*KEEPERS)
    with reading() as look:
        file = own_image(look, request.args.get("holder", ""))
    answer = send_stored(file, inline=True)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/khoa-ky/anh")
def bring_image() -> Response | tuple[str, int]:
    """Take in the image of a hand or a seal; what it cannot be is said beside the field."""
    check_role(*KEEPERS)
    holder, typed = request.form.get("holder", ""), request.form.get("across", "").strip()
    sent = request.files.get("image")
    across = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None
    try:
        with unit_of_work() as work:
            give_image(work, holder, sent.read(MOST_OF_AN_IMAGE) if sent else b"", across_mm=across)
    except Invalid as refused:
        told = [(one.path, say(one.message, **one.params)) for one in refused.problems]
        return _page(at=holder, status=422, problems=told, typed=typed)
    flash(_("Đã nhận ảnh. Văn bản ký từ bây giờ hiện ảnh này."), "success")
    return redirect(url_for("officer.my_key"), 303)


@blueprint.post("/khoa-ky/anh/bo")
def drop_image() -> Response:
    """Show no image on papers from now on."""
    check_role(*KEEPERS)
    with unit_of_work() as work:
        take_image_away(work, request.form.get("holder", ""))
    flash(_("Đã bỏ ảnh. Văn bản đã ký giữ nguyên."), "success")
    return redirect(url_for("officer.my_key"), 303)
