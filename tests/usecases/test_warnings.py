"""Officials warned of terms that run out: who, at which mark, once; at once, in a digest, or in the house only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import update

from engine.accounts.authority_rules import AuthorityRule
from engine.accounts.models import Mandate, Person
from engine.accounts.warning_rules import WARNINGS
from engine.cases.clocks import DOSSIER, stop_clock
from engine.cases.models import Case, Task
from engine.clock import legal_time
from engine.db import new_id
from engine.dossiers.models import Dossier
from engine.errors import Invalid
from engine.notifications.models import Notice
from engine.notifications.staff import StaffWarning
from engine.performing import send_due_warnings, sweep
from engine.queries.warnings import legal_notices, own_warnings, unseen_count
from engine.usecases.absences import record_absence
from engine.usecases.deadlines import reach_deadline
from engine.usecases.notices import tell
from engine.usecases.running import lock_case
from engine.usecases.tasks import claim
from engine.usecases.warnings_choices import choose
from engine.usecases.warnings_mail import send_warnings, tidy_warnings
from engine.usecases.warnings_people import people_for_step
from tests.factories import legal

pytestmark = pytest.mark.dialects("sqlite")

HOUSE = dict.fromkeys(("50", "80", "tomorrow", "100", "step"), "house")


class Killed(Exception):
    """A worker that ends in the middle."""


def warned(ward, case_id, *, step=False):
    """(mark, login) of every warning of a case in the order they were raised."""
    logins = {person_id: login for login, person_id in ward.people.items()}
    rows = ward.rows(StaffWarning, StaffWarning.case_id == case_id, StaffWarning.step == step)
    return [(row.mark, logins[row.person_id]) for row in rows]


def taken(ward, **changes):
    """A dossier on Nam's desk."""
    case_id = ward.dossier_at("appraise", **changes)
    with ward.work("nam") as work:
        claim(work, ward.task(case_id, "appraise"))
    return case_id


def messages(ward, login):
    return ward.rows(Notice, Notice.event.like("staff.%"), Notice.recipient == f"{login}@example.vn")


def choosing(ward, login, hour=8, **ways):
    with ward.work(login) as work:
        choose(work, HOUSE | {kind.removeprefix("at_"): way for kind, way in ways.items()}, str(hour))


def sent(ward, moment, *logins):
    """How many messages go out to people at a moment, with the job delivered twice."""
    ward.clock.set(moment)
    before = sum(len(messages(ward, login)) for login in logins)
    send_due_warnings(ward.house)
    send_due_warnings(ward.house)
    ward.run_deferred()
    return sum(len(messages(ward, login)) for login in logins) - before


def test_officer_head_and_leader_are_warned_at_their_marks(ward):
    case_id = taken(ward)
    ward.wait_until(legal(6, 10))
    found = warned(ward, case_id)
    assert [one for one in found if one[0] == "tomorrow"] == [("tomorrow", "nam"), ("tomorrow", "an")]
    assert {login for mark, login in found if mark == "100"} == {"nam", "an", "dung", "huong"}
    assert len(found) == 6, "half of a limit of three days is over after the people heard “tomorrow”"
    appraise = ward.task(case_id, "appraise")
    logins = {person_id: login for login, person_id in ward.people.items()}
    rows = ward.rows(StaffWarning, StaffWarning.subject_id == appraise)
    steps = [(row.mark, logins[row.person_id]) for row in rows]
    assert len(steps) == len(set(steps)) == 3
    assert {login for mark, login in steps if mark == "80"} == {"nam"}
    assert {login for mark, login in steps if mark == "100"} == {"nam", "an"}
    with ward.work() as work:
        assert reach_deadline(work, ward.clock_of(case_id).id) == []
    assert warned(ward, case_id) == found
    with ward.look("an") as look:
        assert [line.mark for line in own_warnings(look).lines if not line.step] == ["100"], "one line a dossier"
    assert ward.faults() == []


def test_nobody_is_warned_of_what_stands_still_is_done_or_only_tried(ward):
    trial, case_id = taken(ward), ward.paused()
    ward.wait_until(legal(3, 8))
    with ward.work() as work:
        work.session.execute(update(Case).where(Case.id == trial).values(trial=True))
    ward.wait_until(legal(12, 10))
    assert [warned(ward, one, step=step) for one in (trial, case_id) for step in (False, True)] == [[], [], [], []]


