"""Questions "what if" that a worker goes through, because there are too many open cases to answer while somebody waits.

Nothing here is a fact about a case: the rows are an answer on paper, thrown away after a while.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified

EVERYWHERE = ("operator", "procedure_controller")
"""Who asks about the whole house: whoever looks after calendars, and whoever watches procedures."""
ASKERS = ("leader", "centre_director", "unit_head", *EVERYWHERE)
"""Who may ask at all."""


class WhatIfRun(Identified, Base):
    """One question, how far it has been gone through, and what came of it so far.

    `status` is going, done or failed; `stretches` are what is still to be gone through (office ids), `done` of `total`
    cases have been; `figures` are the tallies by unit.
    """

    __tablename__ = "whatif_runs"
    __table_args__ = (Index("ix_whatif_runs_asked", "asked_by", "asked_at"),)

    asked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    changes: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(String(6), default="going")
    stretches: Mapped[list[Any]] = mapped_column(default=list)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    finished_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class WhatIfLine(Base):
    """A case that becomes late in such an answer; `said` is its line as plain values."""

    __tablename__ = "whatif_lines"
    __table_args__ = (Index("ix_whatif_lines_unit", "run_id", "office_id", "place"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("whatif_runs.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    office_id: Mapped[UUID | None]
    place: Mapped[str] = mapped_column(String(80))
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
