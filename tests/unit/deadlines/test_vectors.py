"""Own examples: the edges of the day, counters on Saturdays, hours over lunch, months, restarts, pauses on days off."""

from dataclasses import replace
from datetime import date, time

import pytest

from engine.deadlines.calendar import Calendar, Reception, Week
from engine.deadlines.ledger import replay
from engine.deadlines.limits import Interruption, Limit, read_limit
from engine.deadlines.reckoning import reckon
from tests.unit.deadlines.calendars import HOURS, VN, moment

SUMMER = {day: ((time(7), time(11, 30)), (time(13, 30), time(17, 30))) for day in range(5)}


def wait(begins, ends, mode="shift"):
    return Interruption(moment(begins), moment(ends), "supplement", "NĐ 118/2025", mode)


@pytest.mark.parametrize(
    ("received", "limit", "due_at"),
    [
        # fifteen hours: strict for a result of the same day, nothing for limits in days
        ("2026-11-20 14:59:59", "same day", "2026-11-20 17:00"),
        ("2026-11-20 15:00:00", "same day", "2026-11-20 17:00"),
        ("2026-11-20 15:00:01", "same day", "2026-11-23 17:00"),
        ("2026-11-23 15:00:01", "same day", "2026-11-25 17:00"),  # over 24/11
        ("2026-11-20 15:00:01", "1 working day", "2026-11-23 17:00"),
        # closing time is still in time
        ("2026-11-20 17:00:00", "1 working day", "2026-11-23 17:00"),
        ("2026-11-20 17:00:01", "1 working day", "2026-11-25 17:00"),
        ("2026-11-20 23:59:59", "1 working day", "2026-11-25 17:00"),
        ("2026-11-21 00:00:00", "1 working day", "2026-11-25 17:00"),
        # hours over lunch, over night, over a day off, from before opening and after closing
        ("2026-11-20 10:30", "2 working hours", "2026-11-20 14:00"),
        ("2026-11-20 12:15", "1 working hour", "2026-11-20 14:00"),
        ("2026-11-20 05:00", "8 working hours", "2026-11-20 17:00"),
        ("2026-11-20 18:00", "8 working hours", "2026-11-23 17:00"),
        ("2026-11-23 16:59:59", "8 working hours", "2026-11-25 16:59:59"),
        ("2026-01-09 16:00", "2 working hours", "2026-01-10 08:30"),  # the make-up Saturday
        # months end on the day of their number, at the month's end, on the next working day
        ("2026-01-05 09:00", "1 month", "2026-02-05 17:00"),
        ("2026-01-30 09:00", "1 month", "2026-03-02 17:00"),  # 28/2 is a Saturday
        ("2025-12-31 09:00", "2 months", "2026-03-02 17:00"),
        ("2024-01-31 09:00", "1 month", "2024-02-29 17:00"),
        ("2026-03-31 09:00", "6 months", "2026-09-30 17:00"),
        ("2026-08-03 09:00", "1 month", "2026-09-03 17:00"),
        ("2026-10-23 18:00", "1 month", "2026-11-26 17:00"),  # received on Monday 26/10
        # the year's end, swap days both ways, Tết
        ("2025-12-31 16:59", "2 working days", "2026-01-06 17:00"),
        ("2026-01-01 09:00", "1 working day", "2026-01-06 17:00"),
        ("2026-01-09 09:00", "1 working day", "2026-01-10 17:00"),
        ("2026-02-13 17:00:01", "1 calendar day", "2026-02-24 17:00"),
        ("2026-02-11 09:00", "5 calendar days", "2026-02-23 17:00"),
        ("2026-08-28 09:00", "1 working day", "2026-09-03 17:00"),
        ("2023-01-19 09:00", "1 working day", "2023-01-27 17:00"),
        ("2023-04-28 09:00", "1 working day", "2023-05-04 17:00"),
    ],
)
def test_due_moments_at_the_edges(received, limit, due_at):
    reckoning = reckon(read_limit(limit), moment(received), VN)
    assert reckoning.due_at == moment(due_at)
    assert replay(reckoning.ledger, reckoning.limit) == reckoning.due_at


@pytest.mark.parametrize(
    ("received", "due_on"),
    [("14:59:59", "2026-11-17"), ("15:00:00", "2026-11-17"), ("15:00:01", "2026-11-18")],
)
def test_a_procedure_may_begin_to_count_a_day_later_after_its_hour(received, due_on):
    reckoning = reckon(
        Limit(1, "working_days"), moment(f"2026-11-16 {received}"), VN, reception_until=time(15), cut_off=None
    )
    assert reckoning.due_on == date.fromisoformat(due_on)
    late = [span.reason for span in reckoning.ledger if span.source == "Quy định giờ bắt đầu tính thời hạn của thủ tục"]
    assert bool(late) == (received == "15:00:01")


def test_without_a_cut_off_a_same_day_result_is_due_that_day_up_to_closing_time():
    afternoon = moment("2026-11-20 16:59")
    assert reckon(Limit(1, "same_day"), afternoon, VN, cut_off=None).due_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("field", "received", "due_on"),
    [
        ("DD", "2026-11-14 09:00", "2026-11-16"),  # Saturday, land: received that day
        ("HT", "2026-11-14 09:00", "2026-11-17"),  # another field: on Monday
        ("DD", "2026-11-14 11:30:01", "2026-11-17"),
        ("DD", "2026-11-15 09:00", "2026-11-17"),  # Sunday
        ("DD", "2026-01-10 16:00", "2026-01-12"),  # a make-up Saturday is a working day by itself
    ],
)
def test_a_saturday_counter_receives_its_own_fields_only(field, received, due_on):
    saturdays = {5: Reception(((time(7, 30), time(11, 30)),), ("DD",))}
    counter = Calendar("counter", VN.days, VN.hours, VN.announced_through, reception=saturdays)
    at = moment(received)
    day = counter.received_on(at, field=field)
    # taken in by the counter, decided by an office that rests on Saturdays
    assert reckon(Limit(1, "working_days"), at, VN, effective_on=day).due_on == date.fromisoformat(due_on)


