"""Promised dates that were missed, one narrow row each, and what applicants answer when asked if they were told."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base
from engine.errors import N_

QUESTION = "late_asked"
"""The notice that asks whoever was late whether they were told."""

SAID_TOLD = {
    "before": N_("Có, trước ngày hẹn"),
    "on_day": N_("Có, đúng ngày hẹn"),
    "after": N_("Có, nhưng sau ngày hẹn"),
    "never": N_("Không được báo"),
}
"""The answers to “Were you told beforehand that your dossier would be late?”; the keys are those of the records."""
SAID_LETTER = {"yes": N_("Có nhận được"), "no": N_("Không nhận được")}
"""The answers to “Did you receive a letter of apology?”."""


class LateDate(Base):
    """A date promised to an applicant that was missed, or of which they were told for nothing.

    `told` is the class `engine.deadlines.telling` gives, `told_at` when the first letter or unsigned notice about it
    was delivered; `undelivered`: something was sent that failed or of which nobody knows. `day` is the day it counts
    under: the promised one, for what was told for nothing the day of the decision. `office_id` handled the dossier
    then. A date given anew is a row of its own; trials have none.
    """

    __tablename__ = "late_dates"
    __table_args__ = (
        Index("ix_late_dates_counted", "day", "office_id", "procedure", "told"),
        Index("ix_late_dates_silent", "case_id", postgresql_where="told = 'never'"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    promised_on: Mapped[date] = mapped_column(primary_key=True)
    day: Mapped[date]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    procedure: Mapped[str]
    told: Mapped[str] = mapped_column(String(10))
    told_at: Mapped[datetime | None]
    undelivered: Mapped[bool] = mapped_column(default=False)


class LateQuestion(Base):
    """Whoever was late is asked, once, whether they were told; no office changes what they answer.

    `promised_on` is the last date that was missed, `told` and `letter` are keys of SAID_TOLD and SAID_LETTER ("": not
    answered). `via` is tracking, account or counter; `taken_by` who typed what was said on the telephone.
    """

    __tablename__ = "late_questions"
    __table_args__ = (Index("ix_late_questions_open", "asked_at", postgresql_where="answered_at is null"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    promised_on: Mapped[date]
    asked_at: Mapped[datetime]
    told: Mapped[str] = mapped_column(String(10), default="")
    letter: Mapped[str] = mapped_column(String(5), default="")
    words: Mapped[str] = mapped_column(default="")
    via: Mapped[str] = mapped_column(String(10), default="")
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
