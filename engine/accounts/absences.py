"""Who is away from when to when, and who stands in: what a house plans its work by, and whose desk is empty today."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, Identified


class Absence(Identified, Base):
    """Somebody is away from `first_on` to `last_on`, both inclusive, in legal days; `stand_in_id` does their work.

    Why is nobody's business here. An absence that was taken back keeps its row (`withdrawn_at`); `desk_cleared_at` is
    when the tasks on the desk went back to their groups or to whoever stands in.
    """

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_person", "person_id", "last_on"), Index("ix_absences_days", "last_on"))

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    stand_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    desk_cleared_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Away:
    """Days on which somebody is away, both inclusive."""

    person_id: UUID
    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last


def standing(first: date, last: date) -> ColumnElement[bool]:
    """Absences that touch days between two dates, those taken back left out."""
    return Absence.withdrawn_at.is_(None) & (Absence.first_on <= last) & (Absence.last_on >= first)


def absence_on(session: Session, person_id: UUID, day: date) -> Absence | None:
    """The absence somebody is on that day, if any."""
    return session.scalar(select(Absence).where(Absence.person_id == person_id, standing(day, day)).limit(1))


def away_from(session: Session, people: Collection[UUID], day: date) -> Mapping[UUID, tuple[Away, ...]]:
    """Of these people who is away on this day or later, with the days."""
    found: dict[UUID, tuple[Away, ...]] = {}
    rows = select(Absence.person_id, Absence.first_on, Absence.last_on).where(
        Absence.person_id.in_(people), Absence.withdrawn_at.is_(None), Absence.last_on >= day
    )
    for row in session.execute(rows.order_by(Absence.first_on, Absence.id)):
        found[row.person_id] = (*found.get(row.person_id, ()), Away(*row))
    return found
