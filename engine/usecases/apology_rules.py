"""Running terms are watched by the rules of letters of apology an authority has just laid down."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine.accounts.apology_rules import watch_anew
from engine.cases.clocks import DOSSIER, calendar_under, next_moment, reckoning_of
from engine.cases.models import Clock
from engine.cases.promises import watch
from engine.work import Work

SLICE = 500


def watch_promises(work: Work, rule_id: UUID, after: UUID | None) -> int:
    """Set the moments of running terms anew by the rules now in force, a slice at a time; how many there were.

    What was told of a date stays told. The next slice is a job of its own, so a killed worker goes on where it was.
    """
    rows = select(Clock).where(Clock.term == DOSSIER, Clock.status == "running").order_by(Clock.id).limit(SLICE)
    if after is not None:
        rows = rows.where(Clock.id > after)
    clocks = list(work.session.scalars(rows.with_for_update()))
    for clock in clocks:
        calendar = calendar_under(work.session, clock)
        watch(work.session, clock, calendar)
        clock.next_at = next_moment(clock, reckoning_of(clock, calendar), calendar)
    if len(clocks) == SLICE:
        watch_anew(work, rule_id, after=clocks[-1].id)
    return len(clocks)
