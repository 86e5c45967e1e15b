"""What a citizen may upload, and everything a hostile one may try."""

import struct
import time
import unicodedata

import pytest

from engine.storage import archives, inspection, pdfs
from engine.storage.inspection import inspect
from tests.unit.storage import files


@pytest.mark.parametrize(
    ("content", "name", "media_type", "safe"),
    [
        (files.pdf(), "Đơn đăng ký.pdf", "application/pdf", "Đơn đăng ký.pdf"),
        (files.pdf(), "Đơn đăng ký", "application/pdf", "Đơn đăng ký.pdf"),
        (files.pdf(), "GIAY.PDF", "application/pdf", "GIAY.pdf"),
        (files.pdf(password="", owner="chủ"), "in.pdf", "application/pdf", "in.pdf"),
        (files.picture("JPEG"), "ảnh.jpeg", "image/jpeg", "ảnh.jpg"),
        (files.picture("PNG"), "a.png", "image/png", "a.png"),
        (files.heic_claiming(4032, 3024), "IMG_0001.HEIC", "image/heic", "IMG_0001.heic"),
        (files.docx(), "tờ khai.docx", archives._BY_PART["word/document.xml"].media_type, "tờ khai.docx"),
        (files.docx(("word/embeddings/bang.xlsx", files.xlsx())), "a.docx", None, "a.docx"),
        (files.xlsx(), "b.xlsx", archives._BY_PART["xl/workbook.xml"].media_type, "b.xlsx"),
        (files.odt(), "c.odt", "application/vnd.oasis.opendocument.text", "c.odt"),
        (b"AC1032" + bytes(200), "bản vẽ.dwg", "image/vnd.dwg", "bản vẽ.dwg"),
    ],
)
def test_what_people_really_send_is_taken(content, name, media_type, safe):
    found = inspect(content, name)
    assert found.problem == ""
    assert found.safe_name == safe
    assert media_type in (None, found.media_type)


