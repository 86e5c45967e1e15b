"""A copy of a sealed paper as a new PDF: its pages as they show, its places no form any more, the original inside.

The agency's seal locks a paper's form, so nothing can be added to the paper itself: a signature over a copy needs a
file of its own. The signatures shown on the pages are pictures there; whoever wants to check them takes the original
out.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from engine.letters.errors import LetterError
from rules.sentences import Sentence
from signing.boxes import Box

ORIGINAL = "ban-goc.pdf"
"""How the original inside a copy is called."""
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_HIDDEN, _NO_VIEW = 1 << 1, 1 << 5
_PRODUCER = "motcua"
_MM = 72 / 25.4
_WIDTH, _HEIGHT = 250.0, 36.0
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class Original:
    """The paper a copy is made of: its bytes and what it is called."""

    pdf: bytes
    title: str


def copied(original: Original, *, title: str, now: datetime, pages: Sequence[int] = ()) -> bytes:
    """The copy before it is signed, PDF/A-3b; same input and `now`, same bytes.

    `pages` (from 0) are taken in their order; then nothing of the others is in the file, the original neither. Without
    them all pages are taken and the original goes along as the copy's source. Raises LetterError.
    """
    try:
        reader = PdfReader(io.BytesIO(original.pdf))
        writer = PdfWriter()
        writer.pdf_header = "%PDF-1.7"
        for number in pages or range(len(reader.pages)):
            _take(writer, reader.pages[number])
        intents = reader.root_object.get("/OutputIntents")
        if intents is not None:
            writer.root_object[NameObject("/OutputIntents")] = intents.clone(writer)
        if not pages:
            _put_inside(writer, original, now)
        _describe(writer, title, now)
        digest = hashlib.sha256(original.pdf + repr((tuple(pages), title, now.isoformat())).encode()).digest()[:16]
        writer._ID = ArrayObject([ByteStringObject(digest), ByteStringObject(digest)])
        output = io.BytesIO()
        writer.write(output)
    except Exception as broken:  # a paper of our own, so this is a fault and no matter of another try
        raise LetterError(Sentence("Không lập được bản sao từ tệp của văn bản này.")) from broken
    return output.getvalue()


def place_of_words(pdf: bytes, *, beside: bool) -> Box:
    """Where on page 1 the signature says what this is: at the upper right, in the margin.

    `beside` is for a copy of a copy, whose page says so there already: left of those words.
    """
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    right, top = float(page.mediabox.right) - 8 * _MM, float(page.mediabox.top) - 5 * _MM
    right -= _WIDTH + 2 * _MM if beside else 0.0
    left = max(right - _WIDTH, 5 * _MM)
    return Box(0, round(left, 3), round(top - _HEIGHT, 3), round(right, 3), round(top, 3))


def _take(writer: PdfWriter, page: PageObject) -> None:
    """One page with everything shown on it drawn into it: filled places, stamps of signatures."""
    shown = list(_shown(page))
    for key in ("/Annots", "/AA", "/StructParents", "/Tabs"):
        page.pop(key, None)
    new = writer.add_page(page)
    if not shown:
        return
    resources: Any = DictionaryObject(cast(DictionaryObject, new["/Resources"].get_object()))
    forms: Any = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    drawing = ["Q"]
    for number, (appearance, place) in enumerate(shown):
        name = f"/Shown{number}"
        forms[NameObject(name)] = _reference(writer, appearance)
        drawing.append(f"q {place} cm {name} Do Q")
    resources[NameObject("/XObject")] = forms
    new[NameObject("/Resources")] = resources
    contents = new.get("/Contents")
    inner = contents.get_object() if contents is not None else ArrayObject()
    parts = list(inner) if isinstance(inner, ArrayObject) else [new.raw_get("/Contents")]
    new[NameObject("/Contents")] = ArrayObject([_stream(writer, "q"), *parts, _stream(writer, "\n".join(drawing))])


def _shown(page: PageObject) -> Iterator[tuple[StreamObject, str]]:
    """What annotations show, and the matrix that brings each to its place (ISO 32000-1, 12.5.5)."""
    annotations: Any = page.get("/Annots", ArrayObject()).get_object()
    for one in annotations:
        annotation = one.get_object()
        normal = annotation.get("/AP", DictionaryObject()).get_object().get("/N")
        appearance = normal.get_object() if normal is not None else None
        if not isinstance(appearance, StreamObject) or int(annotation.get("/F", 0)) & (_HIDDEN | _NO_VIEW):
            continue
        x1, y1, x2, y2 = (float(edge) for edge in annotation["/Rect"])
        left, low, right, high = _turned(appearance)
        if right - left <= 0 or high - low <= 0 or x1 == x2 or y1 == y2:
            continue
        across, up = (max(x1, x2) - min(x1, x2)) / (right - left), (max(y1, y2) - min(y1, y2)) / (high - low)
        place = (across, 0.0, 0.0, up, min(x1, x2) - left * across, min(y1, y2) - low * up)
        yield appearance, " ".join(f"{value:.5f}" for value in place)


def _turned(appearance: StreamObject) -> tuple[float, float, float, float]:
    """The box an appearance fills once its own matrix has been applied."""
    box: Any = appearance["/BBox"]
    x1, y1, x2, y2 = (float(edge) for edge in box)
    matrix: Any = appearance.get("/Matrix", (1, 0, 0, 1, 0, 0))
    a, b, c, d, e, f = (float(value) for value in matrix)
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (x1, x2) for y in (y1, y2)]
    across, up = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(up), max(across), max(up)


def _reference(writer: PdfWriter, appearance: StreamObject) -> Any:
    return appearance.clone(writer).indirect_reference


def _stream(writer: PdfWriter, text: str) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(text.encode("ascii"))
    return writer._add_object(stream)


def _put_inside(writer: PdfWriter, original: Original, now: datetime) -> None:
    """The original as an associated file of the copy: its source (ISO 32000-2, 14.13; ISO 19005-3, 6.8)."""
    content = DecodedStreamObject()
    content.set_data(original.pdf)
    content.update(
        {
            NameObject("/Type"): NameObject("/EmbeddedFile"),
            NameObject("/Subtype"): NameObject("/application/pdf"),
            NameObject("/Params"): DictionaryObject(
                {
                    NameObject("/Size"): NumberObject(len(original.pdf)),
                    NameObject("/ModDate"): TextStringObject(_pdf_moment(now)),
                }
            ),
        }
    )
    held = writer._add_object(content)
    file = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Filespec"),
                NameObject("/F"): TextStringObject(ORIGINAL),
                NameObject("/UF"): TextStringObject(ORIGINAL),
                NameObject("/Desc"): TextStringObject(original.title),
                NameObject("/AFRelationship"): NameObject("/Source"),
                NameObject("/EF"): DictionaryObject({NameObject("/F"): held, NameObject("/UF"): held}),
            }
        )
    )
    names = ArrayObject([TextStringObject(ORIGINAL), file])
    tree = DictionaryObject({NameObject("/EmbeddedFiles"): DictionaryObject({NameObject("/Names"): names})})
    writer.root_object[NameObject("/Names")] = tree
    writer.root_object[NameObject("/AF")] = ArrayObject([file])


def _pdf_moment(now: datetime) -> str:
    local = now.astimezone(_ZONE).replace(microsecond=0)
    return local.strftime("D:%Y%m%d%H%M%S+07'00'")


def _describe(writer: PdfWriter, title: str, now: datetime) -> None:
    moment = now.astimezone(_ZONE).replace(microsecond=0)
    told = _pdf_moment(now)
    writer.metadata = {"/Title": title, "/CreationDate": told, "/ModDate": told, "/Producer": _PRODUCER}
    text = _XMP.format(title=escape(title), moment=moment.isoformat(), producer=_PRODUCER)
    stream = DecodedStreamObject()
    stream.set_data(text.encode("utf-8"))
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
