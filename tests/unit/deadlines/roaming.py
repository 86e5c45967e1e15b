"""Random calendars, limits, receptions and interruptions, each held against what must be true of every due date."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random

from engine.clock import LEGAL_ZONE
from engine.deadlines import reckoning
from engine.deadlines.calendar import Calendar, DayKind, DayRule, Reception, Week
from engine.deadlines.ledger import from_json, ledger_from_json, replay, to_json
from engine.deadlines.limits import Interruption, Limit, LimitUnit
from engine.deadlines.reckoning import reckon
from tests.unit.deadlines.calendars import HOURS, VN, WEEK
from tests.unit.deadlines.plain import plain_due

A_DAY = timedelta(days=1)
UNITS: tuple[LimitUnit, ...] = ("working_days", "working_days", "days", "months", "hours", "same_day")
FIRST, LAST = date(2025, 12, 1), date(2027, 3, 1)
SHORT = ((time(8), time(12)), (time(13, 30), time(16, 30)))
MORNING = ((time(7, 30), time(11, 30)),)


@cache
def calendars() -> tuple[Calendar, ...]:
    """The national calendar, and some that an office might keep: other hours later, make-up days, Saturday counters."""
    dice, made = Random(24), [VN]
    for number in range(12):
        days = {}
        for _ in range(dice.randint(0, 40)):
            day = FIRST + dice.randint(0, (LAST - FIRST).days) * A_DAY
            off = day.weekday() < 5
            kind = DayKind.OFF_HOLIDAY if off else DayKind.WORK_MAKEUP
            days[day] = DayRule(kind, "thử nghiệm", hours=MORNING if not off and dice.random() < 0.3 else None)
        later = (Week(date(2026, 7, 1), dict.fromkeys(range(5), SHORT)),) if number % 3 == 0 else ()
        counter = {5: Reception(MORNING)} if number % 2 else {}
        made.append(Calendar(f"one-{number}", days, WEEK, 2027, counter, later))
    return tuple(made)


def due(limit: Limit, start: datetime, calendar: Calendar, waits: Sequence[Interruption] = ()) -> datetime:
    """The due moment of a dossier nobody waits for any more."""
    found = reckoning.due(limit, start, calendar, waits)
    assert found is not None
    return found


def moment_of(dice: Random) -> datetime:
    """Any second of some fifteen months, the edges of opening hours more often than others."""
    edge = dice.choice([time(7, 30), time(11, 30), time(13), time(15), time(17), time(0)])
    clock = edge if dice.random() < 0.3 else (datetime.min + timedelta(seconds=dice.randrange(86400))).time()
    day = FIRST + dice.randint(0, 390) * A_DAY
    return datetime.combine(day, clock, LEGAL_ZONE) + timedelta(seconds=dice.choice([0, 0, 1]))


def limit_of(dice: Random) -> Limit:
    """Any limit an office has."""
    unit = dice.choice(UNITS)
    most = {"months": 4, "same_day": 1}.get(unit, 40)
    return Limit(dice.randint(1, most), unit)


def waits_of(dice: Random, start: datetime, most: int = 3) -> list[Interruption]:
    """Interruptions that follow one another and are over."""
    waits, at = [], start
    for _ in range(dice.randint(0, most)):
        begin = at + timedelta(seconds=dice.randrange(1, 12 * 86400))
        at = begin + timedelta(seconds=dice.randrange(0, 12 * 86400))
        waits.append(Interruption(begin, at, "supplement", "thử nghiệm"))
        at += 2 * A_DAY
    return waits


def agrees_with_a_plain_reading(dice: Random) -> None:
    """The engine's sums and a walk from day to day come to the same moment."""
    calendar, limit, start = dice.choice(calendars()), limit_of(dice), moment_of(dice)
    waits = waits_of(dice, start)
    assert due(limit, start, calendar, waits) == plain_due(limit, start, calendar, waits), (limit, start, waits)


