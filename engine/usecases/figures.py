"""Counting days that are over: once, from the dossiers themselves, so that no report counts them again.

The stamps a day is counted by (acceptance, decision) are written with the moment of their act and never changed, so
the figures of a day that is over stay true; `differences` says where they do not, `reopen` has days counted anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from engine.clock import legal_date
from engine.dossiers.figures import SLOTS, DayClosed, DayFigures, counted, left_open
from engine.dossiers.models import Dossier
from engine.work import Reading, Work

GRACE = timedelta(hours=1)
"""So long after midnight an act begun before it has certainly been written."""
AT_ONCE = 31


def close_days(work: Work, *, most: int = AT_ONCE) -> list[date]:
    """Count the days that are over and not counted yet, the oldest first; which ones, at most `most`."""
    work.alone_with("close-days")
    last = legal_date(work.now - GRACE) - timedelta(days=1)
    day, closed = _next_day(work), list[date]()
    while day is not None and day <= last and len(closed) < most:
        _close(work, day)
        closed.append(day)
        day += timedelta(days=1)
    return closed


def _next_day(work: Work) -> date | None:
    """The day after the last one counted; at first that of the first acceptance, None when there is none."""
    newest = work.session.scalar(select(func.max(DayClosed.day)))
    if newest is not None:
        return newest + timedelta(days=1)
    first = work.session.scalar(select(func.min(Dossier.accepted_at)))
    return legal_date(first) if first is not None else None


def _close(work: Work, day: date) -> None:
    found = counted(work.session, day)
    before = select(DayFigures.office_id, DayFigures.left_open).where(DayFigures.day == day - timedelta(days=1))
    standing = {office_id: number for office_id, number in work.session.execute(before) if number}
    for office_id in sorted(found.keys() | standing.keys()):
        seen = found.get(office_id, Counter())
        figures = DayFigures(day=day, office_id=office_id, **{slot: seen[slot] for slot in SLOTS})
        ended = seen.total() - seen["received"]
        figures.left_open = standing.get(office_id, 0) + seen["received"] - ended
        work.session.add(figures)
    work.session.add(DayClosed(day=day, counted_at=work.now))
    work.session.flush()


def reopen(work: Work, since: date | None = None) -> None:
    """Forget the figures from a day on (all of them without one), so that they are counted anew."""
    work.alone_with("close-days")
    for table in (DayFigures, DayClosed):
        forget = delete(table)
        work.session.execute(forget if since is None else forget.where(table.day >= since))


def differences(read: Reading) -> list[str]:
    """Where the figures kept are not what the dossiers say: day, office and what; empty when all is well.

    Counts every day anew, one after the other: slow, for whoever doubts.
    """
    found: list[str] = []
    days = read.session.scalars(select(DayClosed.day).order_by(DayClosed.day)).all()
    for day in days:
        rows = read.session.scalars(select(DayFigures).where(DayFigures.day == day))
        kept = {row.office_id: Counter({slot: getattr(row, slot) for slot in SLOTS}) for row in rows}
        found += _told(day, "figures", kept, counted(read.session, day))
    if days:
        last = select(DayFigures.office_id, DayFigures.left_open).where(DayFigures.day == days[-1])
        open_ = {office_id: Counter(open=number) for office_id, number in read.session.execute(last)}
        true = {office_id: Counter(open=number) for office_id, number in left_open(read.session, days[-1]).items()}
        found += _told(days[-1], "open", open_, true)
    return found


def _told(day: date, what: str, kept: Mapping[UUID, Counter[str]], true: Mapping[UUID, Counter[str]]) -> list[str]:
    nothing: Counter[str] = Counter()
    wrong = [one for one in kept.keys() | true.keys() if kept.get(one, nothing) != true.get(one, nothing)]
    return [f"{day} {office_id}: {what}" for office_id in sorted(wrong)]
