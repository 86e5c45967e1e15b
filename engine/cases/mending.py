"""What people propose to put a case right, for a second pair of eyes, and how far the watchdog has looked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class Proposal(Identified, Base):
    """One person's proposal to correct a value of a standing case, or to end it; nothing happens until another agrees.

    `kind` is value or end, `status` open, done, refused or void (the case had moved on meanwhile). `value` holds the
    new value under the key "value", `ground` the legal ground of an end, `words` what the applicant is told of it.
    """

    __tablename__ = "proposals"
    __table_args__ = (Index("ix_proposals_case", "case_id", "status"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(10))
    token: Mapped[str] = mapped_column(default="")
    element_id: Mapped[str] = mapped_column(default="")
    variable: Mapped[str] = mapped_column(default="")
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str]
    ground: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="open")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")


class Watch(Base):
    """One round of the watchdog by name: when it last looked, and where it goes on (`cursor` is the last case's id)."""

    __tablename__ = "watches"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    cursor: Mapped[str] = mapped_column(default="")
    looked_at: Mapped[datetime]
    opened: Mapped[int] = mapped_column(default=0)
    healed: Mapped[int] = mapped_column(default=0)
