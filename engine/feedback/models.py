"""The tables of a report from the public."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
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


STATUSES = {
    "received": "Đã tiếp nhận",
    "forwarded": "Đang xử lý",
    "progress": "Đang xử lý, đã cam kết ngày xong",
    "reopened": "Mở lại, đang xử lý",
    "answered": "Đã trả lời",
    "guided": "Đã hướng dẫn",
    "refused": "Không tiếp nhận",
}
OPEN = ("received", "forwarded", "progress", "reopened")


class Report(Base):
    """A report (phản ánh, kiến nghị): what, where, who says so; names a dossier by its id only.

    `unit_id` has to answer, `accused_id` is the office of the official a conduct report is about: it never gets it.
    `due_at` is when the answer is owed, `late` what was missed (forward, urgent, answer, commitment), `proof` the
    number by which somebody without a name follows the report, `search_key` text and place as a search sees them.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_public", "published_at"),
        Index("ix_reports_unit", "unit_id", "received_at"),
        Index("ix_reports_status", "status", "received_at"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    submission_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(12), default="received")
    text: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    ward_code: Mapped[str] = mapped_column(String(10), default="")
    latitude_e6: Mapped[int | None]
    longitude_e6: Mapped[int | None]
    search_key: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(default="")
    sender_phone: Mapped[str] = mapped_column(default="")
    sender_email: Mapped[str] = mapped_column(default="")
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    proof: Mapped[str] = mapped_column(String(10), default="")
    dossier_id: Mapped[UUID | None] = mapped_column(index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"))
    accused_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"))
    received_at: Mapped[datetime]
    forward_by: Mapped[datetime]
    forwarded_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    committed_on: Mapped[date | None]
    progress: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    public_text: Mapped[str] = mapped_column(default="")
    public_answer: Mapped[str] = mapped_column(default="")
    late: Mapped[list[Any]] = mapped_column(default=list)
    judged: Mapped[str] = mapped_column(String(10), default="")
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    rating_text: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)

    case: Mapped[Case] = relationship()
