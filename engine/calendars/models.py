"""Working calendars as rows: what an office keeps, every version of it, and the changes that made them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified

NATIONAL = "vn"
KEEPER = "operator"
"""The role that looks after calendars."""


class CalendarRow(Base):
    """One calendar: the national one, or an office's own that departs from the calendar named in `base`.

    `version` is the one in force; every version stays readable in `calendar_versions`. Which calendar an office keeps
    stands on the office.
    """

    __tablename__ = "calendars"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    base: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


class CalendarVersion(Base):
    """What a calendar said from one change to the next; written once, never changed.

    `content` is whole by itself (`engine.calendars.content`): weeks, reception windows, days and the last announced
    year. `change_id` is the change that made it; the first version has none.
    """

    __tablename__ = "calendar_versions"

    calendar: Mapped[str] = mapped_column(ForeignKey("calendars.code"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    change_id: Mapped[UUID | None]
    content: Mapped[dict[str, Any]]


class CalendarChange(Identified, Base):
    """A change of a calendar by a document with number and date: drafted, seen in advance, then applied.

    `edits` is what it does to the version `base_version`; `status` is draft, applying, applied or discarded. `total`
    and `done` count the running terms recomputed under the new `version`, `moved` and `late` those whose date moved
    and those that became late by it.
    """

    __tablename__ = "calendar_changes"
    __table_args__ = (Index("ix_calendar_changes_calendar", "calendar", "opened_at"),)

    calendar: Mapped[str] = mapped_column(ForeignKey("calendars.code"))
    base_version: Mapped[int]
    document: Mapped[str] = mapped_column(default="")
    dated_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    edits: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(String(10), default="draft")
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    applied_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    version: Mapped[int | None]
    cursor: Mapped[UUID | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
