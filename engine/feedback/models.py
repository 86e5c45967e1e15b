"""The tables of a report from the public."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.cases.models import Case
from engine.db import Base

KINDS = {
    "scene": "Phản ánh hiện trường",
    "dossier": "Phản ánh về hồ sơ thủ tục hành chính",
    "conduct": "Phản ánh về thái độ, hành vi của cán bộ",
    "regulation": "Kiến nghị về quy định hành chính",
    "enquiry": "Hỏi đáp, hướng dẫn",
    "complaint": "Khiếu nại, tố cáo (hướng dẫn theo luật riêng)",
}


class Report(Base):
    """A report (phản ánh, kiến nghị): what, where, who says so; names a dossier by its id only."""

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_public", "published_at"), Index("ix_reports_unit", "unit_id", "received_at"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    submission_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(12), default="received")
    text: Mapped[str]
    public_text: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    refusal_reason: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    latitude_e6: Mapped[int | None]
    longitude_e6: Mapped[int | None]
    sender_name: Mapped[str] = mapped_column(default="")
    sender_phone: Mapped[str] = mapped_column(default="")
    sender_email: Mapped[str] = mapped_column(default="")
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    dossier_id: Mapped[UUID | None] = mapped_column(index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"))
    received_at: Mapped[datetime]
    forwarded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    rating_text: Mapped[str] = mapped_column(default="")
    reopened: Mapped[int] = mapped_column(default=0)

    case: Mapped[Case] = relationship()
