"""The dossiers behind every figure of missed dates: which date, when somebody was told, who exempted it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select, tuple_

from engine.accounts.models import Office, Person
from engine.accounts.policy import require_role
from engine.dossiers.late_dates import LateDate
from engine.dossiers.models import Apology, Dossier
from engine.queries.told import Period, classes
from engine.queries.units import agency_of, shown_by
from engine.queries.visible import visible_to
from engine.queries.weekly import READERS
from engine.work import Reading

PAGE = 100
MOST = 20_000
"""Lines of one file."""


@dataclass(frozen=True)
class ToldDate:
    """One promised date behind a figure; `exempted_by` with its ground where somebody agreed that none was owed."""

    case_id: UUID
    code: str
    owner: str
    procedure: str
    office: str
    promised_on: date
    day: date
    told: str
    told_at: datetime | None
    undelivered: bool
    decided_at: datetime | None
    exempted_by: str
    exempt_ground: str


@dataclass(frozen=True)
class ToldDates:
    """A page of them by day; `after` names the line the next page begins behind, None at the end."""

    lines: tuple[ToldDate, ...]
    after: str | None


def told_dates(
    read: Reading,
    period: Period,
    *,
    kind: str = "",
    unit: UUID | None = None,
    procedure: str = "",
    after: str = "",
    most: int = PAGE,
) -> ToldDates:
    """The dates a figure counts, the earliest day first: of one class, unit or room, and procedure, or of all."""
    require_role(read.actor, *READERS)
    own, _, offices = shown_by(read, None)
    within = [one for one in own if unit in (None, one, agency_of(offices[one], offices))]
    where = [LateDate.day.between(period.first, period.last), LateDate.office_id.in_(within), visible_to(read.actor)]
    if kind in classes():
        where.append(LateDate.told == kind)
    if procedure:
        where.append(LateDate.procedure == procedure)
    key = (LateDate.day, LateDate.case_id, LateDate.promised_on)
    place = _place(after)
    if place is not None:
        where.append(tuple_(*key) > tuple_(*place, types=[one.type for one in key]))
    rows = read.session.execute(
        select(
            LateDate, Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.procedure_name,
            Dossier.decided_at, Office.name, Apology.exempt_ground, Person.full_name,
        )
        .join(Dossier, Dossier.case_id == LateDate.case_id)
        .join(Office, Office.id == LateDate.office_id)
        .outerjoin(
            Apology,
            and_(
                Apology.case_id == LateDate.case_id,
                Apology.promised_on == LateDate.promised_on,
                Apology.exempt_at.is_not(None),
            ),
        )
        .outerjoin(Person, Person.id == Apology.exempted_by)
        .where(*where)
        .order_by(*key)
        .limit(most + 1)
    ).all()  # fmt: skip
    lines = tuple(
        ToldDate(
            late.case_id, code or filing_code, owner, name, office, late.promised_on, late.day, late.told, late.told_at,
            late.undelivered, decided_at, approver or "", ground or "",
        )
        for late, code, filing_code, owner, name, decided_at, office, ground, approver in rows[:most]
    )  # fmt: skip
    last = lines[-1] if lines and len(rows) > most else None
    return ToldDates(lines, f"{last.day}_{last.case_id.hex}_{last.promised_on}" if last is not None else None)


def _place(text: str) -> tuple[date, UUID, date] | None:
    try:
        day, case_id, promised_on = text.split("_")
        return date.fromisoformat(day), UUID(case_id), date.fromisoformat(promised_on)
    except ValueError:
        return None
