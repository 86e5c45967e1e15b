"""A head corrects and withdraws an issued result on the page; its applicant reads it on the tracking page."""

from __future__ import annotations

import pytest

from tests.factories import Ward

pytestmark = pytest.mark.dialects("sqlite")

DAY = {"decided_on-day": "2", "decided_on-month": "3", "decided_on-year": "2026"}


def test_a_result_is_corrected_then_withdrawn_and_the_page_says_so(ward: Ward, visit):
    (result,) = ward.documents(ward.dossier_at("hand_over"), "result")
    dossier, where = f"/ho-so/{result.case_id}", f"/ho-so/{result.case_id}/van-ban/{result.id}/quyet-dinh"
    an = visit("an")
    assert where in an.text(dossier)
    assert where not in visit("nam").text(dossier), "only who heads the office is offered it"
    assert visit("nam").get(where).status_code == 404
    page = an.text(where)
    assert "Đính chính" in page
    assert "người nộp được báo ngay" in page
    refused = an.post(where, data={"decided_on-day": "31", "decided_on-month": "2", "decided_on-year": "2026"})
    assert refused.status_code == 422
    words = an.words(refused)
    for problem in ("Chọn việc đã quyết định", "Nhập số, ký hiệu quyết định", "Nhập ngày quyết định", "Nhập lý do"):
        assert problem in words
    decision = DAY | {"authority": str(result.office_id), "reason": "Ghi sai địa chỉ."}
    assert an.post(where, data=decision | {"kind": "corrected", "decision_number": "14/QĐ"}).status_code == 303
    assert "Còn giá trị, đã được đính chính" in an.text(dossier)
    again = an.post(where, data=decision | {"kind": "corrected", "decision_number": "14/QĐ"})
    assert again.status_code == 409
    assert an.post(where, data=decision | {"kind": "withdrawn", "decision_number": "15/QĐ"}).status_code == 303
    shown = an.text(dossier)
    assert "Đã bị thu hồi" in shown
    assert "Thu hồi: " in shown
    assert where not in shown, "nothing more is decided about it"
    assert "không ghi thêm quyết định nào nữa" in an.text(where)


def test_a_paper_of_another_dossier_is_not_reached_through_one_s_own(ward: Ward, visit):
    (result,) = ward.documents(ward.dossier_at("hand_over"), "result")
    other = ward.filed_online()
    where = f"/ho-so/{other}/van-ban/{result.id}/quyet-dinh"
    assert visit("an").get(where).status_code == 404
    assert visit("an").post(where, data={"kind": "withdrawn"}).status_code == 404
