"""Who is away and who stands in: written down here, and planned with from then on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, FieldProblem, Forbidden, Invalid
from engine.queries.whatif_desks import absences, people_to_record
from engine.queries.whatif_reading import read_day
from engine.usecases.absences import record_absence, withdraw_absence
from web.doors import reading, unit_of_work
from web.ui.dates import typed_day
from web.ui.i18n import say
from web.whatif.days import day_wanted
from web.whatif.room import blueprint


@blueprint.get("/vang-mat")
def away() -> tuple[str, int]:
    """The absences that are not over, and the form for another."""
    return _page()


@blueprint.post("/vang-mat")
def record() -> tuple[str, int] | Response:
    """Write an absence down; on its first day the desk is cleared."""
    try:
        person = _person("nguoi", _("Chọn người vắng"))
        stand_in = _person("thay", "") if request.form.get("thay") else None
        first, last = day_wanted(request.form, "tu"), day_wanted(request.form, "den")
        with unit_of_work() as work:
            record_absence(work, person, first, last, stand_in_id=stand_in)
    except Invalid as refusal:
        names = {"first": "tu", "last": "den", "stand_in": "thay"}
        problems = [
            (f"#{names.get(one.path, one.path)}", say(one.message, **dict(one.params))) for one in refusal.problems
        ]
        return _page(problems or [("", say(refusal.message, **refusal.params))], 422)
    except (Conflict, Forbidden) as refusal:
        return _page([("", say(refusal.message, **refusal.params))], refusal.status)
    said = _("Đã ghi. Từ ngày đầu vắng, việc đang nhận về người thay hoặc về danh sách chung; ngày hẹn không đổi.")
    flash(said, "success")
    return redirect(url_for("whatif.away"), 303)


@blueprint.post("/vang-mat/<uuid:absence_id>/rut")
def withdraw(absence_id: UUID) -> Response:
    """They are there after all."""
    with unit_of_work() as work:
        withdraw_absence(work, absence_id)
    flash(_("Đã rút. Việc đã chuyển cho người khác vẫn ở chỗ người đó."), "success")
    return redirect(url_for("whatif.away"), 303)


def _page(errors: Sequence[tuple[str, str]] = (), status: int = 200) -> tuple[str, int]:
    with reading() as look:
        lines, (people, stand_ins) = absences(look), people_to_record(look)
    form = request.form if request.method == "POST" else request.args
    html = render_template(
        "whatif/absences.html",
        lines=lines,
        people=people,
        stand_ins=stand_ins,
        errors=list(errors),
        form=form,
        days={name: typed_day(request.form, name, _linked(name)) for name in ("tu", "den")},
    )
    return html, status


def _linked(name: str) -> date | None:
    """The day a link to this page names, as that of a question about somebody away does."""
    try:
        return read_day(request.args.get(name, ""))
    except Invalid:
        return None


def _person(name: str, missing: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise Invalid(missing or "Không có cán bộ này.", [FieldProblem(name, missing)]) from None
