"""Who does what when: the nearest date first, on the people who are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from engine.accounts.absences import Away
from engine.calendars.vietnam import national_calendar
from engine.clock import LEGAL_ZONE
from engine.queries.whatif_plan import QueuedTask, Staff, Usual, plan

CALENDAR = national_calendar(2025, 2027)
MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=LEGAL_ZONE)
"""A plain week, the doors just open."""
HOUR = 3600
LAN, NAM = UUID(int=1), UUID(int=2)
BOTH = Staff({"specialist": (LAN, NAM)})


def task(number: int, due_day: int) -> QueuedTask:
    due_at = datetime(2026, 3, due_day, 17, tzinfo=LEGAL_ZONE)
    return QueuedTask(
        id=UUID(int=100 + number), case_id=UUID(int=200 + number), role="specialist", step="appraise", name="", code="",
        assignee_id=None, opened_at=MONDAY, legal_due_at=due_at, due_at=None, procedure="", handling_id=None,
        accepted_at=None, leads=True,
    )  # fmt: skip


def hours(tasks: list[QueuedTask], staff: Staff, takes: dict[UUID, Usual] | None = None) -> list[float]:
    """After how many working hours each task is done, in the order given."""
    known = takes or {one.id: Usual(8 * HOUR, 4 * HOUR) for one in tasks}
    found = plan(tasks, known, staff, CALENDAR, MONDAY)
    begins = CALENDAR.worked(MONDAY)
    return [round((CALENDAR.worked(found[one.id][0]) - begins) / HOUR, 2) for one in tasks]


def test_with_everybody_there_a_desk_works_off_its_list_in_the_usual_time_the_urgent_first():
    later, first, last = task(1, 6), task(2, 4), task(3, 9)
    assert hours([later, first, last, task(4, 10)], BOTH) == [4, 4, 8, 8]


def test_one_task_takes_one_officer_its_usual_time_however_many_there_are():
    assert hours([task(1, 6)], BOTH) == [8]


def test_whoever_is_away_takes_nothing_and_the_others_do_all_of_it():
    tasks = [task(number, 5 + number) for number in range(4)]
    week = Away(NAM, date(2026, 3, 2), date(2026, 3, 6))
    assert hours(tasks, BOTH.plus([week])) == [4, 8, 12, 16]
    tomorrow = Away(NAM, date(2026, 3, 3), date(2026, 3, 3))
    assert hours(tasks, BOTH.plus([tomorrow])) == hours(tasks, BOTH)


def test_with_nobody_there_everything_waits_until_the_first_is_back():
    away = [Away(one, date(2026, 3, 2), date(2026, 3, 3)) for one in (LAN, NAM)]
    per_day = CALENDAR.worked(MONDAY + timedelta(days=1)) - CALENDAR.worked(MONDAY)
    assert hours([task(1, 6)], BOTH.plus(away)) == [round(2 * per_day / HOUR + 8, 2)]
    overlapping = [Away(LAN, date(2026, 3, 2), date(2026, 3, 3)), Away(LAN, date(2026, 3, 3), date(2026, 3, 3))]
    alone = Staff({"specialist": (LAN,)})
    assert hours([task(1, 6)], alone.plus(overlapping)) == hours([task(1, 6)], alone.plus(overlapping[:1]))


def test_the_way_after_the_step_takes_its_usual_time_and_what_nobody_knows_is_left_out():
    known, unknown = task(1, 6), task(2, 7)
    found = plan([known, unknown], {known.id: Usual(2 * HOUR, 3 * HOUR)}, BOTH, CALENDAR, MONDAY)
    assert found.keys() == {known.id}
    done, decided = found[known.id]
    assert CALENDAR.worked(decided) - CALENDAR.worked(done) == 3 * HOUR
    assert not plan([replace(known, role="leader")], {known.id: Usual(1, 1)}, BOTH, CALENDAR, MONDAY)
