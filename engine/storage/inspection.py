"""A look inside a file before it is taken in: what it really is, and whether it is safe to open."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from engine.errors import N_
from engine.storage import archives, pdfs
from engine.storage.names import extension_of, is_tricky, safe_name

MOST_PIXELS = 120_000_000
LONGEST_SIDE = 32_000

EMPTY = N_("Tệp rỗng. Hãy kiểm tra lại tệp trên máy của bạn rồi tải lên.")
TOO_LARGE = N_("Tệp lớn hơn mức cho phép. Hãy nén lại hoặc tách thành nhiều tệp rồi tải lên.")
BAD_NAME = N_("Tên tệp có ký tự hoặc đường dẫn không được phép. Hãy đổi tên tệp rồi tải lên lại.")
UNKNOWN = N_("Loại tệp này không được chấp nhận. Hãy chuyển sang PDF, JPG, PNG, DOCX hoặc XLSX rồi tải lên.")
OLD_OFFICE = N_("Tệp Word, Excel đời cũ không được chấp nhận. Hãy lưu lại thành DOCX, XLSX hoặc PDF rồi tải lên.")
MISMATCH = N_("Nội dung tệp không đúng với đuôi tên tệp. Hãy lưu lại tệp đúng định dạng rồi tải lên.")
TOO_MANY_PIXELS = N_("Ảnh có kích thước quá lớn. Hãy giảm số điểm ảnh hoặc chụp lại ở độ phân giải thường.")
BROKEN_IMAGE = N_("Không mở được ảnh này. Hãy chụp hoặc lưu lại ảnh rồi tải lên.")


@dataclass(frozen=True)
class Inspected:
    """What a file turned out to be; `problem` is a Vietnamese message id saying what to do, empty if all is well.

    `media_type` and `extension` come from the content, never from the name, and are empty if it is unknown.
    """

    media_type: str
    extension: str
    safe_name: str
    problem: str


def inspect(source: bytes | Path, name: str, *, limit: int | None = None) -> Inspected:
    """Look at a file called `name` without trusting anything it says of itself; at most `limit` bytes if given.

    PDF, JPEG, PNG, HEIC, DWG, DOCX, XLSX, ODT and ODS pass. Nothing is unpacked or decoded beyond fixed bounds.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if problem := _size_problem(size, limit):
        return Inspected("", "", safe_name(name, ""), problem)
    content = source if isinstance(source, bytes) else source.read_bytes()
    kind = _kind_of(content)
    if kind is None:
        old = content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        return Inspected("", "", safe_name(name, ""), OLD_OFFICE if old else UNKNOWN)
    called = safe_name(name, kind.extension)
    problem = BAD_NAME if is_tricky(name) else ""
    if not problem and extension_of(name) not in ("", kind.extension, *kind.also):
        problem = MISMATCH
    return Inspected(kind.media_type, kind.extension, called, problem or kind.problem_of(content))


@dataclass(frozen=True)
class _Kind:
    media_type: str
    extension: str
    problem_of: Callable[[bytes], str]
    also: tuple[str, ...] = ()


def _size_problem(size: int, limit: int | None) -> str:
    if size == 0:
        return EMPTY
    return TOO_LARGE if limit is not None and size > limit else ""


def _kind_of(content: bytes) -> _Kind | None:
    if content[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return _Kind("application/pdf", "pdf", pdfs.problem_of)
    if content.startswith(b"\xff\xd8\xff"):
        return _Kind("image/jpeg", "jpg", lambda image: _image_problem(image, "JPEG"), ("jpeg", "jpe", "jfif"))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _Kind("image/png", "png", lambda image: _image_problem(image, "PNG"))
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"):
        return _Kind("image/heic", "heic", _heic_problem, ("heif",))
    if content.startswith(b"AC10") and content[4:6].isdigit():
        return _Kind("image/vnd.dwg", "dwg", lambda _: "")
    if content.startswith(b"PK\x03\x04") and (office := archives.office_type_of(content)):
        return _Kind(office.media_type, office.extension, archives.problem_of)
    return None


def _image_problem(content: bytes, form: str) -> str:
    """Only the header is read, and for PNG the checksums; no pixel is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[form]) as image:
                if problem := _size_of_picture_problem(*image.size):
                    return problem
                image.verify()
    except Image.DecompressionBombError:
        return TOO_MANY_PIXELS
    except Exception:  # whatever a decoder trips over, the answer is the same
        return BROKEN_IMAGE
    return ""


def _heic_problem(content: bytes) -> str:
    """The picture sizes stand in `ispe` boxes (ISO/IEC 23008-12, 6.5.3) near the beginning."""
    sides = []
    place = content.find(b"ispe", 0, 1 << 20)
    while place != -1:
        width = int.from_bytes(content[place + 8 : place + 12], "big")
        sides.append((width, int.from_bytes(content[place + 12 : place + 16], "big")))
        place = content.find(b"ispe", place + 4, 1 << 20)
    if not sides:
        return BROKEN_IMAGE
    return next((problem for side in sides if (problem := _size_of_picture_problem(*side))), "")


def _size_of_picture_problem(width: int, height: int) -> str:
    if width < 1 or height < 1:
        return BROKEN_IMAGE
    return TOO_MANY_PIXELS if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE else ""
