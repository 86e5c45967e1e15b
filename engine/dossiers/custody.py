"""Where each paper dossier lies: hand-over slips between offices, line by line confirmed, and what is missing.

Kept of dossiers on paper alone; one that came in wholly electronic goes from desk to desk with its tasks. A paper
dossier without a row here has never left the counter that took it in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    and_,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.cases.handovers import ASIDE
from engine.cases.models import Task
from engine.db import Base, Identified
from engine.dossiers.models import Component, Dossier, SupplementRequest

ON_PAPER = ("counter", "post")
"""Channels by which papers come in; from elsewhere they come with a supplement brought to the counter."""

HANDS = (
    "counter_clerk", "postal_clerk", "cashier", "centre_director", "specialist", "unit_head", "leader", "clerical",
)  # fmt: skip
"""Posts whose holders give and take papers for their office."""


class HandoverSlip(Identified, Base):
    """The paper that goes along when one office hands dossiers to another: from whom, to whom, in which shift.

    `shift` is morning or afternoon; `settled_at` is when the last of its lines had an answer.
    """

    __tablename__ = "handover_slips"
    __table_args__ = (
        Index("ix_handover_slips_to", "to_id", "given_at", "id"),
        Index("ix_handover_slips_from", "from_id", "given_at", "id"),
        Index("ix_handover_slips_waiting", "to_id", postgresql_where="settled_at is null"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    from_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    shift: Mapped[str] = mapped_column(String(10))
    given_at: Mapped[datetime]
    given_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None]


class HandoverLine(Identified, Base):
    """One dossier on a slip, and the receiver's word about it.

    `status` is given (no word yet), received, missing (not in the bundle that arrived), found (it was missing) or
    taken_back (by the giver, before any word). `papers` says what went along; `found_at` is set once it was found.
    """

    __tablename__ = "handover_lines"
    __table_args__ = (
        UniqueConstraint("slip_id", "case_id"),
        Index("ix_handover_lines_case", "case_id", "slip_id"),
        Index("ix_handover_lines_missing", "slip_id", postgresql_where="status = 'missing'"),
    )

    slip_id: Mapped[UUID] = mapped_column(ForeignKey("handover_slips.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    step: Mapped[str] = mapped_column(default="")
    papers: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(10), default="given")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")
    found_at: Mapped[datetime | None]
    found_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class PaperCustody(Base):
    """Who has the papers of a dossier: `office_id` while they are held, handed on (`handed`) or missing from there."""

    __tablename__ = "paper_custody"
    __table_args__ = (Index("ix_paper_custody_office", "office_id", "status", "case_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("handover_lines.id"), index=True)
    status: Mapped[str] = mapped_column(String(8), default="handed")
    changed_at: Mapped[datetime]


def on_paper() -> ColumnElement[bool]:
    """Whether a dossier has papers to be handed from hand to hand."""
    mine = and_(Component.case_id == Dossier.case_id, Component.form != "eform")
    brought = Component.originals + Component.certified
    answered = exists(
        select(SupplementRequest.id).where(
            SupplementRequest.case_id == Dossier.case_id, SupplementRequest.answered_via == "counter"
        )
    )
    return or_(
        and_(
            Dossier.channel.in_(ON_PAPER), exists(select(Component.id).where(mine, brought + Component.photocopies > 0))
        ),
        and_(answered, exists(select(Component.id).where(mine, brought > 0))),
    )


@dataclass(frozen=True)
class NextStep:
    """An open task of a dossier and the office on whose desk it lies."""

    case_id: UUID
    office_id: UUID | None
    name: str


def next_steps(session: Session, case_ids: Collection[UUID]) -> Mapping[UUID, list[NextStep]]:
    """The open tasks of dossiers, the oldest first; those of a letter of apology stand beside and are left out."""
    rows = session.execute(
        select(Task.case_id, Task.office_id, Task.name)
        .where(Task.case_id.in_(case_ids), Task.status == "open", Task.element_id.not_like(f"{ASIDE}%"))
        .order_by(Task.opened_at, Task.id)
    )
    found: dict[UUID, list[NextStep]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(NextStep(*row))
    return found


def papers_of(session: Session, case_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """How many papers of which kind a dossier has, as slips print it: "2 bản chính, 1 bản chụp"."""
    rows = session.execute(
        select(
            Component.case_id,
            func.sum(Component.originals),
            func.sum(Component.certified),
            func.sum(Component.photocopies),
        )
        .where(Component.case_id.in_(case_ids), Component.form != "eform")
        .group_by(Component.case_id)
    )
    names = ("bản chính", "bản sao chứng thực", "bản chụp")
    return {
        case_id: ", ".join(f"{int(count)} {name}" for count, name in zip(counts, names, strict=True) if count)
        for case_id, *counts in rows
    }
