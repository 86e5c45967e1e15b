"""Which open dossiers are late, as a condition of a query: by date for limits in days, by the moment for hours."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from engine.cases.clocks import DOSSIER
from engine.cases.models import Clock
from engine.clock import LEGAL_ZONE, legal_date

HOURLY = frozenset({"hours", "same_day"})


def surely_late_before(now: datetime) -> datetime:
    """What was owed before this midnight is late whatever its unit; what was owed since is so only by the hour."""
    return datetime.combine(legal_date(now), time(0), LEGAL_ZONE)


def is_late(case_id: Any, now: datetime) -> ColumnElement[bool]:
    """Whether the dossier of this column is past what it was promised for, its term running.

    The whole of the promised day is still in time; only limits in hours and of the same day are judged by the moment.
    """
    return exists(
        select(Clock.id).where(
            Clock.case_id == case_id,
            Clock.term == DOSSIER,
            Clock.status == "running",
            or_(
                Clock.promised_on < legal_date(now),
                and_(Clock.limit_unit.in_(tuple(HOURLY)), Clock.promised_at < now),
            ),
        )
    )
