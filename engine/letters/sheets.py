"""Scanned papers as pages of a letter: each becomes a picture of what a person sees, and nothing else of the file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdf
import pypdfium2
from PIL import Image, ImageOps
from pypdf.generic import IndirectObject

from engine.letters.errors import LetterError
from rules.sentences import Sentence

DPI = 200
"""Dots per inch of a digitised page (Decree 30/2020, Annex I: at least 200, in colour, at full size)."""
MOST_PAGES = 40
MOST_OBJECTS = 20_000
"""Scanners write a handful a page; what has more is not looked through while somebody waits for the upload."""
MOST_BYTES = 16 * 2**20
"""All pages of one letter together, as pictures."""
LONGEST_SIDE = 1200.0
"""Millimetres; nothing larger than A0 is a page."""
_A4 = (210.0, 297.0)
_FINEST = 300
_MOST_PIXELS = 60_000_000
_QUALITY = 88
_MM, _INCH = 25.4 / 72, 25.4
_ACTIONS = frozenset(
    ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/Rendition", "/Movie", "/Sound", "/GoToE")
)
_LIVING = frozenset(("/JS", "/XFA", "/RichMediaContent", "/RichMediaSettings"))

BROKEN = Sentence("Không mở được bản quét của giấy tờ này. Hãy quét lại rồi tải lên.")
LOCKED = Sentence("Tệp PDF có mật khẩu hoặc bị khóa nên không thành trang văn bản được. Hãy quét lại bản chính.")
ACTIVE = Sentence(
    "Tệp PDF có mã lệnh, biểu mẫu động hoặc đa phương tiện nên không được dùng làm bản sao. Hãy quét lại bản chính."
)
TOO_MANY = Sentence("Bản quét có quá %(most)s trang. Hãy tách thành nhiều lần.", most=MOST_PAGES)
TOO_LARGE = Sentence("Bản quét có trang quá lớn. Hãy quét lại ở khổ giấy thật, 200 đến 300 dpi.")
TOO_HEAVY = Sentence("Các trang quét quá nặng. Hãy tách thành nhiều lần hoặc quét lại ở 200 dpi.")
NOT_PAGES = Sentence("Chỉ tệp PDF, JPG, PNG mới thành trang văn bản được.")


@dataclass(frozen=True)
class Sheet:
    """One page as a picture (JPEG, RGB) and the size of the paper in millimetres."""

    jpeg: bytes
    width: float
    height: float


def check_pages(content: bytes, media_type: str) -> int:
    """How many pages a scan would give, without drawing any; LetterError says in words what cannot become pages."""
    if media_type == "application/pdf":
        return _checked(content)
    if media_type not in ("image/jpeg", "image/png"):
        raise LetterError(NOT_PAGES)
    with _picture(content) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise LetterError(TOO_LARGE)
    return 1


def sheets_of(scans: Iterable[tuple[bytes, str]]) -> list[Sheet]:
    """The pages of scans (content, media type) in their order. Raises LetterError."""
    scans = list(scans)
    if sum(check_pages(content, media_type) for content, media_type in scans) > MOST_PAGES:
        raise LetterError(TOO_MANY)
    found: list[Sheet] = []
    weight = 0
    for content, media_type in scans:
        for sheet in _drawn(content) if media_type == "application/pdf" else [_photographed(content)]:
            weight += len(sheet.jpeg)
            if weight > MOST_BYTES:
                raise LetterError(TOO_HEAVY)
            found.append(sheet)
    return found


def _checked(content: bytes) -> int:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise LetterError(LOCKED)
        pages = len(reader.pages)
        if not pages:
            raise LetterError(BROKEN)
        if pages > MOST_PAGES:
            raise LetterError(TOO_MANY)
        if sum(len(table) for table in reader.xref.values()) + len(reader.xref_objStm) > MOST_OBJECTS:
            raise LetterError(TOO_HEAVY)
        if any(_is_alive(one) for one in _objects(reader)):
            raise LetterError(ACTIVE)
    except LetterError:
        raise
    except Exception as broken:  # whatever a parser trips over, the answer is the same
        raise LetterError(BROKEN) from broken
    return pages


def _objects(reader: pypdf.PdfReader) -> Iterator[Any]:
    """Every object of the file, the direct ones inside it too."""
    yield from _within(reader.trailer)
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    for number, generation in sorted(numbers | {(number, 0) for number in reader.xref_objStm}):
        yield from _within(reader.get_object(IndirectObject(number, generation, reader)))


def _within(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(dict.values(one))
        elif isinstance(one, list):
            waiting.extend(list.__iter__(one))


def _is_alive(one: dict[str, Any]) -> bool:
    """Whether a dictionary is something that acts or plays: what a page shows must not depend on who opens it."""
    return not _LIVING.isdisjoint(one) or (isinstance(one.get("/S"), str) and one["/S"] in _ACTIONS)


def _drawn(content: bytes) -> Iterator[Sheet]:
    """The pages of a PDF as pdfium shows them, annotations and signatures' looks included."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as broken:
        raise LetterError(BROKEN) from broken
    with document:
        for page in document:
            width, height = page.get_size()
            if not 0 < max(width, height) * _MM <= LONGEST_SIDE:
                raise LetterError(TOO_LARGE)
            pixels = width * height * (DPI / 72) ** 2
            if not 1 <= pixels <= _MOST_PIXELS:
                raise LetterError(TOO_LARGE)
            picture = page.render(scale=DPI / 72).to_pil()
            yield Sheet(_jpeg(picture), round(width * _MM, 2), round(height * _MM, 2))


def _photographed(content: bytes) -> Sheet:
    """A picture as a page: its own size where it says one a scanner would, else A4, lying or standing as it does."""
    with _picture(content) as opened:
        dots = opened.info.get("dpi", (0, 0))
        picture = _upright(opened)
        width, height = picture.size
        if min(dots) >= DPI and max(dots) <= 1200 and max(width / dots[0], height / dots[1]) * _INCH <= 430:
            paper = (round(width / float(dots[0]) * _INCH, 2), round(height / float(dots[1]) * _INCH, 2))
        else:
            paper = _A4 if height >= width else (_A4[1], _A4[0])
        finest = (int(paper[0] / _INCH * _FINEST), int(paper[1] / _INCH * _FINEST))
        picture.thumbnail(finest, Image.Resampling.LANCZOS)
        return Sheet(_jpeg(picture), *paper)


def _upright(opened: Image.Image) -> Image.Image:
    """The picture with every dot of it unpacked, turned as its camera was held."""
    try:
        return ImageOps.exif_transpose(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise LetterError(BROKEN) from broken


def _picture(content: bytes) -> Image.Image:
    if content.startswith(b"\xff\xd8") and content.rfind(b"\xff\xd9") < content.rfind(b"\xff\xda"):
        raise LetterError(BROKEN)  # cut off in the middle; the library may have been told to fill in what is missing
    try:
        return Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    except (OSError, ValueError, Image.DecompressionBombError) as broken:
        raise LetterError(BROKEN) from broken


def _jpeg(picture: Image.Image) -> bytes:
    """The picture alone, on white, without what cameras write beside it."""
    try:
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            ground = Image.new("RGBA", picture.size, "white")
            ground.alpha_composite(picture.convert("RGBA"))
            picture = ground
        output = io.BytesIO()
        picture.convert("RGB").save(output, "JPEG", quality=_QUALITY, subsampling=0, dpi=(DPI, DPI))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise LetterError(BROKEN) from broken
    return output.getvalue()
