"""Who comes when in a simulated year, and what becomes of it: all drawn from a seed, nothing read, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from engine.clock import LEGAL_ZONE
from engine.deadlines.calendar import Calendar
from engine.sample.lives import BIRTH, HOUSEHOLD, PERMIT

SHARE = {HOUSEHOLD: 55, BIRTH: 28, PERMIT: 17}
CHANNELS = {"online": 55, "counter": 40, "post": 5}
FATES = {
    "plain": 70, "supplemented": 9, "supplemented_late": 3, "never_supplemented": 3, "withdrawn": 4, "refused": 3,
    "refused_later": 3, "neglected": 5,
}  # fmt: skip
"""What becomes of a hundred dossiers; a neglected one lies on a desk for days before somebody takes it up."""
REACH = {"both": 76, "sms_fails": 9, "email_fails": 9, "neither": 4, "unsure": 2}
"""By which channels a hundred applicants are reached; `unsure`: the gateway does not say whether the message went."""
WEEKDAYS = (1.4, 1.1, 1.0, 1.0, 0.9, 0.2, 0.1)
BEFORE_TET, AFTER_24_11 = 1.7, 1.6
RUSH = timedelta(days=21)
AT_HOME = (2, 3, 6, 9, 9, 8, 5, 5, 8, 8, 7, 5, 4, 6, 8, 7, 4)
"""How many file from home in each hour from six in the morning on."""


@dataclass(frozen=True)
class Coming:
    """One dossier that is going to be brought: when, by which channel, what becomes of it, who hears of it.

    `pace` stretches the time of every desk; `seed` is what this dossier's own dice are made of.
    """

    number: int
    procedure: str
    at: datetime
    channel: str
    fate: str
    reach: str
    pace: float
    seed: str

    @property
    def key(self) -> str:
        """The submission key, by which a dossier is found again."""
        return f"simulated-{self.number:05d}"

    @property
    def dice(self) -> Random:
        """This dossier's own dice: what is thrown for it does not hang on what others did."""
        return Random(self.seed)


def comings(count: int, first: date, last: date, calendar: Calendar, *, seed: int) -> list[Coming]:
    """So many dossiers between two days, the earliest first; the same for the same seed.

    More come on Mondays, in the three weeks before Tết and in the week after 24/11; counters only take what comes in
    their hours, from home people file at any hour from six to eleven at night.
    """
    dice = Random(f"{seed}-comings")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    tet = longest_rest(calendar, first.year)
    weights = [WEEKDAYS[day.weekday()] * _season(day, tet) for day in days]
    found = []
    for day in dice.choices(days, weights, k=count):
        channel = _one_of(dice, CHANNELS) if calendar.is_working(day) else "online"
        clock = _hour(dice) if channel == "online" else _office_hour(dice)
        found.append((datetime.combine(day, clock, LEGAL_ZONE), channel))
    return [
        Coming(
            number=number,
            procedure=_one_of(dice, SHARE),
            at=at,
            channel=channel,
            fate=_one_of(dice, FATES),
            reach=_one_of(dice, REACH),
            pace=dice.lognormvariate(0, 0.45),
            seed=f"{seed}-{number}",
        )
        for number, (at, channel) in enumerate(sorted(found), 1)
    ]


def longest_rest(calendar: Calendar, year: int) -> tuple[date, date]:
    """First and last day of the longest time off in January and February: Tết."""
    best: tuple[date, date] = (date(year, 1, 1), date(year, 1, 1))
    run: list[date] = []
    for number in range(70):
        day = date(year, 1, 1) + timedelta(days=number)
        run = [] if calendar.is_working(day) else [*run, day]
        if len(run) > (best[1] - best[0]).days + 1:
            best = (run[0], run[-1])
    return best


def _season(day: date, tet: tuple[date, date]) -> float:
    if tet[0] - RUSH <= day < tet[0]:
        return BEFORE_TET
    if tet[0] <= day <= tet[1]:
        return 0.15
    return AFTER_24_11 if date(day.year, 11, 24) < day <= date(day.year, 12, 4) else 1.0


def _one_of(dice: Random, shares: dict[str, int]) -> str:
    return dice.choices(list(shares), list(shares.values()))[0]


def _hour(dice: Random) -> time:
    return time(dice.choices(range(6, 23), AT_HOME)[0], dice.randint(0, 59), dice.randint(0, 59))


def _office_hour(dice: Random) -> time:
    """Within the hours of counters; every seventh or so comes after 15:00."""
    hour = dice.choices((8, 9, 10, 13, 14, 15, 16), (7, 8, 7, 4, 5, 4, 2))[0]
    return time(hour, dice.randint(0, 29) if hour in (13, 16) else dice.randint(0, 59), dice.randint(0, 59))
