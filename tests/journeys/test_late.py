"""A dossier that will be late: apologised for in time with a new date, or the apology owed in plain view."""

from __future__ import annotations

import pytest

from tests.factories import legal
from tests.journeys.window import SIGN, pass_time

pytestmark = pytest.mark.dialects("sqlite")  # a browser's journey; what it sets in motion is tested on both

REASON = {
    "apology.outcome": "extend",
    "apology.cause": "verification",
    "apology.reason": "Cần xác minh địa điểm kinh doanh.",
    "apology.unit": "Phòng Kinh tế, Hạ tầng và Đô thị",
    "apology.new_date-day": 10,
    "apology.new_date-month": 3,
    "apology.new_date-year": 2026,
}


def track(stranger, code):
    stranger.go("/tra-cuu")
    stranger.fill({"code": code, "second": "4567"})
    stranger.press("Tra cứu")


def test_the_letter_goes_out_once_and_the_new_date_is_explained(window, ward):
    case_id = ward.dossier_at("appraise")
    code = ward.dossier(case_id).code
    ward.wait_until(legal(4, 10))

    nam = window("Ngô Hoài Nam")
    nam.open_task(code, "Nêu lý do trễ hẹn")
    nam.complete(REASON)
    pass_time(ward)
    head = window("Dương Thành Ân")
    head.open_task(code, "Duyệt, ký văn bản xin lỗi")
    assert "Cần xác minh địa điểm kinh doanh." in head.words()
    head.complete({"apology_approval.outcome": "approve"}, confirm=SIGN)
    pass_time(ward)

    stranger = window()
    track(stranger, code)
    assert "Theo quy định là 05/03/2026; cơ quan đã xin lỗi và hẹn lại 10/03/2026" in stranger.words()
    assert "Thư xin lỗi và hẹn lại ngày trả kết quả" in stranger.words()
    stranger.page.click("text=Xem từng ngày được tính và không tính")
    ledger = stranger.page.inner_text("#vi-sao details")
    assert "Ngày đầu tiên của thời hạn không tính" in ledger
    assert "05/03/2026" in ledger
    assert stranger.fetch("xin lỗi").startswith(b"%PDF-")

    ward.wait_until(legal(9, 10))
    track(stranger, code)
    assert len(ward.documents(case_id, "form04")) == 1
    assert stranger.words().count("Thư xin lỗi và hẹn lại ngày trả kết quả") == 1


def test_a_letter_nobody_writes_stays_owed_and_stands_before_the_leader(window, ward):
    case_id = ward.dossier_at("appraise")
    code = ward.dossier(case_id).code
    ward.wait_until(legal(5, 10))

    stranger = window()
    stranger.go("/dev/outbox?to=0901234567")
    assert code in stranger.words()
    track(stranger, code)
    assert "Báo trước: hồ sơ có thể trễ hẹn" in stranger.words()
    assert "Thư xin lỗi" not in stranger.words()
    assert ward.documents(case_id, "form04") == []

    for name in ("Dương Thành Ân", "Nguyễn Tiến Dũng"):
        above = window(name)
        above.go("/theo-doi")
        row = above.page.locator("main tbody tr", has_text="Quá lúc phải gửi")
        assert row.count() == 1, name
        assert code in row.inner_text()
        assert "đã có thông báo tự động" in row.inner_text()
