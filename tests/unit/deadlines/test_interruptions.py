"""What a supplement does to the date: shift, restart, several rounds, days off, open and overlapping ones."""

from datetime import date

import pytest

from engine.deadlines.ledger import replay
from engine.deadlines.limits import Interruption, Limit
from engine.deadlines.reckoning import reckon
from tests.unit.deadlines.calendars import VN, moment

GROUND = "Nghị định 61/2018/NĐ-CP, Điều 17"
FIVE, TEN_DAYS, A_DAY = Limit(5, "working_days"), Limit(10, "days"), Limit(1, "same_day")
MONDAY = "2026-11-02"  # five working days: due on Monday 9


def wait(start, end, mode="shift"):
    return Interruption(moment(start), moment(end) if end else None, "supplement", GROUND, mode)


def due_on(limit, received, *waits):
    reckoning = reckon(limit, moment(received), VN, waits)
    assert replay(reckoning.ledger, limit) == reckoning.due_at
    return reckoning.due_on and reckoning.due_on.isoformat()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-04 08:00", "2026-11-04 16:00", "2026-11-09"),  # the same day
        ("2026-11-04 16:00", "2026-11-05 08:00", "2026-11-10"),  # one day later
        ("2026-11-04 10:00", "2026-11-06 10:00", "2026-11-11"),
        ("2026-11-02 10:00", "2026-11-04 10:00", "2026-11-11"),  # asked on the day of reception
        ("2026-11-06 10:00", "2026-11-09 10:00", "2026-11-10"),  # over a weekend
        ("2026-11-07 10:00", "2026-11-08 10:00", "2026-11-09"),  # within a weekend
        ("2026-11-06 18:00", "2026-11-09 08:00", "2026-11-09"),  # asked after closing: legally on Monday
        ("2026-11-04 10:00", "2026-11-05 18:00", "2026-11-11"),  # answered after closing: legally on Friday
        ("2026-11-09 10:00", "2026-11-11 10:00", "2026-11-11"),  # asked on the due day: given back
        ("2026-11-10 10:00", "2026-11-20 10:00", "2026-11-09"),  # asked when it was already late
        ("2026-11-04 10:00", "2026-11-24 10:00", "2026-11-30"),  # answered on a holiday
    ],
)
def test_a_supplement_moves_the_date_by_the_days_waited(start, end, expected):
    assert due_on(FIVE, MONDAY, wait(start, end)) == expected


def test_rounds_add_up_and_overlaps_count_once():
    first, second = wait("2026-11-03", "2026-11-04"), wait("2026-11-06", "2026-11-10")
    assert due_on(FIVE, MONDAY, first, second) == "2026-11-12"
    assert due_on(FIVE, MONDAY, second, first) == "2026-11-12"
    assert due_on(FIVE, MONDAY, wait("2026-11-03", "2026-11-06"), wait("2026-11-04", "2026-11-05")) == "2026-11-12"
    assert due_on(FIVE, MONDAY, wait("2026-11-03", "2026-11-05"), wait("2026-11-04", "2026-11-06")) == "2026-11-12"


def test_overlaps_that_begin_on_the_due_day_count_once():
    assert due_on(FIVE, MONDAY, wait("2026-11-09", "2026-11-16"), wait("2026-11-10", "2026-11-16")) == "2026-11-16"
    assert due_on(FIVE, MONDAY, wait("2026-11-09", "2026-11-16"), wait("2026-11-10", "2026-11-18")) == "2026-11-18"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-04 10:00", "2026-11-06 10:00", "2026-11-13"),
        ("2026-11-04 10:00", "2026-11-04 16:00", "2026-11-11"),
        ("2026-11-04 10:00", "2026-11-06 18:00", "2026-11-16"),
        ("2026-11-09 10:00", "2026-11-11 10:00", "2026-11-18"),
        ("2026-11-10 10:00", "2026-11-20 10:00", "2026-11-09"),
    ],
)
def test_where_the_decree_says_so_the_limit_is_counted_again_from_zero(start, end, expected):
    assert due_on(FIVE, MONDAY, wait(start, end, "restart")) == expected


def test_a_second_restart_begins_again_and_a_shift_after_it_adds():
    first = wait("2026-11-04", "2026-11-06", "restart")
    assert due_on(FIVE, MONDAY, first, wait("2026-11-10", "2026-11-12", "restart")) == "2026-11-19"
    assert due_on(FIVE, MONDAY, first, wait("2026-11-10", "2026-11-12")) == "2026-11-17"


