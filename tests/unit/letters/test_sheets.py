"""Scans that become pages of a letter, and files that must not."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageFile
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from engine.letters.errors import LetterError
from engine.letters.pdf import render
from engine.letters.sheets import (
    ACTIVE,
    BROKEN,
    LOCKED,
    MOST_OBJECTS,
    MOST_PAGES,
    NOT_PAGES,
    TOO_HEAVY,
    TOO_LARGE,
    TOO_MANY,
    sheets_of,
)
from tests.unit.bpmn.drawings import NOW
from tests.unit.storage.files import pdf, picture, png_claiming

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
LETTER = '<p data-part="type">Lời chứng</p><p>Bản sao đúng với bản chính.</p><p data-part="signer">Lê Văn Tám</p>'


def with_action(action: dict[str, str], *, deep: bool = False) -> bytes:
    """A PDF that does something when it is opened, the action perhaps inside a list inside a page's annotation."""
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    act = DictionaryObject({NameObject(key): value for key, value in action.items()})
    if deep:
        link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): act})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([link])
    else:
        writer.root_object[NameObject("/OpenAction")] = act
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def with_objects(count: int) -> bytes:
    """A PDF with so many objects more, which nobody refers to."""
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    for _ in range(count):
        writer._add_object(NumberObject(1))
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


JAVASCRIPT = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
HOSTILE = {
    "a password": (pdf(password="bí mật"), PDF, LOCKED),
    "locked for printing only": (pdf(password="", owner="chủ"), PDF, LOCKED),
    "a script": (with_action(JAVASCRIPT), PDF, ACTIVE),
    "a script behind a link": (with_action(JAVASCRIPT, deep=True), PDF, ACTIVE),
    "a program to start": (with_action({"/S": NameObject("/Launch")}, deep=True), PDF, ACTIVE),
    "a dynamic form": (with_action({"/XFA": TextStringObject("<xdp/>")}), PDF, ACTIVE),
    "no page": (pdf(0), PDF, BROKEN),
    "no PDF": (b"%PDF-1.7\nnothing", PDF, BROKEN),
    "too many pages": (pdf(MOST_PAGES + 1), PDF, TOO_MANY),
    "objects without end": (with_objects(MOST_OBJECTS), PDF, TOO_HEAVY),
    "a page of two metres": (pdf().replace(b"595", b"5950"), PDF, TOO_LARGE),
    "a picture of a billion dots": (png_claiming(31_000, 31_000), PNG, None),
    "a picture cut off": (picture("JPEG", (900, 1200))[:2000], JPEG, BROKEN),
    "a text file": (b"xin chao", "text/plain", NOT_PAGES),
}


@pytest.mark.parametrize(("content", "media_type", "why"), HOSTILE.values(), ids=HOSTILE)
def test_what_must_not_become_pages_is_refused_in_words(content: bytes, media_type: str, why: str | None) -> None:
    with pytest.raises(LetterError) as refused:
        sheets_of([(content, media_type)])
    assert refused.value.message in ([why] if why else [TOO_LARGE, BROKEN])


def test_a_picture_whose_dots_are_missing_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # the printing library has them filled in
    with pytest.raises(LetterError) as refused:
        sheets_of([(png_claiming(300, 400), PNG)])
    assert refused.value.message == BROKEN


def test_the_pages_of_several_scans_count_together() -> None:
    half = (pdf(MOST_PAGES // 2 + 1), PDF)
    with pytest.raises(LetterError, match="trang"):
        sheets_of([half, half])


def test_pages_keep_their_size_and_pictures_lie_as_they_were_taken() -> None:
    lying = BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    Image.new("RGB", (400, 300), "navy").save(lying, "JPEG", exif=turned)
    a5, photo = sheets_of([(pdf().replace(b"595", b"420"), PDF), (lying.getvalue(), JPEG)])
    assert (a5.width, a5.height) == (148.17, 297.04)
    assert (photo.width, photo.height) == (210.0, 297.0)
    assert not Image.open(BytesIO(photo.jpeg)).getexif(), "where and when a photograph was taken is nobody's business"


def test_pages_stand_before_the_letter_and_its_places_behind_them() -> None:
    clear = BytesIO()
    Image.new("RGBA", (200, 300), (0, 0, 0, 0)).save(clear, "PNG")
    sheets = sheets_of([(pdf(2), PDF), (clear.getvalue(), PNG)])
    letter = render(LETTER, layout="certification", sample=True, now=NOW, sheets=sheets)
    assert letter.pages == 4
    assert {box.page for box in letter.boxes.values()} == {3}
    printed = pypdfium2.PdfDocument(letter.pdf)
    assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in printed[1].get_textpage().get_text_range()
    assert printed[2].render().to_pil().convert("L").getpixel((5, 5)) > 250, "what is transparent is paper"
    assert letter.pdf == render(LETTER, layout="certification", sample=True, now=NOW, sheets=sheets).pdf


def test_a_letter_cannot_ask_for_a_page_by_itself() -> None:
    asking = LETTER + '<img src="house-sheet:0"/>'
    letter = render(asking, layout="certification", sample=False, now=NOW, sheets=sheets_of([(pdf(), PDF)]))
    last = pypdfium2.PdfDocument(letter.pdf)[letter.pages - 1]
    assert not [one for one in last.get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
