"""An authority's dated rules of letters of apology: all of them with their documents, and laying down new ones."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.accounts.apology_rules import CHOICES, NUMBERS
from engine.errors import Invalid
from engine.queries.apologies import apology_rule_lines, authorities
from engine.usecases.apology_rules import lay_down_rules
from web.actor import require_role
from web.calendars.room import ROLE, blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import language, say


def number_words() -> dict[str, str]:
    """What each number of the rules says."""
    return {
        "letter_days": _("Thư phải gửi trước ngày hẹn, số ngày làm việc"),
        "draft_hours": _("Bắt đầu soạn trước lúc đó, số giờ làm việc"),
        "notice_hours": _("Chưa ai ký thì gửi thông báo tự động trước lúc đó, số giờ làm việc"),
        "short_minutes": _("Thời hạn theo giờ, trong ngày: thư phải gửi trước giờ đóng cửa, số phút"),
        "short_draft_hours": _("Thời hạn theo giờ, trong ngày: bắt đầu soạn trước lúc đó, số giờ làm việc"),
        "short_notice_minutes": _("Thời hạn theo giờ, trong ngày: thông báo tự động trước lúc đó, số phút"),
        "other_hours": _("Sai sót, mất, hỏng: thư phải gửi trong, số giờ làm việc"),
        "reappointments": _("Số lần đơn vị được hẹn lại"),
        "extension_percent": _("Ngày hẹn mới đề xuất: thêm bao nhiêu phần trăm thời hạn"),
        "forecast_percent": _("Soạn sớm khi dự báo trễ hẹn từ, phần trăm"),
    }


def choice_words() -> dict[str, tuple[str, dict[str, str]]]:
    """Who does what, and the roles to choose from."""
    roles = {
        "specialist": _("Người thụ lý"),
        "unit_head": _("Lãnh đạo phòng"),
        "leader": _("Lãnh đạo cơ quan"),
        "centre_director": _("Giám đốc Trung tâm"),
        "procedure_controller": _("Kiểm soát thủ tục hành chính"),
        "head": _("Thủ trưởng đơn vị giải quyết"),
    }
    labels = {
        "drafter": _("Người soạn"),
        "signer": _("Người ký"),
        "approver": _("Người duyệt việc miễn xin lỗi"),
    }
    return {name: (labels[name], {role: roles[role] for role in choices}) for name, choices in CHOICES.items()}


@blueprint.get("/quy-dinh/xin-loi")
@require_role(ROLE)
def apology_rules() -> tuple[str, int]:
    """Every rule, the latest first, and the form for another."""
    return _page()


@blueprint.post("/quy-dinh/xin-loi")
@require_role(ROLE)
def lay_down() -> Response | tuple[str, int]:
    """Another rule, from a day on."""
    form = request.form
    try:
        with unit_of_work() as work:
            lay_down_rules(
                work,
                form.get("office", ""),
                {name: form.get(name, "") for name in (*NUMBERS, *CHOICES)},
                valid_from=_day("valid_from"),
                document=form.get("document", ""),
                dated_on=_day("dated_on"),
                verified=form.get("verified") == "yes",
                note=form.get("note", ""),
            )
    except Invalid as refusal:
        return _page([(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems], 422)
    flash(_("Đã ghi quy định. Các hồ sơ đang giải quyết theo quy định có hiệu lực ngay từ bây giờ."), "success")
    return redirect(url_for("calendars.apology_rules"), 303)


def _page(errors: list[tuple[str, str]] | None = None, status: int = 200) -> tuple[str, int]:
    with reading() as look:
        lines, offices = apology_rule_lines(look), authorities(look)
    html = render_template(
        "calendars/apology_rules.html",
        lines=lines,
        offices=offices,
        begun=next((one.rule.rules for one in lines if one.in_force), lines[-1].rule.rules),
        numbers=number_words(),
        limits=NUMBERS,
        choices=choice_words(),
        errors=errors or [],
        form=request.form,
        tongue=language(),
    )
    return html, status


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError:
        return None
