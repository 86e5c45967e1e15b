"""From a search at home to a verified result: one household business, every page of it in a real browser."""

from __future__ import annotations

import re

import pytest

from engine.dossiers.models import Dossier
from tests.factories import HOUSEHOLD
from tests.journeys.window import SEAL, SIGN, pass_time

pytestmark = pytest.mark.dialects("sqlite")  # a browser's journey; what it sets in motion is tested on both

OWNER = {"owner.gender": "female", "owner.birth_date-day": 8, "owner.birth_date-month": 3}
VERIFIED = ["name", "owner", "lines", "address"]
PAGES = [
    {"founding.kind": "individual"},
    {
        "business.name": "Hộ kinh doanh Hòa Bình",
        "business.street": "12 Lê Lợi",
        "business.ward": "26743",
        "business.lines.0.name": "Bán lẻ hàng may mặc",
        "business.capital": "50.000.000",
        "business.starts_on-day": 1,
        "business.starts_on-month": 4,
        "business.starts_on-year": 2026,
    },
    {},
    {"delivery.method": "electronic"},
    {"declaration.truthful": True},
]


def find_and_begin(hoa):
    """From the home page, typing without marks, to the first page of the form."""
    hoa.go("/")
    hoa.look_over()
    hoa.page.fill("input[name=q]:visible", "ho kinh doanh")
    hoa.page.keyboard.press("Enter")
    hoa.page.wait_for_url("**/thu-tuc?*")
    hoa.look_over()
    hoa.press("Đăng ký thành lập hộ kinh doanh")
    assert "3 ngày làm việc" in hoa.words()
    hoa.look_over()
    hoa.press("Nộp trực tuyến")
    hoa.look_over()
    hoa.press("Đăng nhập")
    hoa.look_over()
    hoa.step_in("Nguyễn Thị Hòa")
    hoa.page.wait_for_url(f"**/nop-ho-so/{HOUSEHOLD}")
    hoa.look_over()
    hoa.page.check("text=Trung tâm Phục vụ hành chính công phường Bến Thành")
    hoa.press("Bắt đầu")


def fill_in(hoa):
    """Every page of the form; on the first one, one deliberate mistake."""
    hoa.look_over()
    hoa.fill({**OWNER, "owner.birth_date-year": 2085, "owner.identity": "079 185"})
    hoa.press("Lưu và tiếp tục")
    assert hoa.page.title().startswith("Lỗi:")
    assert hoa.page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    assert "2085" in hoa.page.input_value("[name='owner.birth_date-year']")
    assert hoa.page.locator(".govuk-error-summary a").count() == 2
    assert hoa.page.input_value("[name='owner.full_name']") == "Nguyễn Thị Hòa"
    hoa.look_over()
    hoa.fill({"owner.identity": "079 185 001 234", "owner.birth_date-year": 1985})
    hoa.press("Lưu và tiếp tục")
    for answers in PAGES:
        assert not hoa.page.title().startswith("Lỗi:"), hoa.words()
        hoa.look_over()
        hoa.fill(answers)
        hoa.press("Lưu và tiếp tục")


def test_from_a_search_at_home_to_a_result_that_is_verified(window, ward):
    hoa = window()
    find_and_begin(hoa)
    fill_in(hoa)
    assert "Kiểm tra trước khi nộp" in hoa.words()
    assert "50.000.000" in hoa.words()
    hoa.look_over()
    hoa.page.dblclick("main button:has-text('Nộp hồ sơ')")
    hoa.page.wait_for_url("**/da-nop")
    hoa.look_over()
    filing_code = re.search(r"NOP-\d{6}-\d{5}", hoa.words())[0]
    (dossier,) = ward.rows(Dossier, by=Dossier.case_id)
    assert dossier.filing_code == filing_code
    pass_time(ward)

    lan = window("Phạm Thị Lan")
    lan.open_task(filing_code)
    lan.look_over()
    lan.complete({"check.outcome": "accept"})
    pass_time(ward)
    hoa.page.reload()
    assert hoa.fetch("Giấy tiếp nhận hồ sơ và hẹn trả kết quả").startswith(b"%PDF-")
    hoa.press("Xem hồ sơ")
    hoa.look_over()
    code = ward.dossier(dossier.case_id).code
    assert code in hoa.words()

    nam = window("Ngô Hoài Nam")
    nam.go("/cong-viec")
    nam.look_over()
    nam.press(code)
    nam.look_over()
    nam.complete({"appraisal.verified": VERIFIED, "appraisal.outcome": "propose_grant"})
    pass_time(ward)

    head = window("Dương Thành Ân")
    head.open_task(code)
    head.look_over()
    head.complete({"approval.outcome": "approve"})
    head.page.wait_for_url("**/xac-nhan")
    head.look_over()
    head.press(SIGN)
    pass_time(ward)
    mai = window("Trịnh Thị Mai")
    mai.open_task(code)
    mai.look_over()
    mai.complete({"registering.checked": True})
    mai.page.wait_for_url("**/xac-nhan")
    mai.look_over()
    mai.press(SEAL)
    pass_time(ward)

    stranger = window()
    stranger.go("/dev/outbox?to=0901234567")
    assert f"{code}" in stranger.words()
    assert "đã có kết quả" in stranger.words().lower()
    stranger.look_over()
    result = track_and_download(stranger, code)
    verify(stranger, result)


def track_and_download(stranger, code):
    """With the number of the dossier and four digits of the telephone; gives the result's PDF."""
    stranger.go("/tra-cuu")
    stranger.look_over()
    stranger.fill({"code": code, "second": "4567"})
    stranger.press("Tra cứu")
    assert "Đã có kết quả" in stranger.words()
    stranger.page.wait_for_selector(".is-done")
    stranger.look_over()
    return stranger.fetch("Giấy chứng nhận")


def verify(stranger, result):
    """The real paper is called real with both its signers; a changed one is not."""
    stranger.go("/xac-minh")
    stranger.look_over()
    bring(stranger, result)
    assert "Văn bản thật, còn nguyên vẹn và còn giá trị" in stranger.words()
    signers = stranger.page.locator("main section h3").all_inner_texts()
    assert [" ".join(one.split()) for one in signers] == [
        "Dương Thành Ân hợp lệ",
        "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành hợp lệ",
    ]
    stranger.look_over()
    tampered = bytearray(result)
    tampered[2000] ^= 1
    bring(stranger, bytes(tampered))
    assert "Không xác nhận được văn bản này" in stranger.words()
    assert "Văn bản thật" not in stranger.words()
    stranger.look_over()


def bring(stranger, content):
    paper = {"name": "giay-chung-nhan.pdf", "mimeType": "application/pdf", "buffer": content}
    stranger.page.set_input_files("main input[type=file]", paper)
    stranger.press("Kiểm tra")
