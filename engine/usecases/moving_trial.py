"""The dry run of many cases: a worker plans them slice by slice and keeps the plans, so that a page only reads them.

Nothing of a case is written. What is kept is an order nobody has asked for yet: once it is asked for on a legal ground,
every case is planned again in the act that moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from uuid import UUID

from sqlalchemy import delete, func, select

from engine.accounts.people import actor_of
from engine.accounts.policy import require_role
from engine.bpmn.moving_mapping import mapping_faults
from engine.cases.models import Case
from engine.cases.moves import Move, MoveBatch
from engine.clock import legal_date
from engine.db import new_id
from engine.dossiers.moving import VERDICTS, CasePlan, Order, digest_over, order_of, plan_case, version_faults
from engine.dossiers.moving_offices import cases_of
from engine.errors import Forbidden, Invalid
from engine.procedures.published import open_bundle
from engine.usecases.moving_orders import ASKERS, asking_office, locked_order
from engine.work import Reading, Work

JOB = "TryMove"
SLICE = 100
"""Cases a worker plans before it hands the rest on, so that other jobs come in between."""


def try_move(work: Work, order: Order) -> UUID:
    """Have an order tried over every open case its asker answers for; gives the id under which the plans are kept.

    Invalid says what is wrong with the order itself. What the same person had tried before of this procedure and did
    not ask for is forgotten.
    """
    require_role(work.actor, *ASKERS)
    faults = version_faults(order, legal_date(work.now))
    if not faults:
        old, new = open_bundle(work.session, order.source.id), open_bundle(work.session, order.target.id)
        faults = mapping_faults(old.definition, new.definition, order.mapping)
    if faults:
        raise Invalid("Chưa thể thử chuyển: %(why)s", why=faults[0])
    _forget_older(work, order.source.procedure)
    batch = new_order(work, order)
    work.defer(JOB, {"batch": str(batch.id)}, key=f"moves:{batch.id}:try")
    return batch.id


def try_slice(
    look: AbstractContextManager[Reading], open_work: Callable[[], AbstractContextManager[Work]], batch_id: UUID
) -> int:
    """Plan some more cases of an order that is being tried and keep the plans; how many are left.

    Planned in a look, kept in a short act: two workers at the same slice keep each case once.
    """
    with look as read:
        batch = read.session.get(MoveBatch, batch_id)
        if batch is None or batch.status != "trying":
            return 0
        order, todo = order_of(read.session, batch), _still_to_plan(read, batch)
        chosen = todo[:SLICE]
        plans = [plan_case(read.session, read.session.get_one(Case, one), order, read.now)[0] for one in chosen]
    with open_work() as work:
        found = work.session.get(MoveBatch, batch_id, with_for_update=True, populate_existing=True)
        if found is None or found.status != "trying":
            return 0
        kept = set(work.session.scalars(select(Move.case_id).where(Move.batch_id == batch_id)))
        keep_plans(work, found, (plan for plan in plans if plan.case_id not in kept))
        count_plans(work, found)
        if len(todo) <= len(chosen):
            found.status = "tried"
    return len(todo) - len(chosen)


def try_on(work: Work, batch_id: UUID) -> None:
    """Ask a worker for the next slice; asked twice at the same point it is one job."""
    kept = work.session.scalar(select(func.count()).where(Move.batch_id == batch_id))
    work.defer(JOB, {"batch": str(batch_id)}, key=f"moves:{batch_id}:{kept}:try")


def new_order(work: Work, order: Order) -> MoveBatch:
    """An order as it begins: being tried, without a legal ground."""
    if work.actor.id is None:
        raise Forbidden("Việc này phải có người đứng tên yêu cầu.")
    batch = MoveBatch(
        id=new_id(),
        procedure=order.source.procedure,
        from_id=order.source.id,
        to_id=order.target.id,
        mapping=dict(order.mapping),
        letter=order.letter,
        decided=order.decided,
        ground_number="",
        ground_on=legal_date(work.now),
        ground_text="",
        digest="",
        tally=dict.fromkeys(VERDICTS, 0),
        office=asking_office(work),
        status="trying",
        asked_at=work.now,
        asked_by=work.actor.id,
    )
    work.session.add(batch)
    work.session.flush()
    return batch


def keep_plans(work: Work, batch: MoveBatch, plans: Iterable[CasePlan]) -> None:
    """Write down what an order means for these cases."""
    for plan in plans:
        kept = {"case_id": plan.case_id, "verdict": plan.verdict, "digest": plan.digest, "plan": plan.record}
        work.session.add(Move(id=new_id(), batch_id=batch.id, **kept))
    work.session.flush()


def count_plans(work: Work, batch: MoveBatch) -> None:
    """The tally and the digest of an order, from the plans that are kept."""
    mine = Move.batch_id == batch.id
    counted: dict[str, int] = dict.fromkeys(VERDICTS, 0)
    for verdict, count in work.session.execute(select(Move.verdict, func.count()).where(mine).group_by(Move.verdict)):
        counted[verdict] = count
    batch.tally = counted
    lines = work.session.execute(select(Move.case_id, Move.digest).where(mine))
    batch.digest = digest_over((case_id, digest) for case_id, digest in lines)


def _still_to_plan(read: Reading, batch: MoveBatch) -> list[UUID]:
    asker = actor_of(read.session, batch.asked_by, now=read.now)
    source = order_of(read.session, batch).source
    ids = cases_of(read.session, source, asker, ASKERS)[0] if asker is not None else []
    kept = set(read.session.scalars(select(Move.case_id).where(Move.batch_id == batch.id)))
    return [one for one in ids if one not in kept]


def _forget_older(work: Work, procedure: str) -> None:
    older = select(MoveBatch.id).where(
        MoveBatch.procedure == procedure,
        MoveBatch.asked_by == work.actor.id,
        MoveBatch.status.in_(("trying", "tried")),
    )
    for batch_id in work.session.scalars(older).all():
        locked_order(work, batch_id)
        work.session.execute(delete(Move).where(Move.batch_id == batch_id))
        work.session.execute(delete(MoveBatch).where(MoveBatch.id == batch_id))
