"""A copy as a file: what its pages show, what goes along, what must not be left in it, and where it says what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pypdf
import pypdfium2
import pytest
from pypdf.generic import StreamObject

from engine.letters.copies import Original, copied, place_of_words
from engine.letters.copy_stamps import copy_stamp
from engine.letters.data import result_data
from engine.letters.errors import LetterError
from engine.letters.pdf import render
from signing.documents import fill, prepare
from tests.unit.signing.archival import faults

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
SECRET = "Điều khoản kín"
PAPER = f"""<p data-part="agency">UBND phường</p><p data-part="type">Quyết định</p><p>Điều 1. Mở.</p>
<p style="break-before: page">{SECRET}</p><p style="break-before: page">Điều 3.</p>
<p data-part="title">CHỦ TỊCH</p><p data-part="signer">Lê Văn Tám</p>"""


@pytest.fixture(scope="module")
def original() -> Original:
    """Three pages, number and date filled into their places."""
    facts = {"sample": True, "letter": {"title": "Quyết định", "office": {"code": "x", "name": "x"}}}
    letter = render(PAPER, sample=True, now=NOW, data=result_data(facts, PAPER))
    pdf = fill(prepare(letter.pdf, letter.boxes), {"number": "07/QĐ-UBND", "date": "ngày 02 tháng 3 năm 2026"})
    return Original(pdf, "Quyết định số 07/QĐ-UBND")


def words(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def test_a_whole_copy_shows_every_page_as_it_was_and_holds_the_original(original: Original) -> None:
    copy = copied(original, title="SAO Y: Quyết định", now=NOW)
    assert "07/QĐ-UBND" in words(copy)[0], "what was filled into a form stands on the page"
    reader = pypdf.PdfReader(BytesIO(copy))
    assert len(reader.pages) == 3
    assert "/AcroForm" not in reader.trailer["/Root"]
    assert list(reader.attachments) == ["ban-goc.pdf"], "the data of the original goes along inside it alone"
    assert reader.attachments["ban-goc.pdf"] == [original.pdf]
    kinds = [
        one.get("/Subtype")
        for number in range(1, len(reader.xref[0]))
        if isinstance(one := reader.get_object(number), StreamObject)
    ]
    assert "/application/pdf" in kinds, "PDF/A-3 asks for the media type of what is inside"
    assert faults(copy) == []
    assert copy == copied(original, title="SAO Y: Quyết định", now=NOW)


def test_of_what_a_part_leaves_out_nothing_is_in_the_file(original: Original) -> None:
    part = copied(original, title="TRÍCH SAO: Quyết định", now=NOW, pages=(0, 2))
    reader = pypdf.PdfReader(BytesIO(part))
    assert SECRET in words(original.pdf)[1]
    assert [SECRET in text for text in words(part)] == [False, False]
    assert not reader.attachments
    left_out = pypdf.PdfReader(BytesIO(original.pdf)).pages[1].get_contents().get_data()
    every = [reader.get_object(number) for number in range(1, len(reader.xref[0]))]
    assert not [one for one in every if isinstance(one, StreamObject) and left_out in one.get_data()]
    assert [one for one in every if isinstance(one, StreamObject) and one.get_data()]
    assert faults(part) == []


def test_a_file_that_is_none_gives_no_copy() -> None:
    with pytest.raises(LetterError, match="Không lập được bản sao"):
        copied(Original(b"%PDF-1.7\nnothing", ""), title="SAO Y", now=NOW)


def test_the_words_of_a_copy_are_text_of_ten_points_at_the_upper_right(original: Original) -> None:
    plain, beside = (place_of_words(original.pdf, beside=one) for one in (False, True))
    assert plain.x2 > 560
    assert plain.y1 > 842 - 20 / 25.4 * 72, "within the margin"
    assert beside.x2 < plain.x1, "a copy of a copy does not write over the words of the first"
    stamp = pypdfium2.PdfDocument(copy_stamp("SAO LỤC", "Ủy ban nhân dân phường Bến Thành", signed_at=NOW, box=plain))
    lines = stamp[0].get_textpage().get_text_range().splitlines()
    assert lines == ["SAO LỤC", "Ủy ban nhân dân phường Bến Thành", "Thời gian ký: 2026-03-02T10:04:05+07:00"]
    assert {one.type for one in stamp[0].get_objects()} == {pypdfium2.raw.FPDF_PAGEOBJ_TEXT}
    assert {round(one.get_font_size()) for one in stamp[0].get_objects()} <= {10, 13}
