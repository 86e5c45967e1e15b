"""What is still needed from a step: by procedure, step, unit and season, for a dossier that has waited already."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clock import LEGAL_ZONE
from engine.deadlines.limits import Interruption, Limit
from engine.forecasts.lives import WHOLE, Life, Observation, Stay, observations, spent
from engine.forecasts.outlook import HOUR, LEAST, Outlook, Sample, Strengths
from engine.forecasts.seasons import BEFORE_TET, ORDINARY, season_of
from tests.unit.deadlines.calendars import VN, moment

DAY = 8 * HOUR


def seen(hours: float, *, unit: str = "a", season: str = "", stay: float | None = None, decided: bool = True):
    total = int(hours * HOUR)
    return Observation("step", season, unit, int((hours if stay is None else stay) * HOUR), True, total, decided)


def whole(hours: float) -> Observation:
    return Observation(WHOLE, "", "a", int(hours * HOUR), True, int(hours * HOUR), True)


def outlook(*entries: Observation, **strengths: float) -> Outlook:
    return Outlook(Sample(entries), given=Strengths(**strengths) if strengths else None)


# --- what a life teaches


def life(**changes) -> Life:
    stays = (
        Stay("check", moment("2026-03-02 08:00"), moment("2026-03-02 09:00")),
        Stay("appraise", moment("2026-03-02 09:00"), moment("2026-03-03 09:00")),
        Stay("inspect", moment("2026-03-03 09:00"), moment("2026-03-04 09:00")),
        Stay("opinion", moment("2026-03-03 09:00"), moment("2026-03-05 09:00")),
        Stay("approve", moment("2026-03-05 10:00"), moment("2026-03-06 09:00")),
        Stay("hand_over", moment("2026-03-06 09:00"), None),
    )
    told = {
        "key": "1", "procedure": "p", "office": "a", "accepted_at": moment("2026-03-02 09:00"),
        "limit": Limit(5, "working_days"), "stays": stays, "ended_at": moment("2026-03-06 09:00"), "decided": True,
    }  # fmt: skip
    return Life(**{**told, **changes})


def test_a_life_is_cut_into_its_steps_parallel_ones_together():
    entries = observations(life(), VN, moment("2026-05-01"))
    assert [(one.step, one.stay / DAY, one.total / DAY) for one in entries] == [
        ("appraise", 1, 4),
        ("inspect+opinion", 1, 3),
        ("opinion", 1.125, 2),  # an hour of a machine's work belongs to the step before it
        ("approve", 0.875, 0.875),
        (WHOLE, 4, 4),
    ]
    assert all(one.decided and one.left for one in entries)


def test_time_the_applicant_takes_is_not_counted():
    asked, answered = moment("2026-03-02 15:00"), moment("2026-03-12 15:00")
    stays = (
        Stay("appraise", moment("2026-03-02 09:00"), asked),
        Stay("appraise", answered, moment("2026-03-13 15:00")),
    )
    pause = Interruption(asked, answered, "supplement", "")
    one = life(stays=stays, pauses=(pause,), ended_at=moment("2026-03-13 15:00"))
    first, again, all_in_all = observations(one, VN, moment("2026-05-01"))
    assert (first.stay / HOUR, again.stay / HOUR, all_in_all.total / HOUR) == (4.5, 8, 12.5)
    waiting = one.as_of(moment("2026-03-09 09:00"))
    assert waiting is not None
    assert waiting.paused
    assert spent(waiting, VN, moment("2026-03-09 09:00")).in_all == 4.5 * HOUR
    assert not one.as_of(moment("2026-03-12 16:00")).paused


def test_what_came_later_was_not_known_then():
    then = life().as_of(moment("2026-03-03 11:00"))
    assert then is not None
    assert [stay.step for stay in then.stays] == ["check", "appraise", "inspect", "opinion"]
    assert (then.ended_at, then.decided) == (None, False)
    entries = observations(then, VN, moment("2026-03-03 11:00"))
    assert [(one.step, one.left, one.decided) for one in entries] == [
        ("appraise", True, False),
        ("inspect+opinion", False, False),
        (WHOLE, False, False),
    ]
    assert spent(then, VN, moment("2026-03-03 11:00")) == ("inspect+opinion", ORDINARY, 2 * HOUR, 10 * HOUR)
    assert life().as_of(moment("2026-03-01")) is None


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ("2026-01-15", ORDINARY),
        ("2026-01-20", BEFORE_TET),
        ("2026-02-13", BEFORE_TET),
        ("2026-02-23", ORDINARY),
        ("2025-12-31", ORDINARY),
        ("2025-01-02", BEFORE_TET),  # Tết 2025 began on 25 January
        ("2026-05-04", ORDINARY),
    ],
)
def test_the_season_is_the_four_working_weeks_before_tet(day, season):
    assert season_of(moment(day), VN) == season


# --- what is said


def test_too_few_cases_say_nothing():
    entries = [seen(10) for _ in range(LEAST - 1)]
    assert outlook(*entries).remaining("step") is None
    assert outlook(*entries, seen(10)).remaining("step") is not None
    assert outlook(*entries, seen(10)).remaining("another") is None


def test_half_of_such_dossiers_are_decided_by_the_median():
    remaining = outlook(*(seen(hours) for hours in range(1, 42))).remaining("step", "a")
    assert remaining is not None
    assert remaining.median == 21 * HOUR
    assert remaining.beyond(31 * HOUR) == pytest.approx(10 / 41, abs=0.02)
    assert (remaining.beyond(-1), remaining.beyond(10**9)) == (1.0, pytest.approx(0.0))
    assert remaining.within(0.9) == 37 * HOUR


def test_who_has_waited_long_is_compared_with_those_who_waited_as_long():
    """Half take two hours, half forty: after three hours in the step only the slow half is left."""
    entries = [seen(2) for _ in range(30)] + [seen(40) for _ in range(30)]
    fresh = outlook(*entries).remaining("step", "a")
    waited = outlook(*entries).remaining("step", "a", in_step=3 * HOUR, in_all=3 * HOUR)
    assert fresh.beyond(30 * HOUR) == pytest.approx(0.5, abs=0.01)
    assert waited.beyond(30 * HOUR) == pytest.approx(1.0, abs=0.01)
    assert waited.median == 37 * HOUR


def test_leaving_the_step_counts_not_the_decision():
    """Those that left the step quickly say nothing of one that still stands there, however late they were decided."""
    entries = [seen(30, stay=1) for _ in range(40)] + [seen(12, stay=10) for _ in range(40)]
    waited = outlook(*entries).remaining("step", "a", in_step=8 * HOUR, in_all=8 * HOUR)
    assert waited.beyond(10 * HOUR) == pytest.approx(0.0, abs=0.01)
    assert waited.cases == 40


def test_longer_than_anybody_ever_waited_says_nothing():
    entries = [seen(hours) for hours in range(1, 42)]
    assert outlook(*entries).remaining("step", "a", in_step=60 * HOUR, in_all=60 * HOUR) is None


def test_a_unit_with_five_cases_says_mostly_what_the_others_say_and_one_with_many_speaks_for_itself():
    others = [seen(10, unit="big") for _ in range(200)]
    few, many = [seen(50, unit="small") for _ in range(5)], [seen(50, unit="small") for _ in range(200)]
    five = outlook(*others, *few, step=16, season=16, unit=16).remaining("step", "small")
    lot = outlook(*others, *many, step=16, season=16, unit=16).remaining("step", "small")
    assert five.beyond(20 * HOUR) == pytest.approx(5 / 21, abs=0.05)
    assert (five.level, five.cases) == ("season", 205)
    assert lot.beyond(20 * HOUR) > 0.9
    assert (lot.level, lot.cases) == ("unit", 200)
    unknown = outlook(*others, *few, step=16, season=16, unit=16).remaining("step", "new")
    assert unknown.beyond(20 * HOUR) == pytest.approx(5 / 205, abs=0.02)


def test_the_weeks_before_tet_speak_for_themselves_once_there_are_enough():
    year = [seen(10) for _ in range(200)]
    tet = [seen(30, season=BEFORE_TET) for _ in range(60)]
    model = outlook(*year, *tet, step=16, season=16, unit=16)
    assert model.remaining("step", "a", ORDINARY).beyond(20 * HOUR) < 0.1
    assert model.remaining("step", "a", BEFORE_TET).beyond(20 * HOUR) > 0.9


def test_open_dossiers_are_not_forgotten():
    done = [seen(10) for _ in range(30)]
    open_ones = [Observation("step", "", "a", 40 * HOUR, False, 40 * HOUR, False) for _ in range(30)]
    assert outlook(*done).remaining("step", "a").beyond(20 * HOUR) == 0.0
    assert outlook(*done, *open_ones).remaining("step", "a").beyond(20 * HOUR) == pytest.approx(0.5, abs=0.01)


@given(
    seed=st.integers(0, 10_000),
    count=st.integers(LEAST, 60),
    waited=st.integers(0, 60),
    dates=st.lists(st.integers(-10, 400), min_size=2, max_size=12),
)
@settings(max_examples=80, deadline=None)
def test_the_probability_never_falls_when_the_date_moves_earlier(seed, count, waited, dates):
    chance = Random(seed)
    entries = []
    for _ in range(count):
        hours = chance.expovariate(1 / 40)
        stay = hours * chance.random()
        season, unit = chance.choice(["", BEFORE_TET]), chance.choice(["a", "b"])
        decided = chance.random() < 0.8
        entries += [seen(hours, stay=stay, season=season, unit=unit, decided=decided), whole(hours * 1.5)]
    remaining = outlook(*entries).remaining("step", "a", in_step=waited * HOUR, in_all=2 * waited * HOUR)
    if remaining is not None:
        said = [remaining.beyond(hours * HOUR) for hours in sorted(dates)]
        assert said == sorted(said, reverse=True)
        assert all(0.0 <= one <= 1.0 for one in said)


def test_pauses_that_lie_in_each_other_count_once():
    pauses = (
        Interruption(moment("2026-03-03 09:00"), moment("2026-03-05 09:00"), "supplement", ""),
        Interruption(moment("2026-03-04 09:00"), moment("2026-03-04 11:00"), "stop", ""),
    )
    one = life(stays=(Stay("appraise", moment("2026-03-02 09:00"), None),), pauses=pauses, ended_at=None, decided=False)
    now = datetime.combine(date(2026, 3, 6), moment("2026-03-06 09:00").timetz(), LEGAL_ZONE)
    assert spent(one, VN, now).in_all == 2 * DAY
    assert spent(one, VN, now + timedelta(days=2)).in_all == 22.5 * HOUR  # Sunday: Friday was worked to its end
