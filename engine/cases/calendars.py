"""Which calendar counts: the one the office keeps that has to decide."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.accounts.models import Office
from engine.calendars.load import calendar_of
from engine.calendars.models import NATIONAL, CalendarRow
from engine.cases.models import Case
from engine.deadlines.calendar import Calendar
from engine.gathering import Gathering

DECIDING = ("handling", "unit", "hotline")
"""Whose calendar counts, by place: of a dossier the first, of a report the others."""


def calendar_for(session: Session, office_id: UUID | None) -> Calendar:
    """The calendar an office keeps, as it is in force; the national one where there is no office."""
    if office_id is None:
        return calendar_of(session, NATIONAL)
    if isinstance(session, Gathering):
        session.settle()
    found = session.connection().execute(_KEPT, {"office": office_id}).one_or_none()
    return calendar_of(session, *found) if found is not None else calendar_of(session, NATIONAL)


_calendars, _offices = CalendarRow.__table__, Office.__table__
_KEPT = (
    select(_calendars.c.code, _calendars.c.version)
    .join(_offices, _offices.c.calendar == _calendars.c.code)
    .where(_offices.c.id == bindparam("office"))
)


def deciding_calendar(session: Session, case: Case) -> Calendar:
    """The calendar of the unit that handles the case: the legal term runs by it, wherever the filing was taken in.

    A report from the public is handled by the unit it was passed on to, and until then by the hotline.
    """
    return calendar_for(session, next((one for place in DECIDING if (one := _place(case, place))), None))


def receiving_calendar(session: Session, case: Case) -> Calendar:
    """The calendar of the counter that took the filing in: its reception windows say which day it was received on."""
    return calendar_for(session, _place(case, "receiving"))


def offices_keeping(session: Session, office: Office) -> list[UUID]:
    """An office and every one under it that keeps the same calendar: those a calendar of its own would be for."""
    found, layer = [office.id], [office.id]
    while layer:
        below = select(Office.id).where(Office.parent_id.in_(layer), Office.calendar == office.calendar)
        layer = list(session.scalars(below))
        found += layer
    return found


def _place(case: Case, place: str) -> UUID | None:
    office = case.places.get(place)
    return UUID(str(office)) if office else None
