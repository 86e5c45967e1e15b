"""A paper's way through the office: signed by the leader, numbered and dated, sealed; valid at the end."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta

import pypdf
import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.boxes import Box
from signing.documents import fill, prepare
from signing.errors import SigningRefused
from signing.verify import verify

from .conftest import NOW, OFFICE, Office, Paper


def ink(pdf: bytes, box: Box) -> list[tuple[int, int, int]]:
    """The coloured pixels inside a box, as the page is shown with its form."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    page = document[box.page]
    picture = page.render(scale=2, may_draw_forms=True).to_pil().convert("RGB")
    height = page.get_height()
    part = picture.crop(tuple(int(2 * edge) for edge in (box.x1, height - box.y2, box.x2, height - box.y1)))
    return [pixel for pixel in part.get_flattened_data() if min(pixel) < 150]


def test_leader_then_number_and_date_then_seal_leaves_both_signatures_valid(office: Office, paper: Paper) -> None:
    verdict = verify(paper.sealed, roots=office.authority.roots, now=NOW)

    assert verdict.valid
    assert (verdict.problem, verdict.notice) == ("", "")
    leader, agency = verdict.signatures
    assert (leader.field, leader.signer, leader.title) == ("leader", "Nguyễn Văn Đức", "Chủ tịch")
    assert (leader.changes, leader.whole_document) == ("form_filling", False)
    assert (agency.field, agency.signer, agency.organisation) == ("agency", OFFICE, OFFICE)
    assert (agency.changes, agency.whole_document) == ("none", True)
    assert leader.serial == office.leader.serial
    assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in leader.issuer


def test_every_clock_stands_at_the_moment_of_the_act(office: Office, paper: Paper) -> None:
    for signature in verify(paper.sealed, roots=office.authority.roots, now=NOW).signatures:
        assert signature.signed_at == NOW
        assert signature.timestamped_at == NOW


def test_it_is_pades_with_a_certifying_first_signature(paper: Paper) -> None:
    leader, agency = PdfFileReader(io.BytesIO(paper.sealed)).embedded_regular_signatures
    assert leader.sig_object["/SubFilter"] == agency.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert leader.docmdp_level.value == 2
    assert agency.fieldmdp.action.value == "/All"
    assert leader.sig_object["/Reason"] == "Ký ban hành"


@pytest.mark.parametrize("stage", ["prepared", "signed"])
def test_before_numbering_the_places_are_empty(paper: Paper, stage: str) -> None:
    for name in ("number", "date"):
        assert not ink(getattr(paper, stage), paper.letter.boxes[name])


def test_number_and_date_are_seen_and_can_be_copied_as_text(paper: Paper) -> None:
    for name in ("number", "date"):
        assert len(ink(paper.sealed, paper.letter.boxes[name])) > 100
    fields = pypdf.PdfReader(io.BytesIO(paper.sealed)).get_form_text_fields()
    assert fields == {"number": "125/GP-UBND", "date": "ngày 05 tháng 02 năm 2026"}


def test_the_page_says_its_vietnamese_text(paper: Paper) -> None:
    text = pypdf.PdfReader(io.BytesIO(paper.sealed)).pages[0].extract_text()
    assert "Cấp cho ông Trần Ước được xây dựng nhà ở riêng lẻ" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text


def test_the_hand_is_blue_and_the_seal_red_over_its_left_third(paper: Paper) -> None:
    hand, seal = paper.letter.boxes["leader"], paper.letter.boxes["agency"]
    assert any(blue > red + 60 for red, _, blue in ink(paper.signed, hand))
    assert not any(red > blue + 90 for red, _, blue in ink(paper.signed, hand))
    third = Box(0, hand.x1, hand.y1, hand.x1 + hand.width / 3, hand.y2)
    rest = Box(0, hand.x1 + hand.width * 0.4, hand.y1, hand.x2, hand.y2)
    assert any(red > blue + 90 for red, _, blue in ink(paper.sealed, third))
    assert not any(red > blue + 90 for red, _, blue in ink(paper.sealed, rest))
    assert seal.x1 < hand.x1


def test_signed_but_not_yet_numbered_is_valid(office: Office, paper: Paper) -> None:
    verdict = verify(paper.signed, roots=office.authority.roots, now=NOW)
    assert verdict.valid
    assert verdict.signatures[0].changes == "none"


def test_numbered_but_not_sealed_is_valid_with_a_notice(office: Office, paper: Paper) -> None:
    verdict = verify(paper.filled, roots=office.authority.roots, now=NOW)
    assert verdict.valid
    assert "chưa được ký xác nhận" in verdict.notice


