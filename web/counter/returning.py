"""Results that wait at the counter, the longest wait first; each is handed over through its own task."""

from __future__ import annotations

from flask import render_template, request

from engine.queries.counter import ready_results
from web.counter.room import blueprint
from web.doors import reading


@blueprint.get("/tiep-nhan/tra-ket-qua")
def results() -> str:
    """The list by which results are found and handed over."""
    text = request.args.get("tim", "").strip()[:100]
    with reading() as look:
        found = ready_results(look, text)
    return render_template("counter/results.html", results=found, text=text)