def test_a_counter_may_take_in_on_saturday_without_starting_the_clock():
    morning = {5: Reception(((time(7, 30), time(11, 30)),), starts_clock=False)}
    counter = Calendar("counter", VN.days, VN.hours, VN.announced_through, reception=morning)
    assert counter.received_on(moment("2026-11-14 09:00")) == date(2026, 11, 16)


def test_hours_change_from_a_day_on_and_what_was_before_stays():
    calendar = Calendar("own", VN.days, dict.fromkeys(range(5), HOURS), 2026, later=(Week(date(2026, 7, 1), SUMMER),))
    before = reckon(Limit(1, "working_days"), moment("2026-06-29"), calendar)
    after = reckon(Limit(1, "working_days"), moment("2026-06-30"), calendar)
    assert (before.due_at, after.due_at) == (moment("2026-06-30 17:00"), moment("2026-07-01 17:30"))
    across = reckon(Limit(2, "hours"), moment("2026-06-30 16:00"), calendar)
    assert across.due_at == moment("2026-07-01 08:00")


@pytest.mark.parametrize(
    ("begins", "ends", "due_on"),
    [
        ("2026-11-18 10:00", "2026-11-20 10:00", "2026-11-26"),  # two working days
        ("2026-11-21 10:00", "2026-11-22 10:00", "2026-11-23"),  # both on the weekend, both on Monday: nothing moves
        ("2026-11-20 17:00:01", "2026-11-24 09:00", "2026-11-25"),  # from Monday, the last day, to Wednesday
        ("2026-11-18 10:00", "2026-11-21 10:00", "2026-11-27"),  # answered on Saturday: on Monday
        ("2026-11-23 09:00", "2026-11-25 09:00", "2026-11-25"),  # asked on the last day, which the answer gives back
        ("2026-11-23 17:00:01", "2026-11-26 09:00", "2026-11-23"),  # after the last day nothing is revived
    ],
)
def test_a_pause_that_touches_a_day_off(begins, ends, due_on):
    reckoning = reckon(Limit(5, "working_days"), moment("2026-11-16"), VN, [wait(begins, ends)])
    assert reckoning.due_on == date.fromisoformat(due_on)
    assert replay(reckoning.ledger, reckoning.limit) == reckoning.due_at


def test_a_shift_and_a_restart_each_twice():
    twice = [wait("2026-03-03", "2026-03-05"), wait("2026-03-09", "2026-03-12")]
    shifted = reckon(Limit(5, "working_days"), moment("2026-03-02"), VN, twice)
    assert shifted.due_on == date(2026, 3, 16)  # 9/3 and five working days
    again = reckon(Limit(5, "working_days"), moment("2026-03-02"), VN, [replace(one, mode="restart") for one in twice])
    assert again.due_on == date(2026, 3, 19)  # five working days after 12/3
    assert [span.amount for span in again.ledger if span.kind == "counted"] == [1, 4]
    assert replay(again.ledger, Limit(5, "working_days")) == again.due_at


def test_months_that_are_interrupted_go_on_by_days_and_begin_anew_by_months():
    shifted = reckon(Limit(1, "months"), moment("2026-03-02"), VN, [wait("2026-03-10", "2026-03-13")])
    assert shifted.due_on == date(2026, 4, 6)  # 2/4, three days later is a Sunday
    again = reckon(Limit(1, "months"), moment("2026-03-02"), VN, [wait("2026-03-10", "2026-03-31", "restart")])
    assert again.due_on == date(2026, 5, 4)  # 30/4 and 1/5 are holidays, then the weekend
    for one in (shifted, again):
        assert replay(one.ledger, one.limit) == one.due_at


def test_the_pause_names_the_paper_that_told_the_applicant():
    asked = replace(wait("2026-11-18 10:00", "2026-11-20 10:00"), document="Phiếu yêu cầu bổ sung số 12/HDHS")
    spans = reckon(Limit(5, "working_days"), moment("2026-11-16"), VN, [asked]).ledger
    assert [span.source for span in spans if span.kind == "paused"] == ["Phiếu yêu cầu bổ sung số 12/HDHS; NĐ 118/2025"]


@pytest.mark.parametrize("text", ["", "3", "three days", "-1 working days", "0 months", "2 fortnights", "2 same day"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(ValueError, match="limit"):
        read_limit(text)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("3 working days", Limit(3, "working_days")),
        ("1 Working Day", Limit(1, "working_days")),
        ("15 calendar days", Limit(15, "days")),
        ("15 ngày", Limit(15, "days")),
        ("8 working hours", Limit(8, "hours")),
        ("8 giờ làm việc", Limit(8, "hours")),
        ("2 months", Limit(2, "months")),
        ("same day", Limit(1, "same_day")),
    ],
)
def test_limits_as_people_write_them(text, limit):
    assert read_limit(text) == limit
