"""The officials of a simulated year: how fast each desk is, who is away when, and how each handles a delay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from cli.simulating.comings import longest_rest
from engine.clock import LEGAL_ZONE
from engine.deadlines.calendar import Calendar
from engine.sample.lives import BIRTH, PERMIT

HOURS = {
    "check": 1.5, "appraise": 5.0, "inspect": 9.0, "opinion": 10.0, "conclude": 4.0, "initial": 2.0, "approve": 2.5,
    "register": 1.0, "collect_fee": 3.0, "hand_over": 5.0,
}  # fmt: skip
"""Working hours a step takes on an ordinary day; whatever is not named takes USUAL."""
USUAL = 1.5
SPEED: Mapping[str, float] = {BIRTH: 0.14, PERMIT: 1.5}
"""A birth is registered the same day; a permit takes its time."""
EFFORT = 0.6
"""Of the hours of a step, the share its officer is busy with it; the rest it only lies there."""

SLOW = {"yen": 1.7, "khoa": 1.4, "dung": 1.3, "phong": 1.6}
"""Officials who take longer than others."""
OVERLOADED = "bt-kthtdt"
OVERLOAD = 2.2
"""The room that has too much to do in some weeks, and how much longer everything takes there then."""

HABITS: Mapping[str, tuple[float, float]] = {
    "": (0.72, 0.20), "nam": (0.9, 0.08), "yen": (0.35, 0.45), "quyen": (0.6, 0.2), "an": (0.85, 0.15),
    "khoa": (0.4, 0.5), "dung": (0.6, 0.35), "huong": (0.8, 0.2),
}  # fmt: skip
"""How likely an official tells of a delay at once and how likely late; in the remaining cases never."""
LONG_LEAVE, SHORT_LEAVE = 5, 3


@dataclass(frozen=True)
class Leave:
    """Working days somebody is away, both days included, and who stands in."""

    login: str
    first: date
    last: date
    stand_in: str = ""

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(0), LEGAL_ZONE)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(0), LEGAL_ZONE)


@dataclass
class Official:
    """Somebody with a desk: busy until a moment, away at times."""

    login: str
    leaves: tuple[Leave, ...] = ()
    busy_until: datetime | None = None
    habits: tuple[float, float] = (0.72, 0.20)

    def from_on(self, moment: datetime) -> datetime:
        """The first moment from this one on at which they are not on leave."""
        for leave in self.leaves:
            if leave.begins <= moment < leave.ends:
                moment = leave.ends
        return moment

    def done_by(self, begins: datetime, seconds: int, calendar: Calendar) -> datetime:
        """When so many seconds of their own working time are over, counted from a moment on."""
        begins = self.from_on(begins)
        at = calendar.moment(calendar.worked(begins) + seconds)
        for leave in self.leaves:
            if begins < leave.begins <= at:
                lost = calendar.worked(leave.ends) - calendar.worked(leave.begins)
                at = calendar.moment(calendar.worked(at) + lost)
        return at

    def tells(self, dice: Random) -> str:
        """What they do about a delay: tell "promptly", "late" or "never"."""
        promptly, late = self.habits
        drawn = dice.random()
        return "promptly" if drawn < promptly else "late" if drawn < promptly + late else "never"


@dataclass
class Staff:
    """Everybody with a desk, by login."""

    officials: dict[str, Official] = field(default_factory=dict)

    @classmethod
    def of(
        cls, holders: Mapping[str, tuple[str, ...]], first: date, last: date, calendar: Calendar, seed: int
    ) -> Staff:
        """The officials with their leave of a period; `holders` says with whom each shares a post."""
        found = {}
        for login in sorted(holders):
            leaves = leaves_of(login, holders[login], first, last, calendar, Random(f"{seed}-{login}"))
            found[login] = Official(login, leaves, habits=HABITS.get(login, HABITS[""]))
        for one in found.values():
            one.leaves = tuple(_with_stand_in(leave, found) for leave in one.leaves)
        return cls(found)

    def free_first(self, logins: tuple[str, ...], now: datetime) -> Official:
        """Of several, whoever comes to a new task first."""
        some = [self.officials[login] for login in logins]
        return min(some, key=lambda one: (one.from_on(max(one.busy_until or now, now)), one.login))


def _with_stand_in(leave: Leave, officials: Mapping[str, Official]) -> Leave:
    """Nobody stands in who is away as well."""
    other = officials.get(leave.stand_in)
    away = other is not None and any(one.first <= leave.last and one.last >= leave.first for one in other.leaves)
    return replace(leave, stand_in="") if away else leave


def leaves_of(
    login: str, others: tuple[str, ...], first: date, last: date, calendar: Calendar, dice: Random
) -> tuple[Leave, ...]:
    """A longer leave in summer, a shorter one at some other time, and for every third a day or two beside Tết."""
    spare = dice.choice(others) if others and dice.random() < 0.6 else ""
    wanted = [
        (date(first.year, 6, 1) + timedelta(days=dice.randint(0, 80)), LONG_LEAVE),
        (date(first.year, 1, 12) + timedelta(days=dice.choice((dice.randint(60, 120), dice.randint(260, 320)))), 2),
    ]
    if dice.random() < 0.33:
        wanted.append((longest_rest(calendar, first.year)[1] + timedelta(days=1), dice.randint(1, SHORT_LEAVE)))
    found: list[Leave] = []
    for begins, days in sorted(wanted):
        begins = calendar.on_or_after(begins)
        ends = calendar.add(begins, days - 1) if days > 1 else begins
        if first < begins and ends <= last and all(ends < one.first or begins > one.last for one in found):
            found.append(Leave(login, begins, ends, spare))
    return tuple(found)


def overloaded_weeks(year: int, calendar: Calendar) -> tuple[tuple[date, date], ...]:
    """The weeks in which one room has too much to do: before Tết, in October and after 24/11."""
    tet = longest_rest(calendar, year)[0]
    return (
        (tet - timedelta(days=18), tet),
        (date(year, 10, 5), date(year, 10, 23)),
        (date(year, 11, 25), date(year, 12, 9)),
    )


def hours_of(step: str, procedure: str, login: str, pace: float, dice: Random) -> float:
    """Working hours a step of a dossier takes with one official."""
    usual = HOURS.get(step, USUAL) * SPEED.get(procedure, 1.0)
    return usual * pace * SLOW.get(login, 1.0) * dice.lognormvariate(0, 0.5)
