"""The pages of warnings: what one is warned of, how one wants to hear it, whom no legal notice has reached."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.notifications.models import Notice
from engine.notifications.staff import WarningChoice
from tests.factories import legal

pytestmark = pytest.mark.dialects("sqlite")


def test_a_warning_stands_on_the_page_and_in_the_menu_until_it_was_seen(ward, visit):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(6, 10))
    head, code = visit("an"), ward.dossier(case_id).code
    page = head.text("/nhac-han?nhom=over")
    assert code in page
    assert "Hết thời hạn" in page
    assert "chưa xem" in page
    moment = page.split('name="den" value="')[1].split('"')[0]
    assert head.post("/nhac-han/da-xem", {"den": moment}, page="/nhac-han").status_code == 303
    assert "chưa xem" not in head.text("/nhac-han")
    assert code in head.text("/nhac-han")
    assert code not in visit("phong").text("/nhac-han"), "another unit"
    assert visit("hoa").get("/nhac-han").status_code == 403
    assert visit("an").get("/nhac-han?nhom=moi&lan=khong&moc=7").status_code == 200


def test_how_one_hears_is_chosen_and_legal_notices_are_not(ward, visit):
    nam = visit("nam")
    page = nam.text("/nhac-han/cach-nhan")
    assert "Không tắt được: thông báo theo luật" in page
    assert "Văn bản xin lỗi và hẹn lại ngày trả kết quả" in page
    assert "thứ Sáu" not in page, "the weekly digest is for leaders"
    wrong = {"50": "weekly", "80": "daily", "tomorrow": "daily", "100": "at_once", "step": "house", "hour": "3"}
    refused = nam.post("/nhac-han/cach-nhan", wrong, page="/nhac-han/cach-nhan")
    assert refused.status_code == 422
    assert "Chọn một giờ trong ngày làm việc" in nam.words(refused)
    answer = nam.post("/nhac-han/cach-nhan", wrong | {"50": "house", "hour": "9"}, page="/nhac-han/cach-nhan")
    assert answer.status_code == 303
    kept = ward.row(WarningChoice, ward.people["nam"])
    assert (kept.ways["50"], kept.ways["step"], kept.hour) == ("house", "house", 9)
    assert "thứ Sáu" in visit("dung").text("/nhac-han/cach-nhan")


def test_whom_no_notice_reached_is_listed_called_and_settled(ward, visit):
    case_id = ward.dossier_at("appraise")
    code = ward.dossier(case_id).code
    with ward.work() as work:
        work.session.execute(update(Notice).where(Notice.case_id == case_id).values(status="failed", last_error="x"))
    lan = visit("lan")
    page = lan.text("/thong-bao-theo-luat")
    assert page.count(code) == 1, "one line a notice, whatever the channels"
    assert "0901234567" in page
    notice = ward.notices(case_id, "accepted")[0]
    assert "gọi điện và ghi lại" in lan.text(f"/ho-so/{case_id}")
    operator = visit("van").text("/thong-bao-theo-luat")
    assert code in operator
    assert "Nguyễn Thị Hòa" not in operator
    where = f"/thong-bao-theo-luat/{notice.id}/da-goi"
    assert lan.post(where, {"words": " "}, page="/thong-bao-theo-luat").status_code == 422
    assert visit("thu").post(where, {"words": "đã gọi"}, page="/privacy").status_code == 404, "another centre"
    assert visit("nam").post(where, {"words": "đã gọi"}, page="/privacy").status_code == 403
    assert lan.post(where, {"words": "Bà Hòa nghe máy"}, page="/thong-bao-theo-luat").status_code == 303
    assert code not in lan.text("/thong-bao-theo-luat")
    assert {one.status for one in ward.notices(case_id, "accepted")} == {"settled"}
    assert "Bà Hòa nghe máy" in lan.text("/thong-bao-theo-luat?loc=settled")
    assert "Đã báo qua điện thoại" in lan.text(f"/ho-so/{case_id}")
    assert ward.faults() == []
