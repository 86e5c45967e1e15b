"""Handing a dossier to another unit, as its head does it on the page."""

from __future__ import annotations

import pytest

from tests.factories import Ward

pytestmark = pytest.mark.dialects("sqlite")


def test_a_head_sees_the_dates_chooses_a_unit_and_the_other_unit_finds_the_dossier_with_its_reason(ward: Ward, visit):
    case_id = ward.dossier_at("appraise")
    code, promised = ward.dossier(case_id).code, ward.dossier(case_id).promised_on
    an, where = visit("an"), f"/ho-so/{case_id}/chuyen-don-vi"
    assert where in an.text(f"/ho-so/{case_id}")
    assert where not in visit("nam").text(f"/ho-so/{case_id}"), "only who heads the unit is offered it"
    assert visit("nam").get(where).status_code == 403
    page = an.text(where)
    assert "Văn phòng HĐND và UBND phường Bến Thành" in page
    assert "Phòng Văn hóa - Xã hội" not in page, "nobody there does these steps"
    assert f"Ngày hẹn trả kết quả {promised:%d/%m/%Y} giữ nguyên" in page.replace("\xa0", " ")
    refused = an.post(where, data={"office": "x", "reason": ""})
    assert refused.status_code == 422
    for words in ("Chọn đơn vị nhận hồ sơ", "Nhập lý do chuyển"):
        assert words in refused.get_data(as_text=True)
    done = an.post(where, data={"office": str(ward.offices["bt-vp"]), "reason": "Thuộc lĩnh vực tư pháp"})
    assert done.status_code == 303
    theirs = visit("khoa").text(f"/ho-so/{case_id}")
    assert "Thuộc lĩnh vực tư pháp" in theirs
    assert "Chuyển hồ sơ sang Văn phòng HĐND và UBND phường Bến Thành" in theirs
    assert code in visit("quyen").text("/cong-viec?xem=chung") or code in visit("quyen").text("/cong-viec")
    again = an.post(where, data={"office": str(ward.offices["bt-vp"]), "reason": "Lần nữa"})
    assert again.status_code in {403, 404}
