"""More is asked for: the clock stands still, the answer comes, and a new date is promised on a new form 01."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.errors import Conflict, Forbidden, NotFound, NotSignedIn
from engine.usecases.supplements import answer_supplement
from tests.factories import MISSING, legal


def answer(ward, case_id, by="lan", **more):
    with ward.work(by) as work:
        answer_supplement(work, case_id, answers=more.pop("answers", {}), via="counter", **more)
    ward.run_deferred()


def test_the_clock_stands_still_and_begins_anew_with_a_new_receipt(ward):
    case_id = ward.paused()
    assert (ward.dossier(case_id).status, ward.clock_of(case_id).status) == (5, "paused")
    assert [one.letter for one in ward.documents(case_id)] == ["form01", "form02"]
    ward.wait_until(legal(10, 10))
    assert ward.clock_of(case_id).due_on is None
    assert ward.apologies(case_id) == []
    answer(ward, case_id)
    dossier = ward.dossier(case_id)
    assert (dossier.status, dossier.promised_on) == (4, date(2026, 3, 13))
    assert ward.open_steps(case_id) == ["appraise"]
    receipts = ward.documents(case_id, "form01")
    assert [one.status for one in receipts] == ["void", "issued"]
    assert ward.supplements(case_id)[0].answered_at is not None
    assert ward.faults() == []


def test_under_the_other_decree_the_clock_goes_on_where_it_stood(ward):
    from engine.cases.models import Interruption

    case_id = ward.paused()
    with ward.work() as work:
        for row in work.session.query(Interruption):
            row.mode = "shift"
    ward.clock.set(legal(10, 9, 10))
    answer(ward, case_id)
    assert ward.dossier(case_id).promised_on == date(2026, 3, 13)
    ledger = ward.clock_of(case_id).ledger
    assert {"counted", "paused"} <= {span["kind"] for span in ledger}


def test_answered_once_by_whoever_may(ward):
    case_id = ward.paused()
    for login, refusal in (("duc", NotFound), ("nam", Forbidden), ("thu", Forbidden), ("", NotSignedIn)):
        with pytest.raises(refusal):
            answer(ward, case_id, by=login)
    answer(ward, case_id)
    with pytest.raises(Conflict):
        answer(ward, case_id)


def test_after_an_incomplete_filing_the_counter_checks_again(ward):
    case_id = ward.filed_online()
    ward.do(case_id, "check", {"check": {"outcome": "supplement", "items": MISSING, "reason": "Thiếu giấy tờ."}})
    ward.clock.advance(timedelta(days=1))
    answer(ward, case_id, by="hoa")
    assert ward.open_steps(case_id) == ["check"]
    ward.do(case_id, "check")
    dossier = ward.dossier(case_id)
    assert (dossier.status, dossier.promised_on) == (4, date(2026, 3, 6))


def test_corrected_answers_reach_the_dossier_and_its_notices(ward):
    case_id = ward.paused()
    answers = ward.answers()
    owner = {**answers["owner"], "phone": "0907654321"}
    answer(ward, case_id, answers={"owner": owner}, note="Đổi số điện thoại.")
    dossier = ward.dossier(case_id)
    assert dossier.answers["owner"]["phone"] == "0907654321"
    assert ward.case(case_id).variables["form"]["owner"]["phone"] == "0907654321"
    assert dossier.owner_phone == "0907654321"


def test_a_second_round_is_a_second_request(ward):
    case_id = ward.paused()
    answer(ward, case_id)
    ward.do(case_id, "appraise", {"appraisal": ward.asking("Vẫn chưa rõ.")})
    assert [(one.round, one.stage) for one in ward.supplements(case_id)] == [(1, "appraisal"), (2, "appraisal")]
    assert ward.clock_of(case_id).status == "paused"


def test_a_late_request_needs_the_head_and_does_not_stop_the_clock(ward):
    case_id = ward.dossier_at("appraise")
    ward.do(case_id, "appraise", {"appraisal": ward.asking(late_request=True)})
    assert ward.open_steps(case_id) == ["late_approval"]
    ward.do(case_id, "late_approval", {"late_approval": {"outcome": "approve", "reason": "Mới phát hiện."}})
    assert ward.dossier(case_id).status == 5
    assert ward.clock_of(case_id).status == "running"
    answer(ward, case_id)
    assert ward.dossier(case_id).promised_on == date(2026, 3, 5)
