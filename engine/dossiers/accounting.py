"""The account of a period: open at its start + received = done + withdrawn or returned + open at its end.

One function for every report (`account`): days that are over are read from what was counted of them once, what came
after them is counted from the same stamps (acceptance, decision) at the moment of asking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from engine.clock import legal_date
from engine.dossiers.figures import SLOTS, DayClosed, DayFigures, bounds, counted, left

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Account:
    """What an office, or several together, had open, received and finished in a period; trials count nowhere.

    `early`, `on_time` and `late` were finished with a result under a term, `unjudged` under none; `withdrawn` were
    taken back by their applicants, `stopped` given back without what was asked for (status codes 3 and 8). `moved_in`
    and `moved_out` were handed over by another deciding unit, or to one, while open: they stand on the sides of
    `received` and `done`.
    """

    open_before: int = 0
    received: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    unjudged: int = 0
    withdrawn: int = 0
    stopped: int = 0
    moved_in: int = 0
    moved_out: int = 0
    open_after: int = 0

    @property
    def done(self) -> int:
        """Finished with a result."""
        return self.early + self.on_time + self.late + self.unjudged

    @property
    def in_time(self) -> int:
        """Finished on or before the promised day."""
        return self.early + self.on_time

    @property
    def given_back(self) -> int:
        """Withdrawn by the applicant, or returned without what was asked for."""
        return self.withdrawn + self.stopped

    @property
    def share(self) -> float | None:
        """Per cent on time of what was done under a term; None when nothing was."""
        judged = self.in_time + self.late
        return round(100 * self.in_time / judged, 1) if judged else None

    @property
    def gap(self) -> int:
        """By how much the two sides of the account differ; 0 in every true account."""
        came, went = self.received + self.moved_in, self.done + self.given_back + self.moved_out
        return self.open_before + came - went - self.open_after

    @property
    def empty(self) -> bool:
        """Whether there was nothing at all."""
        return not any(getattr(self, slot.name) for slot in fields(Account))

    def __add__(self, other: Account) -> Account:
        """Both together."""
        return Account(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Account)))

    @classmethod
    def of(cls, open_before: int, moved: Mapping[str, int], open_after: int) -> Account:
        """The account of what was open, what happened by slot (SLOTS), and what is open then."""
        return cls(open_before=open_before, open_after=open_after, **{slot: moved.get(slot, 0) for slot in SLOTS})

    @staticmethod
    def total(accounts: Iterable[Account]) -> Account:
        """All of them together."""
        return sum(accounts, Account())


def account(
    session: Session, first: date, last: date, offices: Collection[UUID] | None = None, *, until: datetime
) -> Mapping[UUID, Account]:
    """The account of each office from the first to the last day (Viet Nam's, both included), never beyond `until`.

    Offices without anything are left out; `offices` None means all. A day is read as it was counted when it was over;
    what no day holds yet is counted now, from its midnight to `until`.
    """
    newest = session.scalar(select(func.max(DayClosed.day)))
    end = min(bounds(last)[1], until)
    since = min(bounds(first)[0], end)
    before, after = (_open_at(session, moment, newest, offices) for moment in (since, end))
    moved = _moved(session, since, end, newest, offices)
    found = {}
    for office in sorted(before.keys() | moved.keys() | after.keys()):
        one = Account.of(before[office], moved.get(office, {}), after[office])
        if not one.empty:
            found[office] = one
    return found


def _open_at(
    session: Session, moment: datetime, newest: date | None, offices: Collection[UUID] | None
) -> Counter[UUID]:
    """What each office had open at a moment: at the end of the last counted day before it, and what has moved since."""
    day = min(newest, legal_date(moment) - A_DAY) if newest is not None else None
    standing: Counter[UUID] = Counter()
    if day is not None:
        rows = select(DayFigures.office_id, DayFigures.left_open).where(DayFigures.day == day, _theirs(offices))
        standing.update({row[0]: row[1] for row in session.execute(rows)})
    counted_to = bounds(day)[1] if day is not None else None
    if counted_to is None or counted_to < moment:
        for office, moved in counted(session, counted_to, moment, offices).items():
            standing[office] += left(moved)
    return standing


def _moved(
    session: Session, since: datetime, end: datetime, newest: date | None, offices: Collection[UUID] | None
) -> Mapping[UUID, Counter[str]]:
    """What each office received and finished from one moment to another, by slot."""
    found: dict[UUID, Counter[str]] = {}
    if newest is not None and since < bounds(newest)[1]:
        sums = [func.sum(getattr(DayFigures, slot)) for slot in SLOTS]
        wanted = (DayFigures.day >= legal_date(since), DayFigures.day < legal_date(end))
        rows = select(DayFigures.office_id, *sums).where(*wanted, _theirs(offices)).group_by(DayFigures.office_id)
        for office, *numbers in session.execute(rows):
            found[office] = Counter({slot: int(number) for slot, number in zip(SLOTS, numbers, strict=True)})
        since = bounds(newest)[1]
    if since < end:
        for office, moved in counted(session, since, end, offices).items():
            found.setdefault(office, Counter()).update(moved)
    return found


def _theirs(offices: Collection[UUID] | None) -> ColumnElement[bool]:
    return true() if offices is None else DayFigures.office_id.in_(offices)
