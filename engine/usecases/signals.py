"""Signals between cases: what one diagram broadcasts, every other that waits for it hears (BPMN 2.0.2, 10.5.5)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine.bpmn import door
from engine.cases.models import Subscription
from engine.usecases.advance import carry_on
from engine.usecases.running import bundle_of, lock_case
from engine.work import Work


def hear_signal(work: Work, case_id: UUID, signal: str) -> bool:
    """Let a case hear a signal another one has thrown; False when it does not wait for it any more."""
    case = lock_case(work, case_id)
    waits = select(Subscription.id).where(
        Subscription.case_id == case.id, Subscription.kind == "signal", Subscription.message == signal
    )
    if case.ended_at is not None or work.session.scalar(waits.limit(1)) is None:
        return False
    carry_on(work, case, door.deliver_signal(bundle_of(work, case).definition, case.state, signal, {}, now=work.now))
    return True
