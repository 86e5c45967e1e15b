"""What officials are warned of, and how each of them wants to hear it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class StaffWarning(Identified, Base):
    """One person warned once of one mark of one term (or of one step's own time) for one date.

    `subject_id` is the clock, or for a `step` its task; `office_id` the office of the post the person is warned in. It
    holds no name of an applicant. `over_at` is from when the term is over, `eve_on` the last working day before it
    (None for limits of hours and of the same day), so that lists say how it stands without a calendar.
    `mail_at` is when it next goes by e-mail (None: in the house only, or done), `how` in which way, `notice_id` the
    message it went with last. It is closed once a later mark or another date takes its place, or nothing runs any more.
    """

    __tablename__ = "staff_warnings"
    __table_args__ = (
        UniqueConstraint("subject_id", "person_id", "mark", "due_at"),
        Index("ix_staff_warnings_mine", "person_id", "due_on", "id", postgresql_where="closed_at IS NULL"),
        Index(
            "ix_staff_warnings_mail",
            "mail_at",
            "person_id",
            postgresql_where="closed_at IS NULL AND mail_at IS NOT NULL",
        ),
        Index("ix_staff_warnings_unseen", "person_id", postgresql_where="closed_at IS NULL AND seen_at IS NULL"),
        Index("ix_staff_warnings_mailed", "person_id", "mailed_at"),
        Index("ix_staff_warnings_closed", "closed_at"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    subject_id: Mapped[UUID]
    step: Mapped[bool] = mapped_column(default=False)
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"))
    code: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    term: Mapped[str] = mapped_column(String(40), default="")
    mark: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    over_at: Mapped[datetime]
    eve_on: Mapped[date | None]
    raised_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(String(8))
    mail_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notices.id"), index=True)


class WarningChoice(Base):
    """How somebody wants to be warned: by kind of warning at once, daily, weekly or in the house only; the hour."""

    __tablename__ = "warning_choices"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    ways: Mapped[dict[str, Any]]
    hour: Mapped[int]
    changed_at: Mapped[datetime]