def the_ledger_gives_the_date_back(dice: Random) -> None:
    """From the ledger alone, kept and read back, comes the date that was kept; no due date falls on a day off."""
    calendar, limit, start = dice.choice(calendars()), limit_of(dice), moment_of(dice)
    waits = [replace(wait, mode=dice.choice(["shift", "restart"])) for wait in waits_of(dice, start)]
    found = reckon(limit, start, calendar, waits)
    kept = json.loads(to_json(found))["ledger"]
    assert found.due_on is not None
    assert calendar.is_working(found.due_on), found
    assert replay(ledger_from_json(kept), limit) == found.due_at == from_json(to_json(found)).due_at
    assert found.due_at == due(limit, start, calendar, waits)


def whoever_comes_later_is_not_due_earlier(dice: Random) -> None:
    """Monotone in reception, in the limit and in days off."""
    calendar, limit = dice.choice(calendars()), limit_of(dice)
    first, second = sorted((moment_of(dice), moment_of(dice)))
    assert due(limit, first, calendar) <= due(limit, second, calendar), (limit, first, second)
    if limit.unit != "same_day":
        longer = Limit(limit.value + dice.randint(1, 5), limit.unit)
        assert due(limit, first, calendar) <= due(longer, first, calendar), (limit, first)
    off = FIRST + dice.randint(0, (LAST - FIRST).days) * A_DAY
    fewer = replace(calendar, days={**calendar.days, off: DayRule(DayKind.OFF_HOLIDAY, "thử nghiệm")})
    assert due(limit, first, calendar) <= due(limit, first, fewer), (limit, first, off)


def limits_add_up(dice: Random) -> None:
    """Two limits one after the other are their sum, in working days and in working hours."""
    calendar, start = dice.choice(calendars()), moment_of(dice)
    one, other = dice.randint(1, 20), dice.randint(1, 20)
    for unit in ("working_days", "hours"):
        halfway = due(Limit(one, unit), start, calendar)
        assert due(Limit(one + other, unit), start, calendar) == due(Limit(other, unit), halfway, calendar)


def a_pause_of_n_working_days_moves_the_date_by_n(dice: Random) -> None:
    """From a request within the limit to the answer n working days later, the date moves by n working days."""
    calendar, start, limit = dice.choice(calendars()), moment_of(dice), Limit(dice.randint(1, 30), "working_days")
    plain = reckon(limit, start, calendar)
    asked = calendar.on_or_after(plain.effective_on + A_DAY)
    assert plain.due_on is not None
    for _ in range(dice.randrange(0, limit.value)):
        asked = min(calendar.add(asked, 1), plain.due_on)
    waited = dice.randint(0, 12)
    answered = calendar.add(asked, waited) if waited else asked
    wait = Interruption(calendar.opening(asked), calendar.opening(answered), "supplement", "thử nghiệm")
    moved = calendar.add(plain.due_on, waited) if waited else plain.due_on
    assert reckon(limit, start, calendar, [wait]).due_on == moved, (limit, start, wait)


def hours_and_days_agree(dice: Random) -> None:
    """Eight working hours from opening on are one working day from the evening before."""
    days, day = dice.randint(1, 15), VN.on_or_after(FIRST + dice.randint(31, 390) * A_DAY)
    eve = datetime.combine(VN.before(day), HOURS[-1][1], LEGAL_ZONE)
    assert due(Limit(8 * days, "hours"), VN.opening(day), VN) == due(Limit(days, "working_days"), eve, VN)


KINDS: Sequence[Callable[[Random], None]] = (
    agrees_with_a_plain_reading,
    the_ledger_gives_the_date_back,
    whoever_comes_later_is_not_due_earlier,
    limits_add_up,
    a_pause_of_n_working_days_moves_the_date_by_n,
    hours_and_days_agree,
)


def roam(kind: Callable[[Random], None], seed: int) -> None:
    """One random dossier of a kind; the same seed draws the same. AssertionError where what must hold does not."""
    kind(Random(f"{kind.__name__} {seed}"))
