"""A signed page looks as Decree 30/2020 (Annex I, section II, items 7 and 8) wants it: drawn, and its ink measured."""

from __future__ import annotations

import io
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops
from pypdf.generic import DictionaryObject, NameObject, StreamObject
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH

from engine.letters.pdf import Letter, render
from engine.letters.seals import diameter, diameters
from engine.letters.stamp_images import read_stamp_image
from engine.letters.stamps import agency_stamp, hand_place, person_stamp
from signing.boxes import Box
from signing.documents import fill, prepare
from tests.unit.signing.conftest import OFFICE, Office, office

from .conftest import NOW
from .images import hand, seal

__all__ = ["office"]

DPI = 200
LEADER = "Nguyễn Văn Đức"
LONG = "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường Tân Sơn Nhì – Tây Thạnh, Thành phố Hồ Chí Minh"
PARTS = {
    "superior": "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HỒ CHÍ MINH", "agency": OFFICE.upper(), "place": "Bến Nghé",
    "symbol": "GP-UBND", "type": "Giấy phép xây dựng", "capacity": "TM. ỦY BAN NHÂN DÂN",
    "title": "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "signer": LEADER, "number_label": "Số:",
}  # fmt: skip
BODY = "<p>Cấp cho ông Trần Ước.</p><ul data-part='recipients'><li>Như trên;</li><li>Lưu: VT.</li></ul>"
Edges = tuple[float, float, float, float]
"""Left, top, right, bottom in millimetres from the upper left corner of the sheet."""


@dataclass(frozen=True)
class Page:
    """A signed page: where its blue and its red ink stands, where words stand, and the sheet itself."""

    letter: Letter
    pdf: bytes
    blue: Edges | None
    red: Edges | None
    sheet: Image.Image

    def place_of(self, text: str) -> Edges:
        page = pypdfium2.PdfDocument(self.pdf)[self.letter.boxes["leader"].page]
        words = page.get_textpage()
        found = words.search(text).get_next()
        assert found, text
        boxes = [words.get_charbox(at) for at in range(found[0], sum(found))]
        height = page.get_size()[1]
        left, right = min(one[0] for one in boxes), max(one[2] for one in boxes)
        return mm(left), mm(height - max(one[3] for one in boxes)), mm(right), mm(height - min(one[1] for one in boxes))


def mm(points: float) -> float:
    return points / 72 * 25.4


def ink(sheet: Image.Image, one: str, others: str, box: Box) -> Edges | None:
    """The edges of all ink within a place of the sheet in which one colour is far stronger than both others."""
    height, dots = sheet.height / DPI * 72, DPI / 72
    left, top = round(box.x1 * dots), round((height - box.y2) * dots)
    bands = dict(
        zip("RGB", sheet.crop((left, top, round(box.x2 * dots), round((height - box.y1) * dots))).split(), strict=True)
    )
    stronger = [
        ImageChops.subtract(bands[one], bands[other]).point(lambda by: 255 if by > 60 else 0) for other in others
    ]
    found = ImageChops.multiply(*stronger).getbbox()
    if found is None:
        return None
    across, down = (left, top), 25.4 / DPI
    return tuple((edge + across[at % 2]) * down for at, edge in enumerate(found))  # type: ignore[return-value]


def signed_page(office: Office, layout: str, *, name: str = LEADER, agency: str = OFFICE, kind: str = "ward",
                own: bool = False, folder: Path, **parts: str) -> Page:  # fmt: skip
    """A paper signed and sealed with the sample's keys, and its page drawn; `own`: with images that were brought."""
    letter = render(BODY, layout=layout, sample=not own, now=NOW, parts={**PARTS, "signer": name, **parts})
    boxes, across = letter.boxes, diameter(kind, NOW.date())
    image, round_one = read_stamp_image(hand(), "hand"), read_stamp_image(seal(), "seal")
    size = (image.width, image.height) if own else None
    shown = person_stamp(
        name, signed_at=NOW, box=boxes["leader"], sample=not own, image=image.png if own else None, size=size
    )
    sealed = agency_stamp(
        agency, place="TP. HCM", signed_at=NOW, box=boxes["agency"], across_mm=across, sample=not own,
        hand=hand_place(boxes["leader"], sample=not own, size=size), image=round_one.png if own else None,
    )  # fmt: skip
    pdf = office.sign(prepare(letter.pdf, boxes), "leader", stamp=shown)
    pdf = fill(pdf, {"number": "05/GP-UBND", "date": "ngày 05 tháng 02 năm 2026"})
    pdf = office.sign(pdf, "agency", stamp=sealed)
    (folder / "page.pdf").write_bytes(pdf)
    page = str(boxes["leader"].page + 1)
    drawn = ["pdftoppm", "-r", str(DPI), "-f", page, "-l", page, "-singlefile", "page.pdf", "page"]
    subprocess.run(drawn, cwd=folder, check=True)
    with Image.open(folder / "page.ppm") as sheet:
        sheet.load()
    place = hand_place(boxes["leader"], sample=not own, size=size)
    around = replace(place, x1=place.x1 - 20, x2=place.x2 + 20, y2=place.y2 + 5)
    return Page(letter, pdf, ink(sheet, "B", "RG", around), ink(sheet, "R", "GB", boxes["agency"]), sheet)


