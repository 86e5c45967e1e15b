"""Due dates of the civil service's real calendar: domain vectors, the edges of the day, rest days, the year's end."""

from datetime import date, time

import pytest

from engine.deadlines.calendar import Calendar, DayKind, DayRule, Reception
from engine.deadlines.limits import Interruption, Limit
from engine.deadlines.reckoning import due, reckon
from tests.unit.deadlines.calendars import HOURS, VN, WEEK, moment


@pytest.mark.parametrize(
    ("received", "limit", "due_on"),
    [
        ("2026-04-22", Limit(3, "working_days"), "2026-04-28"),
        ("2026-08-21", Limit(5, "working_days"), "2026-08-27"),
        ("2026-08-27", Limit(3, "working_days"), "2026-09-04"),
        ("2026-02-13", Limit(5, "working_days"), "2026-02-27"),
        ("2025-04-25", Limit(3, "working_days"), "2025-04-29"),
        ("2024-04-26", Limit(5, "working_days"), "2024-05-07"),
        ("2026-11-20", Limit(3, "working_days"), "2026-11-26"),
        ("2025-12-31", Limit(3, "working_days"), "2026-01-07"),
        ("2026-11-09", Limit(15, "days"), "2026-11-25"),
        ("2026-04-16", Limit(10, "days"), "2026-04-28"),
        ("2025-01-20", Limit(10, "days"), "2025-02-03"),
    ],
)
def test_the_published_examples_hold(received, limit, due_on):
    reckoning = reckon(limit, moment(received), VN)
    assert reckoning.due_on == date.fromisoformat(due_on)
    assert reckoning.due_at == moment(f"{due_on} 17:00")
    assert not reckoning.provisional


def test_the_make_up_saturday_in_january_2026_counts():
    assert reckon(Limit(2, "working_days"), moment("2026-01-08"), VN).due_on == date(2026, 1, 10)


@pytest.mark.parametrize(
    ("received", "effective_on", "due_on"),
    [
        ("2026-11-16 06:00", "2026-11-16", "2026-11-17"),
        ("2026-11-16 12:00", "2026-11-16", "2026-11-17"),
        ("2026-11-16 17:00:00", "2026-11-16", "2026-11-17"),
        ("2026-11-16 17:00:01", "2026-11-17", "2026-11-18"),
        ("2026-11-21 09:00", "2026-11-23", "2026-11-25"),
        ("2026-11-24 09:00", "2026-11-25", "2026-11-26"),
    ],
)
def test_what_comes_after_closing_or_on_a_day_off_is_received_on_the_next_working_day(received, effective_on, due_on):
    reckoning = reckon(Limit(1, "working_days"), moment(received), VN)
    assert reckoning.effective_on == date.fromisoformat(effective_on)
    assert reckoning.due_on == date.fromisoformat(due_on)


def test_a_procedure_may_count_whatever_comes_after_fifteen_hours_as_received_the_next_day():
    received = moment("2026-11-16 15:00:01")
    assert reckon(Limit(1, "working_days"), received, VN).due_on == date(2026, 11, 17)
    assert reckon(Limit(1, "working_days"), received, VN, reception_until=time(15)).due_on == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("received", "due_at"),
    [
        ("2026-11-16 07:00", "2026-11-16 17:00"),
        ("2026-11-16 14:59:59", "2026-11-16 17:00"),
        ("2026-11-16 15:00:00", "2026-11-16 17:00"),
        ("2026-11-16 15:00:01", "2026-11-17 17:00"),
        ("2026-11-16 18:00", "2026-11-17 17:00"),
        ("2026-11-20 15:00:01", "2026-11-23 17:00"),
        ("2026-11-21 08:00", "2026-11-23 17:00"),
        ("2026-11-23 16:00", "2026-11-25 17:00"),
    ],
)
def test_same_day_means_today_until_fifteen_hours_sharp(received, due_at):
    assert reckon(Limit(1, "same_day"), moment(received), VN).due_at == moment(due_at)


def test_fractions_of_a_second_do_not_make_a_dossier_late():
    received = moment("2026-11-16 15:00:00").replace(microsecond=999_999)
    assert reckon(Limit(1, "same_day"), received, VN).due_at == moment("2026-11-16 17:00")


