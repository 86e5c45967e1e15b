"""Orders to move running cases, carried out in slices, and the new receipts that some of them owe."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from engine.composition import House
from engine.outbox import Job
from engine.usecases.moving_batch import carry_on_later, carry_out_slice
from engine.usecases.moving_papers import keep_receipt, plan_receipt
from engine.usecases.moving_trial import try_on, try_slice
from engine.usecases.rendering import print_letter
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("MoveCases", limit=timedelta(minutes=15))
def move_cases(house: House, job: Job) -> None:
    """Move the next cases of an order, then ask for the rest; cut off anywhere, the next attempt goes on from there."""
    batch_id = UUID(job.args["batch"])
    left = carry_out_slice(lambda: house.unit_of_work(actor=SYSTEM), batch_id)
    if left:
        with house.unit_of_work(actor=SYSTEM) as work:
            carry_on_later(work, batch_id, left)


@carries("TryMove", limit=timedelta(minutes=15))
def try_moves(house: House, job: Job) -> None:
    """Plan the next cases of an order that is being tried, then ask for the rest; nothing of a case is written."""
    batch_id = UUID(job.args["batch"])
    if try_slice(house.reading(actor=SYSTEM), lambda: house.unit_of_work(actor=SYSTEM), batch_id):
        with house.unit_of_work(actor=SYSTEM) as work:
            try_on(work, batch_id)


@carries("PrintMovedReceipt")
def print_moved_receipt(house: House, job: Job) -> None:
    """Print the receipt with the later date, and promise that date only with it; asked twice, it is issued once."""
    move_id = UUID(job.args["move"])
    with house.unit_of_work(actor=SYSTEM) as work:
        plan = plan_receipt(work, move_id)
    if plan is None:
        return
    printed = print_letter(plan, house.ports, house.clock.now())
    with house.unit_of_work(actor=SYSTEM) as work:
        keep_receipt(work, move_id, plan, printed)
