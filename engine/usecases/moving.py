"""Moving running cases to another version: asked for, approved by somebody else, carried out case by case, undone.

The law: by default a dossier stays under the rules of its reception; moving one needs a legal ground, and a promised
date is never lengthened without its letter (docs/adr, how cases move). Each case is planned again in the transaction
that moves it: what is carried out is what was approved, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.accounts.policy import require_role
from engine.cases.models import Case
from engine.cases.moves import Move, MoveBatch
from engine.clock import legal_date
from engine.dossiers.models import Dossier
from engine.dossiers.moving import (
    CasePlan,
    Order,
    digest_of,
    order_of,
    packed,
    plan_case,
    unpacked,
    version_faults,
)
from engine.dossiers.moving_offices import moving_in
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.usecases.moving_acts import act_since
from engine.usecases.moving_change import carry_over
from engine.usecases.moving_orders import (
    APPROVERS,
    ASKERS,
    LONGEST,
    Ground,
    checked_ground,
    locked_order,
    reason_of,
    record_order,
    within,
)
from engine.usecases.moving_rows import address, lay_back, take
from engine.usecases.moving_trial import count_plans, keep_plans, new_order
from engine.usecases.running import lock_case
from engine.work import Work
from rules.sentences import Sentence

JOB = "MoveCases"


def request_move(work: Work, order: Order, plans: Sequence[CasePlan], ground: Ground, *, shown: str) -> UUID:
    """Ask that the cases of a dry run be moved; somebody else has to approve it. Gives the order's id.

    `plans` are those of the dry run whose digest the asker was `shown`: Conflict (`plan_changed`) when the cases have
    become others since. Invalid without a complete legal ground, or when nothing would move.
    """
    require_role(work.actor, *ASKERS)
    if digest_of(plans) != shown:
        checked_ground(ground)
        raise Conflict("Hồ sơ đã thay đổi từ khi bạn xem kết quả thử. Hãy xem lại.", code="plan_changed")
    batch = new_order(work, order)
    keep_plans(work, batch, plans)
    _ask(work, batch, order, ground)
    return batch.id


def request_tried(work: Work, batch_id: UUID, ground: Ground) -> None:
    """Ask that an order be carried out as it was tried and kept (`try_move`); only whoever had it tried may.

    Invalid without a complete legal ground, or when nothing would move.
    """
    require_role(work.actor, *ASKERS)
    batch = locked_order(work, batch_id)
    if batch.asked_by != work.actor.id:
        raise Forbidden("Chỉ người đã cho thử đợt này yêu cầu chuyển được.")
    if batch.status != "tried":
        raise Conflict("Đợt này đã được yêu cầu, hoặc việc thử chưa xong.", code="not_tried")
    _ask(work, batch, order_of(work.session, batch), ground)


def _ask(work: Work, batch: MoveBatch, order: Order, ground: Ground) -> None:
    ground = checked_ground(ground)
    faults = version_faults(order, legal_date(work.now))
    if faults:
        raise Invalid("Chưa thể yêu cầu chuyển: %(why)s", why=faults[0])
    within(work, ASKERS, moving_in(batch.id))
    count_plans(work, batch)
    if not batch.tally["moves"]:
        raise Invalid("Không có hồ sơ nào chuyển được.", code="nothing_moves")
    batch.status = "asked"
    batch.ground_number, batch.ground_on, batch.ground_text = (
        ground.number,
        ground.dated_on or batch.ground_on,
        ground.text,
    )
    record_order(work, batch, "move.asked", {"digest": batch.digest, "tally": batch.tally})


def approve_batch(work: Work, batch_id: UUID, answer: str = "") -> MoveBatch:
    """A leader or an operator, never the asker, lets an order be carried out; a worker does it.

    Like whoever asks, they answer for every office whose dossiers move; Forbidden (`beyond_offices`) names one they do
    not answer for.
    """
    batch = _answerable(work, batch_id)
    if work.actor.id == batch.asked_by:
        raise Forbidden("Người yêu cầu không tự duyệt được: cần một người khác.")
    within(work, APPROVERS, moving_in(batch.id))
    _answer(work, batch, "approved", answer)
    left = work.session.scalar(select(func.count()).where(Move.batch_id == batch.id)) or 0
    work.defer(JOB, {"batch": str(batch.id)}, key=f"moves:{batch.id}:{left}")
    record_order(work, batch, "move.approved", {"digest": batch.digest})
    return batch


def refuse_batch(work: Work, batch_id: UUID, reason: str) -> MoveBatch:
    """An order is turned down by somebody who could approve it, or taken back by whoever asked."""
    batch = _answerable(work, batch_id, also=ASKERS)
    words = reason_of(reason)
    if work.actor.id != batch.asked_by:
        require_role(work.actor, *APPROVERS)
        within(work, APPROVERS, moving_in(batch.id))
    _answer(work, batch, "refused", words)
    record_order(work, batch, "move.refused", {})
    return batch


def move_case(work: Work, move_id: UUID) -> str:
    """Move one case of an approved order if it still is what was approved; gives the move's new status.

    Told twice it acts once. moved; stayed (its plan never was to move); skipped (it has changed since).
    """
    move = work.session.get(Move, move_id)
    if move is None:
        raise NotFound("Đợt chuyển này không có hồ sơ đó.")
    case = lock_case(work, move.case_id)
    work.session.refresh(move, with_for_update=True)
    batch = work.session.get_one(MoveBatch, move.batch_id, populate_existing=True)
    if move.status != "planned" or batch.status != "approved":
        return move.status
    order = order_of(work.session, batch)
    plan, moving = plan_case(work.session, case, order, work.now)
    move.done_at = work.now
    if plan.digest != move.digest:
        why = Sentence("Hồ sơ đã thay đổi từ khi duyệt nên không chuyển; hãy thử lại trong một đợt mới.")
        move.status, move.result = "skipped", packed(why)
    elif moving is None or moving.advance is None:
        move.status, move.result = "stayed", packed(plan.reasons[0]) if plan.reasons else {}
    else:
        before = take(work.session, case.id)
        facts = {
            "batch": str(batch.id), "from": order.source.version, "to": order.target.version,
            "ground": batch.ground_number, "ground_on": batch.ground_on, "before": address(before),
        }  # fmt: skip
        work.record(case, "case.moved", facts)
        carry_over(work, case, order, plan, moving, move)
        move.status, move.before, move.before_digest = "moved", before, address(before)
        move.after_digest, move.journal_seq = address(take(work.session, case.id)), case.journal_seq
    return move.status


def fail_move(work: Work, move_id: UUID, error: str) -> None:
    """A case could not be moved for a reason nobody foresaw: it stays as it was, and the order shows why."""
    move = work.session.get_one(Move, move_id, with_for_update=True, populate_existing=True)
    if move.status == "planned":
        move.status, move.done_at = "failed", work.now
        move.result = packed(Sentence("Lỗi khi chuyển: %(error)s", error=error[:LONGEST]))


def finish_batch(work: Work, batch_id: UUID) -> None:
    """Every case of an order has been looked at: its result is written into the office's chain."""
    batch = work.session.get_one(MoveBatch, batch_id, with_for_update=True, populate_existing=True)
    if batch.status not in ("approved", "undoing"):
        return
    batch.status = "done" if batch.status == "approved" else "undone"
    batch.finished_at = work.now
    counted = select(Move.status, func.count()).where(Move.batch_id == batch.id).group_by(Move.status)
    record_order(
        work,
        batch,
        f"move.{batch.status}",
        {"cases": {str(status): int(count) for status, count in work.session.execute(counted)}},
    )


