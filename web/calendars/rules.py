"""An authority's dated rules of one kind: all of them with their documents, and laying down new ones."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.queries.authority_rules import authorities, rule_lines
from engine.usecases.authority_rules import lay_down
from web.actor import require_role
from web.calendars.room import ROLE, blueprint
from web.calendars.rule_words import KINDS
from web.doors import reading, unit_of_work
from web.ui.dates import day_of, typed_day
from web.ui.i18n import language, say


@blueprint.get("/quy-dinh/<name>")
@require_role(ROLE)
def rules(name: str) -> tuple[str, int]:
    """Every rule, the latest first, and the form for another."""
    return _page(name)


@blueprint.post("/quy-dinh/<name>")
@require_role(ROLE)
def lay_down_rule(name: str) -> Response | tuple[str, int]:
    """Another rule, from a day on."""
    if name not in KINDS:
        raise NotFound
    (kind, words), form = KINDS[name], request.form
    lines = words().lines
    try:
        with unit_of_work() as work:
            lay_down(
                work,
                kind,
                form.get("office", ""),
                {line.name: form.getlist(line.name) if line.several else form.get(line.name, "") for line in lines},
                valid_from=_day("valid_from"),
                document=form.get("document", ""),
                dated_on=_day("dated_on"),
                verified=form.get("verified") == "yes",
                note=form.get("note", ""),
            )
    except Invalid as refusal:
        return _page(name, [(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems], 422)
    flash(words().laid_down, "success")
    return redirect(url_for("calendars.rules", name=name), 303)


def _page(name: str, errors: list[tuple[str, str]] | None = None, status: int = 200) -> tuple[str, int]:
    if name not in KINDS:
        raise NotFound
    kind, words = KINDS[name]
    with reading() as look:
        lines, offices = rule_lines(look, kind), authorities(look)
    html = render_template(
        "calendars/rules.html",
        words=words(),
        laid_down=lines,
        offices=offices,
        begun=next(one.rule.rules for one in lines if one.in_force),
        errors=errors or [],
        form=request.form,
        typed_day=typed_day,
        tongue=language(),
    )
    return html, status


def _day(name: str) -> date | None:
    """A date of the form; what is no date is missing, and the use case says so beside its field."""
    try:
        return day_of(request.form, name)
    except ValueError:
        return None
