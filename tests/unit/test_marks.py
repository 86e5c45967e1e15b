"""The moments at which officials are warned: shares of a limit, the last working day before a date, the date itself."""

from __future__ import annotations

from datetime import date

import pytest

from engine.cases.marks import aim_of, step_mark, told_as, warnings_ahead
from engine.cases.models import Clock
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import reckon
from tests.unit.deadlines.calendars import VN, moment


def ahead(started, value, unit, *, promised=None, term="dossier", told=()):
    """Name → moment of what is still to be said of a term."""
    reckoning = reckon(Limit(value, unit), started, VN)
    clock = Clock(term=term, limit_value=value, limit_unit=unit, started_at=started, warned=list(told))
    clock.due_on, clock.due_at = reckoning.due_on, reckoning.due_at
    clock.promised_on = promised or reckoning.due_on
    clock.promised_at = VN.closing(clock.promised_on) if promised else reckoning.due_at
    return clock, dict(warnings_ahead(clock, reckoning, VN))


def test_tomorrow_is_the_last_working_day_before_the_date_also_over_tet():
    clock, marks = ahead(moment("2026-02-06T09:00"), 6, "working_days")
    assert clock.due_on == date(2026, 2, 23)  # Tết: 14/2 to 22/2
    assert marks["tomorrow"] == VN.opening(date(2026, 2, 13))
    assert marks["50"] < marks["tomorrow"] < marks["80"] < marks["100"] == clock.due_at


@pytest.mark.parametrize("unit", ["hours", "same_day"])
def test_limits_within_a_day_know_no_tomorrow(unit):
    _, marks = ahead(moment("2026-03-02T08:00"), 4 if unit == "hours" else 1, unit)
    assert set(marks) == {"50", "80", "100"}
    assert marks["50"] < marks["80"] < marks["100"]


def test_of_a_date_given_by_letter_its_eve_and_itself_are_left_and_each_is_said_once():
    started, given = moment("2026-03-02T09:00"), date(2026, 3, 10)
    clock, marks = ahead(started, 3, "working_days", promised=given)
    assert marks == {"tomorrow": VN.opening(date(2026, 3, 9)), "100": VN.closing(given)}
    aim = aim_of(clock, VN)
    assert set(ahead(started, 3, "working_days", promised=given, told=[told_as("tomorrow", aim)])[1]) == {"100"}
    later = ahead(started, 3, "working_days", promised=date(2026, 3, 12), told=[told_as("tomorrow", aim)])[1]
    assert set(later) == {"tomorrow", "100"}, "another date is said again"


def test_the_law_s_own_limit_is_told_at_its_end_and_the_applicant_s_term_to_nobody_here():
    assert set(ahead(moment("2026-03-02T09:00"), 5, "working_days", term="legal")[1]) == {"100"}
    assert ahead(moment("2026-03-02T09:00"), 5, "working_days", term="supplement")[1] == {}


def test_a_step_s_share_is_counted_over_working_time():
    opened, due = moment("2026-03-06T15:30"), moment("2026-03-09T17:00")
    found = step_mark(opened, due, VN, 80)
    worked = VN.worked(found) - VN.worked(opened)
    assert worked == (VN.worked(due) - VN.worked(opened)) * 80 // 100
    assert step_mark(opened, due, VN, 100) == due
    assert step_mark(due, due, VN, 80) == due
