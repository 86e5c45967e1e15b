"""What if: what is answered in advance is what the house shows once the change is made; asking writes nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.accounts.holders import holders
from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import add_person
from engine.calendars.load import calendar_of
from engine.clock import LEGAL_ZONE
from engine.db import new_id
from engine.errors import Invalid, NotFound, Refusal
from engine.queries.whatif import Answer, how_many, lines_of, whatif
from engine.queries.whatif_changes import AwayChange, Change, DayChange, HoursChange, LimitChange
from engine.queries.whatif_desks import absences, office_plan, offices_to_ask, people_to_record
from engine.queries.whatif_question import Question
from engine.queries.whatif_reading import read_changes, read_week
from engine.usecases.absences import record_absence
from engine.usecases.calendars import open_own_calendar
from tests.factories import HOUSEHOLD, Ward
from tests.usecases.moving import carried_out, picture, published
from tests.usecases.test_absences import away
from tests.usecases.test_calendars import applied, drafted, off
from tests.usecases.test_moving import SHORTER

SQLITE = pytest.mark.dialects("sqlite")


def ask(ward: Ward, *changes: Change, by: str = "van") -> Answer:
    with ward.look(by) as look:
        return whatif(look, changes)


def dates(ward: Ward, *changes: Change) -> dict[tuple[UUID, str], tuple[datetime | None, datetime | None]]:
    """Every running term's date, and what is promised, in a world with some changes."""
    found = {}
    with ward.look("van") as look:
        question = Question(look, changes)
        for office_id in question.stretches():
            for case in question.counting.cases_at(office_id):
                found |= {(case.case_id, one.term): (one.new, one.new_promised) for one in case.terms}
    return found


def figures(answer: Answer) -> dict[Any, tuple[int, ...]]:
    """By unit how many are open, late and expected to be late, as the changes leave it."""
    return {one.code: (one.tally.open, one.tally.late_then, one.tally.expected_then) for one in answer.units}


def standing(ward: Ward) -> dict[Any, tuple[int, ...]]:
    """The same as the house shows it now."""
    return figures(ask(ward))


def room_of(ward: Ward, case_id: UUID) -> str:
    with ward.look() as look:
        return look.session.get_one(Office, ward.dossier(case_id).handling_id).code


def same(ward: Ward, foreseen: tuple[dict, dict]) -> None:
    """What was foreseen is how things stand now."""
    assert dates(ward) == foreseen[0]
    assert standing(ward) == foreseen[1]


def test_a_holiday_taken_back_makes_late_whom_the_answer_named_and_asking_wrote_nothing(ward):
    case_id = ward.dossier_at("appraise")
    ward.filed_online()
    with ward.look() as look:
        day = calendar_of(look.session, "vn").before(ward.clock_of(case_id).due_on)
    applied(ward, drafted(ward, off(day.isoformat())))
    due_on = ward.clock_of(case_id).due_on
    ward.clock.set(datetime.combine(due_on, time(8), LEGAL_ZONE))
    change = DayChange(day, day, worked=True)
    before = picture(ward)
    foreseen, answer = dates(ward, change), ask(ward, change)
    assert picture(ward) == before
    assert [(one.case_id, one.becomes) for one in answer.lines] == [(case_id, "over")]
    line = answer.lines[0]
    assert (line.code, line.procedure) == (ward.dossier(case_id).code, HOUSEHOLD)
    assert line.new_due_at < line.old_due_at
    assert str(line.why[0]) == f"làm việc ngày {day:%d/%m/%Y}"
    assert (answer.total.late, answer.total.late_then, answer.total.newly) == (1, 2, 1), "one waits for its check"
    applied(ward, drafted(ward, {**off(day.isoformat()), "kind": "ORDINARY"}))
    same(ward, (foreseen, figures(answer)))


