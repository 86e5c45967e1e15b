"""The figures of days that are over, by handling office: counted once from the dossiers, read by every report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.cases.models import Case
from engine.clock import LEGAL_ZONE
from engine.db import Base
from engine.dossiers.models import Dossier

ENDED_OTHERWISE = {3: "stopped", 7: "withdrawn", 8: "stopped"}
SLOTS = ("received", "early", "on_time", "late", "unjudged", "withdrawn", "stopped")
"""What is counted of a day; what an office has left open follows from it and the day before."""


class DayClosed(Base):
    """A day of Viet Nam's calendar whose figures are counted; days are closed in a row, none is left out."""

    __tablename__ = "days_closed"

    day: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]


class DayFigures(Base):
    """What one office accepted and finished on one day, and what it had open at that day's midnight.

    `stopped` are those ended without what was asked for (codes 3 and 8), `withdrawn` those taken back (7); the early,
    the punctual and the late ones were finished with a result, `unjudged` too but under no term. Trials count nowhere.
    """

    __tablename__ = "day_figures"

    day: Mapped[date] = mapped_column(primary_key=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    received: Mapped[int] = mapped_column(default=0)
    early: Mapped[int] = mapped_column(default=0)
    on_time: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    unjudged: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    stopped: Mapped[int] = mapped_column(default=0)
    left_open: Mapped[int] = mapped_column(default=0)


def bounds(day: date) -> tuple[datetime, datetime]:
    """The moments at which a day of Viet Nam's calendar begins and is over."""
    begins = datetime.combine(day, time(0), LEGAL_ZONE)
    return begins, begins + timedelta(days=1)


def counted(session: Session, day: date) -> Mapping[UUID, Counter[str]]:
    """The figures of one day by office, counted from the dossiers; offices where nothing happened are not there."""
    since, until = bounds(day)
    real = ~exists(select(Case.id).where(Case.id == Dossier.case_id, Case.trial))
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    received = (
        select(Dossier.handling_id, func.count())
        .where(Dossier.accepted_at >= since, Dossier.accepted_at < until, real)
        .group_by(Dossier.handling_id)
    )
    for office_id, number in session.execute(received):
        found[office_id]["received"] += number
    ended = (
        select(Dossier.handling_id, Dossier.status, Dossier.judged, func.count())
        .where(Dossier.decided_at >= since, Dossier.decided_at < until, Dossier.accepted_at.is_not(None), real)
        .group_by(Dossier.handling_id, Dossier.status, Dossier.judged)
    )
    for office_id, status, judged, number in session.execute(ended):
        found[office_id][ENDED_OTHERWISE.get(status) or judged or "unjudged"] += number
    return found


def left_open(session: Session, day: date) -> Mapping[UUID, int]:
    """What every office had open when a day was over, counted from the dossiers; slow, for the first day and checks."""
    _since, until = bounds(day)
    real = ~exists(select(Case.id).where(Case.id == Dossier.case_id, Case.trial))
    rows = session.execute(
        select(Dossier.handling_id, func.count())
        .where(Dossier.accepted_at < until, (Dossier.decided_at.is_(None)) | (Dossier.decided_at >= until), real)
        .group_by(Dossier.handling_id)
    )
    return {office_id: number for office_id, number in rows}  # noqa: C416  a row is no pair to a type checker
