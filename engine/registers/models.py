"""Number series, the numbers that were given out from them, and what prescribed registers say of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class Series(Identified, Base):
    """A running count of one office for one purpose and period; the row is locked while it counts.

    `period` is a year ("2026"), a day of codes ("261122"), or "" for a series that never begins anew. `title` is what
    its book is called, `prescribed` whether that is a register prescribed by law; `headings` are that register's own
    columns, each (Vietnamese, English), in the order of the bundle.
    """

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("office", "name", "period"),)

    office: Mapped[str]
    name: Mapped[str]
    period: Mapped[str] = mapped_column(String(10))
    last: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(default="")
    prescribed: Mapped[bool] = mapped_column(default=False)
    headings: Mapped[list[Any]] = mapped_column(default=list)


class Number(Identified, Base):
    """A number that was given to a document: never reused; void ones stay with reason, moment and who did it.

    `text` is the number as printed; of a certificate numbered by a national register it is the running number of the
    entry here. `book` is the book (quyển) of a prescribed register.
    """

    __tablename__ = "numbers"
    __table_args__ = (UniqueConstraint("series_id", "value"),)

    series_id: Mapped[UUID]
    value: Mapped[int]
    text: Mapped[str]
    dated_on: Mapped[date]
    document_id: Mapped[UUID | None] = mapped_column(index=True)
    taken_at: Mapped[datetime]
    book: Mapped[str] = mapped_column(default="")
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None]
    void_reason: Mapped[str] = mapped_column(default="")


class RegisterEntry(Base):
    """What the book says of a number about people, as it was on that day; a row of its own, so that it can be erased.

    `given` is the number of a national register (it may be somebody's personal identification number); `columns` are
    the register's own, by Vietnamese heading. Without this row the number still stands in its book.
    """

    __tablename__ = "register_entries"
    __table_args__ = (
        Index("ix_register_entries_case", "case_id"),
        Index("ix_register_entries_given", "given", postgresql_where="given <> ''"),
    )

    number_id: Mapped[UUID] = mapped_column(ForeignKey("numbers.id"), primary_key=True)
    case_id: Mapped[UUID]
    given: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    recipient: Mapped[str] = mapped_column(default="")
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SeriesStart(Identified, Base):
    """Numbers that were given out elsewhere (another system, a paper book): after `after` up to `last`, and by what."""

    __tablename__ = "series_starts"
    __table_args__ = (Index("ix_series_starts_series", "series_id", "last"),)

    series_id: Mapped[UUID] = mapped_column(ForeignKey("series.id"))
    after: Mapped[int]
    last: Mapped[int]
    ground: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[UUID | None]
