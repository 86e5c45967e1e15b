"""Counting days that are over: once, from the dossiers themselves, so that no report counts them again.

The stamps a day is counted by (acceptance, decision) are written with the moment of their act and never changed, so
the figures of a day that is over stay true; `differences` says where they do not, `reopen` has days counted anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from engine.accounts.models import Office
from engine.clock import legal_date
from engine.dossiers.accounting import Account
from engine.dossiers.figures import SLOTS, DayClosed, DayFigures, bounds, counted, first_day, left, left_open
from engine.dossiers.models import Dossier
from engine.work import Reading, Work

GRACE = timedelta(hours=1)
"""So long after midnight an act begun before it has certainly been written."""
AT_ONCE = 31
MOST_NAMED = 100


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
    return first_day(work.session)


def _close(work: Work, day: date) -> None:
    found = counted(work.session, *bounds(day))
    before = select(DayFigures.office_id, DayFigures.left_open).where(DayFigures.day == day - timedelta(days=1))
    standing = {office_id: number for office_id, number in work.session.execute(before) if number}
    for office_id in sorted(found.keys() | standing.keys()):
        seen = found.get(office_id, Counter())
        figures = DayFigures(day=day, office_id=office_id, **{slot: seen[slot] for slot in SLOTS})
        figures.left_open = standing.get(office_id, 0) + left(seen)
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
    """Where the accounts do not add up, or are not what the dossiers say: day, office and what; empty when all is well.

    For every office and day: open at its start + received = done + withdrawn or returned + open at its end, and each
    of these what the stamps of the dossiers give; then the dossiers whose own stamps no account can hold. Counts every
    day anew, one after the other: slow, for whoever doubts.
    """
    names = {office_id: code for office_id, code in read.session.execute(select(Office.id, Office.code))}  # noqa: C416
    found: list[str] = []
    before: Mapping[UUID, int] = {}
    days = read.session.scalars(select(DayClosed.day).order_by(DayClosed.day)).all()
    for day in days:
        rows = read.session.scalars(select(DayFigures).where(DayFigures.day == day))
        kept = {row.office_id: row for row in rows}
        moved = {one: Counter({slot: getattr(row, slot) for slot in SLOTS}) for one, row in kept.items()}
        standing = {one: row.left_open for one, row in kept.items()}
        found += _gaps(day, names, before, moved, standing)
        found += _told(day, names, moved, counted(read.session, *bounds(day)))
        before = standing
    found += [f"{one:%Y-%m-%d}: not counted" for one in _missing(days)]
    if days:
        open_ = {one: Counter(open=number) for one, number in before.items() if number}
        true = {one: Counter(open=number) for one, number in left_open(read.session, days[-1]).items()}
        found += _told(days[-1], names, open_, true)
    return found + _impossible(read)


def _missing(days: Sequence[date]) -> list[date]:
    """The days between the first and the last one that were left out."""
    have = set(days)
    span = (days[-1] - days[0]).days if days else 0
    return [day for day in (days[0] + timedelta(days=n) for n in range(span)) if day not in have]


def _gaps(
    day: date,
    names: Mapping[UUID, str],
    before: Mapping[UUID, int],
    moved: Mapping[UUID, Counter[str]],
    after: Mapping[UUID, int],
) -> list[str]:
    """The offices whose account of one day does not add up, as it is kept."""
    found = []
    for office in sorted(before.keys() | after.keys(), key=lambda one: names.get(one, "")):
        one = Account.of(before.get(office, 0), moved.get(office, {}), after.get(office, 0))
        if one.gap:
            came = f"{one.open_before} open + {one.received} received + {one.moved_in} moved in"
            went = f"{one.done} done + {one.given_back} withdrawn or returned + {one.moved_out} moved out"
            found.append(f"{day} {names.get(office, office)}: {came} is not {went} + {one.open_after} open")
    return found


def _told(
    day: date, names: Mapping[UUID, str], kept: Mapping[UUID, Counter[str]], true: Mapping[UUID, Counter[str]]
) -> list[str]:
    nothing: Counter[str] = Counter()
    found = []
    for office in sorted(kept.keys() | true.keys(), key=lambda one: names.get(one, "")):
        have, want = kept.get(office, nothing), true.get(office, nothing)
        wrong = [f"{what} {have[what]}, not {want[what]}" for what in sorted(have | want) if have[what] != want[what]]
        if wrong:
            found.append(f"{day} {names.get(office, office)}: kept {'; '.join(wrong)}")
    return found


def _impossible(read: Reading) -> list[str]:
    """Dossiers finished before they were accepted, or returned before they were finished: no account holds them."""
    rows = read.session.execute(
        select(Dossier.code, Dossier.filing_code)
        .where((Dossier.decided_at < Dossier.accepted_at) | (Dossier.returned_at < Dossier.decided_at))
        .order_by(Dossier.submitted_at)
        .limit(MOST_NAMED)
    )
    return [f"{code or filing_code}: its stamps run backwards" for code, filing_code in rows]
