"""An answer too large to wait for: asked, looked at while a worker makes it, and read page by page."""

from __future__ import annotations

from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.queries.whatif import how_many
from engine.queries.whatif_desks import offices_to_ask
from engine.queries.whatif_question import Question
from engine.queries.whatif_reading import read_changes
from engine.queries.whatif_runs import PAGE, every_line, run_lines, run_of
from engine.usecases.whatif import ask_run
from web.doors import reading, unit_of_work
from web.whatif.asking import CHANGE, UNIT
from web.whatif.room import blueprint
from web.whatif.showing import becomes_words, heading, lines_file, real_change, term_words


@blueprint.post("/chay")
def run() -> Response:
    """Have a worker go through every open case."""
    changes = read_changes(request.form.getlist(CHANGE))
    with reading() as look:
        stretches, total = Question(look, changes).stretches(), how_many(look)
    with unit_of_work() as work:
        run_id = ask_run(work, [one.text for one in changes], stretches=stretches, total=total)
    return redirect(url_for("whatif.one", run_id=run_id), 303)


@blueprint.get("/lan/<uuid:run_id>")
def one(run_id: UUID) -> str:
    """How far the worker is, and what came of it so far."""
    unit, after = request.args.get(UNIT, ""), request.args.get("sau", "")[:120]
    with reading() as look:
        found, offices = run_of(look, run_id), dict(offices_to_ask(look))
        office = next((line.office_id for line in found.units if unit and line.code == unit), None)
        lines = run_lines(look, run_id, office_id=office, after=after)
    return render_template(
        "whatif/run.html",
        run=found,
        changes=[(heading(change, offices), real_change(change), "") for change in found.changes],
        lines=[line for _, line in lines],
        following=lines[-1][0] if len(lines) == PAGE else None,
        unit=unit,
        term_words=term_words,
        becomes_words=becomes_words,
    )


@blueprint.get("/lan/<uuid:run_id>.csv")
def run_file(run_id: UUID) -> FlaskResponse:
    """Every line of it as a table file."""
    with reading() as look:
        return lines_file(every_line(look, run_id), "thu-thay-doi.csv")