def test_an_old_paper_stays_valid_after_the_certificate_has_run_out(office: Office, paper: Paper) -> None:
    later = NOW + timedelta(days=365 * 9)
    assert not office.leader.valid_at(later)
    assert verify(paper.sealed, roots=office.authority.roots, now=later).valid


def test_sample_papers_of_the_past_can_be_signed(office: Office, paper: Paper) -> None:
    past = NOW - timedelta(days=200)
    signed = office.sign(paper.prepared, "leader", now=past)
    verdict = verify(signed, roots=office.authority.roots, now=NOW)
    assert verdict.valid
    assert verdict.signatures[0].timestamped_at == past


def test_an_expired_certificate_does_not_sign(office: Office, paper: Paper) -> None:
    with pytest.raises(SigningRefused) as refusal:
        office.sign(paper.prepared, "leader", now=NOW + timedelta(days=365 * 9))
    assert refusal.value.code == "certificate_expired"


def test_nobody_signs_the_same_place_twice(office: Office, paper: Paper) -> None:
    with pytest.raises(SigningRefused) as refusal:
        office.sign(paper.signed, "leader")
    assert refusal.value.code == "already_signed"


def test_number_is_written_once_and_never_after_the_seal(paper: Paper) -> None:
    with pytest.raises(SigningRefused) as twice:
        fill(paper.filled, {"number": "126/GP-UBND"})
    assert twice.value.code == "already_filled"
    with pytest.raises(SigningRefused) as late:
        fill(paper.sealed, {"number": "126/GP-UBND"})
    assert late.value.code == "sealed"
    with pytest.raises(SigningRefused) as nowhere:
        fill(paper.signed, {"price": "1"})
    assert nowhere.value.code == "no_place"


def test_places_are_kept_only_before_the_first_signature(paper: Paper) -> None:
    with pytest.raises(SigningRefused) as refusal:
        prepare(paper.signed, {"number": Box(0, 10, 10, 100, 30)})
    assert refusal.value.code == "already_signed"


@pytest.mark.parametrize("box", [Box(7, 10, 10, 100, 30), Box(0, 100, 10, 10, 30)])
def test_a_place_outside_the_paper_is_refused(paper: Paper, box: Box) -> None:
    with pytest.raises(SigningRefused) as refusal:
        prepare(paper.letter.pdf, {"number": box})
    assert refusal.value.code == "no_place"


def test_a_text_place_is_no_place_for_a_signature(office: Office, paper: Paper) -> None:
    with pytest.raises(SigningRefused) as refusal:
        office.sign(paper.prepared, "number")
    assert refusal.value.code == "not_signed"


def test_a_long_number_is_written_smaller_not_cut(office: Office, paper: Paper) -> None:
    box = paper.letter.boxes["number"]
    long = fill(paper.signed, {"number": "1234567/2026/GPXD-UBND-KTHTĐT-VPĐKĐĐ"})
    beside = Box(box.page, box.x2 + 1, box.y1, box.x2 + 60, box.y2)
    assert ink(long, box)
    assert len(ink(long, beside)) == len(ink(paper.signed, beside))
    assert verify(long, roots=office.authority.roots, now=NOW).valid


def test_letters_that_the_font_lacks_are_refused_in_words(paper: Paper) -> None:
    with pytest.raises(SigningRefused) as refusal:
        fill(paper.signed, {"number": "125/漢"})
    assert "漢" in refusal.value.message


def test_a_scanned_paper_is_signed_without_any_prepared_place(office: Office) -> None:
    scan = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(scan)
    signed = office.sign(scan.getvalue(), "clerk")
    verdict = verify(signed, roots=office.authority.roots, now=NOW)
    assert verdict.valid
    assert verdict.signatures[0].field == "clerk"


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.7\n%%EOF"])
def test_what_is_not_a_pdf_is_refused_in_words(office: Office, content: bytes) -> None:
    with pytest.raises(SigningRefused) as refusal:
        office.sign(content, "clerk")
    assert refusal.value.code == "not_a_pdf"
    with pytest.raises(SigningRefused):
        prepare(content, {})


def test_an_encrypted_scan_is_refused_in_words(office: Office) -> None:
    scan = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(scan)
    with pytest.raises(SigningRefused) as refusal:
        office.sign(scan.getvalue(), "clerk")
    assert refusal.value.code == "encrypted"


def test_a_paper_is_signed_and_checked_also_where_an_event_loop_runs(office: Office, paper: Paper) -> None:
    async def inside_a_loop() -> tuple[bytes, bool]:
        signed = office.sign(paper.prepared, "leader")
        return signed, verify(signed, roots=office.authority.roots, now=NOW).valid

    signed, valid = asyncio.run(inside_a_loop())

    assert valid
    assert verify(signed, roots=office.authority.roots, now=NOW).valid
