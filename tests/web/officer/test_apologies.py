"""Letters of apology on pages: begun on the dossier's page for another cause, listed for the leader and the counter."""

from __future__ import annotations

import re

import pytest

from tests.factories import legal

pytestmark = pytest.mark.dialects("sqlite")

WHAT = "Bản chụp biên bản họp bị thất lạc khi luân chuyển."


def test_a_letter_for_a_loss_goes_from_the_dossiers_page_to_the_counters_list(ward, visit):
    case_id = ward.dossier_at("appraise")
    nam, address = visit("nam"), f"/ho-so/{case_id}/xin-loi"
    assert address in nam.text(f"/ho-so/{case_id}")
    wrong = nam.post(address, {"because": "term", "account": ""}, page=address)
    assert wrong.status_code == 422
    assert 'id="because-error"' in nam.words(wrong)
    assert 'id="account-error"' in nam.words(wrong)
    assert nam.post(address, {"because": "loss", "account": WHAT}, page=address).status_code == 303
    again = nam.post(address, {"because": "loss", "account": WHAT}, page=address)
    assert again.status_code == 409
    assert "mất giấy tờ" in nam.text(f"/ho-so/{case_id}")
    assert "mất giấy tờ" in visit("dung").text("/theo-doi")
    task = ward.task(case_id, "apology_other")
    assert WHAT in nam.text(f"/cong-viec/{task}"), "the officer begins from what was said"
    for login in ("quyen", "hoa", ""):
        assert visit(login).get(address).status_code in {302, 303, 401, 403, 404}, login

    said = {"outcome": "extend", "reason": WHAT, "remedy": "Phòng tự sao lại.", "unit": "Phòng Kinh tế"}
    ward.do(case_id, "apology_other", {"apology": said}, by="nam")
    assert "Phòng tự sao lại." in visit("an").text(f"/cong-viec/{ward.task(case_id, 'apology_approval')}")
    ward.do(case_id, "apology_approval")
    lan, (apology,) = visit("lan"), ward.apologies(case_id)
    page = lan.text("/tiep-nhan/xin-loi")
    assert ward.dossier(case_id).code in page
    assert f"/van-ban/{apology.document_id}" in page
    assert lan.get(f"/ho-so/{case_id}/van-ban/{apology.counter_document_id}").data.startswith(b"%PDF-")
    assert "thư xin lỗi cần trao" in lan.text("/tiep-nhan")
    assert lan.post(f"/tiep-nhan/xin-loi/{apology.id}", page="/tiep-nhan/xin-loi").status_code == 303
    assert "Không có thư xin lỗi nào cần trao" in lan.text("/tiep-nhan/xin-loi")
    assert visit("nam").get("/tiep-nhan/xin-loi").status_code == 403
    story = visit("an").text(f"/ho-so/{case_id}")
    for words in ("Phải xin lỗi người nộp: mất giấy tờ", "Đã gửi thư xin lỗi", "Bộ phận một cửa đã nhận giấy báo"):
        assert words in story, words


def test_the_form_begins_with_the_proposed_date_and_the_leader_may_be_told_of_an_exemption(ward, visit):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    page = visit("nam").text(f"/cong-viec/{ward.task(case_id, 'apology_reason')}")
    for part, value in (("day", "9"), ("month", "3"), ("year", "2026")):
        assert re.search(f'name="apology.new_date-{part}"[^>]*value="0?{value}"', page), part
    assert "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành" in page
    said = {"outcome": "exempt", "exempt_ground": "applicant", "exempt_reason": "Người nộp đổi địa điểm."}
    ward.do(case_id, "apology_reason", {"apology": said})
    approval = visit("dung").text(f"/cong-viec/{ward.task(case_id, 'apology_exempt')}")
    assert "Người nộp đổi địa điểm." in approval
    ward.do(case_id, "apology_exempt", {"apology_exempt": {"outcome": "approve"}}, by="dung")
    story = visit("an").text(f"/ho-so/{case_id}")
    assert "Được miễn xin lỗi: do người nộp hồ sơ" in story
    assert "Người nộp đổi địa điểm." in story
