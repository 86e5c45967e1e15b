"""A person's own account: who they are here, and the password they change at any time."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.accounts.passwords import LONGEST, SHORTEST
from engine.errors import Invalid
from engine.queries.people import own_account
from engine.usecases.accounts import change_own_password
from web.actor import current_actor, must_change_password, require_signed_in, sign_in
from web.doors import reading, unit_of_work
from web.signin.room import blueprint, home_address
from web.ui.addresses import own_address
from web.ui.i18n import say
from web.ui.limits import limiter

Errors = list[tuple[str, str]]


@blueprint.get("/tai-khoan")
@require_signed_in
def own() -> str:
    """Name, sign-in name and posts as the house knows them."""
    with reading() as look:
        line = own_account(look)
    return render_template("signin/account.html", account=line)


def _page(errors: Errors, status: int = 200) -> tuple[str, int]:
    with reading() as look:
        line = own_account(look)
    html = render_template(
        "signin/password.html",
        account=line,
        errors=errors,
        must=must_change_password(),
        shown=request.values.get("hien") == "1",
        next=own_address(request.values.get("next"), ""),
        least=SHORTEST,
        most=LONGEST,
    )
    return html, status


@blueprint.get("/tai-khoan/mat-khau")
@require_signed_in
def own_password() -> tuple[str, int]:
    """The form in which a password is changed; `hien=1` shows what is typed, also without scripts."""
    return _page([])


@blueprint.post("/tai-khoan/mat-khau")
@limiter.limit("10 per minute; 60 per hour")
@require_signed_in
def keep_password() -> tuple[str, int] | Response:
    """Change the password, end every other session and go on in this one."""
    current, new = request.form.get("current", ""), request.form.get("new", "")
    errors: Errors = []
    if not current:
        errors.append(("#current", _("Nhập mật khẩu hiện tại")))
    if not new:
        errors.append(("#new", _("Nhập mật khẩu mới")))
    if errors:
        return _page(errors, 422)
    try:
        with unit_of_work() as work:
            change_own_password(work, current=current, new=new)
    except Invalid as refusal:
        found = [(f"#{problem.path}", say(problem.message, **problem.params)) for problem in refusal.problems]
        return _page(found, 422)
    person_id = current_actor().id
    assert person_id is not None
    sign_in(person_id)
    flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác của bạn đã kết thúc."), "success")
    return redirect(own_address(request.form.get("next"), "") or home_address(), 303)
