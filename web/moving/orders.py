"""Orders to move cases: the list, one order with what was planned and what became of it, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from engine.dossiers.moving import VERDICTS
from engine.queries.moving import BatchPage, MoveLine, batch_page, batches, move_of
from engine.queries.moving_desk import Named, names_of, titles
from engine.work import Reading
from web.actor import current_actor
from web.doors import reading
from web.moving.grouping import groups_of, term_lines
from web.moving.room import blueprint, may_approve, may_ask
from web.moving.table import moves_file
from web.moving.trial import chosen

STATUSES = ("planned", "moved", "stayed", "skipped", "failed", "undone", "kept")
UNDER_WAY = ("trying", "approved", "undoing")


@dataclass(frozen=True)
class Shown:
    """What the page of an order is drawn from; `plan` says that the planned groups are shown, not the results."""

    page: BatchPage
    named: Named
    plan: bool
    mine: bool


@blueprint.get("/")
def home() -> str:
    """Every order, newest first."""
    with reading() as look:
        lines, named = batches(look), titles(look)
    return render_template("moving/home.html", lines=lines, titles=named, may_ask=may_ask())


@blueprint.get("/dot/<uuid:batch_id>")
def order(batch_id: UUID) -> Answer:
    """One order: what is asked, by whom and on what ground, and what becomes of each case."""
    return order_page(batch_id)


def order_page(
    batch_id: UUID, problems: list[tuple[str, str]] | None = None, status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    """The page of an order, with what was wrong with an answer just sent."""
    with reading() as look:
        shown = _shown(look, batch_id)
    line = shown.page.line
    html = render_template(
        "moving/order.html",
        page=shown.page,
        line=line,
        named=shown.named,
        plan=shown.plan,
        shown=chosen(groups_of((one.plan for one in shown.page.moves), shown.named.labels), VERDICTS)
        if shown.plan
        else None,
        status=request.args.get("ket-qua", ""),
        statuses=[one for one in STATUSES if line.done.get(one)],
        under_way=line.status in UNDER_WAY,
        mine=shown.mine,
        may_ask=may_ask(),
        typed=typed or {},
        may_approve=may_approve(),
        errors=problems or [],
        reason=request.form.get("reason", ""),
    )
    return make_response(html, status)


def _shown(look: Reading, batch_id: UUID) -> Shown:
    """While an order waits its plan is what counts, afterwards its results; `xem=ke-hoach` shows the plan again."""
    wanted = request.args.get("ket-qua", "")
    number = max(request.args.get("page", 1, type=int) or 1, 1)
    page = batch_page(look, batch_id, status=wanted if wanted in STATUSES else "", page=number)
    line = page.line
    plan = line.status in ("tried", "asked", "refused") or request.args.get("xem") == "ke-hoach"
    if plan:
        page = batch_page(look, batch_id, every=True)
    named = names_of(look, line.procedure, line.source_version, line.target_version)
    return Shown(page, named, plan, line.asked_by == current_actor().id)


@blueprint.get("/dot/<uuid:batch_id>/tien-do")
def progress(batch_id: UUID) -> Answer:
    """How far an order is; once it is finished the whole page is asked for anew."""
    with reading() as look:
        line = batch_page(look, batch_id).line
    answer = make_response(render_template("moving/progress.html", line=line))
    if line.status not in UNDER_WAY:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.get("/dot/<uuid:batch_id>.csv")
def order_file(batch_id: UUID) -> Response:
    """Every case of an order with what became of it, as a table file."""
    with reading() as look:
        page = batch_page(look, batch_id, every=True)
    return moves_file(page.moves, f"dot-chuyen-{page.line.procedure}-{str(batch_id)[:8]}.csv")


@blueprint.get("/dot/<uuid:batch_id>/ho-so/<uuid:case_id>")
def one_case(batch_id: UUID, case_id: UUID) -> Answer:
    """One case of an order: its plan, what became of it, and its undoing."""
    return case_page(batch_id, case_id)


def case_page(
    batch_id: UUID, case_id: UUID, problems: list[tuple[str, str]] | None = None, status: int = 200
) -> Answer:
    """The page of one case, with what was wrong with an answer just sent."""
    with reading() as look:
        found: MoveLine = move_of(look, batch_id, case_id)
        line = batch_page(look, batch_id).line
        named = names_of(look, line.procedure, line.source_version, line.target_version)
    html = render_template(
        "moving/case.html",
        move=found,
        line=line,
        named=named,
        group=groups_of([found.plan], named.labels)[0],
        terms=term_lines(found.plan),
        may_undo=may_approve() and found.status == "moved" and line.status == "done",
        errors=problems or [],
        reason=request.form.get("reason", ""),
    )
    return make_response(html, status)
