"""The first page and the list of procedures, with its filters in the address."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _

from engine.queries.catalogue import ProcedureLine, procedures
from engine.queries.filing import popular
from web.doors import reading
from web.public.room import blueprint
from web.ui.format import amount_words, money
from web.ui.i18n import in_language

MOST_POPULAR = 6
LONGEST_SEARCH = 120


def limit_words(value: int, unit: str) -> str:
    """A time limit in words; hours of a limit are working hours."""
    return amount_words(value, "working_hours" if unit == "hours" else unit)


def fee_words(amount: int | None, *, grows: bool = False) -> str:
    """A fee in words: free when it is nothing; one that grows by page or copy is said from the least on."""
    if not amount:
        return str(_("Miễn phí"))
    return str(_("từ %(fee)s", fee=money(amount))) if grows else money(amount)


def line_words(line: ProcedureLine) -> dict[str, Any]:
    """One procedure as lists show it."""
    return {
        "href": url_for("public.procedure", code=line.code),
        "title": in_language(line.name, line.name_en),
        "limit": limit_words(line.limit_value, line.limit_unit),
        "fee": fee_words(line.fee, grows=line.fee_grows),
        "field": in_language(line.field, line.field_en),
        "online": line.online,
        "trial": line.trial,
        "code": line.code,
    }


def _report_address() -> str:
    """Where reports to the hotline are taken: its own page where there is one, else the telephone."""
    pages = ("hotline.report", "hotline.new", "hotline.send")
    return next((url_for(page) for page in pages if page in current_app.view_functions), "tel:1022")


@blueprint.get("/")
def home() -> str:
    """What do you need? Search, popular procedures, tracking, reporting, verifying."""
    with reading() as look:
        lines, counts = procedures(look), popular(look)
    lines.sort(key=lambda line: -counts.get(line.code, 0))
    return render_template(
        "ui/home.html",
        popular=[line_words(line) for line in lines[:MOST_POPULAR]],
        search_address=url_for("public.catalogue"),
        catalogue_address=url_for("public.catalogue"),
        track_address=url_for("public.track"),
        report_address=_report_address(),
        verify_address=url_for("public.verify"),
    )


@blueprint.get("/thu-tuc")
def catalogue() -> str:
    """All procedures in force that fit the words and filters of the address."""
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    fields, free, online = request.args.getlist("field"), request.args.get("free"), request.args.get("online")
    with reading() as look:
        every, found = procedures(look), procedures(look, text)
    known = {line.field: in_language(line.field, line.field_en) for line in every}
    fields = [field for field in fields if field in known]
    found = [
        line
        for line in found
        if (not fields or line.field in fields) and (not free or not line.fee) and (not online or line.online == "full")
    ]
    chosen = [("field", field, known[field]) for field in fields]
    chosen += [("free", free, _("Miễn phí"))] if free else []
    chosen += [("online", online, _("Nộp hoàn toàn trực tuyến"))] if online else []
    return render_template(
        "public/catalogue.html",
        text=text,
        lines=[line_words(line) for line in found],
        fields=sorted(known.items(), key=lambda pair: pair[1]),
        picked=fields,
        free=free,
        online=online,
        chosen=chosen,
    )
