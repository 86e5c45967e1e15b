"""Letters about an error, a loss or damage beside one about the date: neither takes the other's place."""

from __future__ import annotations

import pytest

from engine.usecases.apology_acts import begin_apology
from tests.factories import legal
from tests.usecases.test_recounting import begun, worker

WHAT = "Bản chụp biên bản họp bị thất lạc khi luân chuyển."


def with_both_letters(ward, step: str):
    """A dossier whose officer writes about a loss since the day before, and about its date since this morning."""
    case_id = ward.dossier_at(step)
    ward.wait_until(legal(3, 9))
    with ward.work("nam") as work:
        begin_apology(work, case_id, because="loss", account=WHAT)
    ward.wait_until(legal(4, 10))
    assert sorted(ward.open_steps(case_id)) == sorted(["apology_other", "apology_reason", step])
    return case_id


@pytest.mark.dialects("sqlite")
def test_a_dossier_done_in_time_spares_the_letter_about_its_date_and_no_other(ward):
    case_id = with_both_letters(ward, "approve")
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    assert [(one.because, one.closed_because) for one in ward.apologies(case_id)] == [("loss", ""), ("term", "decided")]
    assert sorted(ward.open_steps(case_id)) == ["apology_other", "hand_over"]


@pytest.mark.dialects("sqlite")
def test_a_date_held_to_be_safe_stays_so_while_another_letter_is_written(ward):
    case_id = with_both_letters(ward, "appraise")
    ward.do(case_id, "apology_reason", {"apology": {"outcome": "on_time"}})
    ward.wait_until(legal(4, 17))
    assert ward.notices(case_id, "may_be_late") == []
    ward.wait_until(legal(6, 9))
    assert sorted(ward.open_steps(case_id)) == ["apology_other", "apology_reason", "appraise"], (
        "it was missed after all"
    )


@pytest.mark.dialects("sqlite")
def test_a_day_off_that_moves_the_date_spares_the_letter_about_it_and_no_other(ward):
    case_id = with_both_letters(ward, "appraise")
    worker(ward, begun(ward, "2026-03-05"))
    known = [(one.because, one.closed_because) for one in ward.apologies(case_id)]
    assert known[:2] == [("loss", ""), ("term", "calendar")]
    assert sorted(ward.open_steps(case_id))[0] == "apology_other"
    assert "apology.spared" in [act.verb for act in ward.acts(case_id)]


@pytest.mark.dialects("sqlite")
def test_a_paper_lost_while_the_applicant_is_supplementing_is_apologised_for_as_well(ward):
    case_id = ward.paused()
    with ward.work("nam") as work:
        begin_apology(work, case_id, because="loss", account=WHAT)
    assert [one.because for one in ward.apologies(case_id)] == ["loss"]
    assert "apology_other" in ward.open_steps(case_id)
