"""A look at what a clerk scanned: its pages, how finely and in which colours, and whether it is a still picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream, IndirectObject, StreamObject

from engine.storage.pictures import FORMATS, MM, POINTS, Colours, picture_of

PDF = "application/pdf"
SCANNED = (PDF, *FORMATS)
"""The kinds of files a scan is handed in as."""

MOST_OBJECTS = 20_000
MOST_PAGES = 500
MOST_DRAWING = 2**18
"""Bytes of drawing that are read of one file: a scanner writes a line a page; what is beyond is not judged."""
LEAST_DRAWING = 256
"""What reading a drawing counts at least, however often a page shows the same one."""
DEEPEST = 40
NESTED = 3
LARGE = 0.25
"""The part of a page from which on a picture is what was scanned, and not a logo on it."""

_ACTS = {"/JavaScript", "/Launch", "/Rendition", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/SetOCGState",
         "/Hide", "/Movie", "/Sound", "/RichMediaExecute"}  # fmt: skip
_MOVING = {"/JS", "/AA", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/OCProperties", "/Alternates", "/OPI"}
_FINER: tuple[Colours, ...] = ("", "black_and_white", "grey", "colour")


@dataclass(frozen=True)
class Page:
    """One page: its size in millimetres, dots per inch (None: nothing on it is a picture), in which colours.

    `sized` is whether the file says how large the paper was.
    """

    width: float
    height: float
    dpi: int | None
    colours: Colours
    sized: bool = True


@dataclass(frozen=True)
class Look:
    """What was found; `trouble` is why these bytes cannot be signed as a scan, in one word, "" where they can.

    encrypted: locked against changes; already_signed: carries somebody's signature, which another file around it would
    break; not_static: scripts, forms, layers or attachments, so that not everybody sees the same; not_readable;
    not_a_scan: another kind of file.
    """

    pages: tuple[Page, ...] = ()
    trouble: str = ""


def look_at(content: bytes, media_type: str) -> Look:
    """Look at a file that `engine.storage.inspection` has let through; whatever is wrong with it is an answer."""
    if media_type not in SCANNED:
        return Look(trouble="not_a_scan")
    try:
        if media_type == PDF:
            return _look_at_pdf(content)
        picture = picture_of(content, media_type)
    except Exception:  # whatever a parser trips over, the answer is the same
        return Look(trouble="not_readable")
    width, height = picture.size
    return Look((Page(width, height, picture.resolution, picture.colours, picture.dpi is not None),))


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(PdfReader(BytesIO(pdf)).pages)


def _look_at_pdf(content: bytes) -> Look:
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        return Look(trouble="encrypted")
    if trouble := _unquiet(reader):
        return Look(trouble=trouble)
    if len(reader.pages) > MOST_PAGES:
        return Look(trouble="not_readable")
    left = _Left(MOST_DRAWING)
    return Look(tuple(_page(reader, page, left) for page in reader.pages))


@dataclass
class _Left:
    """How many bytes of drawing may still be read of a file."""

    bytes: int

    def take(self, size: int) -> bool:
        self.bytes -= max(size, LEAST_DRAWING)
        return self.bytes >= 0


def _unquiet(reader: PdfReader) -> str:
    """Why a PDF is more than pictures of paper; "" where it is not."""
    if sum(len(row) for row in reader.xref.values()) + len(reader.xref_objStm) > MOST_OBJECTS:
        return "not_readable"
    found = ""
    for count, one in enumerate(_dictionaries(reader)):
        if count > MOST_OBJECTS:
            return "not_readable"
        if one.get("/Type") == "/Sig" or "/ByteRange" in one:
            return "already_signed"
        acts = one.get("/S") in _ACTS or not _MOVING.isdisjoint(one) or one.get("/FT") is not None
        if acts or (isinstance(one, StreamObject) and "/F" in one):
            found = "not_static"
    return found


def _dictionaries(reader: PdfReader) -> Iterator[Any]:
    """Every dictionary of the file as it is now, nested ones too."""
    numbers = {(number, generation) for generation, row in reader.xref.items() for number in row}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    waiting: list[tuple[Any, int]] = [(reader.trailer, 0)]
    waiting += [(IndirectObject(number, generation, reader).get_object(), 0) for number, generation in numbers]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError("nested too deep")
        if isinstance(one, dict):
            yield one
            waiting += [(value, depth + 1) for value in _direct(one.values())]
        elif isinstance(one, list):
            waiting += [(value, depth + 1) for value in _direct(one)]


def _direct(values: Any) -> list[Any]:
    return [value for value in values if isinstance(value, dict | list) and not isinstance(value, IndirectObject)]


def _page(reader: PdfReader, page: Any, left: _Left) -> Page:
    unit = float(page.get("/UserUnit", 1))
    box = page.cropbox
    width, height = float(box.width) * unit, float(box.height) * unit
    dpi, colours = None, _FINER[0]
    start = (unit, 0.0, 0.0, unit)
    for image, matrix in _pictures(reader, page.get("/Resources"), page.get_contents(), start, left, 0):
        across, down = math.hypot(matrix[0], matrix[1]), math.hypot(matrix[2], matrix[3])
        if not across or not down or abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) < LARGE * width * height:
            continue
        found = round(POINTS * min(int(image["/Width"]) / across, int(image["/Height"]) / down))
        dpi = max(dpi or 0, found)
        colours = max(colours, _colours(image), key=_FINER.index)
    turned = int(page.get("/Rotate", 0) or 0) % 180 != 0
    size = (height, width) if turned else (width, height)
    return Page(size[0] / POINTS * MM, size[1] / POINTS * MM, dpi, colours)


Matrix = tuple[float, float, float, float]
"""How much a drawing is turned and stretched; where it is moved to does not matter here."""


def _pictures(
    reader: PdfReader, resources: Any, drawing: Any, start: Matrix, left: _Left, depth: int
) -> Iterator[tuple[Any, Matrix]]:
    """The pictures a page shows, each with how it is stretched."""
    named = (resources.get_object() if resources is not None else {}).get("/XObject")
    if drawing is None or named is None or depth > NESTED or not left.take(len(drawing.get_data())):
        return
    named, now, kept = named.get_object(), start, []
    for operands, operator in ContentStream(drawing, reader).operations:
        if operator == b"q":
            kept.append(now)
        elif operator == b"Q":
            now = kept.pop() if kept else start
        elif operator == b"cm":
            now = _times(tuple(float(one) for one in operands[:4]), now)
        elif operator == b"Do" and operands[0] in named:
            shown = named[operands[0]].get_object()
            if shown.get("/Subtype") == "/Image":
                yield shown, now
            elif shown.get("/Subtype") == "/Form":
                inner = _times(tuple(float(one) for one in shown.get("/Matrix", (1, 0, 0, 1))[:4]), now)
                yield from _pictures(reader, shown.get("/Resources", resources), shown, inner, left, depth + 1)


def _times(one: Any, other: Matrix) -> Matrix:
    a, b, c, d = one
    e, f, g, h = other
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def _colours(image: Any) -> Colours:
    if image.get("/ImageMask") or image.get("/BitsPerComponent") == 1:
        return "black_and_white"
    space = image.get("/ColorSpace")
    return "grey" if space is not None and _grey(space.get_object(), 0) else "colour"


def _grey(space: Any, depth: int) -> bool:
    if not isinstance(space, list):
        return space in ("/DeviceGray", "/CalGray", "/G")
    if space[0] in ("/CalGray", "/DeviceGray"):
        return True
    if space[0] == "/ICCBased":
        return space[1].get_object().get("/N") == 1
    return space[0] in ("/Indexed", "/I") and depth < NESTED and _grey(space[1].get_object(), depth + 1)