@pytest.mark.parametrize(
    ("layout", "kind", "own", "words"),
    [
        ("decree30", "ward", False, {}),
        ("certificate", "ward", True, {}),
        (
            "certification",
            "city",
            True,
            {
                "name": "Công Tằng Tôn Nữ Thị Hoàng Phương Thảo Nguyên Khánh",
                "agency": LONG,
                "title": "KT. CHÁNH VĂN PHÒNG HỘI ĐỒNG NHÂN DÂN VÀ ỦY BAN NHÂN DÂN\nPHÓ CHÁNH VĂN PHÒNG",
            },
        ),
    ],
)
def test_the_seal_of_its_real_size_covers_a_third_of_the_blue_hand_on_its_left(
    office: Office, tmp_path: Path, layout: str, kind: str, own: bool, words: dict[str, str]
) -> None:
    page = signed_page(office, layout, kind=kind, own=own, folder=tmp_path, **words)
    assert page.blue is not None
    assert page.red is not None
    # Round, and of the size such a seal has.
    width, height = page.red[2] - page.red[0], page.red[3] - page.red[1]
    assert width == pytest.approx(diameter(kind, NOW.date()), abs=0.5)
    assert height == pytest.approx(width, abs=0.5)
    # Over about a third of the hand, on its left.
    covered = (page.red[2] - page.blue[0]) / (page.blue[2] - page.blue[0])
    assert 0.28 <= covered <= 0.38
    assert page.red[0] < page.blue[0]
    assert page.red[1] < page.blue[1] + 1
    assert page.red[3] > (page.blue[1] + page.blue[3]) / 2
    # Between title and name, centred; neither is touched by the seal, nor are the words of agency and time.
    title = page.place_of(words.get("title", PARTS["title"]).split()[-1])
    name = page.place_of((words.get("name") or LEADER).split()[-1])
    centre = mm(page.letter.boxes["leader"].x1 + page.letter.boxes["leader"].width / 2)
    assert (page.blue[0] + page.blue[2]) / 2 == pytest.approx(centre, abs=1)
    assert title[3] < page.red[1] + 0.3
    assert title[3] < page.blue[1]
    assert name[1] > page.red[3] - 0.3
    note, agency = page.letter.boxes["agency"], note_of(page)
    assert "Thời gian ký: 2026-02-05T10:00:00+07:00" in agency
    assert " ".join((words.get("agency") or OFFICE).split()) in agency
    assert name[3] < mm(842 - note.y1) - 5, "room is left for the note under the name"
    assert mm(note.y1) > 15, "above the lower margin"


def note_of(page: Page) -> str:
    """The words of the seal's own appearance, the last signature of the file."""
    fields = pypdf.PdfReader(io.BytesIO(page.pdf)).trailer["/Root"]["/AcroForm"]["/Fields"]
    (field,) = [one.get_object() for one in fields if one.get_object()["/T"] == "agency"]
    drawn = pypdf.PageObject.create_blank_page(width=900, height=900)
    writer = pypdf.PdfWriter()
    sheet = writer.add_page(drawn)
    form = field["/AP"]["/N"].get_object().clone(writer)
    sheet[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/A"): form})}
    )
    stream = StreamObject()
    stream.set_data(b"/A Do")
    sheet[NameObject("/Contents")] = writer._add_object(stream)
    return " ".join(sheet.extract_text().split())


def test_nobody_s_hand_or_seal_is_made_up_for_a_real_office() -> None:
    letter = render(BODY, sample=False, now=NOW, parts=PARTS)
    person = person_stamp(LEADER, signed_at=NOW, box=letter.boxes["leader"])
    agency = agency_stamp(LONG, place="TP. HCM", signed_at=NOW, box=letter.boxes["agency"])
    for stamp, named in ((person, LEADER), (agency, LONG)):
        page = pypdfium2.PdfDocument(stamp)[0]
        said = " ".join(page.get_textpage().get_text_range().split())
        assert f"Ký bởi: {named}" in said
        assert "2026-02-05T10:00:00+07:00" in said
        assert "MẪU" not in said
        paths = [one for one in page.get_objects() if one.type in (FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_IMAGE)]
        assert len(paths) <= 4, "no more than the four sides of a frame"


def test_a_signature_block_stays_on_one_page_with_its_name_and_note() -> None:
    for lines in (16, 20, 25):
        body = BODY + "<p>Một dòng của nội dung quyết định này.</p>" * lines + "<p>Lời cuối của văn bản./.</p>"
        letter = render(body, sample=False, now=NOW, parts=PARTS)
        last = letter.boxes["leader"].page
        assert letter.boxes["agency"].page == last == letter.pages - 1
        page = pypdfium2.PdfDocument(letter.pdf)[last].get_textpage()
        together = ("Lời cuối", "TM. ỦY BAN", "PHÓ CHỦ TỊCH", LEADER, "Nơi nhận")
        assert all(page.search(text).get_next() for text in together)


def test_how_large_a_seal_is_stands_in_dated_figures_with_their_source() -> None:
    assert {one.kind for one in diameters()} == {"city", "department", "ward", "centre", "room"}
    assert all(25 <= one.mm <= 45 and one.source for one in diameters())
    assert diameter("unheard of", NOW.date()) == diameter("ward", NOW.date())
