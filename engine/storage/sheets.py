"""One PDF of what was scanned of one paper: pictures become pages of their true size, nothing is resampled.

A JPEG goes in as it is, a PNG's own compressed pixels where the format allows it; a single PDF stays byte for byte.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from engine.storage.pictures import A4, MM, POINTS, Picture, picture_of
from engine.storage.scans import PDF
from signing.boxes import Box

EDGE = 5 / MM * POINTS
MOST_DECODED = 20_000_000
"""Pixels of a picture that has to be unpacked first (one with transparency, an interlaced one)."""
CHANNELS = {0: 1, 2: 3, 3: 1}
"""Channels by the colour types of a PNG that a PDF holds as they are (ISO 15948, 11.2.2)."""


class NotBound(Exception):
    """No PDF can be made of these files; `code` is why, in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def bound(files: Sequence[tuple[bytes, str]], *, anew: bool = False) -> bytes:
    """One PDF of these files (content, media type) in their order; a single PDF's pages too where it is made `anew`.

    Raises `NotBound`.
    """
    if len(files) == 1 and files[0][1] == PDF and not anew:
        return files[0][0]
    writer = PdfWriter()
    writer.pdf_header = "%PDF-1.7"
    writer.metadata = None
    try:
        for content, media_type in files:
            if media_type == PDF:
                for page in PdfReader(BytesIO(content)).pages:
                    writer.add_page(page)
            else:
                _add_picture(writer, content, picture_of(content, media_type))
        output = BytesIO()
        writer.write(output)
    except NotBound:
        raise
    except Exception as failure:  # whatever a parser trips over, the answer is the same
        raise NotBound("not_readable") from failure
    return output.getvalue()


def _add_picture(writer: PdfWriter, content: bytes, picture: Picture) -> None:
    width, height = (side / MM * POINTS for side in picture.size)
    page = writer.add_blank_page(width=round(width, 3), height=round(height, 3))
    shown = _jpeg(content, picture) if picture.form == "JPEG" else _png(content, picture)
    drawing = StreamObject()
    matrix = " ".join(f"{one:.3f}" for one in _placed(picture.orientation, width, height))
    drawing.set_data(f"q {matrix} cm /Scan Do Q".encode("ascii"))
    page[NameObject("/Contents")] = writer._add_object(drawing)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Scan"): writer._add_object(shown)})}
    )


def _placed(orientation: int, width: float, height: float) -> tuple[float, ...]:
    """How the picture is laid on the page so that what was up is up again (EXIF 2.32, tag 0x0112)."""
    return {
        1: (width, 0, 0, height, 0, 0),
        2: (-width, 0, 0, height, width, 0),
        3: (-width, 0, 0, -height, width, height),
        4: (width, 0, 0, -height, 0, height),
        5: (0, -height, -width, 0, width, height),
        6: (0, -height, width, 0, 0, height),
        7: (0, height, width, 0, 0, 0),
        8: (0, height, -width, 0, width, 0),
    }[orientation]


def _image(data: bytes, width: int, height: int, space: Any, bits: int, compressed: str, **more: Any) -> StreamObject:
    image = StreamObject()
    image.set_data(data)
    entries = {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Image"),
        "/Width": NumberObject(width),
        "/Height": NumberObject(height),
        "/ColorSpace": space,
        "/BitsPerComponent": NumberObject(bits),
        "/Filter": NameObject(compressed),
    } | {f"/{name}": value for name, value in more.items()}
    image.update({NameObject(name): value for name, value in entries.items()})
    return image


def _stored(picture: Picture) -> tuple[int, int]:
    """Width and height as the pixels lie in the file."""
    return (picture.height, picture.width) if picture.orientation >= 5 else (picture.width, picture.height)


def _jpeg(content: bytes, picture: Picture) -> StreamObject:
    width, height = _stored(picture)
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    if picture.mode not in spaces:
        raise NotBound("not_readable")
    more = {}
    if picture.mode == "CMYK" and picture.adobe:  # such files hold their colours inverted
        more["Decode"] = ArrayObject(FloatObject(one) for one in (1, 0) * 4)
    return _image(content, width, height, NameObject(spaces[picture.mode]), 8, "/DCTDecode", **more)


def _png(content: bytes, picture: Picture) -> StreamObject:
    width, height = _stored(picture)
    header, pixels, palette, clear = _chunks(content)
    _width, _height, bits, kind, _compression, _filter, interlaced = struct.unpack(">IIBBBBB", header)
    if interlaced or clear or kind not in CHANNELS:
        return _unpacked(content, picture)
    space: Any = NameObject("/DeviceRGB" if kind == 2 else "/DeviceGray")
    if kind == 3:
        space = ArrayObject(
            [NameObject("/Indexed"), NameObject("/DeviceRGB"), NumberObject(len(palette) // 3 - 1),
             ByteStringObject(palette)]
        )  # fmt: skip
    rows = {"/Predictor": 15, "/Colors": CHANNELS[kind], "/BitsPerComponent": bits, "/Columns": width}
    parameters = DictionaryObject({NameObject(name): NumberObject(value) for name, value in rows.items()})
    return _image(pixels, width, height, space, bits, "/FlateDecode", DecodeParms=parameters)


def _chunks(content: bytes) -> tuple[bytes, bytes, bytes, bool]:
    """Header, compressed pixels, palette, and whether some colour is see-through."""
    header, pixels, palette, clear, place = b"", [], b"", False, 8
    while place + 8 <= len(content):
        length, name = struct.unpack(">I4s", content[place : place + 8])
        data = content[place + 8 : place + 8 + length]
        if name == b"IHDR":
            header = data
        elif name == b"PLTE":
            palette = data
        elif name == b"IDAT":
            pixels.append(data)
        clear = clear or name == b"tRNS"
        place += 12 + length
    return header, b"".join(pixels), palette, clear


def _unpacked(content: bytes, picture: Picture) -> StreamObject:
    """The same pixels, unpacked and packed without loss; what is see-through shows white paper."""
    if picture.width * picture.height > MOST_DECODED:
        raise NotBound("too_large")
    with Image.open(BytesIO(content), formats=["PNG"]) as image:
        grey = image.mode in ("1", "L", "LA") and "transparency" not in image.info
        over = image.convert("RGBA")
    flat = Image.new("RGBA", over.size, "white")
    flat.alpha_composite(over)
    plain = flat.convert("L" if grey else "RGB")
    space = NameObject("/DeviceGray" if grey else "/DeviceRGB")
    return _image(zlib.compress(plain.tobytes()), *plain.size, space, 8, "/FlateDecode")


def place_for_words(pdf: bytes, *, width: float, height: float) -> Box | None:
    """The upper right corner of page 1, `width` by `height` points, 5 mm from the edges.

    None where the page is turned or smaller than half of A4 (A5): there the words would hide what was scanned.
    """
    page = PdfReader(BytesIO(pdf)).pages[0]
    box, small = page.cropbox, min(A4) / MM * POINTS - 2
    if page.get("/Rotate", 0) or page.get("/UserUnit", 1) != 1 or max(float(box.width), float(box.height)) < small:
        return None
    right, top = float(box.right) - EDGE, float(box.top) - EDGE
    if right - width < float(box.left) or top - height < float(box.bottom):
        return None
    return Box(page=0, x1=right - width, y1=top - height, x2=right, y2=top)
