"""Papers look as Decree 30/2020 and the prescribed forms want them."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pypdfium2
import pytest
from pypdfium2.raw import FPDFText_GetFontSize

from engine.letters.errors import LetterError
from engine.letters.pdf import Letter, render
from engine.letters.stamps import agency_stamp, person_stamp

from .conftest import DECISION, NOW

_MM = 72 / 25.4


def text_of(letter: Letter, page: int = 0) -> str:
    return " ".join(pypdfium2.PdfDocument(letter.pdf)[page].get_textpage().get_text_range().split())


def place_of(letter: Letter, text: str, page: int = 0) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of the first place where this text stands, in points."""
    sheet = pypdfium2.PdfDocument(letter.pdf)[page].get_textpage()
    index, count = sheet.search(text).get_next()
    boxes = [sheet.get_charbox(at) for at in range(index, index + count)]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


@pytest.fixture(scope="module")
def decision() -> Letter:
    return render(DECISION, sample=False, now=NOW)


def test_the_sheet_is_a4_with_the_margins_of_the_decree(decision: Letter) -> None:
    page = pypdfium2.PdfDocument(decision.pdf)[0]
    assert [round(edge / _MM) for edge in page.get_size()] == [210, 297]
    left, _, _, _ = place_of(decision, "Nơi nhận")
    assert 29.9 <= left / _MM <= 35
    _, _, right, top = place_of(decision, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert 15 <= 210 - right / _MM <= 20
    assert 20 <= 297 - top / _MM <= 25


def test_every_part_stands_where_the_decree_wants_it(decision: Letter) -> None:
    assert place_of(decision, "PHƯỜNG BẾN NGHÉ")[2] < place_of(decision, "CỘNG HÒA")[0]
    assert place_of(decision, "Độc lập")[3] < place_of(decision, "CỘNG HÒA")[1]
    assert place_of(decision, "Bến Nghé,")[3] < place_of(decision, "Độc lập")[1]
    assert place_of(decision, "QUYẾT ĐỊNH")[3] < decision.boxes["number"].y1
    assert place_of(decision, "TM. ỦY BAN NHÂN DÂN")[0] > place_of(decision, "Nơi nhận")[2]
    centre = sum(place_of(decision, "QUYẾT ĐỊNH")[::2]) / 2
    assert abs(centre - (30 + 165 / 2) * _MM) < 2


SIZES = {
    "CỘNG HÒA XÃ HỘI": (12, 13), "Độc lập - Tự do": (13, 14), "THÀNH PHỐ HỒ CHÍ MINH": (12, 13),
    "PHƯỜNG BẾN NGHÉ": (12, 13), "Số: 05/QĐ-UBND": (13, 13), "ngày 05 tháng 02 năm 2026": (13, 14),
    "QUYẾT ĐỊNH": (13, 14), "Về việc cấp giấy": (13, 14), "Cấp giấy phép cho ông": (13, 14),
    "TM. ỦY BAN NHÂN DÂN": (13, 14), "Nguyễn Văn Đức": (13, 14), "Nơi nhận:": (12, 12), "Lưu: VT.": (11, 11),
}  # fmt: skip
"""Decree 30/2020, Annex I, section II: in points, from and to."""


def test_every_part_has_the_size_of_the_decree_and_the_motto_a_line_as_long_as_itself() -> None:
    given = "".join(
        f'<p data-part="{name}">{words}</p>'
        for name, words in (
            ("number", "05/QĐ-UBND"),
            ("date", "ngày 05 tháng 02 năm 2026"),
            ("superior", "Ủy ban nhân dân Thành phố Hồ Chí Minh"),
        )
    )
    letter = render(DECISION + given, sample=False, now=NOW)
    sheet = pypdfium2.PdfDocument(letter.pdf)[0]
    words = sheet.get_textpage()
    for text, (least, most) in SIZES.items():
        index, count = words.search(text).get_next()
        # The press counts in CSS pixels, of which a point has four thirds.
        sizes = {
            round(FPDFText_GetFontSize(words, at) * 0.75, 1)
            for at in range(index, index + count)
            if text[at - index] != " "
        }
        assert all(least <= size <= most for size in sizes), (text, sizes)
    left, bottom, right, _top = place_of(letter, "Độc lập - Tự do - Hạnh phúc")
    drawn = sheet.render(scale=4).to_pil().convert("L")
    height = sheet.get_size()[1]
    under = drawn.crop((0, round((height - bottom) * 4) + 2, drawn.width, round((height - bottom) * 4) + 20))
    edges = (
        under.point(lambda shade: 255 if shade < 128 else 0).crop((round(left * 4) - 60, 0, under.width, 18)).getbbox()
    )
    assert edges is not None
    start = (edges[0] + round(left * 4) - 60) / 4
    assert (start, start + (edges[2] - edges[0]) / 4) == pytest.approx((left, right), abs=2)


def test_only_tinos_is_used_and_embedded(decision: Letter) -> None:
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(decision.pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(descendant["/BaseFont"])
            assert "/FontFile2" in descendant["/FontDescriptor"] or "/FontFile3" in descendant["/FontDescriptor"]
    assert names
    assert all("House" in name or "Tinos" in name for name in names), names


def test_places_are_kept_for_number_date_hand_and_seal(decision: Letter) -> None:
    assert set(decision.boxes) == {"number", "date", "leader", "agency"}
    number, date, leader, agency = (decision.boxes[name] for name in ("number", "date", "leader", "agency"))
    assert number.x1 > place_of(decision, "Số:")[2]
    assert date.x1 > place_of(decision, "Bến Nghé,")[2] - 1
    assert date.italic
    assert not number.italic
    assert place_of(decision, "CHỦ TỊCH")[1] > leader.y1 > place_of(decision, "Nguyễn Văn Đức")[1]
    assert agency.x1 < leader.x1 < leader.x2 < agency.x2
    assert agency.y1 < place_of(decision, "Nguyễn Văn Đức")[1] - 15, "room for agency and time under the name"


def test_known_number_and_date_are_printed_and_no_place_is_kept() -> None:
    given = '<p data-part="number">12/QĐ-UBND</p><p data-part="date">ngày 05 tháng 02 năm 2026</p>'
    letter = render(DECISION + given, sample=False, now=NOW)
    assert set(letter.boxes) == {"leader", "agency"}
    assert "Số: 12/QĐ-UBND" in text_of(letter)
    assert "Bến Nghé, ngày 05 tháng 02 năm 2026" in text_of(letter)


def test_pages_are_numbered_at_the_top_but_not_the_first() -> None:
    long = DECISION + "<p>Nội dung của một điều khoản khá dài được nhắc lại nhiều lần.</p>" * 120
    letter = render(long, sample=False, now=NOW)
    assert letter.pages > 2
    assert letter.boxes["leader"].page == letter.boxes["agency"].page == letter.pages - 1
    assert letter.boxes["number"].page == 0
    document = pypdfium2.PdfDocument(letter.pdf)

    def head(page: int) -> str:
        sheet = document[page]
        width, height = sheet.get_size()
        return sheet.get_textpage().get_text_bounded(left=0, right=width, bottom=height - 18 * _MM, top=height).strip()

    assert [head(page) for page in range(3)] == ["", "2", "3"]


def test_an_official_letter_has_its_subject_under_the_number() -> None:
    body = DECISION.replace('<p data-part="type">Quyết định</p>', "").replace(
        'data-part="subject"', 'data-part="about"'
    )
    letter = render(body + '<p data-part="to">Ông Trần Ước</p>', sample=False, now=NOW)
    assert "V/v Về việc cấp giấy phép" in text_of(letter)
    assert "Kính gửi: Ông Trần Ước" in text_of(letter)
    assert place_of(letter, "V/v")[3] < place_of(letter, "Số:")[1]


def test_a_notice_nobody_signs_has_no_signature_block() -> None:
    letter = render(re.sub(r'<p data-part="signer">.*?</p>', "", DECISION), sample=False, now=NOW)
    assert set(letter.boxes) == {"number", "date"}
    assert "CHỦ TỊCH" not in text_of(letter)


def test_the_name_of_an_office_is_broken_where_offices_break_it() -> None:
    letter = render(
        "<p>a</p>", sample=False, now=NOW, parts={"agency": "ỦY BAN NHÂN DÂN PHƯỜNG BẾN NGHÉ", "place": "Bến Nghé"}
    )
    assert place_of(letter, "PHƯỜNG BẾN NGHÉ")[3] < place_of(letter, "ỦY BAN NHÂN DÂN")[1] + 2


def test_a_decision_may_carry_a_code_to_check_it(decision: Letter) -> None:
    letter = render(DECISION + '<p data-part="link">https://motcua.example.vn/v/1</p>', sample=False, now=NOW)
    assert "Quét mã để kiểm tra" in text_of(letter)
    assert "Quét mã" not in text_of(decision)


def test_the_office_fills_slots_the_letter_leaves_empty() -> None:
    parts = {"agency": "Ủy ban nhân dân\nphường Sài Gòn", "place": "Sài Gòn", "signer": "Lê Thị <Oanh>"}
    letter = render(
        '<p>Nội dung.</p><p data-part="signer">{}</p>'.format("Nguyễn An"), sample=False, now=NOW, parts=parts
    )
    assert "PHƯỜNG SÀI GÒN" in text_of(letter)
    assert "Nguyễn An" in text_of(letter)
    assert "Oanh" not in text_of(letter)
    assert "<Oanh>" in text_of(render("<p>Nội dung.</p>", sample=False, now=NOW, parts=parts))


@pytest.mark.parametrize(
    ("sample", "trial", "said"), [(True, False, "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"), (False, True, "THỬ NGHIỆM")]
)
def test_sample_and_trial_papers_say_so_on_every_page(sample: bool, trial: bool, said: str) -> None:
    letter = render(DECISION + "<p>x</p>" * 100, sample=sample, trial=trial, now=NOW)
    assert letter.pages > 1
    for page in range(letter.pages):
        assert said.replace(" ", "") in text_of(letter, page).replace(" ", "")


def test_a_trial_in_the_sample_office_says_both() -> None:
    said = text_of(render("<p>a</p>", sample=True, trial=True, now=NOW)).replace(" ", "")
    assert "THỬNGHIỆM" in said
    assert "KHÔNGCÓGIÁTRỊPHÁPLÝ" in said


def test_several_threads_may_print_at_once(decision: Letter) -> None:
    with ThreadPoolExecutor(4) as threads:
        printed = list(threads.map(lambda _: render(DECISION, sample=False, now=NOW).pdf, range(8)))
    assert set(printed) == {decision.pdf}


def test_a_real_paper_carries_no_mark(decision: Letter) -> None:
    assert "MẪU" not in text_of(decision)


def test_same_words_same_moment_same_bytes(decision: Letter) -> None:
    assert render(DECISION, sample=False, now=NOW).pdf == decision.pdf
    assert render(DECISION + "<p>.</p>", sample=False, now=NOW).pdf != decision.pdf


def test_the_file_is_pdf_a(decision: Letter) -> None:
    reader = pypdf.PdfReader(io.BytesIO(decision.pdf))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r'pdfaid:part="?>?2', metadata)
    assert reader.trailer["/Root"]["/OutputIntents"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Quyết định – Về việc cấp giấy phép xây dựng"
    assert "2026-02-05T10:00:00" in metadata


FORM = """
<p data-part="agency">Trung tâm Phục vụ<br/>hành chính công</p><p data-part="place">Bến Nghé</p>
<p data-part="code">H29.26.5-260205-0012</p><p data-part="link">https://motcua.example.vn/h/1</p>
<p data-part="type">Giấy tiếp nhận hồ sơ<br/>và hẹn trả kết quả</p><p data-part="unsealed">1</p>
<p data-part="applicant_title">Người nộp hồ sơ</p><p data-part="applicant">Trần Ước</p>
<p data-part="title">Người tiếp nhận</p><p data-part="signer">Lê Thị Oanh</p>
<table class="grid"><tr><th>TT</th><th>Giấy tờ</th></tr><tr><td>1</td><td>Đơn</td></tr></table>
"""


@pytest.mark.parametrize("layout", ["decree30", "form", "certificate", "receipt", "control_sheet"])
def test_every_layout_prints_a_form(layout: str) -> None:
    letter = render(FORM, layout=layout, sample=True, now=NOW)
    assert letter.pages == 1
    assert "HẸN TRẢ KẾT QUẢ" in text_of(letter)


def test_a_form_has_code_bars_and_both_signatories() -> None:
    letter = render(FORM, layout="form", sample=False, now=NOW)
    assert set(letter.boxes) == {"number", "date", "leader"}
    assert "H29.26.5-260205-0012" in text_of(letter)
    assert place_of(letter, "Trần Ước")[2] < place_of(letter, "Lê Thị Oanh")[0]


def test_a_certificate_names_its_own_register() -> None:
    own = '<p data-part="number_label">Mã số hộ kinh doanh:</p><p data-part="book">Quyển số: 01/2026</p>'
    letter = render(DECISION + own, layout="certificate", sample=False, now=NOW)
    assert letter.boxes["number"].bold
    assert letter.boxes["number"].x1 > place_of(letter, "Mã số hộ kinh doanh:")[2]
    assert "Quyển số: 01/2026" in text_of(letter)


def test_an_unknown_layout_is_refused_in_words() -> None:
    with pytest.raises(LetterError, match="bố cục"):
        render("<p>a</p>", layout="../../etc", sample=True, now=NOW)


def test_stamps_are_of_the_size_of_their_boxes_and_always_the_same(decision: Letter) -> None:
    hand = person_stamp("Nguyễn Văn Đức", signed_at=NOW, box=decision.boxes["leader"])
    seal = agency_stamp("Ủy ban nhân dân phường Bến Nghé", place="TP. HCM", signed_at=NOW, box=decision.boxes["agency"])
    for pdf, name in ((hand, "leader"), (seal, "agency")):
        width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
        assert (width, height) == pytest.approx((decision.boxes[name].width, decision.boxes[name].height), abs=0.1)
    assert hand == person_stamp("Nguyễn Văn Đức", signed_at=NOW, box=decision.boxes["leader"])
    said = pypdf.PdfReader(io.BytesIO(seal)).pages[0].extract_text()
    assert "Ủy ban nhân dân phường Bến Nghé" in said
    assert "2026-02-05T10:00:00+07:00" in said
    assert "MẪU" not in said


BOOKED = """<p data-part="type">Giấy khai sinh</p><p data-part="book">Quyển số: <b>01/2026 - KS</b></p>
<p data-part="signer">Nguyễn Văn Đức</p><p>Nội dung</p>"""


def test_room_is_kept_for_the_book_since_the_number_may_come_in_another_year() -> None:
    kept = render(BOOKED, layout="certificate", parts={"kept_book": "01/2026"}, sample=False, now=NOW)
    assert set(kept.boxes) == {"number", "date", "book", "leader", "agency"}
    assert kept.boxes["book"].x1 > place_of(kept, "Quyển số:")[2]
    assert kept.boxes["book"].x2 <= place_of(kept, "- KS")[0] + 1
    assert "book" not in render(BOOKED, layout="certificate", sample=False, now=NOW).boxes
