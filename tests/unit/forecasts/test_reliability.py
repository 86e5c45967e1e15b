"""Whether what is said comes true, on a made-up office whose delays are known."""

from __future__ import annotations

import pytest

from engine.forecasts.generated import lives
from engine.forecasts.reliability import held_out, interval, months_before, reliability
from tests.unit.deadlines.calendars import VN, moment

SEED = 20261122


@pytest.fixture(scope="module")
def made():
    return lives(1200, VN, seed=SEED)


@pytest.fixture(scope="module")
def told(made):
    """Five months, those before Tết 2026 among them."""
    return held_out(made, lambda life: VN, months_before(moment("2026-04-01"), 5))


def test_every_band_comes_true_within_its_interval(told):
    found = reliability(told, ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"])
    assert found.enough
    assert found.cases > 200
    assert found.late_cases > 40
    assert len(found.bands) >= 6
    for band in found.bands:
        low, high = band.interval
        assert low - 0.05 <= band.said <= high + 0.05, band
    assert found.brier < 0.8 * found.brier_usual


def test_it_is_more_precise_than_due_in_two_days_at_the_same_recall(told):
    found = reliability(told, [])
    assert found.recall >= found.recall_rule > 0.2
    assert found.precision > found.precision_rule + 0.1


def test_the_unit_with_five_cases_gets_a_forecast_that_leans_on_the_others(made, told):
    tiny = {life.key for life in made if life.office == "tiny"}
    assert len(tiny) == 5
    assert all(one.probability is not None and 0.0 < one.probability < 1.0 for one in told if one.key in tiny)


def test_the_season_shows(made):
    """Before Tết everything takes half as long again: what is said of a fresh dossier is higher, and comes true."""
    from engine.forecasts.reliability import outlook_of
    from engine.forecasts.seasons import BEFORE_TET, ORDINARY

    outlook = outlook_of(made, lambda life: VN, moment("2026-06-01"))
    said = [outlook.remaining("appraise", "slow", season).beyond(48 * 3600) for season in (ORDINARY, BEFORE_TET)]
    assert said[1] > said[0] + 0.1


def test_the_same_seed_makes_the_same_office(made):
    assert lives(1200, VN, seed=SEED) == made
    assert lives(50, VN, seed=1) != lives(50, VN, seed=2)
    assert all(life.ended_at is not None and life.ended_at > life.accepted_at for life in made)


def test_a_month_is_forecast_from_what_was_known_when_it_began(made):
    """Whatever happens from the month on changes nothing of what was said on its first evening."""
    months = months_before(moment("2026-04-01"), 1)
    begins = months[0][0]
    cut = [one for one in made if one.accepted_at < begins]
    until = months[0][0].replace(day=3)
    all_known = {one.key: one.probability for one in held_out(made, lambda life: VN, months) if one.at < until}
    only_then = {one.key: one.probability for one in held_out(cut, lambda life: VN, months) if one.at < until}
    assert only_then
    assert all(all_known[key] == said for key, said in only_then.items())


def test_an_office_with_few_cases_is_told_so():
    few = lives(30, VN, seed=2)
    found = reliability(held_out(few, lambda life: VN, months_before(moment("2026-04-01"), 3)), [])
    assert not found.enough


def test_the_interval_of_wilson():
    assert interval(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert interval(0.0, 10)[0] == 0.0
