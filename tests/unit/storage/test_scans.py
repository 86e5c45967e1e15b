"""What a clerk scanned is looked at without being changed, and becomes pages of its true size."""

from __future__ import annotations

import io
import time

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from engine.accounts.scan_rules import SCANS, ScanRules, remarks_on
from engine.clock import legal_date
from engine.errors import Invalid
from engine.storage.inspection import inspect
from engine.storage.pictures import picture_of
from engine.storage.scans import look_at
from engine.storage.sheets import NotBound, bound, place_for_words
from tests.conftest import MORNING
from tests.unit.storage.sheets import A5, interlaced_png, lively_pdf, nested_pdf, picture, scanned_pdf

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"


def codes(content: bytes, media_type: str, **rules: object) -> list[str]:
    return [one.code for one in remarks_on(look_at(content, media_type), ScanRules(**rules))]


def shown(pdf: bytes, page: int = 0) -> Image.Image:
    """The page as a viewer draws it, 36 dots an inch."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=0.5).to_pil().convert("RGB")


@pytest.mark.parametrize(
    ("content", "media_type", "said"),
    [
        (picture(), JPEG, []),
        (picture("PNG"), PNG, []),
        (scanned_pdf(), PDF, []),
        (picture(dpi=(150, 150)), JPEG, ["low_resolution"]),
        (scanned_pdf(dpi=150), PDF, ["low_resolution"]),
        (picture(mode="L"), JPEG, ["no_colour"]),
        (picture("PNG", "1"), PNG, ["no_colour"]),
        (scanned_pdf("1", dpi=100), PDF, ["low_resolution", "no_colour"]),
        (picture(size=(2000, 2900), dpi=(72, 72)), JPEG, ["unknown_size"]),
        (picture(size=(800, 1100), dpi=(0, 0)), JPEG, ["too_few_pixels"]),
        (lively_pdf("script"), PDF, ["not_static"]),
        (lively_pdf("attachment"), PDF, ["not_static"]),
        (lively_pdf("launch"), PDF, ["not_static"]),
        (lively_pdf("locked"), PDF, ["encrypted"]),
        (b"%PDF-1.4\nnothing", PDF, ["not_readable"]),
        (b"PK\x03\x04", "application/vnd.oasis.opendocument.text", ["not_a_scan"]),
    ],
)
def test_what_is_wrong_with_a_scan_is_said(content, media_type, said):
    assert codes(content, media_type) == said


def test_the_rules_say_what_is_asked_and_what_is_refused():
    coarse = look_at(picture(mode="L", dpi=(150, 150)), JPEG)
    (first, second) = remarks_on(coarse, ScanRules(low_resolution="warn", no_colour="refuse"))
    assert (first.code, first.refused, second.params) == ("no_colour", True, {"dpi": 150, "least": 200})
    assert codes(picture(mode="L", dpi=(150, 150)), JPEG, least_dpi=150, no_colour="accept") == []
    shipped = SCANS.shipped_on(legal_date(MORNING))
    assert (shipped.rules, shipped.verified) == (ScanRules(), False)
    with pytest.raises(Invalid) as refusal:
        SCANS.checked({"least_dpi": "12", "low_resolution": "warn", "no_colour": "no", "unknown_size": "warn"})
    assert [one.path for one in refusal.value.problems] == ["least_dpi", "no_colour", "shown"]


def test_pictures_become_pages_of_their_true_size_as_they_are():
    jpeg, png = picture(), picture("PNG", dpi=(300, 300))
    whole = bound([(jpeg, JPEG), (scanned_pdf(), PDF), (png, PNG)])
    pages = PdfReader(io.BytesIO(whole)).pages
    sizes = [(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages]
    assert sizes == [(420, 595), (420, 595), (280, 397)]
    assert jpeg in whole, "not one byte of a JPEG is made anew"
    assert png[png.index(b"IDAT") + 4 :][:200] in whole, "the pixels of a PNG are as they were packed"
    for number in (0, 2):
        seen = shown(whole, number)
        assert seen.getpixel((10, 10))[2] > seen.getpixel((10, 10))[0] + 80, "navy"
        assert seen.getpixel((seen.width - 10, seen.height - 10)) == (255, 255, 255)
    assert bound([(jpeg, JPEG), (scanned_pdf(), PDF), (png, PNG)]) == whole, "the same files are the same PDF"


def test_one_pdf_stays_byte_for_byte():
    scan = scanned_pdf()
    assert bound([(scan, PDF)]) is scan


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_was_up_is_up(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    jpeg = picture(size=(300, 400), exif=exif.tobytes())
    with Image.open(io.BytesIO(jpeg)) as image:
        from PIL import ImageOps

        wanted = ImageOps.exif_transpose(image).convert("RGB")
    seen = shown(bound([(jpeg, JPEG)])).resize(wanted.size)
    for place in ((20, 20), (wanted.width - 20, 20), (20, wanted.height - 20), (wanted.width - 20, wanted.height - 20)):
        assert abs(seen.getpixel(place)[0] - wanted.getpixel(place)[0]) < 40, place


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_pngs_of_every_kind_keep_what_they_show(mode):
    image = Image.new("RGBA", (60, 80), (255, 255, 255, 0))
    image.paste((0, 0, 0, 255), (0, 0, 20, 20))
    kept = io.BytesIO()
    image.convert(mode).save(kept, "PNG", dpi=(72, 72))
    page = shown(bound([(kept.getvalue(), PNG)]))
    assert page.getpixel((3, 3)) == (0, 0, 0)
    if mode in ("LA", "RGBA"):
        assert page.getpixel((25, 35)) == (255, 255, 255), "what is see-through is white paper"


def test_an_interlaced_png_is_unpacked_and_a_broken_picture_refused():
    assert shown(bound([(interlaced_png(), PNG), (picture(), JPEG)]), 1).size == (210, 298)
    with pytest.raises(NotBound) as refusal:
        bound([(b"\xff\xd8\xff\xe0broken", JPEG)])
    assert refusal.value.code == "not_readable"


def test_a_camera_that_knows_nothing_of_paper_fills_a_sheet_of_a4():
    telephone = picture_of(picture(size=(3000, 4000), dpi=(72, 72)), JPEG)
    assert telephone.dpi is None
    assert telephone.size == pytest.approx((210.0, 280.0))
    assert telephone.resolution == 363


def test_the_words_stand_in_the_corner_where_they_hide_nothing():
    a4 = scanned_pdf(size=(1654, 2339))
    box = place_for_words(a4, width=250, height=37)
    assert (round(box.x2), round(box.y2), box.page) == (581, 828, 0)
    assert place_for_words(scanned_pdf(size=(674, 425)), width=250, height=37) is None, "a card of identity"
    assert place_for_words(scanned_pdf(size=A5), width=250, height=37) is not None


def test_what_the_counter_takes_is_what_the_store_lets_through():
    for content, name in ((picture(), "a.jpg"), (picture("PNG"), "a.png"), (scanned_pdf(), "a.pdf")):
        assert look_at(content, inspect(content, name).media_type).trouble == ""


def test_a_drawing_within_a_drawing_costs_no_more_than_a_moment():
    began = time.process_time()
    assert look_at(nested_pdf(400), PDF).trouble in ("", "not_readable")
    assert time.process_time() - began < 3
