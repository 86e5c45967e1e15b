"""What a clerk scanned of one paper while receiving it, and how far it has come to a scan signed by that clerk."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified

CLERKS = ("counter_clerk", "postal_clerk")
"""Who scans papers while receiving a dossier."""
State = Literal["held", "asked", "signed", "unsigned"]
"""Where a scan stands: its dossier is not received yet; a worker is asked; signed; stays as it was handed in."""


class IntakeScan(Identified, Base):
    """The files one clerk scanned of one paper in one act of receiving (round 0: the filing, then each supplement).

    `handed` names them in order: attachment, sha256, type; they stay as they are. `sha256` is the one PDF made of them
    and signed with the clerk's own certificate. `remarks` is what the rules on scans had to say of the files (codes
    with numbers), `trouble` why nothing was signed, or why it is tried again at `due_at` (a refusal's code). `level`,
    `level_due_at`, `level_tries` and `level_trouble` as those of a `Document`.
    """

    __tablename__ = "intake_scans"
    __table_args__ = (
        UniqueConstraint("case_id", "paper", "round"),
        Index("ix_intake_scans_due", "due_at", postgresql_where="due_at is not null"),
        Index("ix_intake_scans_level_due", "level_due_at", postgresql_where="level_due_at is not null"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    paper: Mapped[str]
    round: Mapped[int] = mapped_column(SmallInteger, default=0)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey("mandates.id"))
    handed: Mapped[list[Any]]
    remarks: Mapped[list[Any]] = mapped_column(default=list)
    taken_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="held")
    trouble: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    signed_at: Mapped[datetime | None]
    certificate: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(String(5), default="")
    level_due_at: Mapped[datetime | None]
    level_tries: Mapped[int] = mapped_column(default=0)
    level_trouble: Mapped[str] = mapped_column(default="")