@pytest.mark.parametrize(
    ("received", "hours", "due_at"),
    [
        ("2026-11-16 09:00", 2, "2026-11-16 11:00"),
        ("2026-11-16 09:30", 2, "2026-11-16 11:30"),
        ("2026-11-16 11:00", 1, "2026-11-16 13:30"),
        ("2026-11-16 12:15", 1, "2026-11-16 14:00"),
        ("2026-11-16 07:30", 8, "2026-11-16 17:00"),
        ("2026-11-16 09:00", 8, "2026-11-17 09:00"),
        ("2026-11-16 20:00", 8, "2026-11-17 17:00"),
        ("2026-11-23 16:00", 8, "2026-11-25 16:00"),
        ("2026-11-20 17:00", 1, "2026-11-23 08:30"),
    ],
)
def test_hours_run_while_the_office_is_open(received, hours, due_at):
    assert reckon(Limit(hours, "hours"), moment(received), VN).due_at == moment(due_at)


def test_a_saturday_counter_receives_but_does_not_make_saturday_a_working_day():
    morning = {5: Reception(((time(7, 30), time(11, 30)),))}
    counter = Calendar("counter", VN.days, VN.hours, VN.announced_through, reception=morning)
    saturday = moment("2026-11-14 09:00")
    assert reckon(Limit(1, "working_days"), saturday, VN).due_on == date(2026, 11, 17)
    assert reckon(Limit(1, "working_days"), saturday, counter).due_on == date(2026, 11, 16)
    assert reckon(Limit(1, "working_days"), moment("2026-11-14 11:31"), counter).due_on == date(2026, 11, 17)
    assert reckon(Limit(1, "same_day"), saturday, counter).due_on == date(2026, 11, 16)


def test_dates_beyond_the_last_announced_year_are_provisional():
    last_of_the_year = reckon(Limit(24, "working_days"), moment("2026-11-27"), VN)
    assert (last_of_the_year.due_on, last_of_the_year.provisional) == (date(2026, 12, 31), False)
    across = reckon(Limit(25, "working_days"), moment("2026-11-27"), VN)
    assert (across.due_on, across.provisional) == (date(2027, 1, 4), True)


def test_a_day_off_not_announced_yet_makes_a_date_of_this_year_provisional():
    rumour = DayRule(DayKind.OFF_SWAP, "dự kiến", provisional=True)
    calendar = Calendar("rumour", {date(2026, 11, 18): rumour}, WEEK, 2026)
    assert reckon(Limit(3, "working_days"), moment("2026-11-16"), calendar).provisional
    assert not reckon(Limit(1, "working_days"), moment("2026-11-16"), calendar).provisional


def test_a_make_up_day_has_the_hours_of_an_ordinary_one_unless_told_otherwise():
    assert VN.windows(date(2026, 8, 22)) == HOURS
    short = DayRule(DayKind.WORK_MAKEUP, "thử nghiệm", hours=((time(8), time(12)),))
    calendar = Calendar("short", {date(2026, 8, 22): short}, WEEK, 2026)
    assert reckon(Limit(1, "working_days"), moment("2026-08-21"), calendar).due_at == moment("2026-08-22 12:00")


def test_any_year_can_be_asked():
    assert reckon(Limit(5, "working_days"), moment("1999-12-31"), VN).due_on == date(2000, 1, 7)
    assert reckon(Limit(3000, "working_days"), moment("2031-01-06"), VN).due_on.year == 2042
    assert reckon(Limit(24000, "hours"), moment("2026-01-05"), VN).due_on.year > 2036


def test_a_year_before_the_calendar_begins_does_not_unsettle_working_hours():
    calendar = Calendar("late", {}, WEEK, 2026)
    wait = Interruption(moment("2026-01-06 09:00"), moment("2026-01-06 10:00"), "supplement", "thử nghiệm")
    received = moment("2025-12-30 16:00")
    assert due(Limit(48, "hours"), received, calendar, [wait]) == moment("2026-01-07 17:00")
    calendar = Calendar("late", {}, WEEK, 2026)
    before = calendar.worked(moment("2026-06-01"))
    calendar.worked(moment("2019-06-01"))
    assert calendar.worked(moment("2026-06-01")) == before


def test_the_due_moment_can_be_had_without_the_ledger():
    assert due(Limit(3, "working_days"), moment("2026-04-22"), VN) == moment("2026-04-28 17:00")


@pytest.mark.parametrize("wrong", [(0, "days"), (-1, "hours"), (2, "same_day"), (1, "weeks")])
def test_what_is_no_limit_is_refused(wrong):
    with pytest.raises(ValueError, match="limit"):
        Limit(*wrong)


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        reckon(Limit(1, "days"), moment("2026-11-16").replace(tzinfo=None), VN)


def test_a_calendar_without_a_working_day_or_with_crossing_hours_is_refused():
    with pytest.raises(ValueError, match="no working day"):
        Calendar("shut", {}, {}, 2026)
    with pytest.raises(ValueError, match="out of order"):
        Calendar("crossed", {}, {0: ((time(8), time(12)), (time(11), time(17)))}, 2026)
