"""An administrator lays down an authority's rules of letters of apology; running terms are watched by them at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.apology_rules import KIND, checked_rules
from engine.cases.clocks import DOSSIER, calendar_under, next_moment, reckoning_of
from engine.cases.models import Clock
from engine.cases.promises import watch
from engine.usecases.authority_rules import lay_down
from engine.work import Work

SLICE = 500
JOB = "WatchPromises"


def lay_down_rules(
    work: Work,
    office_code: str,
    content: Mapping[str, Any],
    *,
    valid_from: date | None,
    document: str,
    dated_on: date | None,
    verified: bool,
    note: str = "",
) -> UUID:
    """Write an authority's rules from a day on, with their document; the earlier ones stay readable.

    A rule for the same authority and day takes the place of the one before. Invalid names every field that makes no
    sense.
    """
    rule = lay_down(
        work, KIND, office_code, content, checked_rules,
        valid_from=valid_from, document=document, dated_on=dated_on, verified=verified, note=note,
    )  # fmt: skip
    work.defer(JOB, {"rule": str(rule.id), "after": ""}, key=f"watch:{rule.id}:")
    return rule.id


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
        last = clocks[-1].id
        work.defer(JOB, {"rule": str(rule_id), "after": str(last)}, key=f"watch:{rule_id}:{last}")
    return len(clocks)
