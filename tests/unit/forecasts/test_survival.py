"""The survival curve: what is not over yet counts, and a thin sample leans on a wide one."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.forecasts.survival import STRENGTHS, Curve, posterior, strength_of

SEEN = st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=25)


def test_with_nothing_censored_it_is_the_share_beyond():
    curve = posterior([(3, True), (1, True), (2, True), (2, True)])
    assert [curve.after(time) for time in (0, 1, 2, 2.5, 3)] == [1.0, 0.75, 0.25, 0.25, 0.0]


def test_the_worked_example_of_kaplan_and_meier():
    """Eight items, JASA 53 (1958), section 2: deaths at 0.8, 3.1, 5.4, 9.2, losses at 1.0, 2.7, 7.0, 12.1."""
    deaths, losses = (8, 31, 54, 92), (10, 27, 70, 121)
    curve = posterior([(time, True) for time in deaths] + [(time, False) for time in losses])
    assert [round(curve.after(time), 3) for time in deaths] == [0.875, 0.7, 0.525, 0.263]


def test_the_worked_example_of_susarla_and_van_ryzin():
    """The same eight under a prior of strength 8 with S0(t) = exp(-0.12 t): JASA 71 (1976), p. 900.

    The prior is given as a fine staircase; by their formula (2.4) with the numbers put in by hand.
    """
    from math import exp

    strength, rate = 8.0, 0.12
    steps = tuple(range(1, 3001))  # tenths of a tenth
    prior = Curve(steps, tuple(exp(-rate * step / 100) for step in steps))
    deaths, losses = (80, 310, 540, 920), (100, 270, 700, 1210)
    seen = [(time, True) for time in deaths] + [(time, False) for time in losses]

    def by_hand(time: int) -> float:
        beyond = sum(one > time for one, _ in seen)
        share = (strength * prior.after(time) + beyond) / (strength + len(seen))
        for lost in losses:
            if lost <= time:
                left = sum(one > lost for one, _ in seen)
                share *= (strength * prior.after(lost) + left + 1) / (strength * prior.after(lost) + left)
        return share

    curve = posterior(seen, prior, strength)
    for time in (50, 80, 100, 300, 310, 600, 920, 1000):
        assert curve.after(time) == pytest.approx(by_hand(time), rel=1e-9)


@given(SEEN, SEEN, st.sampled_from(STRENGTHS))
@settings(max_examples=60, deadline=None)
def test_a_curve_only_falls_and_lies_between_what_it_saw_and_what_it_leans_on(wide, seen, strength):
    prior = posterior(wide)
    curve = posterior(seen, prior, strength)
    assert list(curve.times) == sorted(set(curve.times))
    assert all(first >= second for first, second in zip((1.0, *curve.shares), curve.shares, strict=False))
    assert all(0.0 <= share <= 1.0 for share in curve.shares)
    if prior.times and all(over for _, over in seen):
        for time in range(0, 55, 5):
            share = sum(one > time for one, _ in seen)
            mixed = (strength * prior.after(time) + share) / (strength + len(seen))
            assert curve.after(time) == pytest.approx(mixed, abs=1e-9)


def test_dropping_what_is_still_open_would_say_too_little():
    chance = Random(7)
    true = [chance.expovariate(1 / 100) for _ in range(600)]
    seen = [(int(min(one, 80)), one <= 80) for one in true]  # nothing longer than 80 was seen to its end
    honest = posterior(seen).after(60)
    careless = posterior([one for one in seen if one[1]]).after(60)
    assert honest == pytest.approx(0.549, abs=0.05)  # exp(-0.6)
    assert careless < 0.3


def test_groups_that_differ_lean_little_and_groups_alike_lean_much():
    chance = Random(3)

    def group(scale: float) -> list[tuple[int, bool]]:
        return [(int(chance.expovariate(1 / scale)), True) for _ in range(60)]

    different, alike = [group(scale) for scale in (20, 60, 200, 600)], [group(100) for _ in range(4)]
    strengths = [
        strength_of((posterior([one for some in groups for one in some]), some) for some in groups)
        for groups in (different, alike)
    ]
    assert strengths[0] <= 8.0 < 64.0 <= strengths[1]
