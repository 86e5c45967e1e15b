"""Is this paper real? Asked with the file, with the code of its QR, and with what somebody made of it."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.unit.storage.files import pdf
from tests.unit.storage.sheets import scanned_pdf

pytestmark = pytest.mark.dialects("sqlite")  # what a signature is worth does not depend on the database


@pytest.fixture
def result(ward):
    """The issued result of a finished dossier."""
    (document,) = ward.documents(ward.dossier_at("hand_over"), "result")
    return document


def bring(stranger, content, name="ket-qua.pdf", path="/xac-minh"):
    answer = stranger.post(path, {"paper": [(BytesIO(content), name)]}, content_type="multipart/form-data")
    return answer.status_code, stranger.words(answer)


def test_an_issued_result_is_genuine(visit, ward, result):
    status, words = bring(visit(""), ward.paper(result))
    assert status == 200
    assert "Văn bản thật, còn nguyên vẹn và còn giá trị" in words
    assert words.count("theo dấu thời gian của") == 2, "leader and agency both signed"


def test_one_changed_byte_is_noticed(visit, ward, result):
    content = bytearray(ward.paper(result))
    content[2000] ^= 1
    status, words = bring(visit(""), bytes(content))
    assert status == 200
    assert "Không xác nhận được văn bản này" in words


def test_the_code_in_the_qr_tells_number_and_office(visit, ward, result):
    page = visit("").text(f"/v/{result.verify_code}")
    assert "Có trong sổ của cơ quan" in page
    assert result.number in page
    assert "Nguyễn Thị Hòa" not in page, "a code alone tells nobody's name"
    assert "Không có trong sổ" in visit("").text("/v/AAAAAAAAAAAA", 404)


def test_a_file_is_compared_with_the_paper_behind_the_code(visit, ward, result):
    path = f"/v/{result.verify_code}"
    assert "Văn bản thật" in bring(visit(""), ward.paper(result), path=path)[1]
    (receipt,) = ward.documents(result.case_id, "form01")
    assert "Không phải bản gốc" in bring(visit(""), ward.paper(receipt), path=path)[1]


def test_the_file_from_before_its_level_was_raised_is_still_the_original(visit, ward, result):
    from engine.dossiers.models import EarlierFile

    (before,) = ward.rows(EarlierFile, EarlierFile.document_id == result.id)
    content = ward.paper(result)[: before.size]
    words = bring(visit(""), content, path=f"/v/{result.verify_code}")[1]
    assert "Văn bản thật" in words
    assert "Không phải bản gốc" not in words


def test_a_void_paper_is_not_called_good(visit, ward, result):
    from engine.dossiers.models import Document

    with ward.work() as work:
        row = work.session.get_one(Document, result.id)
        row.voided_at, row.void_reason, row.status = work.now, "Sai tên bà Hoa", "void"
    by_code, by_file = visit("").text(f"/v/{result.verify_code}"), bring(visit(""), ward.paper(result))[1]
    assert "không còn giá trị" in by_code
    assert "không còn giá trị" in by_file
    assert ("Sai tên bà Hoa" in by_code, "Sai tên bà Hoa" in by_file) == (False, True), "why is for who has the paper"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Chọn tệp|Tệp rỗng"),
        (b"<html>", "không phải PDF"),
        (b"%PDF-1.7\n" + b"\xff" * 5000, "Không xác nhận được"),
        (pdf(), "không có chữ ký số"),
    ],
)
def test_hostile_and_plain_files_are_answered_in_words(visit, content, words):
    status, told = bring(visit(""), content)
    assert status in (200, 422)
    assert any(one in told for one in words.split("|"))


def test_a_file_beyond_the_limit_is_refused(visit, ward):
    limit = ward.house.settings.upload_limit
    status, told = bring(visit(""), b"%PDF-" + b"0" * (limit + 1))
    assert status in (413, 422)
    assert "lớn" in told


def test_a_scan_signed_by_a_clerk_is_called_what_it_is(visit, ward):
    desk, now = ward.house.ports.signatures, ward.clock.now()
    holder = f"person:{ward.people['lan']}"
    scan = desk.sign(scanned_pdf(size=(200, 300)), holder, field="clerk", stamp=None, reason="Số hóa", now=now)
    _, words = bring(visit(""), scan, "quet.pdf")
    assert "Bản quét đã ký số, không phải văn bản của cơ quan" in words
    assert "không xác nhận nội dung của giấy tờ" in words
    assert "công chức số hóa giấy tờ khi tiếp nhận" in words
    leader = desk.sign(scanned_pdf(size=(200, 300)), holder, field="leader", stamp=None, reason="Ký", now=now)
    assert "Bản quét đã ký số" not in bring(visit(""), leader, "ky.pdf")[1]
