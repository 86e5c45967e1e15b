"""Signing in and out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.actor import SamplePerson, now, people, sign_in, sign_out
from web.signin import account
from web.signin.room import blueprint, home_address
from web.ui.addresses import own_address
from web.ui.limits import limiter
from web.ui.roles import role_name

GROUPS: tuple[tuple[str, ...], ...] = (
    ("citizen",),
    ("counter_clerk", "cashier", "centre_director", "postal_clerk"),
    ("specialist", "unit_head"),
    ("leader", "clerical"),
    ("hotline_operator", "hotline_point"),
    ("procedure_controller", "designer", "inspector", "party_leader", "operator"),
)

PAGES = (account,)
"""The modules whose import hangs their views on the blueprint."""


@dataclass(frozen=True)
class Group:
    """Roles of the sample office that belong together on the sign-in page."""

    title: str
    hint: str
    people: tuple[SamplePerson, ...]


def sample_groups() -> list[Group]:
    """The sample office's people, in the order in which a dossier meets them."""
    if not current_app.jinja_env.globals["sample"]:
        return []
    heads = (
        (_("Người dân, doanh nghiệp"), _("Nộp hồ sơ, theo dõi, bổ sung và nhận kết quả.")),
        (_("Bộ phận Một cửa"), _("Tiếp nhận tại quầy, thu phí, trả kết quả.")),
        (_("Phòng chuyên môn"), _("Thụ lý, thẩm định, lấy ý kiến, ký nháy.")),
        (_("Lãnh đạo và văn thư"), _("Ký duyệt, vào số, đóng dấu, phát hành.")),
        (_("Tổng đài 1022"), _("Tiếp nhận và chuyển phản ánh, kiến nghị.")),
        (_("Thiết kế, giám sát và vận hành"), _("Thay đổi quy trình, theo dõi, giữ hệ thống chạy.")),
    )
    known = people().sample_people(now())
    groups = []
    for (title, hint), roles in zip(heads, GROUPS, strict=True):
        members = sorted((person for person in known if person.group in roles), key=lambda p: roles.index(p.group))
        if members:
            groups.append(Group(title, hint, tuple(members)))
    return groups


def _page(errors: list[tuple[str, str]], login: str = "", status: int = 200) -> tuple[str, int]:
    page = render_template(
        "signin/enter.html",
        errors=errors,
        login=login,
        shown=request.values.get("hien") == "1",
        next=own_address(request.values.get("next"), ""),
        groups=sample_groups(),
        role_name=role_name,
    )
    return page, status


@blueprint.get("/signin")
def enter() -> tuple[str, int]:
    """The sign-in page, with the sample office's roles where there is one."""
    return _page([])


@blueprint.post("/signin")
@limiter.limit("10 per minute; 60 per hour")
def check() -> tuple[str, int] | Response:
    """Open a session for the right login and password; say nothing about which of the two was wrong."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    errors = []
    if not login:
        errors.append(("#login", _("Nhập tên đăng nhập")))
    if not password:
        errors.append(("#password", _("Nhập mật khẩu")))
    if errors:
        return _page(errors, login, 422)
    person_id = people().verify(login, password)
    if person_id is None:
        return _page([("#login", _("Tên đăng nhập hoặc mật khẩu không đúng"))], login, 422)
    sign_in(person_id)
    return redirect(own_address(request.form.get("next"), home_address()), 303)


@blueprint.post("/signin/sample")
def step_into() -> Response:
    """Become one of the sample office's people; there is no such door elsewhere."""
    if not current_app.jinja_env.globals["sample"]:
        abort(404)
    wanted = request.form.get("person", "")
    if wanted not in {str(person.person_id) for person in people().sample_people(now())}:
        abort(404)
    sign_in(UUID(wanted), stepped_in=True)
    return redirect(own_address(request.form.get("next"), home_address()), 303)


@blueprint.post("/signout")
def leave() -> Response:
    """End the session."""
    sign_out()
    return redirect(url_for("signin.enter"), 303)


__all__ = ["blueprint"]
