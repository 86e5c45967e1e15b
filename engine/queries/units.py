"""Which unit an office belongs to, for figures that are shown by unit or by its rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Office
from engine.accounts.people import PARTS
from engine.work import Reading


@dataclass(frozen=True)
class Unit:
    """An office as figures name it."""

    id: UUID
    name: str
    kind: str
    parent_id: UUID | None


def all_units(read: Reading) -> Mapping[UUID, Unit]:
    """Every office by its id; their names are public."""
    rows = read.session.execute(select(Office.id, Office.name, Office.kind, Office.parent_id))
    return {row[0]: Unit(*row) for row in rows}


def agency_of(office: Unit, offices: Mapping[UUID, Unit]) -> UUID:
    """The unit an office belongs to: the nearest one above that is neither a room nor a centre."""
    while office.kind in PARTS and office.parent_id is not None and office.parent_id in offices:
        office = offices[office.parent_id]
    return office.id


def shown_by(read: Reading, unit: UUID | None) -> tuple[Mapping[UUID, UUID], UUID | None, Mapping[UUID, Unit]]:
    """Under which line each overseen office is counted, the one unit looked into (None: several), and all offices.

    By unit, or by room where one was asked for or there is only one.
    """
    offices = all_units(read)
    overseen = (
        offices.keys()
        if read.actor.everywhere or read.actor.kind == "system"
        else read.actor.oversight & offices.keys()
    )
    own = {one: agency_of(offices[one], offices) for one in overseen}
    if unit is None and len(set(own.values())) == 1:
        unit = next(iter(own.values()))
    if unit is not None:
        own = {one: one for one, agency in own.items() if agency == unit}
    return own, unit, offices
