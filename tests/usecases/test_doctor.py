"""The case doctor names every fault as it really happens, in both languages, and says truthfully what its act did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import update

from engine.accounts.models import Mandate
from engine.cases.models import Clock, Incident, Task
from engine.clock import legal_date
from engine.db import new_id
from engine.deadlines.ledger import ledger_from_json, replay
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.queries.doctor import diagnose, find_case, recheck
from engine.queries.doctor_lists import standing_cases
from engine.spoken import speaker
from engine.usecases.doctor import Order, mend
from tests.factories import SINCE
from tests.usecases import faults
from tests.usecases.test_calendars import applied, drafted, off

pytestmark = pytest.mark.dialects("sqlite")  # what the doctor says does not depend on the database
ENGLISH = speaker("en")


@dataclass(frozen=True)
class Fault:
    """One seeded fault: how it happens, what the doctor calls it, the act it offers, and who may do that."""

    plant: Callable
    kind: str
    verb: str
    vietnamese: str
    english: str
    by: str = "van"
    cure: Callable | None = None
    after: str = "goes"


def room_again(ward):
    ward.house.ports.storage.full = False


def key_back(ward):
    folder = ward.house.settings.data / "keys" / "holders"
    for path in folder.glob("away-*"):
        path.rename(path.with_name(path.name.removeprefix("away-")))


def line_up(ward):
    ward.house.ports.channels["sms"].error = None


def fixed_version(ward):
    faults.published_with(ward, ("process.bpmn", faults.MISSING, faults.ASKED))


FAULTS = {
    "expression": Fault(
        faults.stopped_at_gateway, "expression", "correct", "một biểu thức không tính được", "expression"
    ),
    "runaway": Fault(faults.runaway, "runaway", "move", "chạy quá giới hạn", "ran beyond its limits"),
    "call failed": Fault(faults.failed_call, "call-failed", "retry", "không làm được", "could not be done"),
    "call unknown": Fault(faults.unknown_call, "call-unknown", "retry", "Không rõ", "not known"),
    "call lost": Fault(faults.lost_call, "call-lost", "retry", "hàng đợi", "queue"),
    "inline": Fault(faults.refused_inside, "inline", "retry", "bị từ chối", "was refused", after="ended"),
    "task type": Fault(faults.task_type_gone, "task-type", "retry", "hệ thống không có", "does not have"),
    "delivery": Fault(
        faults.unheard_delivery, "delivery", "replay", "không bước nào chờ", "no step waits", after="troubled"
    ),
    "nobody": Fault(faults.nobody_in_post, "task-nobody", "move-task", "không ai ở đó", "nobody there"),
    "absent": Fault(faults.account_closed, "task-absent", "release", "đã khóa", "closed"),
    "row lost": Fault(faults.row_lost, "drift", "realign", "không có dòng nào", "no row"),
    "row left": Fault(faults.row_left, "drift", "realign", "không chờ bước đó nữa", "no longer waits"),
    "moment": Fault(faults.sweep_missed, "moment-late", "retry", "chưa được xử lý", "has not been dealt with"),
    "workers": Fault(faults.workers_dead, "outbox-stopped", "outside", "Bộ phận tự động", "workers"),
    "clock": Fault(faults.clock_stopped, "clock-stopped", "resume", "đứng yên", "stands still", by="kiem"),
    "key": Fault(faults.key_lost, "signature", "retry", "khóa ký", "signing key", cure=key_back),
    "state": Fault(faults.state_cut, "state-unreadable", "end", "Không đọc được trạng thái", "saved state"),
    "version": Fault(faults.version_damaged, "bundle-damaged", "outside", "Phiên bản", "version"),
    "notice": Fault(faults.message_lost, "notice", "resend", "không rõ đã đi hay chưa", "not known", cure=line_up),
    "letter": Fault(
        faults.letter_unprinted, "letter", "retry", "Không in được", "could not be printed", cure=room_again
    ),
    "journal": Fault(faults.record_changed, "journal", "outside", "Nhật ký", "record"),
}
MENDED = {
    "call failed", "call unknown", "call lost", "inline", "task type", "absent", "row lost", "row left", "moment",
    "clock", "key", "notice", "letter",
}  # fmt: skip


def looked_at(ward, case_id, login="system"):
    with ward.look(login) as look:
        return diagnose(look, case_id)


def named(ward, case_id, kind, login="system"):
    seen = looked_at(ward, case_id, login)
    found = [one for one in seen.findings if one.kind == kind]
    assert found, [(one.kind, one.what) for one in seen.findings]
    return found[0]


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_named_in_both_languages_with_its_one_act_and_that_does_what_it_says(ward, name):
    fault = FAULTS[name]
    case_id = fault.plant(ward)
    if name != "workers":
        faults.beating(ward)
    before = looked_at(ward, case_id)
    wrong = [one for one in before.findings if one.wrong]
    assert {one.kind for one in wrong} == {fault.kind}
    found = wrong[0]
    assert fault.vietnamese in found.what
    assert fault.english in found.what.said(ENGLISH)
    assert found.action is not None
    assert found.action.verb == fault.verb
    for part in (found.action.label, found.action.precondition, found.action.effect, found.who):
        assert part is None or part.said(ENGLISH) != str(part), part
    if name not in MENDED:
        return
    if fault.cure:
        fault.cure(ward)
    order = Order(found.kind, found.subject, looked=True, reason="Đã xem và sửa nguyên nhân")
    with ward.work(fault.by) as work:
        mend(work, case_id, order)
    with ward.look() as look:
        told = recheck(look, case_id, found.key)
    assert told.well, told.words
    ward.run_deferred()
    faults.beating(ward)
    after = looked_at(ward, case_id)
    assert [one.what for one in after.wrong] == []
    assert after.verdict == fault.after
    with pytest.raises(Conflict), ward.work(fault.by) as work:
        mend(work, case_id, order)
    assert ward.faults() == []


def test_a_task_opened_again_carries_the_dates_that_hold_now(ward):
    case_id = ward.dossier_at("appraise")
    task_id = ward.task(case_id, "appraise")
    before = ward.row(Task, task_id)
    with ward.work() as work:
        work.session.get_one(Task, task_id).status = "done"
    day_off = legal_date(before.due_at).isoformat()
    applied(ward, drafted(ward, off(day_off)))
    closed = ward.row(Task, task_id)
    assert (closed.due_at, closed.legal_due_at) == (before.due_at, before.legal_due_at), "nothing is carried over to it"
    with ward.work() as work:
        work.session.get_one(Clock, ward.clock_of(case_id).id).ledger = []
    faults.beating(ward)
    found = named(ward, case_id, "drift")
    with ward.work("van") as work:
        mend(work, case_id, Order(found.kind, found.subject, reason="Việc bị đóng nhầm"))
    task, clock = ward.row(Task, task_id), ward.clock_of(case_id)
    assert task.status == "open"
    assert legal_date(task.due_at) > legal_date(before.due_at)
    assert task.warn_at > before.warn_at
    assert task.legal_due_at == task.owed_at == ward.dossier(case_id).promised_at > before.legal_due_at
    assert replay(ledger_from_json(clock.ledger)) == clock.due_at
    assert looked_at(ward, case_id).wrong == ()


def test_an_act_that_did_not_help_says_so(ward):
    case_id = faults.letter_unprinted(ward)
    found = named(ward, case_id, "letter")
    with ward.work("van") as work:
        mend(work, case_id, Order(found.kind, found.subject))
    with ward.look() as look:
        assert "chưa biết kết quả" in recheck(look, case_id, found.key).words
    faults.given_up(ward, case_id, "letter.render")
    with ward.look() as look:
        told = recheck(look, case_id, found.key)
    assert (told.well, told.diagnosis.verdict) == (False, "stands")
    assert "chưa được" in told.words


def test_a_signature_is_not_tried_again_while_there_is_no_key(ward):
    case_id = faults.key_lost(ward)
    found = named(ward, case_id, "signature")
    with pytest.raises(Conflict, match="khóa ký"), ward.work("van") as work:
        mend(work, case_id, Order(found.kind, found.subject))
    assert ward.calls(case_id, "document.sign")[0].status == "failed"


def test_a_newer_version_that_would_let_the_step_go_on_is_what_helps(ward):
    case_id = faults.stopped_at_gateway(ward)
    fixed_version(ward)
    action = named(ward, case_id, "expression").action
    assert action is not None
    assert action.verb == "move"


def test_values_are_shown_to_whoever_may_read_the_dossier_and_to_nobody_else(ward):
    case_id = faults.stopped_at_gateway(ward, b"=form.owner.phone &gt; 3")
    phone = ward.dossier(case_id).owner_phone
    assert phone in named(ward, case_id, "expression", "an").values[0].shown
    for login in ("van", "system"):
        seen = named(ward, case_id, "expression", login).values[0]
        assert (seen.path, seen.kind, seen.shown) == ("form.owner.phone", "chữ", "")
        assert phone not in repr(looked_at(ward, case_id, login))
    for login in ("hoa", "thiet"):
        with pytest.raises(NotFound):
            looked_at(ward, case_id, login)


def test_ordinary_waits_are_told_with_names_and_dates(ward):
    case_id = ward.dossier_at("appraise")
    seen = looked_at(ward, case_id, "an")
    assert seen.verdict == "goes"
    assert any("Thẩm định hồ sơ" in one.what and "từ 02/03/2026" in one.what for one in seen.waits)
    paused = looked_at(ward, ward.paused(), "an")
    assert paused.verdict == "goes"
    assert any("Chờ người nộp bổ sung hồ sơ đến hết ngày" in one.what for one in paused.waits)


def test_an_incident_of_a_running_case_is_said_in_english(ward):
    case_id = faults.stopped_at_gateway(ward)
    (row,) = ward.incidents(case_id)
    assert row.msgid
    assert "form.business.employees" in row.message
    assert row.words == row.message
    assert "Condition" in row.words.said(ENGLISH) or "condition" in row.words.said(ENGLISH)
    with ward.work() as work:
        work.session.execute(update(Incident).where(Incident.id == row.id).values(msgid="", params={}))
    assert ward.row(Incident, row.id).words.said(ENGLISH) == row.message


def test_a_task_is_moved_by_a_leader_to_an_office_of_the_agency_where_somebody_may(ward):
    case_id = faults.nobody_in_post(ward)
    found = named(ward, case_id, "task-nobody")
    elsewhere = ward.offices["bt-pvhcc"]
    order = Order(found.kind, found.subject, reason="Phòng chưa có người", office_id=elsewhere)
    with pytest.raises(Invalid), ward.work("dung") as work:  # nobody there holds the role either
        mend(work, case_id, order)
    with ward.work() as work:
        mandate = Mandate(id=new_id(), person_id=ward.people["mai"], office_id=elsewhere, role="specialist")
        mandate.valid_from = SINCE
        work.session.add(mandate)
    with pytest.raises(Forbidden), ward.work("lan") as work:
        mend(work, case_id, order)
    with ward.work("dung") as work:
        mend(work, case_id, order)
    assert looked_at(ward, case_id).verdict == "goes"
    assert "task.moved" in [act.verb for act in ward.acts(case_id)]


def test_whoever_keeps_the_machine_running_sees_every_standing_case_and_others_their_own(ward):
    case_id = faults.failed_call(ward)
    for login, count in (("van", 1), ("an", 1), ("hoa", 0), ("system", 1)):
        with ward.look(login) as look:
            assert [one.case_id for one in standing_cases(look)] == [case_id] * count, login
    with ward.look("van") as look:
        assert find_case(look, ward.dossier(case_id).code) == case_id
    for code in ("H29.26743-260302-9999", ""):
        with pytest.raises(NotFound), ward.look("van") as look:
            find_case(look, code)


def test_an_order_for_another_case_or_of_no_kind_does_nothing(ward):
    case_id = faults.failed_call(ward)
    other = ward.dossier_at("appraise")
    found = named(ward, case_id, "call-failed")
    with pytest.raises(NotFound), ward.work("van") as work:
        mend(work, other, Order(found.kind, found.subject))
    with pytest.raises(Conflict), ward.work("van") as work:
        mend(work, case_id, Order("journal", ""))
    with pytest.raises(NotFound), ward.work("van") as work:
        mend(work, case_id, Order("call-failed", "no id at all"))
    with pytest.raises(Forbidden), ward.work("nam") as work:
        mend(work, case_id, Order(found.kind, found.subject))