@SQLITE
@pytest.mark.parametrize("whole_ward", [False, True], ids=["the room", "room and counter"])
def test_hours_of_one_office_are_those_of_a_calendar_opened_for_it(ward, whole_ward):
    case_id, waiting = ward.dossier_at("appraise"), ward.filed_online()
    ward.run_deferred()
    code, today = "bt" if whole_ward else room_of(ward, case_id), ward.clock.now().date()
    change = HoursChange(code, read_week("Mon-Wed 07:30-11:30,13:00-16:30"), today)
    holiday = DayChange(today + timedelta(days=8), today + timedelta(days=8))
    foreseen, answer = dates(ward, change, holiday), ask(ward, change, holiday)
    assert foreseen[case_id, "dossier"][0] > ward.clock_of(case_id).due_at
    assert (foreseen[waiting, "acceptance"][0] != ward.clock_of(waiting, "acceptance").due_at) == whole_ward
    assert answer.total.moved == 1 + whole_ward
    with ward.work("van") as work:
        open_own_calendar(work, code)
    week = {"do": "week", "since": change.since.isoformat(), "hours": dict(change.week), "reception": {}}
    applied(ward, drafted(ward, week, code=code))
    applied(ward, drafted(ward, off(holiday.first.isoformat())))
    same(ward, (foreseen, figures(answer)))


PUBLISHED = (SHORTER[0], SHORTER[1], SHORTER[1] + '\npublished = { value = 2, unit = "working_days" }')


@SQLITE
@pytest.mark.parametrize("law", [True, False], ids=["the law's", "the published one"])
def test_a_shorter_limit_is_the_one_of_a_version_the_cases_are_moved_to(ward, law):
    case_id = ward.dossier_at("appraise")
    ward.clock.set(datetime.combine(ward.clock_of(case_id).due_on, time(9), LEGAL_ZONE))
    change = LimitChange(HOUSEHOLD, 2, "working_days", law=law)
    foreseen, answer = dates(ward, change), ask(ward, change)
    assert [(one.case_id, one.becomes) for one in answer.lines] == [(case_id, "over")]
    assert [str(one) for one in answer.lines[0].why] == ["thời hạn 3 ngày làm việc → 2 ngày làm việc"]
    carried_out(ward, published(ward, SHORTER if law else PUBLISHED))
    assert ward.clock_of(case_id).limit_value == 2
    now = dates(ward)
    assert (now.pop((case_id, "legal"), None) is None) == law, "beside a published limit the law's is kept"
    assert (now, standing(ward)) == (foreseen, figures(answer))


@SQLITE
def test_only_whoever_leads_or_looks_after_the_house_asks_and_of_their_own_offices(ward):
    case_id = ward.dossier_at("appraise")
    away(ward, "nam", ward.clock.now().date(), ward.clock.now().date())
    assert ask(ward, by="an").total.open == 1
    for login in ("nam", "hoa", "lan", ""):
        with pytest.raises(Refusal):
            ask(ward, by=login)
        with ward.look(login) as look:
            for query in (how_many, offices_to_ask):
                with pytest.raises(Refusal):
                    query(look)
    for login in ("hoa", ""):
        for query in (absences, people_to_record):
            with ward.look(login) as look, pytest.raises(Refusal):
                query(look)
    with ward.look("nam") as look:
        assert [one.name for one in absences(look)] == ["Ngô Hoài Nam"], "everybody sees their own"
        own, stand_ins = people_to_record(look)
        assert [name for _, name, _ in own] == ["Ngô Hoài Nam"]
        assert len(stand_ins) > 1
    with ward.look("lan") as look:
        assert absences(look) == []
    other = elsewhere(ward)
    with ward.look(other) as look:
        assert (whatif(look, ()).total.open, how_many(look), list(lines_of(look, ())), absences(look)) == (0, 0, [], [])
        assert [code for code, _ in offices_to_ask(look)] == ["sg"]
        assert [name for _, name, _ in people_to_record(look)[0]] == ["Lê Chủ Tịch"]
        with pytest.raises(NotFound):
            office_plan(look, room_of(ward, case_id))


