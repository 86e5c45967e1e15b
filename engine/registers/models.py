"""Number series and the numbers that were given out from them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class Series(Identified, Base):
    """A running count of one office for one purpose and period; the row is locked while it counts."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("office", "name", "period"),)

    office: Mapped[str]
    name: Mapped[str]
    period: Mapped[str] = mapped_column(String(10))
    last: Mapped[int] = mapped_column(default=0)


class Number(Identified, Base):
    """A number that was given to a document: never reused; void ones stay with their reason."""

    __tablename__ = "numbers"
    __table_args__ = (UniqueConstraint("series_id", "value"),)

    series_id: Mapped[UUID]
    value: Mapped[int]
    text: Mapped[str]
    dated_on: Mapped[date]
    document_id: Mapped[UUID | None] = mapped_column(index=True)
    taken_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(default="")
