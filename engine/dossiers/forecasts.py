"""The tables of the forecast: one narrow row per open dossier, and what each procedure's and unit's cases taught.

Both say nothing the dossiers do not say: every row can be computed anew from the stamps of acceptance, steps, pauses
and decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base

LIKELY = 500
"""From so many in a thousand on a dossier is listed as one that may be late."""


class Forecast(Base):
    """How likely an accepted, undecided dossier misses the date it was promised for; none while its term stands still.

    `per_mille` is None where too few cases are known, `cases` on how many decided ones it rests, `level` whose those
    are (unit, season, step, procedure). `look_at` is when it is worth counting again: with the first morning on which
    the answer would change noticeably, at once after the dossier took a step.
    """

    __tablename__ = "forecasts"
    __table_args__ = (
        Index("ix_forecasts_look", "look_at"),
        Index("ix_forecasts_likely", "office_id", "per_mille", postgresql_where=f"per_mille >= {LIKELY}"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    per_mille: Mapped[int | None] = mapped_column(SmallInteger)
    cases: Mapped[int] = mapped_column(default=0)
    level: Mapped[str] = mapped_column(String(10), default="")
    promised_at: Mapped[datetime]
    counted_at: Mapped[datetime]
    look_at: Mapped[datetime]


class ForecastSample(Base):
    """What the dossiers of a procedure, or of one unit ("": all units), taught when it was made.

    `observations` are the fields of `engine.forecasts.lives.Observation` in order; `strengths` stand
    with the procedure's own. `lives` are the dossiers they were taken from.
    """

    __tablename__ = "forecast_samples"

    procedure: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    lives: Mapped[int]
    strengths: Mapped[dict[str, Any]] = mapped_column(default=dict)
    observations: Mapped[list[Any]] = mapped_column(default=list)


def look_again(session: Session, case_ids: Sequence[UUID], now: datetime) -> None:
    """Something the forecasts of these dossiers rest on has changed: the next round counts them again."""
    session.execute(update(Forecast).where(Forecast.case_id.in_(case_ids)).values(look_at=now))