def elsewhere(ward: Ward) -> str:
    """Somebody who leads another ward."""
    with ward.work() as work:
        office = Office(id=new_id(), code="sg", kind="ward", name="UBND phường Sài Gòn", short_name="Sài Gòn")
        office.parent_id, office.functions = ward.offices["hcm"], ["committee"]
        work.session.add(office)
        person = add_person(work.session, login="sg-leader", kind="official", full_name="Lê Chủ Tịch")
        work.session.flush()
        post = Mandate(
            id=new_id(), person_id=person.id, office_id=office.id, role="leader", valid_from=date(2025, 7, 1)
        )
        work.session.add(post)
        ward.people["sg-leader"] = person.id
    return "sg-leader"


@SQLITE
def test_a_change_is_read_again_from_its_address(ward):
    today = ward.clock.now().date()
    changes = (
        DayChange(today, today + timedelta(days=2), unit="bt-pvhcc"),
        DayChange(today, today, worked=True),
        HoursChange("bt-pvhcc", read_week("Mon-Fri 07:30-11:30,13:00-16:30; T7 7h30-11h"), today),
        LimitChange(HOUSEHOLD, 13, "working_days", law=True),
        LimitChange(HOUSEHOLD, 1, "same_day", case_key="x"),
        AwayChange("bt-pvhcc", today, today, officers=2),
        AwayChange("bt-pvhcc", today, today, people=("nam", "lan"), role="counter_clerk"),
    )
    assert read_changes([one.text for one in changes]) == changes


@SQLITE
def test_a_change_of_what_there_is_not_is_refused_in_words(ward):
    today = ward.clock.now().date()
    with pytest.raises(NotFound, match="đơn vị"):
        ask(ward, HoursChange("nowhere", read_week("Mon 8h-11h"), today))
    with pytest.raises(NotFound):
        ask(ward, LimitChange("9.999999", 3, "days"))
    with pytest.raises(Invalid, match="trường hợp"):
        ask(ward, LimitChange(HOUSEHOLD, 3, "days", case_key="no-such"))
    with pytest.raises(Invalid, match="ngắn hơn"):
        ask(ward, LimitChange(HOUSEHOLD, 30, "working_days"))
    with pytest.raises(Invalid):
        DayChange(date(2026, 12, 24), date(2026, 12, 20))


def specialists(ward: Ward, code: str) -> list[Person]:
    with ward.look() as look:
        office = look.session.query(Office).filter_by(code=code).one()
        return holders(look.session, office.id, "specialist", ward.clock.now().date())


def test_officers_away_make_late_whom_the_plan_finds_once_they_are_written_down(ward):
    case_id = ward.dossier_at("appraise")
    code, today = room_of(ward, case_id), ward.clock.now().date()
    people = specialists(ward, code)
    first, last = today, today + timedelta(days=4)
    change = AwayChange(code, first, last, officers=len(people))
    before = picture(ward)
    answer = ask(ward, change)
    assert picture(ward) == before
    assert [(one.case_id, one.becomes) for one in answer.lines] == [(case_id, "expected")]
    (line,) = answer.lines
    assert line.old_finish <= line.old_due_at == line.new_due_at < line.new_finish
    assert line.new_finish.date() > last
    for person in people:
        with ward.work("an") as work:
            record_absence(work, person.id, first, last)
    now = ask(ward)
    assert figures(now) == figures(answer)
    assert now.total.expected == answer.total.expected_then == 1


@SQLITE
def test_a_holiday_while_people_are_away_is_one_question(ward):
    case_id = ward.dossier_at("appraise")
    code, today = room_of(ward, case_id), ward.clock.now().date()
    away = AwayChange(code, today, today + timedelta(days=1), people=("nam",))
    off_too = DayChange(today + timedelta(days=1), today + timedelta(days=1))
    answer = ask(ward, away, off_too)
    assert (answer.total.moved, answer.total.expected_then) == (1, 0)
    with pytest.raises(NotFound, match="không làm việc"):
        ask(ward, AwayChange(code, today, today, people=("lan",)))
    with pytest.raises(Invalid, match="không thể vắng"):
        ask(ward, AwayChange(code, today, today, officers=99))
