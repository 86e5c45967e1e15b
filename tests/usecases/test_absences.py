"""Somebody is away: their desk goes to who stands in or back to the group, the dates stay as they are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from engine.accounts.absences import Absence
from engine.accounts.models import Mandate
from engine.accounts.people import add_person
from engine.cases.models import Task
from engine.clock import LEGAL_ZONE, legal_date
from engine.db import new_id
from engine.errors import Conflict, Forbidden, Invalid
from engine.usecases.absences import present_instead, record_absence, withdraw_absence
from engine.usecases.tasks import assign, claim, release
from tests.factories import Ward

pytestmark = pytest.mark.dialects("sqlite")  # about rules, not about the database


def today(ward: Ward) -> date:
    return legal_date(ward.clock.now())


def colleague(ward: Ward, login: str = "nam-2", like: str = "nam", name: str = "Trần Văn Năm") -> UUID:
    """Somebody who holds the same posts as a person of the sample."""
    with ward.work() as work:
        person = add_person(work.session, login=login, kind="official", full_name=name)
        work.session.flush()
        for post in work.session.query(Mandate).filter_by(person_id=ward.people[like]).all():
            work.session.add(
                Mandate(
                    id=new_id(),
                    person_id=person.id,
                    office_id=post.office_id,
                    role=post.role,
                    valid_from=date(2025, 7, 1),
                )
            )
        ward.people[login] = person.id
        return person.id


def on_desk(ward: Ward, by: str = "nam") -> UUID:
    """A task somebody has taken."""
    task_id = ward.task(ward.dossier_at("appraise"), "appraise")
    with ward.work(by) as work:
        claim(work, task_id)
    return task_id


def away(ward: Ward, who: str, first: date, last: date, *, by: str = "an", stand_in: UUID | None = None) -> UUID:
    with ward.work(by) as work:
        return record_absence(work, ward.people[who], first, last, stand_in_id=stand_in).id


def test_tasks_go_back_to_the_group_and_keep_their_dates(ward):
    task_id = on_desk(ward)
    before = ward.row(Task, task_id)
    absence = away(ward, "nam", today(ward), today(ward) + timedelta(days=4))
    ward.run_deferred()
    after = ward.row(Task, task_id)
    assert (after.assignee_id, after.status) == (None, "open")
    assert (after.due_at, after.legal_due_at, after.owed_at) == (before.due_at, before.legal_due_at, before.owed_at)
    assert [act.verb for act in ward.acts(after.case_id)].count("task.released") == 1
    assert ward.row(Absence, absence).desk_cleared_at is not None
    assert not ward.faults()


def test_who_stands_in_gets_the_desk_on_the_first_day_and_not_before(ward):
    other, task_id = colleague(ward), on_desk(ward)
    first = today(ward) + timedelta(days=1)
    away(ward, "nam", first, first, by="nam", stand_in=other)
    ward.run_deferred()
    assert ward.row(Task, task_id).assignee_id == ward.people["nam"]
    ward.clock.set(datetime.combine(first, time(7), LEGAL_ZONE))
    ward.run_deferred()
    assert ward.row(Task, task_id).assignee_id == other


def test_what_a_drawing_gives_to_somebody_away_by_name_goes_the_same_way(ward):
    other, nam = colleague(ward), ward.people["nam"]
    room = ward.row(Task, on_desk(ward)).office_id
    assert whose(ward, nam, room, "specialist") == nam
    absence = away(ward, "nam", today(ward), today(ward), stand_in=other)
    assert whose(ward, nam, room, "specialist") == other
    assert whose(ward, nam, room, "unit_head") is None, "the stand-in does not hold that role: it is the group's"
    assert whose(ward, nam, None, "") == other
    with ward.work("an") as work:
        withdraw_absence(work, absence)
    away(ward, "nam", today(ward), today(ward))
    assert whose(ward, nam, room, "specialist") is None
    assert whose(ward, nam, None, "") == nam, "there is nobody else, so it waits"


def whose(ward: Ward, person: UUID, office: UUID | None, role: str) -> UUID | None:
    with ward.work() as work:
        return present_instead(work, person, office, role)


def test_nobody_is_given_work_on_days_they_are_away(ward):
    colleague(ward)
    task_id = on_desk(ward)
    away(ward, "nam-2", today(ward), today(ward))
    with ward.work("nam") as work:
        release(work, task_id)
    with pytest.raises(Invalid, match="vắng"), ward.work("an") as work:
        assign(work, task_id, ward.people["nam-2"])


def test_an_absence_taken_back_leaves_the_desk_alone(ward):
    task_id = on_desk(ward)
    first = today(ward) + timedelta(days=2)
    absence = away(ward, "nam", first, first)
    with ward.work("nam") as work:
        withdraw_absence(work, absence)
    ward.clock.set(datetime.combine(first, time(8), LEGAL_ZONE))
    ward.run_deferred()
    assert ward.row(Task, task_id).assignee_id == ward.people["nam"]


def test_who_may_write_it_down_and_what_is_refused(ward):
    day = today(ward)
    for login in ("lan", "hoa", "mai"):
        with pytest.raises(Forbidden):
            away(ward, "nam", day, day, by=login)
    with pytest.raises(Invalid, match="Chưa ghi được"):
        away(ward, "nam", day, day - timedelta(days=1))
    with pytest.raises(Invalid, match="Chưa ghi được"):
        away(ward, "nam", day, day, stand_in=ward.people["lan"])
    away(ward, "nam", day, day + timedelta(days=3))
    with pytest.raises(Conflict, match="được ghi vắng"):
        away(ward, "nam", day + timedelta(days=3), day + timedelta(days=9))
