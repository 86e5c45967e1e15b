"""An authority's dated rules of who is warned when a term runs out: all of them, and laying down new ones."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.accounts.warning_rules import MARKS, STEP_MARKS
from engine.errors import Invalid
from engine.queries.apologies import authorities
from engine.queries.warnings import warning_rule_lines
from engine.usecases.warnings_choices import lay_down_warning_rules
from web.actor import require_role
from web.calendars.room import ROLE, blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import language, say


def post_words() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Who is warned, with the marks to choose among."""
    return {
        "officer": (_("Người thụ lý"), MARKS),
        "unit_head": (_("Lãnh đạo phòng"), MARKS),
        "leader": (_("Lãnh đạo cơ quan"), MARKS),
        "step_officer": (_("Thời gian của bước: người thụ lý"), STEP_MARKS),
        "step_unit_head": (_("Thời gian của bước: lãnh đạo phòng"), STEP_MARKS),
    }


def mark_names() -> dict[str, str]:
    """The marks in words."""
    return {mark: f"{mark} %" for mark in MARKS} | {"tomorrow": _("ngày làm việc trước hạn")}


@blueprint.get("/quy-dinh/nhac-han")
@require_role(ROLE)
def warning_rules() -> tuple[str, int]:
    """Every rule, the latest first, and the form for another."""
    return _page()


@blueprint.post("/quy-dinh/nhac-han")
@require_role(ROLE)
def lay_down_warnings() -> Response | tuple[str, int]:
    """Another rule, from a day on."""
    form = request.form
    try:
        with unit_of_work() as work:
            lay_down_warning_rules(
                work,
                form.get("office", ""),
                {post: form.getlist(post) for post in post_words()},
                valid_from=_day("valid_from"),
                document=form.get("document", ""),
                dated_on=_day("dated_on"),
                verified=form.get("verified") == "yes",
                note=form.get("note", ""),
            )
    except Invalid as refusal:
        return _page([(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems], 422)
    flash(_("Đã ghi quy định. Các mốc đến sau lúc này nhắc theo quy định có hiệu lực trong ngày."), "success")
    return redirect(url_for("calendars.warning_rules"), 303)


def _page(errors: list[tuple[str, str]] | None = None, status: int = 200) -> tuple[str, int]:
    with reading() as look:
        lines, offices = warning_rule_lines(look), authorities(look)
    html = render_template(
        "calendars/warning_rules.html",
        lines=lines,
        offices=offices,
        begun=next((one.rule.rules for one in lines if one.in_force), lines[-1].rule.rules),
        posts=post_words(),
        marks=mark_names(),
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
