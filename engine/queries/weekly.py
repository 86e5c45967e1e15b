"""The week of an office in figures: open at its start, received, done, withdrawn or ended, open at its end, how late.

Read from the figures of days that are over (`engine.usecases.figures`): seven rows an office, however many dossiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true

from engine.accounts.models import Office
from engine.accounts.people import PARTS
from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.dossiers.figures import DayClosed, DayFigures
from engine.work import Reading

READERS = ("unit_head", "leader", "centre_director", "procedure_controller", "inspector", "party_leader")
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One office's week, or the sum of several; open_before + received = done + withdrawn + stopped + open_after.

    `done` are those with a result, of which `on_time` came on or before the promised day and `late` after it; under no
    term there is neither. `agency` names the unit to look into, None where there is nothing below.
    """

    name: str
    open_before: int
    received: int
    done: int
    on_time: int
    late: int
    withdrawn: int
    stopped: int
    open_after: int
    agency: UUID | None = None

    @property
    def share(self) -> float | None:
        """Per cent on time of what was done under a term; None when nothing was."""
        judged = self.on_time + self.late
        return round(100 * self.on_time / judged, 1) if judged else None


@dataclass(frozen=True)
class Week:
    """Monday to Sunday, Viet Nam's days; `through` is the last day counted in it, None when none is yet.

    `lines` are units, or the rooms of the one that was asked for; `whole` is their sum.
    """

    monday: date
    through: date | None
    unit: str
    lines: tuple[Line, ...]
    whole: Line

    @property
    def sunday(self) -> date:
        return self.monday + WEEK - timedelta(days=1)


def monday_of(day: date) -> date:
    """The Monday of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def weekly(read: Reading, monday: date | None = None, *, unit: UUID | None = None) -> Week:
    """The week of all offices the actor oversees, by unit, or by room of one unit; the last full week by default."""
    require_role(read.actor, *READERS)
    monday = monday_of(monday) if monday is not None else monday_of(legal_date(read.now)) - WEEK
    through = read.session.scalar(
        select(func.max(DayClosed.day)).where(DayClosed.day >= monday, DayClosed.day < monday + WEEK)
    )
    offices = _offices(read)
    agencies = {office.id: _agency(office, offices) for office in offices.values()}
    own = {one: agencies[one] for one in read.actor.oversight & offices.keys()}
    if unit is None and len(set(own.values())) == 1:
        unit = next(iter(own.values()))
    if unit is not None:
        own = {one: one for one, agency in own.items() if agency == unit}
    figures = _figures(read, monday, through)
    lines = [
        _sum(
            offices[key].name,
            [figures[one] for one, its in own.items() if its == key and one in figures],
            key if unit is None else None,
        )
        for key in dict.fromkeys(own.values())
    ]
    shown = tuple(sorted((line for line in lines if any(_numbers(line))), key=lambda line: line.name))
    name = offices[unit].name if unit is not None and unit in offices else ""
    return Week(monday, through, name, shown, _sum("", [_numbers(line) for line in shown]))


@dataclass(frozen=True)
class _Office:
    id: UUID
    name: str
    kind: str
    parent_id: UUID | None


def _offices(read: Reading) -> Mapping[UUID, _Office]:
    rows = read.session.execute(select(Office.id, Office.name, Office.kind, Office.parent_id))
    return {row[0]: _Office(*row) for row in rows}


def _agency(office: _Office, offices: Mapping[UUID, _Office]) -> UUID:
    """The unit an office belongs to: the nearest one above that is neither a room nor a centre."""
    while office.kind in PARTS and office.parent_id is not None and office.parent_id in offices:
        office = offices[office.parent_id]
    return office.id


Numbers = tuple[int, int, int, int, int, int, int, int]
NOTHING: Numbers = (0,) * 8


def _figures(read: Reading, monday: date, through: date | None) -> Mapping[UUID, Numbers]:
    """What each office did in the counted days of the week: see Line for the order."""
    if through is None:
        return {}
    kept = DayFigures
    in_time = kept.early + kept.on_time
    rows = read.session.execute(
        select(
            kept.office_id,
            func.sum(kept.received),
            func.sum(in_time + kept.late + kept.unjudged),
            func.sum(in_time),
            func.sum(kept.late),
            func.sum(kept.withdrawn),
            func.sum(kept.stopped),
        )
        .where(kept.day >= monday, kept.day <= through, _mine(read))
        .group_by(kept.office_id)
    )
    before = _left_open(read, monday - timedelta(days=1))
    found: dict[UUID, Numbers] = {}
    for office_id, *numbers in rows:
        received, done, on_time, late, withdrawn, stopped = (int(one) for one in numbers)
        start = before.get(office_id, 0)
        after = start + received - done - withdrawn - stopped
        found[office_id] = (start, received, done, on_time, late, withdrawn, stopped, after)
    return found


def _mine(read: Reading) -> ColumnElement[bool]:
    return true() if read.actor.everywhere else DayFigures.office_id.in_(read.actor.oversight)


def _left_open(read: Reading, day: date) -> Mapping[UUID, int]:
    """What was open at the end of a day; an office has a row on every day that it had something open or to do."""
    rows = read.session.execute(
        select(DayFigures.office_id, DayFigures.left_open).where(DayFigures.day == day, _mine(read))
    )
    return {row[0]: row[1] for row in rows}


def _numbers(line: Line) -> Numbers:
    return (
        line.open_before, line.received, line.done, line.on_time, line.late, line.withdrawn, line.stopped,
        line.open_after,
    )  # fmt: skip


def _sum(name: str, parts: Sequence[Numbers], agency: UUID | None = None) -> Line:
    before, received, done, on_time, late, withdrawn, stopped, after = (
        sum(column) for column in zip(NOTHING, *parts, strict=True)
    )
    return Line(name, before, received, done, on_time, late, withdrawn, stopped, after, agency)
