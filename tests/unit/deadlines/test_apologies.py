"""When a letter of apology is drafted, told of unsigned and due, by the rules of an authority and the calendar."""

from dataclasses import replace
from datetime import date

import pytest

from engine.deadlines.apologies import ApologyRules, apology_moments, other_moments, proposed_date
from tests.unit.deadlines.calendars import VN, moment

RULES = ApologyRules()
BEGAN = moment("2026-11-10 08:00")


@pytest.mark.parametrize(
    ("promised", "drafted", "told", "latest"),
    [
        ("2026-11-23", "2026-11-20 07:30", "2026-11-20 16:00", "2026-11-20 17:00"),
        ("2026-11-25", "2026-11-23 07:30", "2026-11-23 16:00", "2026-11-23 17:00"),  # 24/11 is off
        ("2026-11-20", "2026-11-19 07:30", "2026-11-19 16:00", "2026-11-19 17:00"),
        ("2027-01-04", "2026-12-31 07:30", "2026-12-31 16:00", "2026-12-31 17:00"),  # the year's end
    ],
)
def test_a_letter_goes_out_a_working_day_before_the_promised_date(promised, drafted, told, latest):
    found = apology_moments(date.fromisoformat(promised), VN, RULES, short=False, not_before=BEGAN)
    assert found.draft_at == moment(drafted)
    assert found.notice_at == moment(told)
    assert found.letter_by == moment(latest)


def test_a_short_limit_is_told_before_closing_time_of_its_day():
    found = apology_moments(date(2026, 11, 20), VN, RULES, short=True, not_before=moment("2026-11-20 08:00"))
    assert (found.draft_at, found.notice_at) == (moment("2026-11-20 15:00"), moment("2026-11-20 16:30"))
    assert found.letter_by == moment("2026-11-20 17:00")
    ahead = replace(RULES, short_minutes=30, short_notice_minutes=0)
    found = apology_moments(date(2026, 11, 20), VN, ahead, short=True, not_before=moment("2026-11-20 16:00"))
    assert found.letter_by == found.notice_at == moment("2026-11-20 16:30")
    assert found.draft_at == moment("2026-11-20 16:00"), "nothing is drafted before the term began"


def test_other_rules_give_other_moments():
    rules = replace(RULES, letter_days=2, draft_hours=20, notice_hours=0)
    found = apology_moments(date(2026, 11, 20), VN, rules, short=False, not_before=BEGAN)
    assert found.letter_by == found.notice_at == moment("2026-11-18 17:00")
    assert found.draft_at == moment("2026-11-16 13:00")


def test_an_error_is_apologised_for_within_working_hours():
    found = other_moments(moment("2026-11-20 15:00"), VN, RULES)
    assert (found.draft_at, found.letter_by) == (moment("2026-11-20 15:00"), moment("2026-11-23 15:00"))
    assert found.notice_at == moment("2026-11-23 14:00")


def test_one_new_date_is_proposed_and_never_a_day_off_or_gone():
    assert proposed_date(date(2026, 11, 20), 5, VN, RULES, today=date(2026, 11, 19)) == date(2026, 11, 26)
    assert proposed_date(date(2026, 11, 20), 1, VN, RULES, today=date(2026, 11, 30)) == date(2026, 12, 1)
    assert proposed_date(date(2026, 11, 20), 3, VN, replace(RULES, extension_percent=1), today=date(2026, 11, 20)) == (
        date(2026, 11, 23)
    )
