"""A step's own time: internal, promised to nobody, counted by the calendar of the office whose desk it lies on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.cases.calendars import calendar_for
from engine.cases.marks import step_warned_from
from engine.cases.models import Case
from engine.clock import legal_date
from engine.deadlines.calendar import Calendar, local
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import due
from processes.procedure import Limits


def step_limit(limits: Limits, element_id: str, term: str) -> Limit | None:
    """The time a bundle gives a step, by its term or its element; None where it gives none."""
    found = limits.step(element_id, term)
    return Limit(max(found.value, 1), found.unit) if found is not None else None


def step_times(
    session: Session,
    case: Case,
    limits: Limits,
    *,
    element_id: str,
    term: str,
    office_id: UUID | None,
    opened_at: datetime,
    accepted_at: datetime | None = None,
) -> tuple[datetime | None, datetime | None]:
    """When a step opened at a moment is to be done, and when its people are first warned; None without an own time.

    A dossier accepted after the hour in which the counter still hands over (`transfer_cut_off`) reaches the room next
    morning, and its time there begins with the opening of that day.
    """
    limit = step_limit(limits, element_id, term)
    if limit is None:
        return None, None
    calendar, start = calendar_for(session, office_id), opened_at
    if accepted_at is not None and limits.transfer_cut_off and office_id == _place(case, "handling"):
        start = max(opened_at, handed_over(accepted_at, calendar, limits) if _same_day(accepted_at, start) else start)
    due_at = due(limit, start, calendar, cut_off=limits.same_day_cut_off)
    return due_at, step_warned_from(opened_at, due_at, calendar)


def handed_over(accepted_at: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """When a dossier reaches the room: at once, or with the next morning after the hour of the last hand-over."""
    moment = local(accepted_at)
    if limits.transfer_cut_off is None or moment.time() <= limits.transfer_cut_off:
        return accepted_at
    return calendar.opening(calendar.add(moment.date(), 1))


def _same_day(one: datetime, other: datetime) -> bool:
    return legal_date(one) == legal_date(other)


def _place(case: Case, place: str) -> UUID | None:
    office = case.places.get(place)
    return UUID(str(office)) if office else None
