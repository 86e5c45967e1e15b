"""Service tasks of a diagram that a worker carries out."""

from __future__ import annotations

from uuid import UUID

from engine.composition import House

from engine.outbox import Job
from engine.usecases.calls import NotPossible, act, claim_call, complete_call, fail_call
from engine.work import SYSTEM
from jobs.carrying import carries, is_last_attempt


@carries("PerformCall")
def perform_call(house: House, job: Job) -> None:
    """Claim and commit, act with no transaction open, complete; delivered twice, it acts once."""
    call_id = UUID(job.args["call"])
    with house.unit_of_work(actor=SYSTEM) as work:
        plan = claim_call(work, call_id)
    if plan is None:
        return
    try:
        outcome = act(plan, house.ports, work.now)
        with house.unit_of_work(actor=SYSTEM) as work:
            complete_call(work, plan, outcome)
    except NotPossible as reason:
        with house.unit_of_work(actor=SYSTEM) as work:
            fail_call(work, call_id, str(reason), final=True)
    except Exception as error:
        with house.unit_of_work(actor=SYSTEM) as work:
            fail_call(work, call_id, f"{type(error).__name__}: {error}", final=is_last_attempt(job))
        raise
