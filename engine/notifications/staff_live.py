"""Which warnings still hold, and how what they speak of stands now: one rule for the bell, the list and the digest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select, true
from sqlalchemy.orm import Session

from engine.cases.models import Clock, Task
from engine.clock import legal_date
from engine.notifications.staff import StaffWarning
from engine.notifications.staff_choices import HOUSE_ONLY

OVER, TODAY, TOMORROW, SOON, STEP = "over", "today", "tomorrow", "soon", "step"
GROUPS = (OVER, TODAY, TOMORROW, SOON, STEP)
"""Quá hạn, đến hạn hôm nay, đến hạn ngày mai, sắp đến hạn; and apart from them steps, which promise nobody anything."""


def holds() -> ColumnElement[bool]:
    """What a warning speaks of still runs for the very date it named: not decided, not paused, not moved."""
    promised = and_(Clock.term == "dossier", Clock.promised_at.is_not(None))
    at = case((promised, Clock.promised_at), else_=Clock.due_at)
    on = case((promised, Clock.promised_on), else_=Clock.due_on)
    aimed = case((StaffWarning.eve_on.is_(None), at == StaffWarning.due_at), else_=on == StaffWarning.due_on)
    running = exists(select(Clock.id).where(Clock.id == StaffWarning.subject_id, Clock.status == "running", aimed))
    open_ = exists(
        select(Task.id).where(
            Task.id == StaffWarning.subject_id, Task.status == "open", Task.due_at == StaffWarning.due_at
        )
    )
    still = or_(and_(not_(StaffWarning.step), running), and_(StaffWarning.step, open_))
    return and_(StaffWarning.closed_at.is_(None), still)


def within(offices: Collection[UUID], *, everywhere: bool = False) -> ColumnElement[bool]:
    """Warnings of posts in offices a person still serves or oversees: whoever left one no longer sees its codes."""
    return true() if everywhere else or_(StaffWarning.office_id.is_(None), StaffWarning.office_id.in_(list(offices)))


def group_of(now: datetime) -> ColumnElement[Any]:
    """How what a warning speaks of stands at a moment: one of GROUPS."""
    today = legal_date(now)
    return case(
        (StaffWarning.step, STEP),
        (StaffWarning.over_at <= now, OVER),
        (StaffWarning.due_on == today, TODAY),
        (and_(StaffWarning.eve_on <= today, StaffWarning.due_on > today), TOMORROW),
        else_=SOON,
    )


def by_mail() -> ColumnElement[bool]:
    """Warnings their person wants to hear of by e-mail too."""
    return StaffWarning.how != HOUSE_ONLY


def in_groups(session: Session, where: ColumnElement[bool], now: datetime) -> dict[str, int]:
    """How many warnings of a condition stand in each group; groups without any are left out."""
    group = group_of(now)
    rows = session.execute(select(group, func.count()).select_from(StaffWarning).where(where).group_by(group))
    found: dict[str, int] = dict(rows.all())  # type: ignore[arg-type]
    return {name: found[name] for name in GROUPS if name in found}
