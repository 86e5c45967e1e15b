"""Tracking with a number and a second fact: right for the owner, silent for everybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.dossiers.models import Document
from web.application import create_application

pytestmark = pytest.mark.dialects("sqlite")  # finding a dossier by code is tested with the queries on both


@pytest.fixture
def done(ward):
    """A finished dossier: accepted, signed, handed out."""
    case_id = ward.dossier_at("hand_over")
    ward.do(case_id, "hand_over")
    return case_id


def look_up(stranger, code, second):
    return stranger.post("/tra-cuu", {"code": code, "second": second})


def test_number_and_second_fact_open_the_dossier_without_telephone_or_address(visit, ward, done):
    dossier, stranger = ward.dossier(done), visit("")
    for second in (dossier.owner_phone[-4:], dossier.owner_identity[-4:], dossier.owner_phone):
        answer = look_up(stranger, dossier.code.lower(), second)
        assert answer.status_code == 303
        assert answer.location == f"/tra-cuu/{dossier.code}"
    page = stranger.text(answer.location)
    assert "Đã trả kết quả" in page
    assert "Nguyễn T. H." in page
    assert dossier.owner_address not in page


def test_the_result_says_in_words_how_far_its_signatures_are_proven(visit, ward, done):
    dossier, stranger = ward.dossier(done), visit("")
    (result,) = ward.documents(done, "result")
    address = look_up(stranger, dossier.code, dossier.owner_phone[-4:]).location
    assert "kiểm tra được lâu dài, kể cả khi chứng thư đã hết hạn (mức B-LTA)" in stranger.text(address)
    with ward.work() as work:
        row = work.session.get_one(Document, result.id)
        row.level, row.level_due_at, row.level_trouble = "B-T", work.now, "no_evidence"
    page = stranger.text(address)
    assert "đang bổ sung bằng chứng để kiểm tra được lâu dài (mức B-T)" in page
    assert "chưa hỏi được" not in page, "what failed is the office's business"


def test_a_wrong_number_and_a_wrong_fact_are_answered_alike(visit, ward, done):
    code, stranger = ward.dossier(done).code, visit("")
    wrong_fact = look_up(stranger, code, "0000")
    wrong_code = look_up(stranger, "H29.26743-260302-9999", "0000")
    assert wrong_fact.status_code == wrong_code.status_code == 422
    told = [stranger.words(one).split('id="code-error"')[1].split("</p>")[0] for one in (wrong_fact, wrong_code)]
    assert told[0] == told[1]


def test_the_page_stays_open_for_half_an_hour_on_this_device_only(visit, ward, done):
    dossier, stranger = ward.dossier(done), visit("")
    look_up(stranger, dossier.code, dossier.owner_phone[-4:])
    path = f"/tra-cuu/{dossier.code}"
    (result,) = ward.documents(done, "result")
    assert stranger.get(path).status_code == 200
    assert stranger.get(f"{path}/van-ban/{result.id}").data.startswith(b"%PDF-")
    assert visit("").get(path).status_code == 303
    assert visit("").get(f"{path}/van-ban/{result.id}").status_code == 404
    ward.clock.advance(timedelta(minutes=31))
    assert stranger.get(path).status_code == 303
    assert stranger.get(f"{path}/van-ban/{result.id}").status_code == 404


def test_a_grant_for_one_dossier_opens_no_paper_of_another(visit, ward, done):
    other = ward.filed_online()
    dossier, stranger = ward.dossier(other), visit("")
    look_up(stranger, dossier.filing_code, dossier.owner_phone[-4:])
    (result,) = ward.documents(done, "result")
    assert stranger.get(f"/tra-cuu/{dossier.filing_code}").status_code == 200
    assert stranger.get(f"/tra-cuu/{dossier.filing_code}/van-ban/{result.id}").status_code == 404


def test_guessing_is_stopped(ward):
    from tests.web.officer.visitor import Visitor

    stranger = Visitor(create_application(ward.house, audiences=("pages", "public", "signin", "citizen")), ward)
    answers = [look_up(stranger, "H29.26743-260302-0001", f"{n:04d}").status_code for n in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
