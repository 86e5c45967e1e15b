"""Books and slips as an office uses them: the log book, the control sheet, papers handed from room to room."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from engine.dossiers.custody import HandoverLine, HandoverSlip
from engine.dossiers.points import Brought
from engine.journal import Entry
from engine.queries.keyset import Window
from engine.queries.logbook import book_lines, book_of, book_page, line_before
from engine.usecases.custody import give_papers
from web.books import logbook

pytestmark = pytest.mark.dialects("sqlite")  # pages over queries that other tests ask on both

COUNTER, ROOM = "bt-pvhcc", "bt-kthtdt"


@pytest.fixture
def papers(ward):
    """Three dossiers on paper, accepted at the counter."""
    found = []
    for _ in range(3):
        ward.clock.advance(timedelta(minutes=1))
        found.append(ward.filed_at_counter(brought=[Brought("minutes", originals=1, present=True)]))
    ward.run_deferred()
    return found


def test_the_log_book_page_by_page_as_a_file_and_in_parts(ward, visit, papers, monkeypatch):
    codes = [ward.dossier(one).code for one in papers]
    lan = visit("lan")
    page = lan.text("/so-theo-doi")
    assert "3 hồ sơ" in page
    assert page.index(codes[0]) < page.index(codes[1]) < page.index(codes[2]), "in the order of acceptance"
    assert "Không có hồ sơ nào trong kỳ này" in lan.text("/so-theo-doi?tu=01/02/2026&den=28/02/2026")
    monkeypatch.setattr(logbook, "PIECE", 2)  # a file is read piece by piece: nothing is lost at a seam, nothing twice
    answer = lan.get("/so-theo-doi.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    assert [row[1] for row in rows[1:]] == codes
    assert lan.get("/so-theo-doi.pdf").data.startswith(b"%PDF-")
    assert visit("nam").text("/so-theo-doi").count(codes[1]), "the room that decides has them in its book too"
    theirs = ward.offices[COUNTER]
    assert visit("phong").get(f"/so-theo-doi?don-vi={theirs}").status_code == 404
    assert codes[0] not in visit("phong").text("/so-theo-doi")
    assert lan.get("/so-theo-doi?don-vi=x&tu=99/99/99&sau=zz").status_code == 200


def test_a_part_begins_where_the_one_before_ended(ward, papers):
    with ward.look("lan") as look:
        day = ward.clock.now().date()
        book = book_of(look, ward.offices[COUNTER], day, day)
        first = book_page(look, book, size=2)
        assert [line.id for line in first.lines] == papers[:2]
        assert [line.id for line in book_page(look, book, Window(after=first.after), size=2).lines] == papers[2:]
        assert line_before(look, book, 0) is None
        assert [line.id for line in book_lines(look, book, line_before(look, book, 2), 9)] == papers[2:]
        assert line_before(look, book, 4) is None


def test_the_control_sheet_on_a_page_and_on_paper(ward, visit):
    case_id = ward.dossier_at("approve")
    nam = visit("nam")
    page = nam.text(f"/ho-so/{case_id}/phieu-kiem-soat")
    assert "Trước hạn" in page
    assert "Ngô Hoài Nam" in page
    assert f"/ho-so/{case_id}/phieu-kiem-soat" in nam.text(f"/ho-so/{case_id}")
    assert f"/ho-so/{case_id}/phieu-kiem-soat.pdf" in visit("lan").text(f"/tiep-nhan/ho-so/{case_id}")
    assert nam.get(f"/ho-so/{case_id}/phieu-kiem-soat.pdf").data.startswith(b"%PDF-")
    for login, status in (("phong", 404), ("hoa", 403), ("", 401)):
        for tail in ("", ".pdf"):
            assert visit(login).get(f"/ho-so/{case_id}/phieu-kiem-soat{tail}").status_code == status


def test_papers_go_from_the_counter_to_the_room_and_one_is_missing(ward, visit, papers):
    lan, nam = visit("lan"), visit("nam")
    page = lan.text("/ban-giao")
    assert all(ward.dossier(one).code in page for one in papers)
    sent = {
        "don-vi": str(ward.offices[COUNTER]),
        "nhan": str(ward.offices[ROOM]),
        "ho-so": [str(one) for one in papers],
    }
    answer = lan.post("/ban-giao", sent)
    assert answer.status_code == 303
    address = answer.location
    (slip,) = ward.rows(HandoverSlip)
    assert lan.get(f"{address}.pdf").data.startswith(b"%PDF-")
    assert lan.get(f"{address}.pdf?kho=a5").data.startswith(b"%PDF-")
    assert slip.number in nam.text("/ban-giao"), "the room sees what waits for its word"
    assert "Không có hồ sơ giấy nào phải chuyển đi" in lan.text("/ban-giao")
    one, two, three = ward.rows(HandoverLine, by=HandoverLine.position)
    said = {f"dong-{one.id}": "co", f"dong-{two.id}": "thieu", f"ghi-chu-{two.id}": "Không thấy"}
    assert nam.post(f"{address}/xac-nhan", said).status_code == 303
    assert lan.post(f"{address}/xac-nhan", {f"dong-{three.id}": "co"}).status_code == 403
    assert "Không thấy" in lan.text("/ban-giao/that-lac")
    assert "Không có hồ sơ giấy nào thất lạc" in visit("phong").text("/ban-giao/that-lac")
    assert lan.post(f"{address}/lay-lai", {"dong": str(three.id)}).status_code == 303
    shift = lan.text("/ban-giao/ket-ca")
    assert ward.dossier(three.case_id).code in shift, "what is still in the drawer"
    assert lan.post("/ban-giao/ket-ca", {"don-vi": str(ward.offices[COUNTER])}).status_code == 303
    (closed,) = ward.rows(Entry, Entry.verb == "shift.closed", by=Entry.seq)
    assert closed.facts == {"to_hand_over": 1, "on_the_way": 0, "staying": 0, "missing": 1}
    found = {"noi": str(ward.offices[ROOM]), "ghi-chu": "Dưới bàn"}
    assert nam.post(f"/ban-giao/that-lac/{two.id}", found).status_code == 303
    assert "Không có hồ sơ giấy nào thất lạc" in lan.text("/ban-giao/that-lac")
    assert "Đã tìm thấy" in lan.text(f"/ho-so/{two.case_id}/phieu-kiem-soat")
    assert lan.get("/ban-giao/phieu").status_code == nam.get("/ban-giao/phieu?chieu=nhan").status_code == 200


def test_a_whole_slip_is_taken_but_for_what_is_missing(ward, visit, papers):
    with ward.work("lan") as work:
        slip_id = give_papers(work, ward.offices[COUNTER], ward.offices[ROOM], papers).id
    lines = [line.id for line in ward.rows(HandoverLine, by=HandoverLine.position)]
    sent = MultiDict([("con-cho", str(one)) for one in lines] + [(f"dong-{lines[1]}", "thieu"), ("tat-ca", "1")])
    assert visit("nam").post(f"/ban-giao/phieu/{slip_id}/xac-nhan", sent).status_code == 303
    found = [line.status for line in ward.rows(HandoverLine, by=HandoverLine.position)]
    assert found == ["received", "missing", "received"]


def test_bad_posts_are_answered_in_words(ward, visit, papers):
    lan = visit("lan")
    counter = str(ward.offices[COUNTER])
    for sent in ({}, {"don-vi": counter, "nhan": "x"}, {"don-vi": counter, "nhan": str(ward.offices[ROOM])}):
        assert lan.post("/ban-giao", sent).status_code == 303
    assert "Chọn ít nhất một hồ sơ" in lan.text(f"/ban-giao?don-vi={counter}")
    assert visit("kiem").get("/ban-giao").status_code == 403, "whoever only watches hands nothing over"
