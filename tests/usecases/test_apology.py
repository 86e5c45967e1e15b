"""A dossier that will be late: asked why, signed for, told once before the date; and what happens when nobody acts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from engine.accounts.apology_rules import APOLOGY, apology_rules
from engine.cases.models import Task
from engine.clock import legal_date
from engine.deadlines.apologies import ApologyRules
from engine.dossiers.points import Brought
from engine.errors import Conflict, Forbidden, Invalid, Refusal
from engine.performing import perform_call
from engine.queries.apologies import told_counter
from engine.queries.owed import owed_letters
from engine.usecases.apologies import open_apology
from engine.usecases.apology_acts import begin_apology, take_note
from engine.usecases.apology_desks import desks_of
from engine.usecases.authority_rules import lay_down
from engine.usecases.calls import act, claim_call, complete_call
from engine.usecases.running import lock_case
from engine.usecases.supplements import answer_supplement
from engine.usecases.tasks import complete_task
from tests.factories import BIRTH, legal
from tests.usecases.apology_within import published_with_the_apology_within

REASON = {
    "apology": {
        "outcome": "extend",
        "cause": "verification",
        "reason": "Cần xác minh địa điểm kinh doanh.",
        "unit": "Phòng Kinh tế, Hạ tầng và Đô thị",
        "new_date": "2026-03-10",
    }
}


def test_the_letter_is_drafted_on_the_last_morning_signed_by_the_head_and_sent_once(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 7))
    assert ward.open_steps(case_id) == ["appraise"]
    ward.wait_until(legal(4, 10))
    assert sorted(ward.open_steps(case_id)) == ["apology_reason", "appraise"]
    assert ward.notices(case_id, "may_be_late") == []

    ward.do(case_id, "apology_reason", REASON)
    assert ward.documents(case_id, "form04")[0].signed_at is None
    assert ward.dossier(case_id).promised_on == date(2026, 3, 5)
    ward.do(case_id, "apology_approval")
    letter = ward.documents(case_id, "form04")[0]
    verdict = ward.house.ports.signatures.verify(ward.paper(letter), now=ward.clock.now())
    assert verdict.valid, verdict.problem
    assert letter.number.endswith("/ĐKKD")
    dossier, apology = ward.dossier(case_id), ward.apologies(case_id)[0]
    assert apology.sent_at is not None
    assert legal_date(apology.sent_at) < apology.promised_on
    assert (apology.reason, apology.new_date) == ("Cần xác minh địa điểm kinh doanh.", date(2026, 3, 10))
    assert dossier.promised_on == date(2026, 3, 10)
    assert ward.clock_of(case_id).due_on == date(2026, 3, 5)

    ward.wait_until(legal(9, 10))
    assert len(ward.documents(case_id, "form04")) == 1
    assert {one.event for one in ward.notices(case_id)} == {"accepted", "late"}
    ward.do(case_id, "appraise")
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    assert ward.dossier(case_id).judged == "late"
    assert ward.faults() == []


def test_nobody_acts_so_an_unsigned_notice_goes_out_once_and_the_letter_stays_owed(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(5, 10))
    apology = ward.apologies(case_id)[0]
    assert apology.notice_sent_at == apology.escalated_at
    assert legal_date(apology.notice_sent_at) < apology.promised_on
    assert (apology.sent_at, apology.closed_at) == (None, None)
    told = ward.notices(case_id, "may_be_late")
    assert len(told) == len({one.channel for one in told}) > 0
    assert ward.documents(case_id, "form04") == []
    assert sorted(ward.open_steps(case_id)) == ["apology_reason", "appraise"]
    ward.wait_until(legal(12, 10))
    assert len(ward.notices(case_id, "may_be_late")) == len(told)
    assert len(ward.apologies(case_id)) == 1


def test_the_owed_letter_may_still_go_out_late(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(6, 10))
    ward.do(case_id, "apology_reason", REASON)
    ward.do(case_id, "apology_approval")
    assert ward.apologies(case_id)[0].sent_at is not None
    assert ward.dossier(case_id).promised_on == date(2026, 3, 10)


@pytest.mark.dialects("sqlite")
def test_a_letter_that_is_owed_can_still_be_written_when_the_result_is_handed_over(ward):
    case_id = ward.dossier_at("approve")
    ward.wait_until(legal(6, 10))
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    ward.do(case_id, "hand_over")
    assert ward.dossier(case_id).status == 10
    assert ward.open_steps(case_id) == ["apology_reason"]
    ward.do(case_id, "apology_reason", REASON)
    ward.do(case_id, "apology_approval")
    apology, letter = ward.apologies(case_id)[0], ward.documents(case_id, "form04")[0]
    assert (apology.sent_at is not None, apology.new_date) == (True, None)
    words = " ".join(PdfReader(BytesIO(ward.paper(letter))).pages[0].extract_text().split())
    assert "đã không trả kết quả đúng hẹn" in words
    assert "10/03/2026" not in words
    assert ward.dossier(case_id).promised_on == date(2026, 3, 5)
    ward.run_deferred()
    assert ward.case(case_id).ended_at is not None


def test_a_dossier_decided_in_time_spares_the_letter(ward):
    case_id = ward.dossier_at("approve")
    ward.wait_until(legal(4, 10))
    assert "apology_reason" in ward.open_steps(case_id)
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    assert ward.open_steps(case_id) == ["hand_over"]
    assert ward.apologies(case_id)[0].closed_because == "decided"
    ward.wait_until(legal(6, 10))
    assert ward.notices(case_id, "may_be_late") == []
    assert ward.dossier(case_id).judged == "early"


def test_the_officer_who_keeps_the_date_owes_no_letter(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    ward.do(case_id, "apology_reason", {"apology": {"outcome": "on_time"}})
    assert ward.open_steps(case_id) == ["appraise"]
    ward.wait_until(legal(4, 18))
    assert ward.notices(case_id, "may_be_late") == []


def test_a_date_that_moved_after_a_supplement_is_watched_again(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    ward.do(case_id, "appraise", {"appraisal": ward.asking()})
    assert ward.open_steps(case_id) == []
    ward.wait_until(legal(9, 10))
    with ward.work("lan") as work:
        answer_supplement(work, case_id, answers={}, via="counter", brought=[Brought("minutes", photocopies=1)])
    ward.run_deferred()
    assert ward.dossier(case_id).promised_on == date(2026, 3, 12)
    ward.wait_until(legal(11, 10))
    assert sorted(ward.open_steps(case_id)) == ["apology_reason", "appraise"]
    assert [one.promised_on for one in ward.apologies(case_id)] == [date(2026, 3, 5), date(2026, 3, 12)]


def test_a_letter_is_sent_to_nobody_whose_dossier_was_withdrawn(ward):
    from engine.usecases.submit import withdraw

    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    ward.clock.advance(timedelta(minutes=5))
    with ward.work("lan") as work:
        withdraw(work, case_id, "Không làm nữa.")
    assert ward.open_steps(case_id) == []
    ward.wait_until(legal(6, 10))
    assert ward.notices(case_id, "may_be_late") == []


AGAIN = {"apology": {"outcome": "extend", "cause": "workload", "reason": "Hồ sơ tồn.", "unit": "UBND phường Bến Thành"}}
WHAT = "Bản chụp biên bản họp bị thất lạc khi luân chuyển."
SORRY = {"apology": {"outcome": "extend", "reason": WHAT, "remedy": "Phòng tự sao lại.", "unit": "Phòng Kinh tế"}}
EXEMPT = {"apology": {"outcome": "exempt", "exempt_ground": "applicant", "exempt_reason": "Người nộp đổi địa điểm."}}


def sent(ward, case_id, answers=REASON, step="apology_reason"):
    ward.do(case_id, step, answers, by="nam")
    ward.do(case_id, "apology_approval")


@pytest.mark.dialects("sqlite")
def test_the_officer_begins_from_a_draft_and_gives_one_new_date_that_lies_ahead(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    given = {**ward.case(case_id).variables, **ward.row(Task, ward.task(case_id, "apology_reason")).inputs}
    case, draft = given["apology_case"], given["apology"]
    assert (case["because"], case["level"], case["promised_on"]) == ("term", "unit", "2026-03-05")
    assert (case["drafter"], case["signer"]) == ("handling.specialist", "signing.unit_head")
    assert draft["unit"] == "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành"
    assert draft["state"].startswith("Kiểm tra tên, ngành, nghề") or "Phòng Kinh tế" in draft["state"]
    assert draft["new_date"] == "2026-03-09", "half of three working days, from the promised one on, past the weekend"
    for day in ("2026-03-05", "2026-03-07", "2026-03-04"):  # the old one, a Saturday, today
        with pytest.raises(Invalid) as refusal:
            ward.do(case_id, "apology_reason", {"apology": REASON["apology"] | {"new_date": day}})
        assert [one.path for one in refusal.value.problems] == ["apology.new_date"]


@pytest.mark.dialects("sqlite")
def test_letter_message_and_new_date_are_one_act_and_the_counter_is_told_in_writing(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    sent(ward, case_id)
    (apology,), (letter,) = ward.apologies(case_id), ward.documents(case_id, "form04")
    told = ward.notices(case_id, "late")
    assert {letter.issued_at, apology.sent_at} | {one.created_at for one in told} == {apology.sent_at}
    assert len(told) == len({one.channel for one in told}) > 0
    assert all("10/03/2026" in one.body for one in told)
    assert any("05/03/2026" in one.body for one in told)
    (paper,) = ward.documents(case_id, "counter_notice")
    assert (apology.counter_document_id, paper.for_applicant, paper.status) == (paper.id, False, "issued")
    with ward.look("lan") as look:
        (line,) = told_counter(look)
        assert (line.code, line.new_date, line.reachable) == (ward.dossier(case_id).code, date(2026, 3, 10), True)
    for other in ("nam", "thu", "hoa", ""):
        with ward.look(other) as look:
            assert told_counter(look) == ()
    with ward.work("nam") as work, pytest.raises(Forbidden):
        take_note(work, apology.id)
    for login in ("lan", "minh"):
        with ward.work(login) as work:
            take_note(work, apology.id)
    assert ward.apologies(case_id)[0].counter_seen_by == ward.people["lan"]
    with ward.look("lan") as look:
        assert told_counter(look) == ()


@pytest.mark.dialects("sqlite")
def test_a_second_miss_is_the_leaders_told_unsigned_first_and_names_no_date_without_its_ground(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    sent(ward, case_id)
    ward.wait_until(legal(11, 9))
    task = ward.row(Task, ward.task(case_id, "apology_second"))
    assert (task.office_id, task.role) == (ward.offices["bt"], "leader")
    first, second = ward.apologies(case_id)
    assert [one.level for one in (first, second)] == ["unit", "superior"]
    assert first.notice_sent_at is None
    assert legal_date(second.notice_sent_at) < second.promised_on == date(2026, 3, 10)
    with ward.look("dung") as look:
        (line,) = owed_letters(look)
    assert (line.kind, line.level, line.case_id) == ("missed", "superior", case_id)

    ward.do(case_id, "apology_second", EXEMPT, by="dung")
    with pytest.raises(Forbidden):  # whoever asks for an exemption does not grant it
        ward.do(case_id, "apology_exempt", {"apology_exempt": {"outcome": "approve"}}, by="dung")
    ward.do(case_id, "apology_exempt", {"apology_exempt": {"outcome": "return", "comment": "Không."}}, by="huong")
    dated = {"apology": AGAIN["apology"] | {"new_date": "2026-03-20"}}
    with pytest.raises(Invalid):
        ward.do(case_id, "apology_second", dated, by="dung")
    ward.do(case_id, "apology_second", AGAIN, by="dung")
    ward.do(case_id, "apology_approval", by="dung")
    letter = ward.documents(case_id, "form04")[-1]
    assert (letter.office_id, letter.signed_by) == (ward.offices["bt"], ward.people["dung"])
    assert letter.number.endswith("/UBND")
    assert ward.house.ports.signatures.verify(ward.paper(letter), now=ward.clock.now()).valid
    second = ward.apologies(case_id)[1]
    assert (second.sent_at is not None, second.new_date) == (True, None)
    assert ward.dossier(case_id).promised_on == date(2026, 3, 10)
    told = [one.body for one in ward.notices(case_id, "late") if one.created_at == second.sent_at]
    assert any("không nêu ngày hẹn mới" in body for body in told)
    assert ward.faults() == []


@pytest.mark.dialects("sqlite")
def test_nobody_is_exempted_without_a_ground_a_reason_and_somebody_else_who_agrees(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    with pytest.raises(Invalid):
        ward.do(case_id, "apology_reason", {"apology": {"outcome": "exempt", "exempt_ground": "applicant"}})
    ward.do(case_id, "apology_reason", EXEMPT)
    task = ward.row(Task, ward.task(case_id, "apology_exempt"))
    assert (task.office_id, task.role) == (ward.offices["bt"], "leader")
    ward.do(case_id, "apology_exempt", {"apology_exempt": {"outcome": "return", "comment": "Không đúng."}}, by="dung")
    ward.do(case_id, "apology_reason", EXEMPT)
    ward.do(case_id, "apology_exempt", {"apology_exempt": {"outcome": "approve"}}, by="dung")
    (apology,) = ward.apologies(case_id)
    assert (apology.exempt_ground, apology.closed_because) == ("applicant", "exempt")
    assert (apology.exempt_asked_by, apology.exempted_by) == (ward.people["nam"], ward.people["dung"])
    assert "apology.exempted" in [act.verb for act in ward.acts(case_id)]
    ward.wait_until(legal(9, 10))
    assert len(ward.apologies(case_id)) == 1
    assert ward.notices(case_id, "may_be_late") == []
    with ward.look("dung") as look:
        assert owed_letters(look) == ()


@pytest.mark.dialects("sqlite")
def test_an_error_is_apologised_for_by_the_same_process_and_moves_no_date(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(3, 9))
    for login, because, account in (("nam", "term", WHAT), ("nam", "loss", " ")):
        with ward.work(login) as work, pytest.raises(Invalid):
            begin_apology(work, case_id, because=because, account=account)
    for login in ("quyen", "hoa", "tam"):
        with ward.work(login) as work, pytest.raises(Refusal):
            begin_apology(work, case_id, because="loss", account=WHAT)
    with ward.work("nam") as work:
        begin_apology(work, case_id, because="loss", account=WHAT)
    with ward.work("dung") as work, pytest.raises(Conflict):
        begin_apology(work, case_id, because="loss", account=WHAT)
    assert ward.row(Task, ward.task(case_id, "apology_other")).inputs["apology"]["reason"] == WHAT
    sent(ward, case_id, SORRY, "apology_other")
    (apology,) = ward.apologies(case_id)
    assert (apology.because, apology.reason, apology.new_date) == ("loss", WHAT, None)
    assert apology.counter_told_at is not None
    assert ward.dossier(case_id).promised_on == date(2026, 3, 5)
    assert all("sai sót của cơ quan" in one.body for one in ward.notices(case_id, "late"))
    ward.wait_until(legal(4, 10))
    assert sorted(ward.open_steps(case_id)) == ["apology_reason", "appraise"], "the date has a letter of its own"


@pytest.mark.dialects("sqlite")
def test_an_error_nobody_apologises_for_is_told_unsigned_and_leads_the_list(ward):
    case_id = ward.dossier_at("appraise")
    with ward.work("an") as work:
        begin_apology(work, case_id, because="damage", account=WHAT)
    ward.run_deferred()
    ward.wait_until(legal(3, 18))
    (apology,) = ward.apologies(case_id)
    assert apology.notice_sent_at is not None
    told = ward.notices(case_id, "apology_owed")
    assert len(told) == len({one.channel for one in told}) > 0
    with ward.look("dung") as look:
        (line,) = owed_letters(look)
    assert (line.because, line.kind) == ("damage", "overdue")
    ward.do(case_id, "appraise")
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    assert ward.apologies(case_id)[0].closed_at is None, "a dossier done in time still owes what is not about its date"


@pytest.mark.dialects("sqlite")
def test_a_letter_foreseen_is_drafted_once_and_asked_for_again_when_the_date_draws_near(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(3, 9))
    for _twice in range(2):
        with ward.work() as work:
            assert open_apology(work, lock_case(work, case_id), because="forecast") is not None
    assert sorted(ward.open_steps(case_id)) == ["apology_reason", "appraise"]
    ward.do(case_id, "apology_reason", {"apology": {"outcome": "on_time"}})
    (apology,) = ward.apologies(case_id)
    assert (apology.because, apology.kept_at is not None) == ("forecast", True)
    assert ward.open_steps(case_id) == ["appraise"]
    ward.wait_until(legal(4, 10))
    assert sorted(ward.open_steps(case_id)) == ["apology_reason", "appraise"]
    (apology,) = ward.apologies(case_id)
    assert (apology.because, apology.kept_at) == ("term", None)
    ward.do(case_id, "appraise")
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    assert ward.apologies(case_id)[0].closed_because == "decided"
    with ward.work() as work:
        assert open_apology(work, lock_case(work, case_id), because="forecast") is None


@pytest.mark.dialects("sqlite")
def test_a_same_day_dossier_is_told_before_closing_time(ward):
    ward.clock.set(legal(3, 8))
    case_id = ward.filed_at_counter(procedure=BIRTH)
    ward.run_deferred()
    due = ward.clock_of(case_id)
    assert due.limit_unit == "same_day"
    ward.wait_until(legal(3, 18))
    (apology,) = ward.apologies(case_id)
    assert legal_date(apology.notice_sent_at) == due.due_on
    assert apology.opened_at < apology.notice_sent_at < apology.due_by <= legal(3, 17)


@pytest.mark.dialects("sqlite")
def test_an_authoritys_rules_hold_from_their_day_for_running_dossiers_too(ward):
    case_id = ward.dossier_at("appraise")
    content = asdict(ApologyRules()) | {"draft_hours": 20, "drafter": "unit_head", "reappointments": 0}
    document = {"valid_from": date(2026, 3, 1), "document": "12/QĐ-UBND", "dated_on": date(2026, 2, 20)}
    with ward.work("dung") as work, pytest.raises(Forbidden):
        lay_down(work, APOLOGY, "bt", content, **document, verified=True)
    with ward.work("van") as work, pytest.raises(Invalid) as refusal:
        lay_down(
            work,
            APOLOGY,
            "bt",
            content | {"draft_hours": "", "approver": "van"},
            **document | {"document": ""},
            verified=True,
        )
    assert {one.path for one in refusal.value.problems} == {"document", "draft_hours", "approver"}
    with ward.work("van") as work:
        lay_down(work, APOLOGY, "bt", content, **document, verified=True)
        assert apology_rules(work.session, ward.offices["bt-kthtdt"], date(2026, 2, 28)).draft_hours == 8
        assert apology_rules(work.session, ward.offices["hcm-sxd"], date(2026, 3, 2)).draft_hours == 8
    ward.run_deferred()
    ward.wait_until(legal(3, 14))
    task = ward.row(Task, ward.task(case_id, "apology_second"))
    assert (task.role, ward.apologies(case_id)[0].level) == ("leader", "superior"), "no date may be given anew here"


@pytest.mark.dialects("sqlite")
def test_a_dossier_pinned_to_a_drawing_with_the_apology_within_goes_on_as_before(ward):
    published_with_the_apology_within(ward)
    kept, late = ward.filed_at_counter(), ward.filed_at_counter()
    ward.run_deferred()
    ward.wait_until(legal(4, 10))
    ward.do(kept, "apology_reason", {"apology": {"outcome": "on_time"}})
    sent(ward, late)
    assert ward.apologies(late)[0].new_date == ward.dossier(late).promised_on == date(2026, 3, 10)
    assert len(ward.notices(late, "late")) > 0
    ward.wait_until(legal(5, 10))
    assert ward.notices(kept, "may_be_late") == []
    with ward.look("dung") as look:
        assert owed_letters(look) == ()
    ward.wait_until(legal(6, 10))
    assert ward.apologies(kept)[0].notice_sent_at is not None
    assert "apology_reason" in ward.open_steps(kept)
    assert ward.faults() == []


@pytest.mark.dialects("sqlite")
def test_above_a_committee_stands_the_committee_above_it(ward):
    ward.clock.set(legal(3, 8))
    case_id = ward.filed_at_counter(procedure=BIRTH)
    ward.run_deferred()
    with ward.work() as work:
        case = lock_case(work, case_id)
        letter = ward.bundle(BIRTH).procedure.letters["form04"]
        first = desks_of(work, case, letter, ApologyRules(), above=False)
        second = desks_of(work, case, letter, ApologyRules(), above=True)
    assert (first.signer, first.signing_id) == ("signing.leader", ward.offices["bt"])
    assert (second.signer, second.signing_id, second.level) == ("superior.leader", ward.offices["hcm"], "superior")


class Killed(Exception):
    """The process is gone before it could commit."""


@pytest.mark.dialects("sqlite")
def test_killed_between_letter_and_message_neither_is_out_and_afterwards_both_once(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    ward.do(case_id, "apology_reason", REASON)
    with ward.work("an") as work:
        complete_task(work, ward.task(case_id, "apology_approval"), {"apology_approval": {"outcome": "approve"}})
    perform_call(ward.house, ward.calls(case_id, "document.sign")[-1].id)
    (seal,) = ward.calls(case_id, "document.seal")
    with ward.work() as work:
        plan = claim_call(work, seal.id)
    sealed = act(plan, ward.house.ports, ward.clock.now())
    with suppress(Killed), ward.work() as work:
        complete_call(work, plan, sealed)
        raise Killed
    assert (ward.apologies(case_id)[0].sent_at, ward.notices(case_id, "late")) == (None, [])
    assert ward.documents(case_id, "form04")[0].issued_at is None
    with ward.work() as work:
        complete_call(work, plan, sealed)
    ward.run_deferred()
    told = ward.notices(case_id, "late")
    assert len(told) == len({one.channel for one in told}) > 0
    assert len(ward.documents(case_id, "counter_notice")) == 1
    with ward.work("an") as work, pytest.raises(Conflict):
        complete_task(work, ward.rows(Task, Task.element_id == "apology_approval")[0].id, {})