def test_a_file_on_disk_is_looked_at_the_same_way(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(files.pdf())
    assert inspect(path, "x.pdf") == inspect(files.pdf(), "x.pdf")
    assert inspect(path, "x.pdf", limit=100).problem == inspection.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "a.pdf", inspection.EMPTY),
        (b"MZ\x90\0" + bytes(200), "a.pdf", inspection.UNKNOWN),
        (b"<html><script>alert(1)</script>", "a.png", inspection.UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", inspection.UNKNOWN),
        (b"GIF89a" + files.pdf(), "a.pdf", inspection.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", inspection.OLD_OFFICE),
        (files.archive(("a.txt", b"a")), "a.zip", inspection.UNKNOWN),
        (files.archive(("a.txt", b"a")), "a.docx", inspection.UNKNOWN),
        (b"PK\x03\x04 and nothing more", "a.docx", inspection.UNKNOWN),
        (files.pdf(), "a.jpg", inspection.MISMATCH),
        (files.pdf(), "a.pdf.exe", inspection.MISMATCH),
        (files.docx(), "a.docm", inspection.MISMATCH),
        (files.docx(), "a.xlsx", inspection.MISMATCH),
        (files.pdf()[:60], "a.pdf", pdfs.BROKEN),
        (files.pdf(password="mật khẩu"), "a.pdf", pdfs.LOCKED),
        (files.picture("PNG")[:40], "a.png", inspection.BROKEN_IMAGE),
        (b"\xff\xd8\xff\xe0 no picture", "a.jpg", inspection.BROKEN_IMAGE),
        (files.heic_claiming(4032, 3024)[:24], "a.heic", inspection.BROKEN_IMAGE),
        (files.docx(("word/vbaProject.bin", b"x")), "a.docx", archives.MACROS),
        (files.docx(("../../etc/cron.d/x", b"x")), "a.docx", archives.BROKEN),
        (files.docx()[:-30], "a.docx", inspection.UNKNOWN),
    ],
)
def test_what_is_not_what_it_says_is_refused_in_words(content, name, problem):
    assert inspect(content, name).problem == problem


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (files.png_claiming(50_000, 50_000), "a.png", inspection.TOO_MANY_PIXELS),
        (files.png_claiming(12_000, 11_000), "a.png", inspection.TOO_MANY_PIXELS),
        (files.png_claiming(40_000, 10), "a.png", inspection.TOO_MANY_PIXELS),
        (files.heic_claiming(50_000, 50_000), "a.heic", inspection.TOO_MANY_PIXELS),
        (files.docx(("word/media/image1.bmp", bytes(60 << 20))), "a.docx", archives.BOMB),
        (files.lying_docx(), "a.docx", archives.BROKEN),
        (files.overlapping_docx(), "a.docx", archives.BOMB),
        (files.docx(*((f"n{number}", b"") for number in range(5_001))), "a.docx", archives.BOMB),
        (
            files.docx(("word/embeddings/a.docx", files.docx(("word/embeddings/b.docx", files.docx())))),
            "a.docx",
            archives.BOMB,
        ),
        (
            files.docx(("word/embeddings/a.xlsx", files.docx(("x", bytes(60 << 20))))),
            "a.docx",
            archives.BOMB,
        ),
        (files.pdf_with_stream(files.zeros(400)), "a.pdf", pdfs.BOMB),
        (files.pdf_with_stream(files.zeros(1), b"[ /FlateDecode /FlateDecode ]"), "a.pdf", pdfs.BOMB),
        (files.pdf()[:9] + b"1 0 obj\n" * 300_001, "a.pdf", pdfs.BOMB),
        (files.pdf()[:9] + b"stream\n\x78\x9c\x00" * 400_000, "a.pdf", pdfs.BOMB),
        (files.pdf_with_stream(b"\x78\x9c" + b"\0\0\0\xff\xff" * 200_000), "a.pdf", ""),
    ],
)
def test_bombs_are_refused_without_going_off(content, name, problem):
    began = time.perf_counter()
    assert inspect(content, name).problem == problem
    assert time.perf_counter() - began < 5


def test_a_pdf_that_inflates_as_a_scan_does_is_taken():
    assert inspect(files.pdf_with_stream(files.zeros(100)), "scan.pdf").problem == ""


def test_a_locked_document_says_so():
    honest = files.docx()
    at = honest.rindex(b"PK\x01\x02")
    flagged = honest[: at + 8] + struct.pack("<H", 1) + honest[at + 10 :]
    assert inspect(flagged, "a.docx").problem == archives.LOCKED


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.pdf",
        "..\\..\\a.pdf",
        "hoá đơn\u202efdp.exe",
        "a\x00.pdf",
        "a\r\nb.pdf",
        "a\u2066b.pdf",
        "a\u200fb.pdf",
    ],
)
def test_tricks_in_names_are_refused(name):
    found = inspect(files.pdf(), name)
    assert found.problem == inspection.BAD_NAME
    assert "/" not in found.safe_name
    assert "\\" not in found.safe_name
    assert not any(unicodedata.category(char) in ("Cc", "Cf") for char in found.safe_name)
    assert found.safe_name.endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("C:\\Users\\Lan\\Giấy khai sinh.pdf", "Giấy khai sinh.pdf"),
        ("a/b/c.pdf", "c.pdf"),
        (unicodedata.normalize("NFD", "Giấy tờ.pdf"), "Giấy tờ.pdf"),
        ("  nhiều   khoảng  trắng .pdf", "nhiều khoảng trắng.pdf"),
        ('a<b>c:"d"|?*.pdf', "a_b_c__d____.pdf"),
        ("con.pdf", "_con.pdf"),
        (".pdf", "tep.pdf"),
        ("", "tep.pdf"),
        ("...pdf", "tep.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_names_become_fit_for_every_disk(name, safe):
    assert inspect(files.pdf(), name).safe_name == safe
