"""The books of numbers as the clerical office reads, prints and keeps them."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

import pypdfium2
import pytest

from engine.db import new_id
from engine.dossiers.models import Document
from engine.queries.numbers import NumberWindow, number_book, number_page
from engine.registers.models import Number, RegisterEntry, Series
from engine.registers.series import take_number
from engine.usecases.series_start import SeriesEntry, start_series
from engine.usecases.withdrawals import act_on_result
from web.books import numbers

pytestmark = pytest.mark.dialects("sqlite")  # pages over queries that other tests ask on both
REFUSED = {"appraisal": {"outcome": "propose_refusal", "reason": "Trùng tên."}}


def book_of(ward, name):
    return next(one for one in ward.rows(Series, Series.name == name) if len(one.period) == 4)


def test_a_certificate_stands_in_its_register_with_what_was_true_that_day(ward, visit):
    case_id = ward.dossier_at("hand_over")
    paper, answers = ward.documents(case_id, "result")[0], ward.dossier(case_id).answers
    an = visit("an")
    page = an.text("/so-van-ban")
    assert "Sổ cấp Giấy chứng nhận đăng ký hộ kinh doanh năm 2026" in page
    for words in (paper.number, "quyển 01/2026", answers["business"]["name"].upper(), "Dương Thành Ân"):
        assert words in page
    assert paper.number in an.text(f"/so-van-ban?tim={paper.number}")
    assert "Sổ này không có số" in an.text("/so-van-ban?tim=77")
    printed = pypdfium2.PdfDocument(an.get("/so-van-ban.pdf").data)
    words = " ".join(printed[0].get_textpage().get_text_range().split())
    assert paper.number in words.replace(" ", "")
    assert "từ số 01 đến số 01" in words
    rows = list(csv.reader(io.StringIO(an.get("/so-van-ban.csv").get_data(as_text=True).removeprefix("\ufeff"))))
    assert (rows[0][8], rows[1][8]) == ("Tên hộ kinh doanh", answers["business"]["name"].upper())
    assert rows[1][:2] == ["01", paper.number]

    act_on_paper(ward, paper, case_id)
    page = an.text("/so-van-ban")
    assert "Thay thế theo số 9/QĐ-PKT ngày 02/03/2026" in page
    assert "Văn bản mới số 99" in page

    with ward.work() as work:  # lawful deletion takes what speaks of people, and leaves the book whole
        work.session.delete(work.session.get_one(RegisterEntry, ward.rows(Number)[0].id))
    page = an.text("/so-van-ban")
    assert answers["business"]["name"].upper() not in page
    assert "Dương Thành Ân" in page


def act_on_paper(ward, paper, case_id):
    """The head of the room replaces a certificate by another one."""
    done = {"issued_at": ward.clock.now(), "status": "issued", "sealed_at": ward.clock.now()}
    with ward.work() as work:
        newer = {"case_id": case_id, "letter": "other", "title": "Giấy mới", "office_id": paper.office_id, **done}
        work.session.add(
            Document(id=new_id(), number="99", verify_code="x" * 12, sha256="0" * 64, created_at=work.now, **newer)
        )
    with ward.work("an") as work:
        act_on_result(
            work,
            paper.id,
            kind="replaced",
            authority_id=paper.office_id,
            decision_number="9/QĐ-PKT",
            decided_on=paper.dated_on,
            reason="Sai tên.",
            replacement="99",
        )


def test_whose_book_it_is(ward, visit):
    ward.dossier_at("hand_over")
    book = book_of(ward, "result")
    for login, status in (("mai", 200), ("dung", 200), ("lan", 404), ("phong", 404), ("hoa", 403), ("", 401)):
        for tail in ("", ".pdf", ".csv"):
            assert visit(login).get(f"/so-van-ban{tail}?so={book.id}").status_code == status, (login, tail)
    assert "Sổ văn bản, số và quyển" in visit("mai").text("/cong-viec")
    assert visit("mai").get(f"/so-van-ban?so=x&don-vi=y&sau=-1&truoc=z&tim={'9' * 99}").status_code == 200


def test_the_clerk_voids_a_number_on_its_page(ward, visit):
    case_id = ward.dossier_at("appraise")
    ward.do(case_id, "appraise", REFUSED)
    ward.do(case_id, "approve")
    number = ward.rows(Number)[0]
    address = f"/so-van-ban/{number.id}/huy"
    mai = visit("mai")
    assert address in mai.text(f"/so-van-ban?so={number.series_id}")
    assert "nhận ngay số kế tiếp" in mai.text(address)
    assert mai.post(address, {"reason": " "}).status_code == 422
    assert visit("an").post(address, {"reason": "x"}).status_code == 403
    assert mai.post(address, {"reason": "Nhầm sổ."}).status_code == 303
    assert mai.post(address, {"reason": "Nhầm sổ."}).status_code == 303, "a second click changes nothing"
    page = mai.text(f"/so-van-ban?so={number.series_id}")
    assert f"<s>{number.text}</s>" in page
    assert "Trịnh Thị Mai hủy lúc" in page
    assert "Nhầm sổ." in page
    assert page.index("02/TB-ĐKKD") < page.index("01/TB-ĐKKD"), "the newest first"
    assert "Hủy số: Thông báo" in visit("an").text(f"/ho-so/{case_id}")
    assert len(ward.rows(Number)) == 2


def test_page_by_page_nothing_is_lost(ward, visit, monkeypatch):
    with ward.work() as work:
        for _ in range(7):
            take_number(work, "bt", "letters", "{number}/UBND", uuid4())
    with ward.look("mai") as look:
        book = number_book(look, book_of(ward, "letters").id)
        first = number_page(look, book, size=3)
        second = number_page(look, book, NumberWindow(after=first.after), size=3)
        third = number_page(look, book, NumberWindow(after=second.after), size=3)
        back = number_page(look, book, NumberWindow(before=third.before), size=3)
        assert [[line.value for line in one.lines] for one in (first, second, third)] == [[7, 6, 5], [4, 3, 2], [1]]
        assert [line.value for line in back.lines] == [4, 3, 2]
        assert (first.before, third.after) == (None, None)
        assert number_page(look, book, NumberWindow(before=4), size=3).before is None
    monkeypatch.setattr(numbers, "PIECE", 2)
    answer = visit("mai").get(f"/so-van-ban.csv?so={book.id}").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(answer.removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == [f"{one:02d}/UBND" for one in range(1, 8)]
    with ward.work() as work:
        start_series(work, SeriesEntry("bt", "letters", 2026, 20, "Sổ giấy khi mất điện"))
    assert "Số 8 đến 20 đã cấp ngoài hệ thống: Sổ giấy khi mất điện" in visit("mai").text(f"/so-van-ban?so={book.id}")
