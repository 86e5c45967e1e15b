"""Dates of a case that a change of the calendar has moved: both dates, when, and by which document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engine.calendars.models import CalendarChange
from engine.cases.clocks import DOSSIER
from engine.cases.models import Clock, MovedDate
from engine.work import Reading


@dataclass(frozen=True)
class MovedPromise:
    """A promised date before and after, and the document that moved it."""

    at: datetime
    before: date
    after: date
    document: str


def moved_promises(read: Reading, case_id: UUID) -> list[MovedPromise]:
    """The promised dates of a case somebody was allowed to open that moved with the calendar, oldest first."""
    rows = read.session.execute(
        select(MovedDate, CalendarChange.document)
        .join(Clock, Clock.id == MovedDate.clock_id)
        .join(CalendarChange, CalendarChange.id == MovedDate.change_id)
        .where(MovedDate.case_id == case_id, Clock.term == DOSSIER)
        .order_by(MovedDate.moved_at)
    )
    return [
        MovedPromise(row.moved_at, row.old_promised_on, row.new_promised_on, document)
        for row, document in rows
        if row.old_promised_on is not None
        and row.new_promised_on is not None
        and row.old_promised_on != row.new_promised_on
    ]
