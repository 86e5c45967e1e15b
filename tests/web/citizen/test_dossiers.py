"""My dossiers: where they are, what is asked of me, and taking one back."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from engine.dossiers.models import Attachment
from tests.factories import legal
from tests.unit.storage.files import pdf
from tests.web.officer.visitor import hidden

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database

ASKED = {
    "appraisal": {
        "outcome": "request_supplement",
        "items": [
            {"name": "Hợp đồng thuê nhà", "form": "copy", "guidance": "Thiếu trang 2"},
            {"name": "Tên hộ kinh doanh", "form": "eform", "guidance": "Trùng tên"},
        ],
        "reason": "Địa điểm chưa rõ.",
        "verified": [],
    }
}


@pytest.fixture
def asked(ward):
    """An accepted dossier whose applicant was asked for a paper and a correction."""
    case_id = ward.filed_online()
    ward.run_deferred()
    ward.do(case_id, "check")
    ward.do(case_id, "appraise", ASKED)
    return case_id


def test_the_page_says_stage_holder_date_and_why(visit, ward):
    case_id = ward.filed_online()
    ward.run_deferred()
    ward.do(case_id, "check")
    page = visit("hoa").text(f"/ho-so-cua-toi/{case_id}")
    dossier = ward.dossier(case_id)
    assert dossier.code in page
    assert f"{dossier.promised_on:%d/%m/%Y}" in page
    assert "Còn 3 ngày làm việc" in page
    assert "Vì sao là ngày này?" in page
    assert "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành" in page
    assert "028 0000 2602" in page
    assert "Ngày đầu tiên của thời hạn không tính" in page
    assert 'data-current="appraise"' in page
    assert "Thẩm định hồ sơ" in page


@ONE
def test_a_late_dossier_names_whom_to_call(visit, ward):
    case_id = ward.filed_online()
    ward.run_deferred()
    ward.do(case_id, "check")
    ward.clock.set(legal(10))
    page = visit("hoa").text(f"/ho-so-cua-toi/{case_id}")
    assert "Hồ sơ đã quá ngày hẹn" in page
    assert "Dương Thành Ân" in page
    assert "Quá hạn 3 ngày làm việc" in page


@ONE
def test_somebody_elses_dossier_is_not_there(visit, ward):
    case_id = ward.filed_online()
    duc = visit("duc")
    for path in ("", "/da-nop", "/bo-sung", "/rut", "/so-do.bpmn"):
        assert duc.get(f"/ho-so-cua-toi/{case_id}{path}").status_code == 404
    assert duc.post(f"/ho-so-cua-toi/{case_id}/rut", {"reason": "x"}).status_code == 404


def answer_path(case_id):
    return f"/ho-so-cua-toi/{case_id}/bo-sung"


@ONE
def test_the_effect_on_the_date_comes_first(visit, ward, asked):
    ward.clock.advance(timedelta(days=2))
    page = visit("hoa").text(answer_path(asked))
    assert page.index("ngày hẹn trả kết quả là") < page.index("Cơ quan yêu cầu")
    assert "<strong>09/03/2026</strong>" in page, "three working days after 4 March, counted from the start"
    assert "Hợp đồng thuê nhà" in page
    assert "Thiếu trang 2" in page


def test_the_office_sees_the_answer_only_when_it_is_sent(visit, ward, asked):
    hoa = visit("hoa")
    path = answer_path(asked)
    sent = {"file": [(BytesIO(pdf()), "hợp đồng.pdf")]}
    assert hoa.post(f"{path}/tep/0", sent, content_type="multipart/form-data").status_code == 303
    page = hoa.text(f"{path}/trang/business")
    keys = {name: hidden(page, name) for name in ("page_number", "form_key")}
    fields = {"business.name": "Hộ kinh doanh Hòa Bình Mới", "business.street": "12 Lê Lợi", "business.ward": "26743"}
    assert hoa.post(f"{path}/trang/business", {**fields, **keys}).status_code == 303
    prepared = hoa.text(path)
    assert "Bạn chưa gửi các thay đổi" in prepared
    assert "Hộ kinh doanh Hòa Bình Mới" in prepared
    (file,) = ward.rows(Attachment)
    assert file.case_id is None
    assert "Mới" not in ward.dossier(asked).answers["business"]["name"]
    before = ward.dossier(asked).promised_on
    ward.clock.advance(timedelta(days=2))
    hoa.step_in("hoa")
    request = {"request": hidden(prepared, "request"), "note": "Đã sửa tên."}
    assert hoa.post(path, request).status_code == 303
    assert hoa.post(path, request).status_code == 303, "pressed twice, answered once"
    ward.run_deferred()
    (file,) = ward.rows(Attachment)
    dossier = ward.dossier(asked)
    assert file.case_id == asked
    assert file.round == 1
    assert dossier.answers["business"]["name"].endswith("Mới")
    assert dossier.promised_on > before
    after = hoa.text(f"/ho-so-cua-toi/{asked}")
    assert f"ngày hẹn đổi từ {before:%d/%m/%Y} sang {dossier.promised_on:%d/%m/%Y}" in after
    assert hoa.get(path).status_code == 303


@ONE
def test_an_empty_answer_is_not_sent(visit, ward, asked):
    hoa = visit("hoa")
    answer = hoa.post(answer_path(asked), {"note": " "})
    assert answer.status_code == 422
    assert ward.supplements(asked)[0].answered_at is None


@pytest.mark.dialects("sqlite")
def test_an_answer_that_leaves_something_out_says_so_first_and_keeps_the_upload(visit, ward, asked):
    hoa, path = visit("hoa"), answer_path(asked)
    page = hoa.text(path)
    assert "Trả lời đến hết ngày <strong>01/04/2026</strong>" in page
    assert "Trả lời đến hết ngày <strong>01/04/2026</strong>" in hoa.text(f"/ho-so-cua-toi/{asked}")
    assert "Cách tính hạn bổ sung" in page
    assert "chưa đối chiếu với văn bản gốc" in page
    sent = {"file": [(BytesIO(pdf()), "hợp đồng.pdf")]}
    hoa.post(f"{path}/tep/0", sent, content_type="multipart/form-data")
    assert "Còn thiếu so với yêu cầu" in hoa.text(path)
    refused = hoa.post(path, {"note": "Tên đã đúng."})
    words = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'href="#partly"' in words
    assert "hợp đồng.pdf" in words
    assert "Tên đã đúng." in words
    assert hoa.post(path, {"note": "Tên đã đúng.", "partly": "1"}).status_code == 303
    (request,) = ward.supplements(asked)
    assert [one["name"] for one in request.answer["left"]] == ["Tên hộ kinh doanh"]
    ward.run_deferred()
    assert "Hợp đồng thuê nhà" in hoa.text(f"/ho-so-cua-toi/{asked}")


@ONE
def test_only_the_applicant_prepares_an_answer(visit, ward, asked):
    duc = visit("duc")
    sent = {"file": [(BytesIO(pdf()), "a.pdf")]}
    assert duc.post(f"{answer_path(asked)}/tep/0", sent, content_type="multipart/form-data").status_code == 404
    assert not ward.rows(Attachment)


@ONE
def test_a_dossier_is_taken_back_after_being_asked_why(visit, ward):
    case_id = ward.filed_online()
    ward.run_deferred()
    hoa = visit("hoa")
    path = f"/ho-so-cua-toi/{case_id}/rut"
    assert "không làm lại được" in hoa.text(path)
    assert hoa.post(path, {"reason": ""}).status_code == 422
    assert hoa.post(path, {"reason": "Đổi ý"}).status_code == 303
    assert ward.dossier(case_id).status == 7
    assert "Đã rút hồ sơ" in hoa.text(f"/ho-so-cua-toi/{case_id}")
    assert hoa.get(path).status_code == 303
