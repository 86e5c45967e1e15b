"""One change of a calendar: its document, its lines, what it would move, and putting it in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine.calendars.edits import Edit
from engine.calendars.exchange import MOST_BYTES, days_in_use, from_csv, from_ics
from engine.errors import Conflict, FieldProblem, Invalid
from engine.queries.calendar_changes import MOST_SHOWN, change_page
from engine.queries.calendars import version_content
from engine.usecases import calendars as acts
from engine.work import Work
from web.actor import require_role
from web.calendars.picture import KINDS, kind_words, term_words, week_lines
from web.calendars.room import ROLE, blueprint
from web.doors import reading, unit_of_work
from web.ui.dates import day_of, typed_day
from web.ui.i18n import say

WEEKDAYS = tuple(str(number) for number in range(1, 8))


def _page(change_id: UUID, errors: Sequence[tuple[str, str]] = (), status: int = 200) -> tuple[str, int]:
    with reading() as look:
        page = change_page(look, change_id)
        content = version_content(look, page.calendar)
    html = render_template(
        "calendars/change.html",
        page=page,
        errors=list(errors),
        kinds=KINDS,
        kind_words=kind_words,
        week_lines=week_lines,
        term_words=term_words,
        week=content["weeks"][-1],
        through=content["announced_through"],
        most=MOST_SHOWN,
        form=request.form,
        typed_day=typed_day,
    )
    return html, status


@blueprint.get("/thay-doi/<uuid:change_id>")
@require_role(ROLE)
def change(change_id: UUID) -> tuple[str, int]:
    """The draft with what it would move, or what it did."""
    return _page(change_id)


def _do(change_id: UUID, act: Callable[[Work], None], said: str, anchor: str = "") -> tuple[str, int] | Response:
    """Carry an act out and come back to the page; what was refused stands there beside what was entered."""
    try:
        with unit_of_work() as work:
            act(work)
    except Invalid as refusal:
        problems = [(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems]
        return _page(change_id, problems or [("", say(refusal.message, **refusal.params))], 422)
    except Conflict as refusal:
        return _page(change_id, [("", say(refusal.message, **refusal.params))], 409)
    if said:
        flash(said, "success")
    return redirect(url_for("calendars.change", change_id=change_id, _anchor=anchor or None), 303)


@blueprint.post("/thay-doi/<uuid:change_id>/van-ban")
@require_role(ROLE)
def document(change_id: UUID) -> tuple[str, int] | Response:
    """By which document."""
    text = request.form.get("document", "")[:200]

    def act(work: Work) -> None:
        acts.name_document(
            work, change_id, document=text, dated_on=_day("dated_on"), note=request.form.get("note", "")[:500]
        )

    return _do(change_id, act, _("Đã ghi văn bản."), "van-ban")


@blueprint.post("/thay-doi/<uuid:change_id>/ngay")
@require_role(ROLE)
def add_day(change_id: UUID) -> tuple[str, int] | Response:
    """One more day, or some days in a row, of one kind."""

    def act(work: Work) -> None:
        first, last = _day("first"), _day("last", optional=True)
        kind, name = request.form.get("kind", ""), request.form.get("name", "")[:200]
        hours = _windows(request.form.get("hours", "")) if kind == "WORK_MAKEUP" else None
        assert first is not None
        acts.add_edits(work, change_id, _days(first, last or first, kind, name, hours))

    return _do(change_id, act, _("Đã thêm vào bản soạn."), "dong")


@blueprint.post("/thay-doi/<uuid:change_id>/nam")
@require_role(ROLE)
def announce(change_id: UUID) -> tuple[str, int] | Response:
    """The days off of a year are announced."""
    text = request.form.get("year", "").strip()
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    edit = {"do": "year", "year": year}
    return _do(change_id, lambda work: acts.add_edits(work, change_id, [edit]), _("Đã thêm vào bản soạn."), "dong")


@blueprint.post("/thay-doi/<uuid:change_id>/gio")
@require_role(ROLE)
def hours(change_id: UUID) -> tuple[str, int] | Response:
    """Other opening hours and reception windows from a day on."""

    def act(work: Work) -> None:
        since = _day("since")
        assert since is not None
        opened = {day: _windows(request.form.get(f"hours-{day}", "")) for day in WEEKDAYS}
        reception = {
            day: {
                "windows": windows,
                "fields": request.form.get("fields", "").replace(",", " ").split()[:50],
                "starts_clock": request.form.get("starts_clock") == "yes",
            }
            for day in WEEKDAYS
            if (windows := _windows(request.form.get(f"reception-{day}", ""))) and not opened[day]
        }
        week = {day: windows for day, windows in opened.items() if windows}
        edit = {"do": "week", "since": since.isoformat(), "hours": week, "reception": reception}
        acts.add_edits(work, change_id, [edit])

    return _do(change_id, act, _("Đã thêm vào bản soạn."), "dong")


@blueprint.post("/thay-doi/<uuid:change_id>/tep")
@require_role(ROLE)
def upload(change_id: UUID) -> tuple[str, int] | Response:
    """Days from a CSV or iCalendar file; those the calendar already has are left out."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(change_id, [("#file", _("Chọn một tệp CSV hoặc iCalendar."))], 422)
    data = sent.stream.read(MOST_BYTES + 1)
    taken: list[Edit] = []

    def act(work: Work) -> None:
        with reading() as look:
            content = version_content(look, change_page(look, change_id).calendar)
        taken.extend(
            days_in_use((from_ics if data.lstrip()[:15].upper() == b"BEGIN:VCALENDAR" else from_csv)(data), content)
        )
        acts.add_edits(work, change_id, taken)

    answer = _do(change_id, act, "", "dong")
    if isinstance(answer, Response):
        flash(ngettext("Đã thêm %(num)s ngày từ tệp.", "Đã thêm %(num)s ngày từ tệp.", len(taken)), "success")
    return answer


