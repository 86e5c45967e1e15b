"""Carrying out an order in slices: one transaction a case, nothing done twice, whatever is killed in between."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from sqlalchemy import func, select

from engine.cases.moves import Move, MoveBatch
from engine.dossiers.moving import packed
from engine.outbox import Progress
from engine.usecases.moving import fail_move, finish_batch, move_case, undo_case
from engine.work import Work
from rules.sentences import Sentence

log = logging.getLogger("motcua.moving")
OpenWork = Callable[[], AbstractContextManager[Work]]
"""Opens one unit of work after the other, as the system."""

SLICE = 100
"""Cases a worker takes before it hands the rest on, so that other jobs come in between."""


def carry_out_slice(open_work: OpenWork, batch_id: UUID, most: int = SLICE) -> int:
    """Move (or lay back) some more cases of an order; how many are left. With none left the order is finished."""
    with open_work() as work:
        batch = work.session.get(MoveBatch, batch_id)
        if batch is None or batch.status not in ("approved", "undoing"):
            return 0
        undoing = batch.status == "undoing"
        reason = batch.undo_reason
        rows = select(Move.id).where(Move.batch_id == batch_id, Move.status == _waiting(undoing)).order_by(Move.id)
        chosen = list(work.session.scalars(rows.limit(most)))
    for move_id in chosen:
        try:
            with open_work() as work:
                if undoing:
                    _lay_back(work, move_id, reason)
                else:
                    move_case(work, move_id)
        except Exception as error:  # what goes wrong with one case keeps no other waiting
            log.exception("case of move %s could not be moved", move_id)
            with open_work() as work:
                if undoing:
                    _keep(work, move_id, error)
                else:
                    fail_move(work, move_id, f"{type(error).__name__}: {error}")
    with open_work() as work:
        left = _left(work, batch_id, undoing)
        if left == 0:
            finish_batch(work, batch_id)
        return left


def carry_on_later(work: Work, batch_id: UUID, left: int) -> None:
    """Ask a worker for the next slice; asked twice at the same point it is one job."""
    work.defer("MoveCases", {"batch": str(batch_id)}, key=f"moves:{batch_id}:{left}:next")


def _lay_back(work: Work, move_id: UUID, reason: str) -> None:
    why = undo_case(work, move_id, reason)
    move = work.session.get_one(Move, move_id)
    if why is not None and move.status == "moved":
        move.status, move.result, move.undone_at = "kept", packed(why), work.now


def _keep(work: Work, move_id: UUID, error: Exception) -> None:
    move = work.session.get_one(Move, move_id, with_for_update=True, populate_existing=True)
    if move.status == "moved":
        move.status, move.undone_at = "kept", work.now
        move.result = packed(Sentence("Lỗi khi hoàn lại: %(error)s", error=f"{type(error).__name__}: {error}"[:2000]))


def _waiting(undoing: bool) -> str:
    return "moved" if undoing else "planned"


def _left(work: Work, batch_id: UUID, undoing: bool) -> int:
    """How many cases still wait, written down for whoever watches."""
    mine = Move.batch_id == batch_id
    total = work.session.scalar(select(func.count()).where(mine)) or 0
    left = work.session.scalar(select(func.count()).where(mine, Move.status == _waiting(undoing))) or 0
    name = f"moves:{batch_id}"
    row = work.session.get(Progress, name)
    if row is None:
        row = Progress(name=name, done=0, total=total, updated_at=work.now)
        work.session.add(row)
    row.done, row.total, row.updated_at = total - left, total, work.now
    return left
