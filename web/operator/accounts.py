"""The accounts of officials: who may sign in, a new one-time password, an account closed and opened again."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.queries.people import PER_PAGE, account
from engine.queries.people import accounts as found_accounts
from engine.usecases.accounts import close_account, give_one_time_password, open_account
from web.actor import current_actor, require_role
from web.doors import reading, unit_of_work
from web.operator.room import ROLE, blueprint
from web.ui.i18n import say
from web.ui.limits import limiter

LAST_PAGE = 10_000


@blueprint.get("/van-hanh/tai-khoan")
@require_role(ROLE)
def accounts() -> str:
    """Officials by name, found by name or sign-in name."""
    wanted = request.args.get("tim", "").strip()[:100]
    asked = request.args.get("page", "1")
    page = min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() else 1
    with reading() as look:
        lines, total = found_accounts(look, wanted=wanted, page=page)
    pages = max(1, -(-total // PER_PAGE))
    return render_template(
        "operator/accounts.html", lines=lines, total=total, wanted=wanted, page=min(page, pages), pages=pages
    )


def _page(person_id: UUID, *, error: str = "", password: str = "", status: int = 200) -> tuple[str, int]:
    with reading() as look:
        line = account(look, person_id)
    html = render_template(
        "operator/account.html",
        account=line,
        own=person_id == current_actor().id,
        errors=[("#reason", error)] if error else [],
        password=password,
        reason=request.form.get("reason", ""),
    )
    return html, status


@blueprint.get("/van-hanh/tai-khoan/<uuid:person_id>")
@require_role(ROLE)
def one_account(person_id: UUID) -> tuple[str, int]:
    """One official's account with what may be done about it."""
    return _page(person_id)


@blueprint.post("/van-hanh/tai-khoan/<uuid:person_id>/mat-khau")
@limiter.limit("10 per minute; 60 per hour")
@require_role(ROLE)
def new_password(person_id: UUID) -> tuple[str, int]:
    """Make up a one-time password and show it this once."""
    with unit_of_work() as work:
        password = give_one_time_password(work, person_id)
    return _page(person_id, password=password)


@blueprint.post("/van-hanh/tai-khoan/<uuid:person_id>/khoa")
@require_role(ROLE)
def close(person_id: UUID) -> tuple[str, int] | Response:
    """Let somebody in no more."""
    try:
        with unit_of_work() as work:
            close_account(work, person_id, request.form.get("reason", ""))
    except Invalid as refusal:
        return _page(person_id, error=say(refusal.message), status=422)
    flash(_("Đã khóa tài khoản. Mọi phiên đăng nhập của người này đã kết thúc."), "success")
    return redirect(url_for("operator.one_account", person_id=person_id), 303)


@blueprint.post("/van-hanh/tai-khoan/<uuid:person_id>/mo")
@require_role(ROLE)
def reopen(person_id: UUID) -> tuple[str, int] | Response:
    """Let somebody in again."""
    try:
        with unit_of_work() as work:
            open_account(work, person_id, request.form.get("reason", ""))
    except Invalid as refusal:
        return _page(person_id, error=say(refusal.message), status=422)
    flash(_("Đã mở lại tài khoản."), "success")
    return redirect(url_for("operator.one_account", person_id=person_id), 303)
