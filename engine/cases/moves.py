"""Moving running cases to another version: the order two people stand behind, and what became of every case in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class MoveBatch(Identified, Base):
    """One order to move the open cases of a version: asked for by one person over a dry run, approved by another.

    `status` is trying (a worker plans its cases), tried (the plans are kept, nobody has asked yet), asked, refused,
    approved (a worker carries it out), done, undoing or undone. `mapping` is old element id
    → new element id, `letter` "" (promised dates are never lengthened), "form01" or "form04" (the paper that goes out
    where the new limit ends later), `decided` whether dossiers with a result move too. `digest` (SHA-256, hex) is that
    of the dry run that was asked for, `tally` its count of cases by verdict. `ground_*` is the legal document the move
    rests on: empty, dated the day of the trial, until the order is asked for. `office` is the code of the office in
    whose chain of acts the order stands, `asked_at` the moment of the dry run it was asked for over.
    """

    __tablename__ = "move_batches"
    __table_args__ = (Index("ix_move_batches_procedure", "procedure", "asked_at"),)

    procedure: Mapped[str]
    from_id: Mapped[UUID] = mapped_column(ForeignKey("bundles.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("bundles.id"))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    letter: Mapped[str] = mapped_column(String(10), default="")
    decided: Mapped[bool] = mapped_column(default=False)
    ground_number: Mapped[str]
    ground_on: Mapped[date]
    ground_text: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    tally: Mapped[dict[str, Any]] = mapped_column(default=dict)
    office: Mapped[str]
    status: Mapped[str] = mapped_column(String(10), default="asked")
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answer: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    undo_at: Mapped[datetime | None]
    undo_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    undo_reason: Mapped[str] = mapped_column(default="")


class Move(Identified, Base):
    """One case in an order: what was planned for it, what was done, and its rows as they were before.

    `verdict` is that of the dry run: moves, stays, later or cannot; `plan` the dry run's words about it
    (engine.dossiers.moving), `digest` its SHA-256 (hex). `status` is planned, moved, stayed, skipped (its plan was
    another one when its turn came), failed, undone or kept (undoing came too late); `result` says why, as a sentence.
    `before` are the rows of the case, compressed, under the address `before_digest`; `after_digest` are its rows
    right after the move: as long as they are that, the move can be undone.
    """

    __tablename__ = "moves"
    __table_args__ = (
        UniqueConstraint("batch_id", "case_id"),
        Index("ix_moves_case", "case_id"),
        Index("ix_moves_status", "batch_id", "status"),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("move_batches.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    verdict: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    plan: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default="planned")
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done_at: Mapped[datetime | None]
    before: Mapped[bytes | None]
    before_digest: Mapped[str] = mapped_column(String(64), default="")
    after_digest: Mapped[str] = mapped_column(String(64), default="")
    journal_seq: Mapped[int] = mapped_column(default=0)
    undone_at: Mapped[datetime | None]
