"""Scans as scanners make them, and as they do not."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

A5 = (1166, 1654)
"""Half a sheet of A4 at 200 dots per inch, in pixels."""


def picture(form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = A5, **how: Any) -> bytes:
    """A picture with a dark upper left corner; 200 dpi unless said otherwise."""
    image = Image.new(mode, size, 1 if mode == "1" else "white")
    image.paste(Image.new(mode, (size[0] // 3, size[1] // 3), 0 if mode in ("1", "L") else "navy"), (0, 0))
    kept = io.BytesIO()
    image.save(kept, form, **({"dpi": (200, 200)} | how))
    return kept.getvalue()


def careless_pdf(mode: str = "RGB", size: tuple[int, int] = A5, dpi: int = 200) -> bytes:
    """One page that readers forgive: its table names a generation no PDF has (Pillow 13 writes it so)."""
    kept = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else "white").save(kept, "PDF", resolution=dpi)
    return kept.getvalue()


def scanned_pdf(mode: str = "RGB", size: tuple[int, int] = A5, dpi: int = 200) -> bytes:
    """One page as a scanner makes it."""
    kept = io.BytesIO()
    PdfWriter(PdfReader(io.BytesIO(careless_pdf(mode, size, dpi)))).write(kept)
    return kept.getvalue()


def lively_pdf(key: str) -> bytes:
    """A scan that does something of its own when it is opened, or carries something along."""
    writer = PdfWriter(PdfReader(io.BytesIO(scanned_pdf(size=(200, 300)))))
    acts = {
        "script": {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('hello')")},
        "launch": {"/S": NameObject("/Launch"), "/Win": TextStringObject("cmd.exe")},
    }
    if key in acts:
        act = DictionaryObject({NameObject(name): value for name, value in acts[key].items()})
        writer._root_object[NameObject("/OpenAction")] = writer._add_object(act)
    elif key == "attachment":
        writer.add_attachment("x.txt", b"hello")
    elif key == "locked":
        writer.encrypt("", "owner")
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def interlaced_png() -> bytes:
    """The smallest interlaced PNG there is: one white pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 1)
    pixels = chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def nested_pdf(times: int) -> bytes:
    """A page whose drawing shows a drawing that shows a drawing, each `times` over: much work from few bytes."""
    writer = PdfWriter()
    inner: Any = None
    for _ in range(4):
        form = StreamObject()
        form.set_data(b"/X Do " * times if inner is not None else b"0 0 1 1 re f")
        form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
        if inner is not None:
            named = DictionaryObject({NameObject("/X"): inner})
            form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): named})
        inner = writer._add_object(form)
    page = writer.add_blank_page(width=595, height=842)
    page[NameObject("/Contents")] = inner
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/X"): inner})}
    )
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()
