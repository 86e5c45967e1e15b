"""A dossier from the first form to the result in the applicant's hands, and the other ways it may end."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import Invalid, NotFound, NotSignedIn
from engine.queries import files
from engine.queries.dossiers import dossier_page, track
from engine.queries.known_papers import paper
from engine.usecases.submit import withdraw
from tests.factories import legal

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database


def test_filed_online_and_returned_with_two_valid_signatures(ward):
    case_id = ward.filed_online(by="hoa")
    assert (ward.dossier(case_id).status, ward.dossier(case_id).code) == (1, None)
    assert ward.open_steps(case_id) == ["check"]

    ward.do(case_id, "check")
    accepted = ward.dossier(case_id)
    assert accepted.submitted_at < accepted.accepted_at
    assert accepted.code == "H29.26743-260302-0001"
    assert accepted.promised_on == date(2026, 3, 5)
    assert [one.status for one in ward.documents(case_id, "form01")] == ["issued"]

    ward.do(case_id, "appraise")
    ward.do(case_id, "approve")
    assert [one.status for one in ward.documents(case_id, "result")] == ["signed"]
    ward.do(case_id, "register")
    result = ward.documents(case_id, "result")[0]
    assert (result.status, result.dated_on) == ("issued", date(2026, 3, 2))
    verdict = ward.house.ports.signatures.verify(ward.paper(result), now=ward.clock.now())
    assert verdict.valid, verdict.problem
    assert [one.field for one in verdict.signatures] == ["leader", "agency"]
    assert verdict.signatures[0].signer == "Dương Thành Ân"
    assert verdict.signatures[0].signed_at < verdict.signatures[1].signed_at

    ward.do(case_id, "hand_over")
    done = ward.dossier(case_id)
    assert (done.status, done.judged, done.returned_to) == (10, "early", "Nguyễn Thị Hòa")
    assert ward.case(case_id).ended_at is not None
    assert ward.open_steps(case_id) == []
    assert ward.incidents(case_id) == []
    assert ward.faults() == []
    with ward.look("hoa") as look:
        assert files.document(look, result.id).sha256 == result.sha256
        assert paper(look, code=result.verify_code).number == result.number


def test_everything_is_made_and_told_once_however_often_the_workers_are_asked(ward):
    case_id = ward.dossier_at("hand_over")
    ward.run_deferred()
    assert sorted(one.letter for one in ward.documents(case_id)) == ["form01", "result"]
    assert len(ward.calls(case_id)) == len({(one.element_id, one.token) for one in ward.calls(case_id)})
    told = [(one.event, one.channel) for one in ward.notices(case_id)]
    assert len(told) == len(set(told))
    assert {one.status for one in ward.notices(case_id)} == {"delivered"}
    assert {one.attempts for one in ward.notices(case_id)} == {1}


@ONE
def test_refused_at_the_counter_with_form_03(ward):
    case_id = ward.filed_online()
    ward.do(case_id, "check", {"check": {"outcome": "refuse", "reason": "Không thuộc thẩm quyền của phường."}})
    dossier = ward.dossier(case_id)
    assert (dossier.status, dossier.code, dossier.accepted_at) == (3, None, None)
    assert dossier.status_reason == "Không thuộc thẩm quyền của phường."
    assert [one.letter for one in ward.documents(case_id)] == ["form03"]
    assert ward.documents(case_id)[0].issued_at is not None
    assert {one.event for one in ward.notices(case_id)} == {"refused"}


@ONE
def test_refused_after_appraisal_with_a_signed_and_numbered_letter(ward):
    case_id = ward.dossier_at("appraise")
    ward.do(case_id, "appraise", {"appraisal": {"outcome": "propose_refusal", "reason": "Trùng tên đã đăng ký."}})
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    letter = ward.documents(case_id, "refusal")[0]
    assert letter.number == "01/TB-ĐKKD"
    verdict = ward.house.ports.signatures.verify(ward.paper(letter), now=ward.clock.now())
    assert verdict.valid, verdict.problem
    assert len(verdict.signatures) == 2
    assert ward.documents(case_id, "result") == []


@ONE
def test_the_head_sends_a_draft_back(ward):
    case_id = ward.dossier_at("approve")
    ward.do(case_id, "approve", {"approval": {"outcome": "return", "comment": "Làm rõ ngành nghề."}})
    assert ward.open_steps(case_id) == ["appraise"]
    assert [one.signed_at for one in ward.documents(case_id, "result")] == [None]
    ward.do(case_id, "appraise")
    ward.do(case_id, "approve")
    assert [one.signed_at is not None for one in ward.documents(case_id, "result")] == [False, True]


@ONE
def test_withdrawn_by_its_owner(ward):
    case_id = ward.filed_online(by="hoa")
    with ward.work("hoa") as work:
        withdraw(work, case_id, "Thay đổi kế hoạch kinh doanh.")
    dossier = ward.dossier(case_id)
    assert (dossier.status, dossier.status_reason) == (7, "Thay đổi kế hoạch kinh doanh.")
    assert ward.open_steps(case_id) == []
    with ward.work("hoa") as work, pytest.raises(Invalid):
        withdraw(work, case_id, "Lần nữa.")
    assert ward.faults() == []


@ONE
def test_nobody_but_the_owner_and_the_counter_takes_a_dossier_back(ward):
    case_id = ward.filed_online(by="hoa")
    for login, refusal in (("duc", NotFound), ("", NotSignedIn)):
        with pytest.raises(refusal), ward.work(login) as work:
            withdraw(work, case_id, "Không phải của tôi.")
    assert ward.dossier(case_id).status == 1


@ONE
def test_tracked_with_the_code_and_a_second_fact(ward):
    case_id = ward.filed_online()
    dossier = ward.dossier(case_id)
    with ward.look("") as look:
        assert track(look, dossier.filing_code, dossier.owner_phone[-4:]).case.id == case_id
        for code, fact in ((dossier.filing_code, "0000"), (dossier.filing_code, ""), ("NOP-260302-99999", "4567")):
            with pytest.raises(NotFound):
                track(look, code, fact)


@ONE
def test_the_ledger_of_a_date_can_be_opened(ward):
    case_id = ward.dossier_at("appraise")
    ward.clock.set(legal(3))
    with ward.look("nam") as look:
        clock = dossier_page(look, case_id).clock
    assert clock is not None
    assert clock.due_on == date(2026, 3, 5)
    assert clock.ledger
