"""More is asked for: the clock stands still, the answer comes, and a new date is promised on a new form 01."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.dossiers.models import Component
from engine.dossiers.points import Brought
from engine.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, Unlawful
from engine.usecases.supplements import answer_supplement
from tests.factories import MISSING, legal

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database

MINUTES = Brought("minutes", photocopies=1)
LEASE = {"name": "Hợp đồng thuê nhà", "form": "original", "guidance": "Bản cũ đã hết hạn."}


def answer(ward, case_id, by="lan", brought=(MINUTES,), **more):
    with ward.work(by) as work:
        answer_supplement(work, case_id, answers=more.pop("answers", {}), via="counter", brought=brought, **more)
    ward.run_deferred()


def papers(ward, case_id):
    """What the list of the dossier's papers says is there."""
    return {one.key: one for one in ward.rows(Component, Component.case_id == case_id, by=Component.position)}


def refused_with(code):
    return pytest.raises(Invalid, check=lambda refusal: refusal.code == code)


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


@ONE
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


@ONE
def test_after_an_incomplete_filing_the_counter_checks_again(ward):
    case_id = ward.filed_online()
    ward.do(case_id, "check", {"check": {"outcome": "supplement", "items": MISSING, "reason": "Thiếu giấy tờ."}})
    ward.clock.advance(timedelta(days=1))
    answer(ward, case_id, by="hoa")
    assert ward.open_steps(case_id) == ["check"]
    ward.do(case_id, "check")
    dossier = ward.dossier(case_id)
    assert (dossier.status, dossier.promised_on) == (4, date(2026, 3, 6))


@ONE
def test_corrected_answers_reach_the_dossier_and_its_notices(ward):
    case_id = ward.paused()
    answers = ward.answers()
    owner = {**answers["owner"], "phone": "0907654321"}
    answer(ward, case_id, answers={"owner": owner}, note="Đổi số điện thoại.")
    dossier = ward.dossier(case_id)
    assert dossier.answers["owner"]["phone"] == "0907654321"
    assert ward.case(case_id).variables["form"]["owner"]["phone"] == "0907654321"
    assert dossier.owner_phone == "0907654321"


@ONE
def test_a_second_round_is_a_second_request(ward):
    case_id = ward.paused()
    answer(ward, case_id)
    ward.do(case_id, "appraise", {"appraisal": ward.asking("Vẫn chưa rõ.")})
    assert [(one.round, one.stage) for one in ward.supplements(case_id)] == [(1, "appraisal"), (2, "appraisal")]
    assert ward.clock_of(case_id).status == "paused"


@ONE
def test_only_what_was_brought_is_there(ward):
    case_id = ward.dossier_at("appraise")
    asked = ward.asking(items=[*MISSING, LEASE])
    ward.do(case_id, "appraise", {"appraisal": asked})
    minutes, lease = (item["key"] for item in ward.supplements(case_id)[0].items)
    assert minutes == "minutes", "the officer's words name a paper of the procedure"
    with refused_with("nothing_brought"):
        answer(ward, case_id, brought=(), note="Sẽ nộp sau.")
    unfit = Brought("minutes", photocopies=1, present=False, remark="Vẫn thiếu chữ ký.")
    with refused_with("nothing_brought"):
        answer(ward, case_id, brought=(unfit,))
    with refused_with("incomplete"):
        answer(ward, case_id, brought=(Brought(lease, originals=1),))
    assert ward.supplements(case_id)[0].answered_at is None
    assert ward.clock_of(case_id).status == "paused"

    answer(ward, case_id, brought=(unfit, Brought(lease, originals=2)), partly=True)
    listed = papers(ward, case_id)
    assert "minutes" not in listed
    assert (listed[lease].name, listed[lease].present, listed[lease].originals) == ("Hợp đồng thuê nhà", True, 2)
    (request,) = ward.supplements(case_id)
    assert [one["name"] for one in request.answer["received"]] == ["Hợp đồng thuê nhà"]
    assert [one["key"] for one in request.answer["left"]] == ["minutes"]
    told = ward.notices(case_id, "supplement_received")
    assert all("Hợp đồng thuê nhà" in one.body and "Biên bản họp" in one.body for one in told)
    assert told
    assert ward.open_steps(case_id) == ["appraise"], "the officer accepts it or asks again"
    assert ward.faults() == []


@ONE
def test_a_paper_that_was_missing_at_the_counter_is_ticked_when_it_comes(ward):
    case_id = ward.filed_at_counter(missing=("application", "minutes"))
    ward.do(case_id, "check", {"check": {"outcome": "supplement", "items": MISSING, "reason": "Thiếu biên bản."}})
    assert not papers(ward, case_id)["minutes"].present
    answer(ward, case_id, brought=(Brought("minutes", originals=1),))
    line = papers(ward, case_id)["minutes"]
    assert (line.present, line.originals) == (True, 1)


@ONE
def test_a_procedure_is_asked_only_as_often_as_its_rules_allow(ward):
    case_id = ward.paused()
    for _round in (2, 3):
        answer(ward, case_id)
        ward.do(case_id, "appraise", {"appraisal": ward.asking()})
    answer(ward, case_id)
    with pytest.raises(Unlawful, match=r"3 lần.*Nghị định 107/2021.*chưa đối chiếu"):
        ward.do(case_id, "appraise", {"appraisal": ward.asking()})
    assert (ward.open_steps(case_id), len(ward.supplements(case_id))) == (["appraise"], 3)
    assert ward.clock_of(case_id).status == "running"


@ONE
def test_outside_its_window_a_request_does_not_stop_the_clock_unasked(ward):
    case_id = ward.dossier_at("appraise")
    ward.clock.set(legal(5, 16))
    assert ward.clock_of(case_id).due_on == date(2026, 3, 5)
    ward.clock.set(legal(6, 9))
    with pytest.raises(Unlawful, match="05/03/2026"):
        ward.do(case_id, "appraise", {"appraisal": ward.asking()})
    assert ward.supplements(case_id) == []
    ward.do(case_id, "appraise", {"appraisal": ward.asking(late_request=True)})
    ward.do(case_id, "late_approval", {"late_approval": {"outcome": "approve", "reason": "Mới phát hiện."}})
    assert (ward.dossier(case_id).status, ward.clock_of(case_id).status) == (5, "running")


@ONE
def test_a_late_request_needs_the_head_and_does_not_stop_the_clock(ward):
    case_id = ward.dossier_at("appraise")
    ward.do(case_id, "appraise", {"appraisal": ward.asking(late_request=True)})
    assert ward.open_steps(case_id) == ["late_approval"]
    ward.do(case_id, "late_approval", {"late_approval": {"outcome": "approve", "reason": "Mới phát hiện."}})
    assert ward.dossier(case_id).status == 5
    assert ward.clock_of(case_id).status == "running"
    answer(ward, case_id)
    assert ward.dossier(case_id).promised_on == date(2026, 3, 5)
