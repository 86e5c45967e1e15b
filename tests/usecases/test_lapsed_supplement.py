"""A supplement nobody brings: reminded, lapsed, then ended by people and never by the machine; or waited for longer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.dossiers.points import Brought
from engine.errors import Conflict, Forbidden
from engine.queries.dossiers import dossier_page
from engine.queries.progress import progress
from engine.usecases.submit import withdraw
from engine.usecases.supplements import answer_supplement
from tests.factories import BIRTH, MISSING, PERMIT, legal

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database

END = {"lapse": {"outcome": "end", "reason": "Hết thời hạn mà không bổ sung."}}
SIGN = {"lapse_approval": {"outcome": "approve"}}
BACK = {"lapse_approval": {"outcome": "return", "comment": "Chờ thêm."}}


def answer(ward, case_id):
    with ward.work("lan") as work:
        answer_supplement(work, case_id, answers={}, via="counter", brought=[Brought("minutes", photocopies=1)])
    ward.run_deferred()


def test_the_applicant_is_reminded_before_the_term_ends_and_told_once_when_it_has(ward):
    case_id = ward.paused()
    assert ward.supplements(case_id)[0].answer_by == date(2026, 4, 1)
    term = ward.clock_of(case_id, "supplement")
    assert sum(span["amount"] for span in term.ledger if span["kind"] == "counted") == 30
    ward.wait_until(legal(1, 18, month=4))
    reminders = ward.notices(case_id, "supplement_reminder")
    assert len(reminders) == len({one.channel for one in reminders}) > 0
    assert all("01/04/2026" in one.body for one in reminders)
    assert all(one.created_at < legal(28) for one in reminders)
    assert ward.supplements(case_id)[0].lapsed_at is None, "the whole of the last day is the applicant's"
    assert ward.open_steps(case_id) == []
    ward.wait_until(legal(2, 9, month=4))
    assert ward.open_steps(case_id) == ["lapse_review"]
    ward.wait_until(legal(9, 9, month=4))
    assert ward.open_steps(case_id) == ["lapse_review"]
    assert len(ward.notices(case_id, "supplement_lapsed")) == len(reminders)
    assert (ward.dossier(case_id).status, ward.clock_of(case_id).status) == (5, "paused")
    assert ward.documents(case_id, "form05") == []
    assert ward.faults() == []


@pytest.fixture
def lapsed(ward):
    """An accepted dossier whose applicant let the term pass."""
    case_id = ward.paused()
    ward.wait_until(legal(2, 9, month=4))
    return case_id


def test_the_officer_drafts_the_head_signs_and_only_then_the_dossier_is_ended(ward, lapsed):
    ward.do(lapsed, "lapse_review", END, by="nam")
    assert ward.open_steps(lapsed) == ["lapse_approval"]
    letter = ward.documents(lapsed, "form05")[0]
    assert (letter.signed_at, letter.sealed_at, letter.issued_at) == (None, None, None)
    assert ward.dossier(lapsed).status == 5
    with pytest.raises(Conflict, match="không nhận bổ sung nữa"):
        answer(ward, lapsed)
    ward.do(lapsed, "lapse_approval", SIGN, by="an")
    letter = ward.documents(lapsed, "form05")[0]
    verdict = ward.house.ports.signatures.verify(ward.paper(letter), now=ward.clock.now())
    assert verdict.valid, verdict.problem
    assert letter.number.endswith("/TB-ĐKKD")
    assert letter.issued_at is not None
    dossier = ward.dossier(lapsed)
    assert (dossier.status, dossier.status_reason) == (8, "Hết thời hạn mà không bổ sung.")
    assert (ward.case(lapsed).ended_at is not None, ward.open_steps(lapsed)) == (True, [])
    assert {ward.clock_of(lapsed, term).status for term in ("dossier", "supplement")} == {"stopped"}
    assert ward.notices(lapsed, "stopped")
    assert ward.incidents(lapsed) == []
    assert ward.faults() == []


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize(("procedure", "officer"), [(PERMIT, "nam"), (BIRTH, "quyen")])
def test_where_the_chair_decides_the_chair_signs_the_end(ward, procedure, officer):
    case_id = ward.filed_online(procedure=procedure)
    ward.do(case_id, "check")
    ward.do(case_id, "appraise", {"appraisal": ward.asking(confirmed=True)}, by=officer)
    assert ward.dossier(case_id).status == 5
    ward.wait_until(legal(2, 9, month=4))
    ward.do(case_id, "lapse_review", END, by=officer)
    with pytest.raises(Forbidden):
        ward.do(case_id, "lapse_approval_leader", SIGN, by="an")
    ward.do(case_id, "lapse_approval_leader", SIGN, by="dung")
    letter = ward.documents(case_id, "form05")[0]
    assert ward.house.ports.signatures.verify(ward.paper(letter), now=ward.clock.now()).valid
    assert (ward.dossier(case_id).status, ward.incidents(case_id), ward.faults()) == (8, [], [])


@ONE
def test_a_head_who_does_not_sign_opens_the_door_again(ward, lapsed):
    ward.do(lapsed, "lapse_review", END, by="nam")
    ward.do(lapsed, "lapse_approval", BACK, by="an")
    assert ward.open_steps(lapsed) == ["lapse_review"]
    answer(ward, lapsed)
    assert ward.open_steps(lapsed) == ["appraise"]


@ONE
def test_a_late_answer_before_the_act_is_taken_and_marked_late(ward, lapsed):
    answer(ward, lapsed)
    assert ward.open_steps(lapsed) == ["appraise"]
    assert ward.supplements(lapsed)[0].answer["late"]
    assert ward.dossier(lapsed).promised_on == date(2026, 4, 7), "counted anew from 2 April"
    assert ward.clock_of(lapsed).status == "running"


@ONE
def test_more_time_is_a_new_term_that_may_lapse_again(ward, lapsed):
    ward.do(lapsed, "lapse_review", {"lapse": {"outcome": "wait", "days": 10}}, by="nam")
    assert ward.open_steps(lapsed) == []
    (request,) = ward.supplements(lapsed)
    assert (request.answer_by, request.lapsed_at) == (date(2026, 4, 13), None), "the 12th is a Sunday"
    assert any("13/04/2026" in one.body for one in ward.notices(lapsed, "supplement_reminder"))
    ward.wait_until(legal(14, 9, month=4))
    assert ward.open_steps(lapsed) == ["lapse_review"]


@ONE
def test_before_acceptance_the_counter_ends_it_with_the_refusal(ward):
    case_id = ward.filed_online()
    ward.do(case_id, "check", {"check": {"outcome": "supplement", "items": MISSING, "reason": "Thiếu giấy tờ."}})
    ward.wait_until(legal(3, 9, month=4))
    ward.do(case_id, "lapse_guide", END, by="lan")
    dossier = ward.dossier(case_id)
    assert (dossier.status, dossier.status_reason) == (3, "Hết thời hạn mà không bổ sung.")
    assert [one.letter for one in ward.documents(case_id) if one.issued_at] == ["form02", "form03"]
    assert ward.case(case_id).ended_at is not None
    assert any("Hết thời hạn" in one.body for one in ward.notices(case_id, "refused"))
    assert ward.faults() == []


@ONE
def test_a_withdrawn_dossier_waits_for_nothing(ward, lapsed):
    ward.clock.advance(timedelta(minutes=5))
    with ward.work("lan") as work:
        withdraw(work, lapsed, "Không làm nữa.")
    assert ward.open_steps(lapsed) == []
    assert ward.supplements(lapsed)[0].closed_at is not None
    assert ward.clock_of(lapsed, "supplement").status == "stopped"


@ONE
def test_the_picture_shows_where_in_the_drawing_the_shared_part_is_called(ward, lapsed):
    with ward.look("nam") as look:
        page = dossier_page(look, lapsed)
        way = progress(look, page)
    assert {"lapse_review", "lapse_part"} <= set(way.here)
    (inside,) = (step.name for step in way.steps if step.state == "now" and step.depth > 1)
    assert inside == "Xử lý hồ sơ hết hạn bổ sung"
    ward.do(lapsed, "lapse_review", {"lapse": {"outcome": "wait", "days": 10}}, by="nam")
    assert ward.case(lapsed).variables["lapse"]["days"] == 10, "what was decided inside comes back to the dossier"
    assert "lapse_signer" not in ward.case(lapsed).variables