def test_a_date_that_moved_is_warned_of_again_and_the_old_one_is_forgotten(ward):
    case_id = taken(ward)
    ward.wait_until(legal(4, 10))
    before = warned(ward, case_id)
    ward.do(case_id, "appraise", {"appraisal": ward.asking()})
    with ward.look("nam") as look:
        assert [line for line in own_warnings(look).lines if not line.step] == [], "it stands still"
        assert unseen_count(look) == 0
    ward.wait_until(legal(9, 10))
    with ward.work("lan") as work:
        from engine.dossiers.points import Brought
        from engine.usecases.supplements import answer_supplement

        answer_supplement(work, case_id, answers={}, via="counter", brought=[Brought("minutes", photocopies=1)])
    ward.run_deferred()
    due_on = ward.dossier(case_id).promised_on
    assert due_on > date(2026, 3, 5)
    ward.wait_until(legal(due_on.day, 8))
    again = warned(ward, case_id)[len(before) :]
    assert {mark for mark, _ in again} >= {"tomorrow"}
    rows = ward.rows(StaffWarning, StaffWarning.case_id == case_id, StaffWarning.closed_at.is_(None))
    assert {row.due_on for row in rows if not row.step} == {due_on}


def test_who_is_not_there_is_stood_in_for(ward):
    case_id = taken(ward)
    with ward.work("yen") as work:
        record_absence(work, ward.people["yen"], date(2026, 3, 2), date(2026, 3, 6), stand_in_id=ward.people["nam"])
    with ward.work() as work:
        task = work.session.get_one(Task, ward.task(case_id, "appraise"))
        task.assignee_id = ward.people["yen"]
        assert people_for_step(work.session, task, ["officer"], date(2026, 3, 4)).keys() == {ward.people["nam"]}
        task.assignee_id = ward.people["nam"]
    with ward.work() as work:
        work.session.execute(update(Person).where(Person.login == "nam").values(active=False))
        work.session.execute(
            update(Mandate).where(Mandate.person_id == ward.people["an"]).values(valid_to=date(2026, 3, 1))
        )
    ward.wait_until(legal(4, 10))
    assert {login for _, login in warned(ward, case_id)} == {"dung", "huong"}, "nobody heads the room: its superiors"
    ward.wait_until(legal(6, 10))
    assert {login for _, login in warned(ward, case_id)} == {"dung", "huong"}


def test_what_reaches_a_mark_together_goes_in_one_message(ward):
    for login in ("an", "nam"):
        choosing(ward, login, at_100="at_once")
    for _ in range(2):
        taken(ward)
    ward.wait_until(legal(5, 16))
    assert sent(ward, legal(5, 16), "an", "nam") == 0
    ward.wait_until(legal(5, 17))
    ward.clock.set(legal(5, 17, 1))
    sweep(ward.house)
    assert sent(ward, legal(5, 17, 2), "an", "nam") == 2
    found = messages(ward, "nam")
    assert [one.status for one in found] == ["delivered"]
    assert "Nhắc hạn: 2 việc vừa đến mốc" in found[0].subject
    assert f"/nhac-han?lan={found[0].id}&moc=100" in found[0].body
    with ward.look("nam") as look:
        assert own_warnings(look, message=found[0].id, mark="100").total == 2
    assert sent(ward, legal(5, 18), "an", "nam") == 0


def test_a_digest_says_how_it_stands_once_a_working_day_and_never_nothing(ward):
    choosing(ward, "nam", 9, at_tomorrow="daily", at_100="daily")
    first = taken(ward)
    ward.wait_until(legal(4, 8))
    assert sent(ward, legal(4, 8, 59), "nam") == 0
    with ward.work() as work:
        work.session.execute(update(Person).where(Person.login == "nam").values(locale="en"))
    assert sent(ward, legal(4, 9), "nam") == 1
    (message,) = messages(ward, "nam")
    assert "Due tomorrow: 1" in message.body
    assert "/nhac-han?nhom=tomorrow&thu=1" in message.body
    assert "nhom=step" not in message.body, "of steps nothing by e-mail"
    with ward.look("nam") as look:
        assert own_warnings(look, group="tomorrow", mailed=True).total == 1
    assert sent(ward, legal(4, 15), "nam") == 0
    ward.wait_until(legal(6, 8))
    assert sent(ward, legal(6, 9), "nam") == 1
    assert "Overdue: 1" in messages(ward, "nam")[-1].body
    assert sent(ward, legal(7, 9), "nam") == 0, "a Saturday"
    with ward.work() as work:
        stop_clock(work, lock_case(work, first), DOSSIER)
    assert sent(ward, legal(9, 9), "nam") == 0, "nothing is left"
    with ward.work() as work:
        tidy_warnings(work)
    left = ward.rows(StaffWarning, StaffWarning.closed_at.is_(None), StaffWarning.case_id == first)
    assert [one.mark for one in left if not one.step] == []
    ward.clock.set(legal(1, 9, month=12))
    with ward.work() as work:
        assert tidy_warnings(work)[1] > 0


