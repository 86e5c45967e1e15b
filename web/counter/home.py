"""The counter's first page: one field for codes, today's figures, the procedures people ask for."""

from __future__ import annotations

from flask import render_template, request

from engine.queries.apologies import told_counter
from engine.queries.catalogue import procedures
from engine.queries.coming import coming_versions
from engine.queries.counter import own_counters, today
from web.counter.room import blueprint
from web.doors import reading


@blueprint.get("/tiep-nhan")
def home() -> str:
    """Where a clerk's day begins and every dossier starts."""
    text = request.args.get("q", "").strip()[:100]
    with reading() as look:
        found, figures, counters = procedures(look, text), today(look), own_counters(look)
        coming, told = coming_versions(look), len(told_counter(look))
    return render_template(
        "counter/home.html",
        procedures=found,
        figures=figures,
        counters=counters,
        text=text,
        told=told,
        coming={one.procedure: one for one in reversed(coming)},
    )
