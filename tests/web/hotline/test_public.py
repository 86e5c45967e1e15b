"""Anybody reports, follows, rates; nothing typed or uploaded is lost, nothing personal is shown."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from engine.dossiers.models import Attachment
from engine.feedback.models import Report
from tests.factories import Ward
from tests.usecases.test_feedback import Hotline
from tests.web.officer.visitor import Visitor, hidden
from web.ui.catalogues import compile_catalogues

pytestmark = pytest.mark.dialects("sqlite")  # pages are the same on both; the use cases behind them run on both

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
TOLD = {
    "report.kind": "scene",
    "report.category": "order",
    "report.text": "Bàn ghế kín vỉa hè. Gọi tôi 0901234567.",
    "report.place": "58/12 Lý Tự Trọng",
    "report.ward": "26743",
    "sender.name": "Nguyễn Thị Hòa",
    "sender.phone": "0901 234 567",
}
Visit = Callable[[str], Visitor]


def send(visitor: Visitor, **changes: object) -> object:
    data = {**TOLD, "form_key": hidden(visitor.text("/phan-anh"), "form_key"), **changes}
    return visitor.post("/phan-anh", data, page="/phan-anh", content_type="multipart/form-data")


def test_a_report_is_sent_and_its_number_stays_when_the_page_is_opened_again(visit: Visit, ward: Ward) -> None:
    visitor = visit("")
    answer = send(visitor, anyway="1")
    assert answer.status_code == 303
    code = ward.rows(Report, by=Report.code)[0].code
    for _ in range(2):
        page = visitor.text(answer.location)
        assert code in page
        assert "5 phút" in page
    assert visit("").get(answer.location).status_code == 303


def test_a_double_click_is_one_report(visit: Visit, ward: Ward) -> None:
    visitor = visit("")
    key = hidden(visitor.text("/phan-anh"), "form_key")
    for _ in range(2):
        assert send(visitor, form_key=key, anyway="1").status_code == 303
    assert len(ward.rows(Report, by=Report.code)) == 1


def test_a_page_with_errors_keeps_words_and_photos(visit: Visit, ward: Ward) -> None:
    visitor = visit("")
    wrong = send(visitor, **{"sender.phone": "", "photos": [(io.BytesIO(PIXEL), "via he.png")]})
    page = visitor.words(wrong)
    assert wrong.status_code == 422
    assert "Nhập số điện thoại hoặc thư điện tử" in page
    assert "<title>Lỗi:" in page
    assert "Bàn ghế kín vỉa hè" in page
    token = re.search(r'name="photo" value="([^"]+)"', page)
    assert token
    assert send(visitor, photo=token[1], anyway="1").status_code == 303
    assert [file.name for file in ward.rows(Attachment)] == ["via he.png"]


def test_a_file_that_is_not_what_its_name_says_is_refused_in_words(visit: Visit, ward: Ward) -> None:
    wrong = send(visit(""), photos=[(io.BytesIO(b"<script>alert(1)</script>"), "anh.png")], anyway="1")
    assert wrong.status_code == 422
    assert "anh.png:" in visit("").words(wrong)
    assert ward.rows(Report, by=Report.code) == []


def test_a_photo_token_of_ones_own_making_is_worth_nothing(visit: Visit, ward: Ward) -> None:
    assert send(visit(""), photo="forged", anyway="1").status_code == 303
    assert ward.rows(Attachment) == []


def test_a_like_report_is_shown_before_sending_without_its_senders_words(visit: Visit, hotline: Hotline) -> None:
    hotline.report(text="Bàn ghế kín vỉa hè của quán cà phê.")
    answer = send(visit(""))
    page = visit("").words(answer)
    assert answer.status_code == 200
    assert "Có phải việc này đã được báo?" in page
    assert "quán cà phê" not in page


def test_code_and_second_fact_open_a_report_and_a_bad_rating_opens_it_again(visit: Visit, hotline: Hotline) -> None:
    case_id = hotline.answered()
    code = hotline.of(case_id).code
    visitor = visit("")
    assert visitor.get(f"/phan-anh/tra-cuu/{code}").status_code == 303
    wrong = visitor.post("/phan-anh/tra-cuu", {"code": code, "second": "0000"})
    assert wrong.status_code == 422
    assert visitor.post("/phan-anh/tra-cuu", {"code": code, "second": "4567"}).status_code == 303
    page = visitor.text(f"/phan-anh/tra-cuu/{code}")
    assert "bà Nguyễn Thị Hòa xác nhận" in page
    rate = f"/phan-anh/tra-cuu/{code}/danh-gia"
    assert visitor.post(rate, {"score": "1", "text": ""}).status_code == 422
    assert visitor.post(rate, {"score": "1", "text": "Vẫn như cũ."}).status_code == 303
    assert hotline.of(case_id).status == "reopened"
    assert visit("").post(rate, {"score": "5"}).status_code == 303
    assert hotline.of(case_id).rating is None


def test_the_public_list_has_only_masked_words(visit: Visit, hotline: Hotline) -> None:
    hotline.answered()
    page = visit("").text("/phan-anh/cong-khai")
    assert "Bàn ghế kín vỉa hè." in page
    assert "0901" not in page
    assert "Hòa" not in page


@pytest.mark.parametrize("path", ["/phan-anh", "/phan-anh/tra-cuu", "/phan-anh/cong-khai"])
def test_english_is_complete(visit: Visit, hotline: Hotline, path: str) -> None:
    compile_catalogues()
    hotline.answered()
    page = visit("").text(f"{path}?lang=en")
    main = page[page.index('id="main-content"') : page.index("</main>")]
    assert not re.search(r">[^<]*\b(Phản ánh|Nội dung|Địa điểm|Người gửi|Tra cứu|Lĩnh vực)\b[^<]*<", main)
