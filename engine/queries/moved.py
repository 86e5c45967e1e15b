"""Promised dates of a case that moved: by a change of the calendar, by a hand-over to another unit; both dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Office
from engine.calendars.models import CalendarChange
from engine.cases.clocks import DOSSIER
from engine.cases.models import Clock, MovedDate, Transfer
from engine.work import Reading


@dataclass(frozen=True)
class MovedPromise:
    """A promised date before and after, the document that moved it, and the unit that decides since, if another."""

    at: datetime
    before: date
    after: date
    document: str
    unit: str = ""


def moved_promises(read: Reading, case_id: UUID) -> list[MovedPromise]:
    """The promised dates of a case somebody was allowed to open that moved, oldest first."""
    by_calendar = read.session.execute(
        select(MovedDate, CalendarChange.document)
        .join(Clock, Clock.id == MovedDate.clock_id)
        .join(CalendarChange, CalendarChange.id == MovedDate.change_id)
        .where(MovedDate.case_id == case_id, Clock.term == DOSSIER)
    )
    by_unit = read.session.execute(
        select(Transfer, Office.name).join(Office, Office.id == Transfer.to_id).where(Transfer.case_id == case_id)
    )
    rows = [(row, document, "") for row, document in by_calendar] + [(row, row.document, unit) for row, unit in by_unit]
    found = [
        MovedPromise(row.moved_at, row.old_promised_on, row.new_promised_on, document, unit)
        for row, document, unit in rows
        if row.old_promised_on is not None
        and row.new_promised_on is not None
        and row.old_promised_on != row.new_promised_on
    ]
    return sorted(found, key=lambda one: one.at)