@pytest.mark.dialects("postgresql")
def test_two_workers_at_once_and_one_killed_before_its_end_write_one_message(ward):
    choosing(ward, "nam", at_tomorrow="at_once")
    taken(ward)
    ward.wait_until(legal(4, 8))
    with suppress(Killed), ward.work() as work:
        assert send_warnings(work, ward.people["nam"]) is not None
        raise Killed
    assert messages(ward, "nam") == []
    ready = Barrier(2)

    def send_both(_):
        ready.wait()
        return send_due_warnings(ward.house)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send_both, range(2)))
    ward.run_deferred()
    assert [one.status for one in messages(ward, "nam")] == ["delivered"]


def test_a_leader_hears_on_friday_at_three_and_a_closed_account_nothing(ward):
    for login in ("dung", "huong"):
        choosing(ward, login, at_100="weekly")
    taken(ward)
    ward.wait_until(legal(5, 18))
    leading = [ward.people["dung"], ward.people["huong"]]
    (waiting,) = {legal_time(row.mail_at) for row in ward.rows(StaffWarning, StaffWarning.person_id.in_(leading))}
    assert waiting == legal(6, 15)
    with ward.work() as work:
        work.session.execute(update(Person).where(Person.login == "huong").values(active=False))
    assert sent(ward, legal(6, 15), "dung", "huong") == 1
    assert messages(ward, "huong") == []
    assert "Quá hạn: 1" in messages(ward, "dung")[0].body


def test_what_the_law_demands_and_nobody_could_send_is_kept_and_listed(ward):
    case_id = ward.dossier_at("appraise")
    nowhere = {"applicant_phone": "", "owner_phone": "", "applicant_email": "", "owner_email": ""}
    with ward.work() as work:
        work.session.execute(update(Dossier).where(Dossier.case_id == case_id).values(**nowhere))
        case = lock_case(work, case_id)
        for event in ("ready", "supplement_received", "ready"):
            tell(work, case, event, reference="x", given={"supplement": {"received": [], "left": [], "round": 1}})
    (kept,) = [one for one in ward.notices(case_id) if one.status == "no_address"]
    assert kept.event == "ready"
    with ward.look("lan") as look:
        assert [line.id for line in legal_notices(look).lines] == [kept.id]


def test_a_consulted_officer_sees_what_they_are_warned_of(ward):
    case_id = taken(ward)
    with ward.work() as work:
        task = work.session.get_one(Task, ward.task(case_id, "appraise"))
        task.office_id, task.assignee_id = ward.offices["hcm-sxd"], ward.people["tam"]
    ward.wait_until(legal(4, 8))
    assert {login for mark, login in warned(ward, case_id) if mark == "tomorrow"} == {"tam", "phong"}
    with ward.look("tam") as look:
        assert unseen_count(look) > 0


def test_rules_are_an_authority_s_own_from_a_day_on(ward):
    content = WARNINGS.checked({"officer": ["100"], "unit_head": ["80"], "leader": []})
    with ward.work() as work:
        work.session.add(
            AuthorityRule(
                id=new_id(), kind=WARNINGS.name, office_id=ward.offices["bt"], valid_from=date(2026, 3, 1),
                content=content, document="Quyết định thử", dated_on=date(2026, 2, 1), made_at=work.now,
            )
        )  # fmt: skip
    case_id = taken(ward)
    ward.wait_until(legal(6, 10))
    assert warned(ward, case_id) == [("80", "an"), ("100", "nam")]
    for wrong in (
        {"officer": ["70"]},
        {"officer": ["50"]},
        {"leader": "100"},
        {"officer": ["100"], "step_officer": ["50"]},
    ):
        with pytest.raises(Invalid):
            WARNINGS.checked(wrong)
