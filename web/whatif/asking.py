"""The question: one change after the other, kept in the address, and the answer where it can be had at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import FieldProblem, Invalid, Refusal
from engine.queries.whatif import AT_ONCE, Answer, how_many, lines_of, whatif
from engine.queries.whatif_changes import AwayChange, Change, DayChange, HoursChange, LimitChange
from engine.queries.whatif_desks import offices_to_ask, procedures_to_ask
from engine.queries.whatif_question import Line
from engine.queries.whatif_reading import MOST_CHANGES, read_changes, read_new_limit, read_week, read_who
from web.doors import reading
from web.ui.dates import typed_day
from web.ui.i18n import say
from web.whatif.days import day_if_any, day_wanted
from web.whatif.room import blueprint
from web.whatif.showing import becomes_words, heading, lines_file, real_change, term_words

CHANGE = "doi"
"""What a change is called in the address, as often as there are changes."""
UNIT = "don-vi"
SHOWN = 200
STAFF = ("specialist", "counter_clerk", "unit_head", "leader", "clerical", "cashier")
"""Roles whose people may be asked about."""


@blueprint.get("")
def home() -> str | Response | tuple[str, int]:
    """The form; with changes in the address also what they come to."""
    texts = request.args.getlist(CHANGE)
    try:
        changes = read_changes(texts)
    except Refusal as refusal:
        return _page((), refusal), refusal.status
    if request.args.get("loai"):
        try:
            added = _added()
        except Refusal as refusal:
            return _page(changes, refusal), 422
        values: dict[str, Any] = {CHANGE: [*texts, added.text][:MOST_CHANGES]}
        return redirect(url_for("whatif.home", _anchor="ket-qua", **values), 303)
    try:
        return _page(changes)
    except Refusal as refusal:
        return _page(changes, refusal, tried=False), refusal.status


@blueprint.get("/ket-qua.csv")
def download() -> FlaskResponse:
    """Every case that becomes late, as a table file."""
    changes = read_changes(request.args.getlist(CHANGE))
    with reading() as look:
        return lines_file(lines_of(look, changes), "thu-thay-doi.csv")


def _page(changes: Sequence[Change], refusal: Refusal | None = None, *, tried: bool = True) -> str:
    """The page; `tried` is False where the changes themselves cannot be tried."""
    with reading() as look:
        total, offices = how_many(look), offices_to_ask(look)
        at_once = total <= AT_ONCE
        answer = whatif(look, changes) if changes and at_once and tried else None
        procedures = procedures_to_ask(look)
    return render_template(
        "whatif/home.html",
        changes=[
            (heading(one, dict(offices)), real_change(one), _without(changes, place))
            for place, one in enumerate(changes)
        ],
        texts=[one.text for one in changes],
        answer=answer,
        lines=_shown(answer),
        unit=request.args.get(UNIT, ""),
        total=total,
        at_once=at_once,
        may_run=bool(changes) and tried and not at_once,
        most=SHOWN,
        offices=offices,
        procedures=procedures,
        staff=STAFF,
        errors=_wrong(refusal) if refusal is not None else [],
        form=request.args,
        typed_day=typed_day,
        term_words=term_words,
        becomes_words=becomes_words,
    )


def _wrong(refusal: Refusal) -> list[tuple[str, str]]:
    """What is wrong, each beside the field of the form it is about."""
    kind = request.args.get("loai", "")
    form = "nghi" if kind == "lam" else kind  # days off and days worked are one form
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    beside = [(f"#{form}-{one.path}", say(one.message, **dict(one.params))) for one in problems]
    return beside or [("", say(refusal.message, **refusal.params))]


def _without(changes: Sequence[Change], place: int) -> str:
    """The same question without one of its changes."""
    return url_for("whatif.home", doi=[one.text for other, one in enumerate(changes) if other != place])


def _shown(answer: Answer | None) -> list[Line]:
    """The lines the page shows: of one unit if the address names it."""
    if answer is None:
        return []
    unit = request.args.get(UNIT, "")
    chosen = {one.office_id for one in answer.units if one.code == unit}
    return [line for line in answer.lines if not unit or line.office_id in chosen][:SHOWN]


def _added() -> Change:
    """The change the form describes; a Refusal says what is wrong with it."""
    kind, unit = request.args.get("loai", ""), request.args.get("noi", "").strip()[:40]
    if kind in ("nghi", "lam"):
        return DayChange(*_days(), worked=kind == "lam", unit=unit)
    if kind == "han":
        with _answer_to("so"):
            limit = read_new_limit(f"{request.args.get('so', '').strip()} {request.args.get('don-vi-tinh', 'days')}")
        procedure, _dot, case = request.args.get("thu-tuc", "").strip()[:80].partition("#")
        law = request.args.get("theo-luat") == "1"
        return LimitChange(procedure, limit.value, limit.unit, case_key=case, law=law)
    if kind == "gio":
        with _answer_to("gio"):
            week = read_week(request.args.get("gio", "")[:200])
        return HoursChange(unit, week, day_wanted(request.args, "tu"))
    if kind == "vang":
        role = request.args.get("vai-tro", "specialist")
        with _answer_to("so"):
            officers, people = read_who(request.args.get("so", "")[:200])
        return AwayChange(unit, *_days(), officers, people, role if role in STAFF else "specialist")
    raise Refusal(_("Chọn loại thay đổi."))


@contextmanager
def _answer_to(name: str) -> Iterator[None]:
    """What is wrong with one answer is said at its own field."""
    try:
        yield
    except Refusal as refusal:
        problem = FieldProblem(name, refusal.message, dict(refusal.params))
        raise Invalid(refusal.message, [problem], **refusal.params) from None


def _days() -> tuple[date, date]:
    """The first and the last day of the form; one day where no last one was typed."""
    first = day_wanted(request.args, "tu")
    return first, day_if_any(request.args, "den") or first
