"""Which calendars there are, a year of one, its files, and an office's own calendar."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.calendars.exchange import to_csv, to_ics
from engine.clock import legal_date
from engine.errors import Refusal
from engine.queries.calendars import calendar_page, calendars, offices_without_own
from engine.usecases.calendars import draft_change, open_own_calendar
from web.actor import now, require_role
from web.calendars.picture import kind_words, looks, week_lines, year_pictures
from web.calendars.room import ROLE, blueprint
from web.doors import reading, unit_of_work
from web.ui.i18n import say

FIRST_YEAR, LAST_YEAR = 2000, 2100
TYPES = {"csv": "text/csv; charset=utf-8", "ics": "text/calendar; charset=utf-8"}


@blueprint.get("")
@require_role(ROLE)
def home() -> str:
    """Every calendar, and the offices that could have one of their own."""
    with reading() as look:
        lines, others = calendars(look), offices_without_own(look)
    return render_template("calendars/home.html", lines=lines, others=others)


@blueprint.post("/rieng")
@require_role(ROLE)
def open_own() -> Response:
    """Give an office a calendar of its own."""
    try:
        with unit_of_work() as work:
            code = open_own_calendar(work, request.form.get("office", ""))
    except Refusal as refusal:
        flash(say(refusal.message, **refusal.params), "warning")
        return redirect(url_for("calendars.home"), 303)
    flash(_("Đã lập lịch riêng, nội dung như lịch đang dùng. Ngày hẹn của các hồ sơ chưa thay đổi."), "success")
    return redirect(url_for("calendars.one", code=code), 303)


@blueprint.get("/<code>")
@require_role(ROLE)
def one(code: str) -> str:
    """A year of a calendar in pictures and in lines, its hours, and how it came to say so."""
    with reading() as look:
        page = calendar_page(look, code)
    year = _year(legal_date(now()).year)
    return render_template(
        "calendars/one.html",
        page=page,
        year=year,
        pictures=year_pictures(page.calendar, year),
        looks=looks(),
        kind_words=kind_words,
        week_lines=week_lines,
        provisional=year > page.line.announced_through,
    )


@blueprint.get("/<code>/lich.<form>")
@require_role(ROLE)
def download(code: str, form: str) -> FlaskResponse:
    """The days of a year, or of all, as CSV or iCalendar."""
    if form not in TYPES:
        abort(404)
    with reading() as look:
        page = calendar_page(look, code)
    wanted = request.args.get("nam", "")
    days = page.days(_year(0)) if wanted else page.content["days"]
    text = (
        "\ufeff" + to_csv(days)
        if form == "csv"
        else to_ics(page.line.code, page.line.name, days, version=page.line.version, stamp=now())
    )
    name = f"lich-{page.line.code}{'-' + str(_year(0)) if wanted else ''}.{form}"
    return FlaskResponse(
        text, content_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.post("/<code>/thay-doi")
@require_role(ROLE)
def begin(code: str) -> Response:
    """Begin a change, or go on with the one that is drafted."""
    with unit_of_work() as work:
        change = draft_change(work, code)
    return redirect(url_for("calendars.change", change_id=change), 303)


def _year(otherwise: int) -> int:
    text = request.args.get("nam", "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR):
        abort(404)
    return int(text)
