"""Tasks: taken, given back, handed on; one of two wins; what was typed is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from engine.accounts.models import Mandate
from engine.cases.models import Task, TaskNote
from engine.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, Refusal
from engine.queries.tasks import task_page
from engine.queries.worklist import colleagues_for, next_task, worklist
from engine.usecases.tasks import assign, claim, complete_task, release, save_note
from tests.factories import ANSWERS, legal
from tests.usecases.test_filing import at_once


@pytest.fixture
def waiting(ward):
    """A dossier to be appraised by one of two specialists."""
    return ward.dossier_at("appraise")


def test_two_officers_complete_one_task_and_one_wins(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    actors = [ward.actor("nam"), ward.actor("yen")]

    def finish(number):
        with ward.house.unit_of_work(actor=actors[number]) as work:
            return complete_task(work, task_id, ANSWERS["appraise"]).closed_by

    outcomes = at_once(2, finish)
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    assert [one.code for one in refused] == ["task_gone"]
    assert isinstance(refused[0], Conflict)
    assert ward.row(Task, task_id).closed_by in outcomes
    assert len(ward.calls(waiting, "register.ask")) == 1
    assert ward.faults() == []


def test_the_back_button_changes_nothing_and_keeps_what_was_typed(ward, waiting):
    task_id = ward.do(waiting, "appraise")
    typed = {"appraisal": {"outcome": "propose_refusal", "reason": "Nghĩ lại."}}
    with pytest.raises(Conflict), ward.work("nam") as work:
        complete_task(work, task_id, typed)
    with ward.work("nam") as work:
        save_note(work, task_id, typed, reason="task_gone")
    note = ward.rows(TaskNote, TaskNote.task_id == task_id)[0]
    assert (note.answers, note.person_id) == (typed, ward.people["nam"])
    with ward.look("nam") as look:
        assert task_page(look, task_id).note == typed


def test_what_was_typed_on_the_way_is_not_shown_once_the_task_is_done(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    with ward.work("nam") as work:
        save_note(work, task_id, {"appraisal": {"reason": "Nháp"}})
    with ward.look("nam") as look:
        assert task_page(look, task_id).note == {"appraisal": {"reason": "Nháp"}}
    ward.do(waiting, "appraise")
    with ward.look("nam") as look:
        assert task_page(look, task_id).note == {}


def test_a_note_is_written_only_by_whoever_may_do_the_task(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    for login, refusal in (("hoa", NotFound), ("lan", NotFound), ("", NotSignedIn)):
        with pytest.raises(refusal), ward.work(login) as work:
            save_note(work, task_id, {"a": 1})


def test_wrong_answers_leave_the_task_open(ward, waiting):
    with pytest.raises(Invalid) as refusal:
        ward.do(waiting, "appraise", {"appraisal": {"outcome": "propose_refusal", "reason": ""}})
    assert [one.path for one in refusal.value.problems] == ["appraisal.reason"]
    with pytest.raises(Invalid):
        ward.do(waiting, "appraise", {"appraisal": {"outcome": "sell"}})
    assert ward.open_steps(waiting) == ["appraise"]


def test_taken_given_back_and_handed_on(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    with ward.work("nam") as work:
        assert claim(work, task_id).assignee_id == ward.people["nam"]
        assert claim(work, task_id).assignee_id == ward.people["nam"]
    for act in (claim, release):
        with pytest.raises(Refusal), ward.work("yen") as work:
            act(work, task_id)
    with pytest.raises(Conflict), ward.work("yen") as work:
        complete_task(work, task_id, ANSWERS["appraise"])
    with ward.work("an") as work:
        assign(work, task_id, ward.people["yen"])
    with ward.work("yen") as work:
        assert release(work, task_id).assignee_id is None
    assert [one.verb for one in ward.acts(waiting)][-3:] == ["task.claimed", "task.assigned", "task.released"]


def test_two_take_one_task_at_once(ward, waiting):
    task_id, actors = ward.task(waiting, "appraise"), [ward.actor("nam"), ward.actor("yen")]

    def take(number):
        with ward.house.unit_of_work(actor=actors[number]) as work:
            return claim(work, task_id).assignee_id

    outcomes = at_once(2, take)
    assert [one.code for one in outcomes if isinstance(one, Refusal)] == ["already_claimed"]


def test_only_the_head_hands_out_and_only_to_whoever_fits(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    for login in ("nam", "khoa", "hoa", "van"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            assign(work, task_id, ward.people["yen"])
    for login in ("quyen", "hoa", "an"):
        with pytest.raises(Invalid), ward.work("an") as work:
            assign(work, task_id, ward.people[login])
    with pytest.raises(NotFound), ward.work("an") as work:
        assign(work, waiting, ward.people["yen"])


def test_whoever_has_left_the_post_completes_nothing_any_more(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    with ward.work("nam") as work:
        claim(work, task_id)
    with ward.work() as work:
        work.session.execute(
            update(Mandate).where(Mandate.person_id == ward.people["nam"]).values(valid_to=date(2026, 3, 2))
        )
    ward.clock.advance(timedelta(days=1))
    with pytest.raises(Forbidden), ward.work("nam") as work:
        complete_task(work, task_id, ANSWERS["appraise"])
    with ward.look("nam") as look, pytest.raises(Forbidden):
        task_page(look, task_id)
    with ward.work("an") as work:
        assign(work, task_id, ward.people["yen"])
    ward.do(waiting, "appraise", by="yen")


def test_an_act_dated_before_the_last_one_is_refused(ward, waiting):
    ward.clock.set(legal(2, 8))
    with pytest.raises(Conflict) as refusal:
        ward.do(waiting, "appraise", minutes=0)
    assert refusal.value.code == "before_last_act"


def test_an_act_that_waited_for_its_turn_is_dated_when_the_turn_came(ward, waiting):
    """The moment was taken before the lock was free; another act got in between."""
    task_id, house = ward.task(waiting, "appraise"), ward.house
    with house.unit_of_work(actor=ward.actor("nam")) as work:
        work.now -= timedelta(milliseconds=5)
        assert complete_task(work, task_id, ANSWERS["appraise"]).closed_at == ward.clock.now()


def test_the_worklist_shows_what_is_free_for_me_or_mine_nearest_date_first(ward):
    later = ward.dossier_at("appraise")
    ward.clock.set(legal(2, 14))
    sooner = ward.filed_online()
    with ward.look("nam") as look:
        lines = worklist(look)
    assert [(one.case_id, one.element_id) for one in lines.lines] == [(later, "appraise")]
    assert lines.counts["mine"] == 1
    with ward.look("lan") as look:
        assert [one.case_id for one in worklist(look).lines] == [sooner]
        assert worklist(look).lines[0].due_at is not None
        assert worklist(look, text="NGUYỄN thi").total == 1
        assert worklist(look, text="khong co").total == 0
        assert next_task(look) == ward.task(sooner, "check")
    for login in ("quyen", "hoa", "", "system"):
        with ward.look(login) as look:
            for view in ("mine", "taken", "common", "office"):
                assert worklist(look, view=view).lines == (), (login, view)


def test_colleagues_are_shown_to_their_head_only(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    with ward.look("an") as look:
        assert {one.name for one in colleagues_for(look, task_id)} == {"Ngô Hoài Nam", "Hồ Hải Yến"}
    for login in ("nam", "hoa", ""):
        with ward.look(login) as look, pytest.raises(Forbidden):
            colleagues_for(look, task_id)
