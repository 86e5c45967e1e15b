"""Days off, make-up days and opening hours as rows that administrators edit, each with its source."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class CalendarRow(Base):
    """One calendar: which hours of which weekday are worked, and through which year days off are announced.

    `hours` maps the ISO weekday ("1" is Monday) to pairs of "HH:MM".
    """

    __tablename__ = "calendars"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    hours: Mapped[dict[str, Any]]
    announced_through: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)


class CalendarDay(Base):
    """A day that is not what its weekday says (Labour Code 2019 art. 111, 112; yearly announcements)."""

    __tablename__ = "calendar_days"

    calendar: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    announced_on: Mapped[date | None]
    provisional: Mapped[bool] = mapped_column(default=False)


def clock_time(text: str) -> time:
    """ "07:30" as a time of day."""
    hour, minute = text.split(":")
    return time(int(hour), int(minute))