@blueprint.post("/thay-doi/<uuid:change_id>/bo-dong")
@require_role(ROLE)
def drop(change_id: UUID) -> tuple[str, int] | Response:
    """Take a line out."""
    subject = request.form.get("subject", "")
    return _do(change_id, lambda work: acts.drop_edit(work, change_id, subject), _("Đã bỏ khỏi bản soạn."), "dong")


@blueprint.post("/thay-doi/<uuid:change_id>/theo-ban-moi")
@require_role(ROLE)
def base_anew(change_id: UUID) -> tuple[str, int] | Response:
    """Lay the draft over the calendar as it is now."""
    said = _("Bản soạn nay dựa trên lịch đang có hiệu lực.")
    return _do(change_id, lambda work: acts.base_anew(work, change_id), said)


@blueprint.post("/thay-doi/<uuid:change_id>/ap-dung")
@require_role(ROLE)
def apply(change_id: UUID) -> tuple[str, int] | Response:
    """Put it in force."""
    if request.form.get("sure") != "yes":
        return _page(change_id, [("#sure", _("Xác nhận đã xem các ngày hẹn sẽ đổi."))], 422)
    said = _("Lịch mới có hiệu lực. Thời hạn của các hồ sơ đang được tính lại.")
    return _do(change_id, lambda work: acts.apply_change(work, change_id), said)


@blueprint.post("/thay-doi/<uuid:change_id>/bo")
@require_role(ROLE)
def discard(change_id: UUID) -> Response:
    """Give the draft up."""
    with unit_of_work() as work:
        acts.discard_change(work, change_id)
    flash(_("Đã bỏ bản soạn."), "success")
    return redirect(url_for("calendars.home"), 303)


def _day(name: str, *, optional: bool = False) -> date | None:
    try:
        found = day_of(request.form, name)
    except ValueError:
        raise _wrong(name, _("Không có ngày này trong lịch; xem lại ngày, tháng, năm")) from None
    if found is None and not optional:
        raise _wrong(name, _("Nhập ngày, tháng, năm"))
    return found


def _wrong(name: str, words: str) -> Invalid:
    return Invalid(words, [FieldProblem(name, words)])


def _windows(text: str) -> list[list[str]]:
    """Hours as people write them: "07:30-11:30, 13:00-17:00"."""
    found = []
    for part in text.replace(";", ",").replace("–", "-").split(","):
        if not part.strip():
            continue
        opens, _dash, closes = (piece.strip() for piece in part.partition("-"))
        found.append([_clock(opens), _clock(closes)])
    return found


def _clock(text: str) -> str:
    hour, _colon, minute = text.replace("h", ":").partition(":")
    if not (hour.isascii() and hour.isdigit() and (minute or "00").isascii() and (minute or "00").isdigit()):
        raise Invalid("Giờ làm việc không hợp lệ: các khoảng phải nối nhau theo thứ tự, ít nhất một ngày.")
    if int(hour) > 23 or int(minute or 0) > 59:
        raise Invalid("Giờ làm việc không hợp lệ: các khoảng phải nối nhau theo thứ tự, ít nhất một ngày.")
    return f"{int(hour):02d}:{int(minute or 0):02d}"


def _days(first: date, last: date, kind: str, name: str, hours: Any) -> list[Edit]:
    length = (last - first).days
    if not 0 <= length < 60:
        raise _wrong("last", _("Ngày cuối phải sau ngày đầu, trong vòng 60 ngày"))
    return [
        {
            "do": "day",
            "day": date.fromordinal(first.toordinal() + number).isoformat(),
            "kind": kind,
            "name": name,
            "hours": hours or None,
        }
        for number in range(length + 1)
    ]
