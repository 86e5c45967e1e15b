"""The week of an office in figures: open at its start, received, done, withdrawn or ended, open at its end, how late.

Its account is that of every report (`engine.dossiers.accounting`), of days that are over: seven rows an office, however
many dossiers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.dossiers.accounting import Account, account
from engine.dossiers.figures import DayClosed
from engine.queries.units import shown_by
from engine.work import Reading

READERS = ("unit_head", "leader", "centre_director", "procedure_controller", "inspector", "party_leader")
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One office's week, or the sum of several; `agency` names the unit to look into, None where nothing is below."""

    name: str
    account: Account
    agency: UUID | None = None


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
    own, unit, offices = shown_by(read, unit)
    figures = account(read.session, monday, through, _mine(read), until=read.now) if through is not None else {}
    lines = [
        Line(
            offices[key].name,
            Account.total(figures[one] for one, its in own.items() if its == key and one in figures),
            key if unit is None else None,
        )
        for key in dict.fromkeys(own.values())
    ]
    shown = tuple(sorted((line for line in lines if not line.account.empty), key=lambda line: line.name))
    name = offices[unit].name if unit is not None and unit in offices else ""
    return Week(monday, through, name, shown, Line("", Account.total(line.account for line in shown)))


def _mine(read: Reading) -> Collection[UUID] | None:
    """The offices whose figures the actor reads, None for all."""
    return None if read.actor.everywhere else read.actor.oversight
