"""The figures of days that are over, by handling office: counted once from the dossiers, read by every report."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class DayClosed(Base):
    """A day of Viet Nam's calendar whose figures are counted; days are closed in a row, none is left out."""

    __tablename__ = "days_closed"

    day: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]


class DayFigures(Base):
    """What one office accepted and finished on one day, and what it had open at that day's midnight.

    `stopped` are those ended without what was asked for (codes 3 and 8), `withdrawn` those taken back (7); the early,
    the punctual and the late ones were finished with a result, `unjudged` too but under no term. Trials count nowhere.
    """

    __tablename__ = "day_figures"

    day: Mapped[date] = mapped_column(primary_key=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    received: Mapped[int] = mapped_column(default=0)
    early: Mapped[int] = mapped_column(default=0)
    on_time: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    unjudged: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    stopped: Mapped[int] = mapped_column(default=0)
    left_open: Mapped[int] = mapped_column(default=0)
