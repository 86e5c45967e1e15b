"""Running dossiers moved to another version: looked at first, approved by another, undone byte for byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.cases.models import Clock, Task, TaskNote
from engine.dossiers.forecasts import Forecast
from engine.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from engine.notifications.staff import StaffWarning
from engine.queries.moving import batch_page, batches, dry_run, move_of
from engine.queries.moving_desk import waiting_count
from engine.usecases import moving_trial
from engine.usecases.moving import approve_batch, refuse_batch, request_move, request_tried, undo_batch, undo_one
from engine.usecases.moving_batch import carry_out_slice
from engine.usecases.moving_orders import Ground
from engine.usecases.moving_trial import try_move
from engine.usecases.tasks import save_note
from tests.factories import HOUSEHOLD
from tests.usecases.moving import (
    DRAWING,
    GROUND,
    SETTINGS,
    appointed,
    asked,
    carried_out,
    looked,
    moves,
    picture,
    published,
    renamed,
    version_of,
)
from tests.usecases.test_apology import REASON

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database
FORM = (DRAWING, 'name="Thẩm định hồ sơ"', 'name="Thẩm định tại chỗ"')
SHORTER = (SETTINGS, 'default = { value = 3, unit = "working_days" }', 'default = { value = 2, unit = "working_days" }')
LONGER = (SETTINGS, 'default = { value = 3, unit = "working_days" }', 'default = { value = 7, unit = "working_days" }')


@ONE
def test_a_dry_run_tells_what_would_happen_and_writes_nothing(ward):
    case_id = ward.dossier_at("appraise")
    target = published(ward, FORM, SHORTER)
    before = picture(ward)
    run = looked(ward, target)
    assert picture(ward) == before
    (plan,) = run.plans
    assert (plan.verdict, dict(run.tally)["moves"]) == ("moves", 1)
    assert plan.code == ward.dossier(case_id).code
    assert [(one.name, one.new_name) for one in plan.tasks] == [("Thẩm định hồ sơ", "Thẩm định tại chỗ")]
    (term,) = [one for one in plan.terms if one.term == "dossier"]
    assert (term.limit_before, term.limit_after) == ("3 working_days", "2 working_days")
    assert term.promised_after == term.promised_before - timedelta(days=1)


def test_a_case_goes_on_by_the_new_version_once_two_people_said_so(ward):
    case_id = ward.dossier_at("appraise")
    task_id, old = ward.task(case_id, "appraise"), version_of(ward, case_id)
    promised = ward.dossier(case_id).promised_on
    target = published(ward, FORM, SHORTER)
    batch_id = carried_out(ward, target)
    assert version_of(ward, case_id) != old
    task = ward.row(Task, task_id)
    assert (task.name, task.status) == ("Thẩm định tại chỗ", "open")
    assert ward.dossier(case_id).promised_on == promised - timedelta(days=1)
    assert ward.clock_of(case_id).promised_on == ward.clock_of(case_id).due_on == promised - timedelta(days=1)
    acts = [(act.verb, act.actor) for act in ward.acts(case_id)][-2:]
    assert acts == [("case.moved", "system"), ("clock.moved", "system")]
    with ward.look("van") as look:
        page = batch_page(look, batch_id)
    assert (page.line.status, dict(page.line.done), page.line.left) == ("done", {"moved": 1}, 0)
    assert (page.line.asked_role, page.line.answered_role) == ("designer", "operator")
    assert ward.faults() == []
    for step in ("appraise", "approve", "register", "hand_over"):
        ward.do(case_id, step)
    assert ward.case(case_id).ended_at is not None


def test_undoing_lays_every_row_back_as_it_was(ward):
    case_id = ward.dossier_at("appraise")
    target = published(ward, *renamed("appraise", "look_into"), SHORTER)
    before = picture(ward)
    batch_id = carried_out(ward, target, mapping={"appraise": "look_into"})
    assert ward.open_steps(case_id) == ["look_into"]
    assert picture(ward) != before
    with ward.work("dung") as work:
        undo_batch(work, batch_id, "Ban hành nhầm")
    ward.run_deferred()
    assert picture(ward) == before
    assert moves(ward, batch_id)[case_id].status == "undone"
    assert ward.faults() == []
    ward.do(case_id, "appraise")
    assert ward.open_steps(case_id) == ["approve"]


@ONE
def test_what_is_only_foreseen_of_a_dossier_is_no_act_and_keeps_no_undoing(ward):
    case_id = ward.dossier_at("appraise")
    batch_id = carried_out(ward, published(ward, FORM))
    now, office = ward.clock.now(), ward.dossier(case_id).handling_id
    with ward.work() as work:
        foreseen = {"promised_at": now, "counted_at": now, "look_at": now, "per_mille": 300}
        work.session.merge(Forecast(case_id=case_id, office_id=office, **foreseen))
    with ward.work("van") as work:
        undo_one(work, batch_id, case_id, "Nhầm")
    assert moves(ward, batch_id)[case_id].status == "undone"


@ONE
def test_a_warning_to_officials_is_no_act_and_is_not_told_twice_for_a_move_that_was_undone(ward):
    case_id = ward.dossier_at("appraise")
    batch_id = carried_out(ward, published(ward, FORM))
    (task,) = ward.rows(Task, Task.case_id == case_id, Task.status == "open")
    ward.wait_until(task.warn_at + timedelta(minutes=1))
    told = ward.rows(StaffWarning, StaffWarning.case_id == case_id)
    assert told
    with ward.work("van") as work:
        undo_one(work, batch_id, case_id, "Nhầm")
    assert moves(ward, batch_id)[case_id].status == "undone"
    ward.wait_until(ward.clock.now() + timedelta(minutes=1))
    assert len(ward.rows(StaffWarning, StaffWarning.case_id == case_id)) == len(told)
    (term,) = ward.rows(Clock, Clock.case_id == case_id, Clock.term == "dossier")
    assert term.next_at is not None
    assert term.next_at > ward.clock.now()


@ONE
def test_after_the_first_new_act_undoing_says_which_act_it_was(ward):
    case_id = ward.dossier_at("appraise")
    batch_id = carried_out(ward, published(ward, FORM))
    ward.do(case_id, "appraise")
    with pytest.raises(Conflict, match="Người thụ lý") as refused, ward.work("van") as work:
        undo_one(work, batch_id, case_id, "Thử lại")
    assert "«Thẩm định tại chỗ»" in str(refused.value)
    assert "Nam" not in str(refused.value)
    with ward.work("van") as work:
        undo_batch(work, batch_id, "Ban hành nhầm")
    ward.run_deferred()
    kept = moves(ward, batch_id)[case_id]
    assert kept.status == "kept"
    assert "Không hoàn lại được" in kept.result["msgid"]


@ONE
def test_nobody_asks_and_approves_alone_and_no_ground_is_no_move(ward):
    ward.dossier_at("appraise")
    run = looked(ward, published(ward, FORM))
    for ground in (Ground("", GROUND.dated_on, "x"), Ground("1", None, "x"), Ground("1", GROUND.dated_on, "  ")):
        with pytest.raises(Invalid, match="căn cứ pháp lý"), ward.work("thiet") as work:
            request_move(work, run.order, run.plans, ground, shown=run.digest)
    for login in ("dung", "van", "nam", "hoa"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            request_move(work, run.order, run.plans, GROUND, shown=run.digest)
    batch_id = asked(ward, run)
    for login in ("thiet", "kiem", "nam"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            approve_batch(work, batch_id)
    with ward.work("dung") as work:
        approve_batch(work, batch_id)
    with pytest.raises(Conflict), ward.work("van") as work:
        approve_batch(work, batch_id)


@ONE
def test_nobody_moves_dossiers_of_offices_they_do_not_answer_for(ward):
    """The head, designer and operator of another office stand for their own dossiers, not for those of this ward."""
    case_id = ward.dossier_at("appraise")
    appointed(ward, "phong", "hcm-sxd", "leader", "designer", "operator")
    target = published(ward, FORM)
    theirs = looked(ward, target, by="phong")
    assert (theirs.plans, theirs.elsewhere) == ((), 1)
    run = looked(ward, target)
    assert run.elsewhere == 0
    with pytest.raises(Forbidden, match="ngoài phạm vi"), ward.work("phong") as work:
        request_move(work, run.order, run.plans, GROUND, shown=run.digest)
    batch_id = asked(ward, run)
    for answer in (approve_batch, lambda work, order: refuse_batch(work, order, "Không")):
        with pytest.raises(Forbidden, match="ngoài phạm vi"), ward.work("phong") as work:
            answer(work, batch_id)
    with ward.look("phong") as look:
        page = batch_page(look, batch_id)
        assert (page.may_answer, bool(page.beyond), waiting_count(look)) == (False, True, 0)
    with ward.look("dung") as look:
        assert (batch_page(look, batch_id).may_answer, waiting_count(look)) == (True, 1)
    with ward.work("dung") as work:
        approve_batch(work, batch_id)
    ward.run_deferred()
    for undo in (
        lambda work: undo_batch(work, batch_id, "Nhầm"),
        lambda work: undo_one(work, batch_id, case_id, "Nhầm"),
    ):
        with pytest.raises(Forbidden, match="ngoài phạm vi"), ward.work("phong") as work:
            undo(work)
    with ward.look("phong") as look:
        assert not batch_page(look, batch_id).may_undo
    assert moves(ward, batch_id)[case_id].status == "moved"


@ONE
def test_an_order_can_be_taken_back_or_turned_down(ward):
    case_id = ward.dossier_at("appraise")
    old = version_of(ward, case_id)
    run = looked(ward, published(ward, FORM))
    for login in ("thiet", "dung"):
        batch_id = asked(ward, run)
        with pytest.raises(Invalid, match="lý do"), ward.work(login) as work:
            refuse_batch(work, batch_id, " ")
        with ward.work(login) as work:
            refuse_batch(work, batch_id, "Chưa cần")
    ward.run_deferred()
    assert version_of(ward, case_id) == old


@ONE
def test_many_cases_are_tried_by_a_worker_and_asked_for_as_kept(ward, monkeypatch):
    """A page never plans thousands of cases: the trial is kept, and only whoever had it made sees it and asks."""
    monkeypatch.setattr(moving_trial, "SLICE", 1)
    first, second = ward.dossier_at("appraise"), ward.filed_at_counter()
    target = published(ward, FORM)
    run = looked(ward, target, most=1)
    assert (run.unplanned, run.plans) == (2, ())
    with pytest.raises(Invalid), ward.work("thiet") as work:
        try_move(work, replace(run.order, mapping={"nobody": "appraise"}))
    for login in ("dung", "nam"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            try_move(work, run.order)
    with ward.work("thiet") as work:
        older = try_move(work, run.order)
    with ward.work("thiet") as work:
        batch_id = try_move(work, run.order)
    with pytest.raises(Conflict, match="chưa xong"), ward.work("thiet") as work:
        request_tried(work, batch_id, GROUND)
    ward.run_deferred()
    with ward.look("thiet") as look:
        page = batch_page(look, batch_id, every=True)
        assert [line.id for line in batches(look)] == [batch_id], "what was tried before is forgotten"
    assert page.line.status == "tried"
    assert sum(page.line.tally.values()) == 2
    assert {one.case_id for one in page.moves} == {first, second}
    for stranger in ("kiem", "dung"):
        with pytest.raises(NotFound), ward.look(stranger) as look:
            batch_page(look, batch_id)
        with ward.look(stranger) as look:
            assert batches(look) == ()
    with pytest.raises(NotFound), ward.look("thiet") as look:
        batch_page(look, older)
    with pytest.raises(Forbidden, match="Chỉ người"), ward.work("kiem") as work:
        request_tried(work, batch_id, GROUND)
    with pytest.raises(Invalid, match="căn cứ pháp lý"), ward.work("thiet") as work:
        request_tried(work, batch_id, Ground("", None, ""))
    with ward.work("thiet") as work:
        request_tried(work, batch_id, GROUND)
    with ward.work("van") as work:
        approve_batch(work, batch_id)
    ward.run_deferred()
    assert {moves(ward, batch_id)[one].status for one in (first, second)} <= {"moved", "stayed", "skipped"}
    assert moves(ward, batch_id)[first].status == "moved"


@ONE
def test_what_is_shown_is_what_is_asked_for(ward):
    case_id = ward.dossier_at("appraise")
    target = published(ward, FORM)
    shown = looked(ward, target)
    ward.do(case_id, "appraise")
    with pytest.raises(Conflict, match="đã thay đổi"), ward.work("thiet") as work:
        request_move(work, shown.order, looked(ward, target).plans, GROUND, shown=shown.digest)


@ONE
def test_a_case_that_changed_after_the_approval_is_left_alone(ward):
    case_id = ward.dossier_at("appraise")
    old = version_of(ward, case_id)
    batch_id = asked(ward, looked(ward, published(ward, FORM)))
    ward.do(case_id, "appraise")
    with ward.work("van") as work:
        approve_batch(work, batch_id)
    ward.run_deferred()
    move = moves(ward, batch_id)[case_id]
    assert (move.status, version_of(ward, case_id)) == ("skipped", old)
    assert "đã thay đổi" in move.result["msgid"]


@ONE
def test_a_promise_is_not_lengthened_without_its_letter(ward):
    case_id = ward.dossier_at("appraise")
    promised = ward.dossier(case_id).promised_on
    target = published(ward, LONGER)
    (plan,) = looked(ward, target).plans
    assert "giữ nguyên" in plan.warnings[0]
    carried_out(ward, target)
    clock = ward.clock_of(case_id)
    assert clock.due_on > promised
    assert clock.promised_on == ward.dossier(case_id).promised_on == promised


@ONE
def test_with_a_new_receipt_the_date_changes_when_it_is_issued_and_not_before(ward):
    case_id = ward.dossier_at("appraise")
    promised = ward.dossier(case_id).promised_on
    batch_id = asked(ward, looked(ward, published(ward, LONGER), letter="form01"))
    with ward.work("van") as work:
        approve_batch(work, batch_id)
    carry_out_slice(ward.work, batch_id)
    assert ward.dossier(case_id).promised_on == promised
    ward.run_deferred()
    clock = ward.clock_of(case_id)
    assert ward.dossier(case_id).promised_on == clock.promised_on == clock.due_on
    assert clock.due_on > promised
    older, newer = ward.documents(case_id, "form01")
    assert (older.status, newer.status) == ("void", "issued")
    assert [task.legal_due_at for task in ward.rows(Task, Task.case_id == case_id, Task.status == "open")] == [
        clock.promised_at
    ]
    with pytest.raises(Conflict, match="phát hành văn bản"), ward.work("van") as work:
        undo_one(work, batch_id, case_id, "Nhầm")


@ONE
def test_with_an_apology_the_date_changes_with_the_signed_letter(ward):
    case_id = ward.dossier_at("appraise")
    promised = ward.dossier(case_id).promised_on
    carried_out(ward, published(ward, LONGER), letter="form04")
    assert sorted(ward.open_steps(case_id)) == ["apology_reason", "appraise"]
    assert ward.dossier(case_id).promised_on == promised
    reason = REASON["apology"] | {"new_date": (promised + timedelta(days=5)).isoformat()}
    ward.do(case_id, "apology_reason", {"apology": reason})
    assert ward.dossier(case_id).promised_on == promised
    ward.do(case_id, "apology_approval")
    assert ward.dossier(case_id).promised_on == promised + timedelta(days=5)


@ONE
def test_a_call_in_flight_keeps_its_case_for_later(ward):
    case_id = ward.filed_at_counter()
    target = published(ward, FORM)
    (plan,) = looked(ward, target).plans
    assert (plan.verdict, plan.case_id) == ("later", case_id)
    assert "đang được thực hiện" in plan.reasons[0]
    with pytest.raises(Invalid, match="Không có hồ sơ nào"):
        asked(ward, looked(ward, target))


@ONE
def test_a_dossier_with_its_result_stays_unless_the_order_takes_it_along(ward):
    ward.dossier_at("hand_over")
    target = published(ward, (DRAWING, 'name="Trả kết quả"', 'name="Giao kết quả"'))
    assert looked(ward, target).plans[0].verdict == "stays"
    assert looked(ward, target, decided=True).plans[0].verdict == "moves"


@ONE
def test_a_vanished_task_needs_its_way_and_keeps_what_was_typed(ward):
    case_id = ward.dossier_at("appraise")
    task_id = ward.task(case_id, "appraise")
    with ward.work("nam") as work:
        save_note(work, task_id, {"appraisal": {"remark": "Đã xem địa chỉ"}})
    target = published(ward, *renamed("appraise", "look_into"))
    (plan,) = looked(ward, target).plans
    assert plan.verdict == "cannot"
    assert "«Thẩm định hồ sơ» không còn" in plan.reasons[0]
    (plan,) = looked(ward, target, mapping={"appraise": "look_into"}).plans
    assert [(way.old, way.new) for way in plan.vanishing] == [("appraise", "look_into")]
    carried_out(ward, target, mapping={"appraise": "look_into"})
    assert ward.row(Task, task_id).element_id == "look_into"
    with ward.look() as look:
        note = look.session.scalar(select(TaskNote).where(TaskNote.task_id == task_id))
    assert note.answers == {"appraisal": {"remark": "Đã xem địa chỉ"}}


@ONE
def test_a_group_no_office_stands_behind_is_a_reason(ward):
    ward.dossier_at("appraise")
    rule = (SETTINGS, 'returning = "chosen"', 'returning = "chosen"\nconsulted = "department:land of city"')
    group = (DRAWING, 'candidateGroups="handling.specialist"', 'candidateGroups="consulted.specialist"')
    (plan,) = looked(ward, published(ward, rule, group)).plans
    assert plan.verdict == "cannot"
    assert "Không có đơn vị nào cho nhóm «consulted»" in plan.reasons[0]


@ONE
def test_nobody_else_learns_of_a_move(ward):
    """Codes, steps and dates are for those who may ask for a move or approve one."""
    case_id = ward.dossier_at("appraise")
    target = published(ward, FORM)
    batch_id = carried_out(ward, target)
    asked_for = (
        lambda look: dry_run(look, HOUSEHOLD, 1, target),
        lambda look: batches(look),
        lambda look: batch_page(look, batch_id),
        lambda look: move_of(look, batch_id, case_id),
    )
    for login in ("", "hoa", "duc", "lan", "nam", "an", "mai", "thanh", "tong"):
        for ask in asked_for:
            with pytest.raises((Forbidden, NotSignedIn)), ward.look(login) as look:
                ask(look)
    for login in ("thiet", "kiem", "dung", "van"):
        with ward.look(login) as look:
            assert move_of(look, batch_id, case_id).status == "moved"


@ONE
def test_a_faulty_order_is_told_before_any_case(ward):
    ward.dossier_at("appraise")
    target = published(ward, FORM)
    assert "nobody" in looked(ward, target, mapping={"nobody": "appraise"}).faults[0]
    assert looked(ward, 1).faults
    assert looked(ward, target, letter="form99").faults
