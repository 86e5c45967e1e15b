"""The figures of days that are over, by handling office: counted once from the dossiers, read by every report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.cases.models import Case, Transfer
from engine.clock import LEGAL_ZONE, legal_date
from engine.db import Base
from engine.dossiers.models import Dossier

ENDED_OTHERWISE = {3: "stopped", 7: "withdrawn", 8: "stopped"}
COMING = ("received", "moved_in")
GOING = ("early", "on_time", "late", "unjudged", "withdrawn", "stopped", "moved_out")
SLOTS = COMING + GOING
"""What is counted of a day; what an office has left open follows from it and the day before."""


class DayClosed(Base):
    """A day of Viet Nam's calendar whose figures are counted; days are closed in a row, none is left out.

    `dates_counted_at` is when the promised dates missed on it were classed (`engine.dossiers.late_dates`).
    """

    __tablename__ = "days_closed"
    __table_args__ = (Index("ix_days_closed_uncounted", "day", postgresql_where="dates_counted_at is null"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]
    dates_counted_at: Mapped[datetime | None]


class DayFigures(Base):
    """What one office accepted and finished on one day, and what it had open at that day's midnight.

    `stopped` are those ended without what was asked for (codes 3 and 8), `withdrawn` those taken back (7); the early,
    the punctual and the late ones were finished with a result, `unjudged` too but under no term. `moved_in` and
    `moved_out` were handed over by another deciding unit, or to one, while open. Trials count nowhere.
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
    moved_in: Mapped[int] = mapped_column(default=0)
    moved_out: Mapped[int] = mapped_column(default=0)
    left_open: Mapped[int] = mapped_column(default=0)


def bounds(day: date) -> tuple[datetime, datetime]:
    """The moments at which a day of Viet Nam's calendar begins and is over."""
    begins = datetime.combine(day, time(0), LEGAL_ZONE)
    return begins, begins + timedelta(days=1)


def first_day(session: Session) -> date | None:
    """The day of the first acceptance of all; None when nothing was accepted yet."""
    first = session.scalar(select(func.min(Dossier.accepted_at)))
    return legal_date(first) if first is not None else None


def left(moved: Mapping[str, int]) -> int:
    """By how much what is open has grown by what happened."""
    return sum(moved.get(slot, 0) for slot in COMING) - sum(moved.get(slot, 0) for slot in GOING)


def counted(
    session: Session, since: datetime | None, until: datetime, offices: Collection[UUID] | None = None
) -> Mapping[UUID, Counter[str]]:
    """What came and went from one moment (None: ever) to before another, by the office that handled it then.

    Counted from the stamps of the dossiers and of their hand-overs to other units. Offices where nothing happened are
    not there; `offices` None means all.
    """
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    office = handled_by(Dossier.accepted_at)
    received = (
        select(office, func.count())
        .where(*_within(Dossier.accepted_at, since, until), REAL, *_among(office, offices))
        .group_by(office)
    )
    for office_id, number in session.execute(received):
        found[office_id]["received"] += number
    office = handled_by(Dossier.decided_at)
    ended = (
        select(office, Dossier.status, Dossier.judged, func.count())
        .where(*_within(Dossier.decided_at, since, until), Dossier.accepted_at.is_not(None), REAL)
        .where(*_among(office, offices))
        .group_by(office, Dossier.status, Dossier.judged)
    )
    for office_id, status, judged, number in session.execute(ended):
        found[office_id][ENDED_OTHERWISE.get(status) or judged or "unjudged"] += number
    _count_moved(session, found, _within(Transfer.moved_at, since, until), offices)
    return found


def _count_moved(
    session: Session,
    found: dict[UUID, Counter[str]],
    within: Collection[ColumnElement[bool]],
    offices: Collection[UUID] | None,
) -> None:
    """Add the open dossiers that one unit handed to another."""
    still_open = or_(Dossier.decided_at.is_(None), Dossier.decided_at > Transfer.moved_at)
    rows = session.execute(
        select(Transfer.from_id, Transfer.to_id, func.count())
        .join(Dossier, Dossier.case_id == Transfer.case_id)
        .where(*within, Dossier.accepted_at < Transfer.moved_at, still_open, REAL)
        .group_by(Transfer.from_id, Transfer.to_id)
    )
    for from_id, to_id, number in rows:
        for office_id, slot in ((from_id, "moved_out"), (to_id, "moved_in")):
            if offices is None or office_id in offices:
                found[office_id][slot] += number


def handled_by(moment: Any) -> ColumnElement[Any]:
    """The office that handled a dossier at a moment: the one the next hand-over left, else today's."""
    later = (
        select(Transfer.from_id)
        .where(Transfer.case_id == Dossier.case_id, Transfer.moved_at >= moment)
        .order_by(Transfer.moved_at, Transfer.id)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(later, Dossier.handling_id)


REAL = ~exists(select(Case.id).where(Case.id == Dossier.case_id, Case.trial))
"""That a dossier is no trial."""


def _within(stamp: Any, since: datetime | None, until: datetime) -> list[ColumnElement[bool]]:
    return [stamp < until] if since is None else [stamp >= since, stamp < until]


def _among(office: ColumnElement[Any], offices: Collection[UUID] | None) -> list[ColumnElement[bool]]:
    return [] if offices is None else [office.in_(offices)]


def left_open(session: Session, day: date) -> Mapping[UUID, int]:
    """What every office had open when a day was over, counted from the dossiers; slow, for checks."""
    _since, until = bounds(day)
    office = handled_by(until)
    rows = session.execute(
        select(office, func.count())
        .where(Dossier.accepted_at < until, (Dossier.decided_at.is_(None)) | (Dossier.decided_at >= until), REAL)
        .group_by(office)
    )
    return {office_id: number for office_id, number in rows}  # noqa: C416  a row is no pair to a type checker
