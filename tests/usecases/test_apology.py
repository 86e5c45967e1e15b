"""A dossier that will be late: asked why, signed for, told once before the date; and what happens when nobody acts."""

from __future__ import annotations

from datetime import date, timedelta

from engine.clock import legal_date
from engine.dossiers.points import Brought
from engine.usecases.supplements import answer_supplement
from tests.factories import legal

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