def undo_batch(work: Work, batch_id: UUID, reason: str) -> MoveBatch:
    """Have every moved case of an order laid back as it was; those that have gone on since are kept and say why."""
    require_role(work.actor, *APPROVERS)
    batch = locked_order(work, batch_id)
    if batch.status != "done":
        raise Conflict("Đợt chuyển này không ở trạng thái hoàn lại được.", code="not_done")
    within(work, APPROVERS, moving_in(batch.id))
    batch.status, batch.undo_at, batch.undo_by, batch.undo_reason = (
        "undoing",
        work.now,
        work.actor.id,
        reason_of(reason),
    )
    work.defer(JOB, {"batch": str(batch.id)}, key=f"moves:{batch.id}:undo")
    record_order(work, batch, "move.undo_asked", {})
    return batch


def undo_one(work: Work, batch_id: UUID, case_id: UUID, reason: str) -> None:
    """Lay one case of an order back as it was; Conflict (`acted_since`) names the act that came in between."""
    require_role(work.actor, *APPROVERS)
    words = reason_of(reason)
    move = work.session.scalar(select(Move).where(Move.batch_id == batch_id, Move.case_id == case_id))
    if move is None:
        raise NotFound("Đợt chuyển này không có hồ sơ đó.")
    within(work, APPROVERS, Case.id == case_id)
    why = undo_case(work, move.id, words)
    if why is not None:
        raise Conflict(why.msgid, code="acted_since", **why.params)


def undo_case(work: Work, move_id: UUID, reason: str = "") -> Sentence | None:
    """Lay a moved case back byte for byte; a Sentence says why that is no longer possible, and nothing is changed."""
    move = work.session.get_one(Move, move_id)
    case = lock_case(work, move.case_id)
    work.session.refresh(move, with_for_update=True)
    if move.status != "moved" or move.before is None:
        return unpacked(move.result) if move.result else Sentence("Hồ sơ này không được chuyển trong đợt đó.")
    why = act_since(work, case, move)
    if why is not None:
        return why
    batch = work.session.get_one(MoveBatch, move.batch_id)
    lay_back(work.session, case.id, move.before)
    case = work.session.get_one(Case, move.case_id, populate_existing=True)
    facts = {"batch": str(batch.id), "before": move.before_digest}
    work.record(case, "case.move_undone", facts, {"reason": reason} if reason else None)
    move.status, move.undone_at = "undone", work.now
    if address(take(work.session, case.id)) != move.before_digest:
        raise RuntimeError(f"case {case.id} is not what it was before its move")
    return None


def case_by_code(session: Session, code: str) -> UUID:
    """The case of a dossier by its code, or by the code of its filing; NotFound where there is none."""
    wanted = code.strip()
    found = session.scalar(select(Dossier.case_id).where(or_(Dossier.code == wanted, Dossier.filing_code == wanted)))
    if found is None:
        raise NotFound("Không có hồ sơ này.")
    return found


def _answerable(work: Work, batch_id: UUID, also: tuple[str, ...] = ()) -> MoveBatch:
    require_role(work.actor, *APPROVERS, *also)
    batch = locked_order(work, batch_id)
    if batch.status != "asked":
        raise Conflict("Đợt chuyển này đã có người trả lời.", code="answered")
    return batch


def _answer(work: Work, batch: MoveBatch, status: str, words: str) -> None:
    batch.status, batch.answered_at, batch.answered_by = status, work.now, work.actor.id
    batch.answer = " ".join(words.split())[:LONGEST]
