"""How many dossiers at once stand to the date they were promised for, as lists show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.cases.clocks import DOSSIER, calendar_under, reckoning_of
from engine.cases.models import Clock
from engine.clock import legal_date
from engine.deadlines.calendar import Calendar
from engine.deadlines.standing import SOON, Standing, standing
from engine.dossiers.models import Dossier
from engine.queries.lateness import HOURLY
from engine.queries.visible import visible_to
from engine.work import Reading


@dataclass(frozen=True)
class Due:
    """The date promised last and where the dossier stands to it; `promised_at` only where the hour counts."""

    promised_on: date
    promised_at: datetime | None
    standing: Standing
    provisional: bool


def standings(read: Reading, case_ids: Iterable[UUID]) -> dict[UUID, Due]:
    """Promised date and standing of those dossiers the actor may see whose own term still runs or is paused."""
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        return {}
    seen = read.session.scalars(select(Dossier.case_id).where(Dossier.case_id.in_(wanted), visible_to(read.actor)))
    return _standings(read, seen.all())


def _standings(read: Reading, wanted: Sequence[UUID]) -> dict[UUID, Due]:
    clocks = read.session.scalars(
        select(Clock)
        .options(selectinload(Clock.interruptions))
        .where(Clock.case_id.in_(wanted), Clock.term == DOSSIER, Clock.status != "stopped")
    )
    found = {}
    for clock in clocks:
        due = _due(clock, calendar_under(read.session, clock), read.now)
        if due is not None:
            found[clock.case_id] = due
    return found


def _due(clock: Clock, calendar: Calendar, now: datetime) -> Due | None:
    promised = clock.promised_on or clock.due_on
    if promised is None:
        return None
    reckoning = reckoning_of(clock, calendar)
    moved = clock.due_on is not None and promised != clock.due_on
    stands = against(promised, calendar, legal_date(now)) if moved else standing(reckoning, calendar, now)
    hour = clock.promised_at if clock.limit_unit in HOURLY else None
    return Due(promised, hour, plain(stands), reckoning.provisional)


def against(promised: date, calendar: Calendar, today: date) -> Standing:
    """How a date that was given anew (by a letter of apology) stands today, judged by date."""
    if today > promised:
        return Standing(
            "overdue", calendar.between(promised, today), "working_days", "Quá hạn %(amount)s ngày làm việc"
        )
    if today == promised:
        return Standing("today", 0, "working_days", "Đến hạn hôm nay")
    left = calendar.between(today, promised)
    return Standing("soon" if left <= SOON else "within", left, "working_days", "Còn %(amount)s ngày làm việc")


def plain(stands: Standing) -> Standing:
    """The same standing without a number that would read "0 ngày" (the rest days right after the due day)."""
    late: Any = "late"
    return replace(stands, kind=late) if stands.kind == "overdue" and stands.amount == 0 else stands
