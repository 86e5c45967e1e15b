"""What was told to whom, and whether it arrived."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class Notice(Identified, Base):
    """One message on one channel: waiting, attempting (written before the call), delivered, failed or unknown."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("key", "channel", "recipient"),
        Index("ix_notices_status", "status", "created_at"),
    )

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    key: Mapped[str]
    event: Mapped[str]
    channel: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    created_at: Mapped[datetime]
    attempted_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    receipt: Mapped[str] = mapped_column(default="")
    last_error: Mapped[str | None]
