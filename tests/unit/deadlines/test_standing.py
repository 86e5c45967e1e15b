"""Words for an open dossier, the verdict on a finished one, warning marks."""

import pytest

from engine.deadlines.limits import Interruption, Limit
from engine.deadlines.reckoning import reckon
from engine.deadlines.standing import StillPaused, judge, mark, standing
from tests.unit.deadlines.calendars import VN, moment

FIVE = reckon(Limit(5, "working_days"), moment("2026-11-16"), VN)  # due Monday 23, closing
EIGHT_HOURS = reckon(Limit(8, "hours"), moment("2026-11-16 15:00"), VN)  # due Tuesday 15:00
TODAY = reckon(Limit(1, "same_day"), moment("2026-11-20 09:00"), VN)
OPEN = reckon(
    Limit(5, "working_days"),
    moment("2026-11-16"),
    VN,
    [Interruption(moment("2026-11-17"), None, "supplement", "NĐ 61/2018")],
)


@pytest.mark.parametrize(
    ("reckoning", "now", "kind", "text"),
    [
        (FIVE, "2026-11-16 09:00", "within", "Còn 5 ngày làm việc"),
        (FIVE, "2026-11-18 23:00", "within", "Còn 3 ngày làm việc"),
        (FIVE, "2026-11-19 08:00", "soon", "Còn 2 ngày làm việc"),
        (FIVE, "2026-11-21 08:00", "soon", "Còn 1 ngày làm việc"),
        (FIVE, "2026-11-23 07:00", "today", "Đến hạn hôm nay"),
        (FIVE, "2026-11-23 23:59:59", "today", "Đến hạn hôm nay"),
        (FIVE, "2026-11-24 08:00", "overdue", "Quá hạn"),
        (FIVE, "2026-11-26 08:00", "overdue", "Quá hạn 2 ngày làm việc"),
        (EIGHT_HOURS, "2026-11-16 16:30", "soon", "Còn 7 giờ làm việc"),
        (EIGHT_HOURS, "2026-11-17 15:00:00", "today", "Đến hạn hôm nay"),
        (EIGHT_HOURS, "2026-11-17 15:00:01", "overdue", "Quá hạn 1 giờ làm việc"),
        (EIGHT_HOURS, "2026-11-18 10:00", "overdue", "Quá hạn 5 giờ làm việc"),
        (EIGHT_HOURS, "2026-11-20 10:00", "overdue", "Quá hạn 3 ngày làm việc"),
        (TODAY, "2026-11-20 17:00:00", "today", "Đến hạn hôm nay"),
        (TODAY, "2026-11-20 17:00:01", "overdue", "Quá hạn"),
        (TODAY, "2026-11-23 08:00", "overdue", "Quá hạn 1 ngày làm việc"),
        (OPEN, "2026-12-30 08:00", "paused", "Tạm dừng tính thời hạn, còn 4 ngày làm việc"),
    ],
)
def test_an_open_dossier_says_how_it_stands(reckoning, now, kind, text):
    found = standing(reckoning, VN, moment(now))
    assert (found.kind, found.text) == (kind, text)


@pytest.mark.parametrize(
    ("reckoning", "finished", "verdict"),
    [
        (FIVE, "2026-11-20 16:00", "early"),
        (FIVE, "2026-11-22 16:00", "early"),
        (FIVE, "2026-11-23 08:00", "on_time"),
        (FIVE, "2026-11-23 21:00", "on_time"),
        (FIVE, "2026-11-24 00:00", "late"),
        (EIGHT_HOURS, "2026-11-16 16:00", "early"),
        (EIGHT_HOURS, "2026-11-17 15:00:00", "on_time"),
        (EIGHT_HOURS, "2026-11-17 15:00:01", "late"),
        (TODAY, "2026-11-20 17:00:00", "on_time"),
        (TODAY, "2026-11-20 17:00:01", "late"),
        (OPEN, "2027-01-05 08:00", "early"),
    ],
)
def test_days_are_judged_by_date_and_hours_by_the_moment(reckoning, finished, verdict):
    assert judge(reckoning, moment(finished)) == verdict


def test_marks_are_moments_of_working_time():
    assert mark(FIVE, VN, 20) == moment("2026-11-17 17:00")
    assert mark(FIVE, VN, 50) == moment("2026-11-19 11:30")
    assert mark(FIVE, VN, 80) == moment("2026-11-20 17:00")
    assert mark(FIVE, VN, 100) == FIVE.due_at
    assert mark(EIGHT_HOURS, VN, 50) == moment("2026-11-17 09:30")
    assert mark(TODAY, VN, 50) == moment("2026-11-20 13:45")


def test_marks_know_of_pauses_and_days_off():
    wait = Interruption(moment("2026-11-17 10:00"), moment("2026-11-19 10:00"), "supplement", "NĐ 61/2018")
    shifted = reckon(Limit(5, "working_days"), moment("2026-11-16"), VN, [wait])
    assert mark(shifted, VN, 20) == moment("2026-11-17 17:00")
    assert mark(shifted, VN, 40) == moment("2026-11-20 17:00")
    assert mark(shifted, VN, 80) == moment("2026-11-25 17:00")


def test_a_mark_is_a_share_between_one_and_a_hundred():
    for wrong in (0, 101):
        with pytest.raises(ValueError, match="share"):
            mark(FIVE, VN, wrong)


def test_an_open_interruption_has_no_marks():
    with pytest.raises(StillPaused):
        mark(OPEN, VN, 50)