def test_calendar_days_move_by_calendar_days_and_still_end_on_a_working_day():
    assert due_on(TEN_DAYS, "2026-11-02") == "2026-11-12"
    assert due_on(TEN_DAYS, "2026-11-02", wait("2026-11-04", "2026-11-05")) == "2026-11-13"
    assert due_on(TEN_DAYS, "2026-11-02", wait("2026-11-04", "2026-11-06")) == "2026-11-16"  # 14 is a Saturday
    assert due_on(TEN_DAYS, "2026-11-02", wait("2026-11-04", "2026-11-07")) == "2026-11-17"  # answered on Monday
    assert due_on(TEN_DAYS, "2026-11-05") == "2026-11-16"  # 15 is a Sunday
    assert due_on(TEN_DAYS, "2026-11-05", wait("2026-11-16", "2026-11-18")) == "2026-11-18"
    assert due_on(TEN_DAYS, "2026-11-05", wait("2026-11-16", "2026-11-18", "restart")) == "2026-11-30"


def test_hours_lose_exactly_the_working_time_waited():
    eight = Limit(8, "hours")
    monday = moment("2026-11-16 09:00")

    def due_at(*waits):
        reckoning = reckon(eight, monday, VN, waits)
        assert replay(reckoning.ledger, eight) == reckoning.due_at
        return reckoning.due_at

    assert due_at(wait("2026-11-16 10:00", "2026-11-16 14:00")) == moment("2026-11-17 11:30")
    assert due_at(wait("2026-11-16 12:00", "2026-11-16 12:30")) == moment("2026-11-17 09:00")
    assert due_at(wait("2026-11-16 10:00", "2026-11-18 06:00")) == moment("2026-11-18 16:00")
    assert due_at(wait("2026-11-16 10:00", "2026-11-16 14:00", "restart")) == moment("2026-11-17 14:00")
    assert due_at(wait("2026-11-17 09:00", "2026-11-17 14:00")) == moment("2026-11-17 09:00")


def test_a_same_day_limit_moves_to_the_day_an_answer_can_still_be_dealt_with():
    assert due_on(A_DAY, "2026-11-16", wait("2026-11-16 10:00", "2026-11-16 14:00")) == "2026-11-16"
    assert due_on(A_DAY, "2026-11-16", wait("2026-11-16 10:00", "2026-11-16 15:00:01")) == "2026-11-17"
    assert due_on(A_DAY, "2026-11-16", wait("2026-11-16 10:00", "2026-11-20 09:00", "restart")) == "2026-11-20"
    assert due_on(A_DAY, "2026-11-16", wait("2026-11-18 10:00", "2026-11-20 09:00")) == "2026-11-16"
    assert due_on(A_DAY, "2026-11-16 16:00", wait("2026-11-16 16:30", "2026-11-16 16:40")) == "2026-11-17"


@pytest.mark.parametrize(
    ("limit", "mode", "remaining"),
    [
        (FIVE, "shift", 3),
        (FIVE, "restart", 5),
        (TEN_DAYS, "shift", 8),
        (Limit(24, "hours"), "shift", 7 * 3600),
        (A_DAY, "shift", 1),
    ],
)
def test_while_an_interruption_is_open_there_is_no_date_but_a_rest_of_the_limit(limit, mode, remaining):
    start = "2026-11-02 10:00" if limit == A_DAY else "2026-11-04 10:00"
    reckoning = reckon(limit, moment(MONDAY), VN, [wait(start, None, mode)])
    assert reckoning.paused
    assert (reckoning.due_on, reckoning.due_at, reckoning.remaining) == (None, None, remaining)
    assert reckoning.ledger[-1].kind == "paused"
    assert reckoning.ledger[-1].end is None
    assert replay(reckoning.ledger) is None


def test_an_open_interruption_that_came_too_late_changes_nothing():
    reckoning = reckon(FIVE, moment(MONDAY), VN, [wait("2026-11-10", None)])
    assert (reckoning.paused, reckoning.due_on) == (False, date(2026, 11, 9))


def test_an_interruption_may_not_end_before_it_starts():
    with pytest.raises(ValueError, match="ends before"):
        wait("2026-11-05", "2026-11-04")
