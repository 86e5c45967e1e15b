"""A question "what if" that a worker goes through: asked, kept stretch by stretch, thrown away after a while.

Only the answer is written, never a case; whoever asked reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from engine.accounts.policy import require_role
from engine.cases.whatifs import ASKERS, WhatIfLine, WhatIfRun
from engine.db import new_id
from engine.errors import Forbidden
from engine.work import Work

JOB = "WhatIf"
KEPT = timedelta(days=7)
MOST_RUNS = 5
"""Answers kept for one person; the oldest goes when another question is asked."""


def ask_run(work: Work, changes: Sequence[str], *, stretches: Sequence[UUID], total: int) -> UUID:
    """Have a worker go through these stretches; gives the answer's id. Forbidden for whoever may not ask."""
    require_role(work.actor, *ASKERS)
    if work.actor.id is None:
        raise Forbidden("Việc này phải có người đứng tên yêu cầu.")
    _forget(work, work.actor.id)
    run = WhatIfRun(
        id=new_id(), asked_by=work.actor.id, asked_at=work.now, changes=list(changes), status="going", total=total,
        stretches=[str(one) for one in stretches], done=0, figures={}, error="",
    )  # fmt: skip
    work.session.add(run)
    work.session.flush()
    work.defer(JOB, {"run": str(run.id)}, key=f"whatif:{run.id}:0")
    return run.id


def keep_stretch(
    work: Work, run_id: UUID, stretch: str, *, tallies: Mapping[str, Mapping[str, int]],
    lines: Sequence[Mapping[str, Any]], seen: int,
) -> bool:  # fmt: skip
    """Write down what one stretch came to; True when none is left. One that was kept already is not counted twice."""
    run = work.session.get(WhatIfRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.status != "going":
        return True
    if stretch in run.stretches:
        figures = {unit: dict(kept) for unit, kept in run.figures.items()}
        for unit, tally in tallies.items():
            kept = figures.setdefault(unit, {})
            figures[unit] = {name: kept.get(name, 0) + number for name, number in tally.items()}
        known = _known(work, run_id, lines)
        fresh = [line for line in lines if line["case_id"] not in known]
        work.session.add_all([_line(run_id, line) for line in fresh])
        run.figures, run.done = figures, run.done + seen
        run.stretches = [one for one in run.stretches if one != stretch]
    if not run.stretches:
        run.status, run.finished_at = "done", work.now
    return not run.stretches


def go_on(work: Work, run_id: UUID) -> None:
    """Ask a worker for the next stretches of a long answer."""
    run = work.session.get(WhatIfRun, run_id)
    if run is not None and run.status == "going":
        work.defer(JOB, {"run": str(run_id)}, key=f"whatif:{run_id}:{len(run.stretches)}")


def fail_run(work: Work, run_id: UUID, error: str) -> None:
    """The question cannot be gone through; whoever asked reads why."""
    run = work.session.get(WhatIfRun, run_id, with_for_update=True, populate_existing=True)
    if run is not None and run.status == "going":
        run.status, run.error, run.finished_at = "failed", error[:500], work.now


def _forget(work: Work, person_id: UUID) -> None:
    """Old answers of anybody, and all but the last few of this person."""
    old = select(WhatIfRun.id).where(WhatIfRun.asked_at < work.now - KEPT)
    mine = (
        select(WhatIfRun.id)
        .where(WhatIfRun.asked_by == person_id)
        .order_by(WhatIfRun.asked_at.desc(), WhatIfRun.id.desc())
        .offset(MOST_RUNS - 1)
    )
    gone = {*work.session.scalars(old), *work.session.scalars(mine)}
    if gone:
        work.session.execute(delete(WhatIfLine).where(WhatIfLine.run_id.in_(gone)))
        work.session.execute(delete(WhatIfRun).where(WhatIfRun.id.in_(gone)))


def _known(work: Work, run_id: UUID, lines: Sequence[Mapping[str, Any]]) -> set[str]:
    """Cases that came up in an earlier stretch: they were handed on while the answer was made."""
    ids = [UUID(line["case_id"]) for line in lines]
    rows = work.session.scalars(
        select(WhatIfLine.case_id).where(WhatIfLine.run_id == run_id, WhatIfLine.case_id.in_(ids))
    )
    return {str(one) for one in rows}


def _line(run_id: UUID, line: Mapping[str, Any]) -> WhatIfLine:
    office = line["office_id"]
    return WhatIfLine(
        run_id=run_id, case_id=UUID(line["case_id"]), office_id=UUID(office) if office else None,
        place=f"{line['becomes'] != 'over':d}{line['new_due_at'] or '9'}"[:80], said=dict(line),
    )  # fmt: skip
