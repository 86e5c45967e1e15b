"""The list an official works from: mine first, nearest legal date on top, filters in the address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine.queries.forecasts import foreseen
from engine.queries.keyset import MOST
from engine.queries.standings import standings
from engine.queries.worklist import labels_of, next_task, steps_of, worklist
from web.actor import current_actor, now
from web.doors import reading
from web.officer.room import blueprint
from web.ui.i18n import language
from web.ui.windows import window

VIEWS = {"cua-toi": "mine", "da-nhan": "taken", "chung": "common", "don-vi": "office"}
"""What stands in the address, and the engine's name for it."""
LATE, LIKELY = "1", "co-the"
"""What stands in the address for dossiers past their date, and for those foreseen to miss it."""
HEADS = frozenset({"unit_head", "leader", "centre_director"})
SIGNERS = frozenset({"unit_head", "leader"})


def view_names() -> dict[str, str]:
    """The views of the list in words."""
    return {
        "cua-toi": _("Việc của tôi"),
        "da-nhan": _("Tôi đã nhận"),
        "chung": _("Danh sách chung"),
        "don-vi": _("Cả đơn vị"),
    }


@blueprint.get("/cong-viec")
def home() -> str:
    """The worklist."""
    asked = request.args.get("xem", "cua-toi")
    asked = asked if asked in VIEWS else "cua-toi"
    text, due = request.args.get("tim", "").strip()[:100], request.args.get("tre", "")
    late, likely = due == LATE, due == LIKELY
    steps = [step for step in request.args.getlist("buoc") if step]
    with reading() as look:
        found = worklist(look, view=VIEWS[asked], text=text, late=late, likely=likely, steps=steps, window=window())
        dues = standings(look, [line.case_id for line in found.lines])
        chances = foreseen(look, [line.case_id for line in found.lines])
        known_steps = steps_of(look, VIEWS[asked])
        labels = labels_of(look, {line.case_id for line in found.lines}) if language() == "en" else {}
    roles = current_actor().roles
    chosen = [("tim", text, f"“{text}”")] if text else []
    chosen += [("buoc", step, step) for step in steps]
    chosen += [("tre", LATE, _("Quá hạn"))] if late else [("tre", LIKELY, _("Có thể trễ"))] if likely else []
    return render_template(
        "officer/worklist.html",
        found=found,
        dues=dues,
        chances=chances,
        labels=labels,
        asked=asked,
        views=[
            (key, words, found.counts[VIEWS[key]])
            for key, words in view_names().items()
            if key != "don-vi" or roles & HEADS
        ],
        text=text,
        late=late,
        likely=likely,
        steps=steps,
        known_steps=known_steps,
        chosen=chosen,
        signs=asked != "don-vi" and any(line.role in SIGNERS for line in found.lines),
        count_words=_how_many(found.total),
        moment=now(),
    )


def _how_many(total: int) -> str:
    if total > MOST:
        return _("Hơn %(most)s việc", most=MOST)
    return ngettext("%(num)s việc", "%(num)s việc", total)


@blueprint.get("/cong-viec/tiep-theo")
def next_one() -> Response:
    """The task with the nearest date, or the empty list."""
    return redirect(next_address(), 303)


def next_address(after: UUID | None = None) -> str:
    """Where work goes on after a task is done."""
    with reading(brief=True) as look:
        task_id = next_task(look)
    if task_id is None or task_id == after:
        return url_for("officer.home")
    return url_for("officer.task", task_id=task_id)


def row_classes(due: Any) -> str:
    """How a row of a late dossier is marked, beside its words."""
    return "is-late" if due is not None and due.standing.kind in {"overdue", "late"} else ""


blueprint.add_app_template_global(row_classes, "row_classes")
