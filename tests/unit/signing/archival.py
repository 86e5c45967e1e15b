"""The rules of PDF/A-2b and 3b (ISO 19005-2 and -3) that a signed paper of this house could break, checked on a file.

No validator of the standard is to be had from Debian or a Python registry (veraPDF is in neither), so the rules that
matter for what is written here stand below, one message for each thing found wrong. What only page content can break
(colours, transparency, text) is the printing library's part.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pypdf
from lxml import etree
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_PRINT, _HIDDEN = 4, 1 | 2 | 32 | 256
_LETTERS = ("/FontFile", "/FontFile2", "/FontFile3")


def faults(pdf: bytes) -> list[str]:
    """What breaks the standard, in words with the section of ISO 19005-2 (or -3); empty when nothing was found."""
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    root = reader.trailer["/Root"]
    things = list(_all(reader.trailer))
    return [
        *_file(pdf, reader),
        *_metadata(root),
        *(fault for one in things for fault in _thing(one)),
        *(fault for page in reader.pages for one in page.get("/Annots", ()) for fault in _annotation(one.get_object())),
        *_forms(root),
        *_attachments(root, things, part(pdf)),
    ]


def part(pdf: bytes) -> int:
    """Which part of ISO 19005 a file claims to follow; 0 for none."""
    found = _claimed(pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"])
    return int(found.get(_PDFAID + "part", "0"))


def _file(pdf: bytes, reader: pypdf.PdfReader) -> Iterator[str]:
    first, second = pdf.split(b"\n", 2)[:2]
    if not (first.startswith(b"%PDF-1.") and first[7:8] in b"01234567"):
        yield "6.1.2 header"
    if not (second.startswith(b"%") and sum(byte > 127 for byte in second[1:]) >= 4):
        yield "6.1.2 comment after the header"
    if "/ID" not in reader.trailer:
        yield "6.1.3 no identifier"
    if "/Encrypt" in reader.trailer:
        yield "6.1.3 encrypted"


def _claimed(root: Any) -> dict[str, str]:
    if "/Metadata" not in root:
        return {}
    tree = etree.fromstring(root["/Metadata"].get_object().get_data())
    found = {}
    for one in tree.iter("{*}Description"):
        found |= {name: value for name, value in one.attrib.items() if name.startswith(_PDFAID)}
        found |= {child.tag: child.text for child in one if str(child.tag).startswith(_PDFAID)}
    return found


def _metadata(root: Any) -> Iterator[str]:
    found = _claimed(root)
    if found.get(_PDFAID + "part") not in ("2", "3") or found.get(_PDFAID + "conformance") != "B":
        yield "6.6.4 claims no level of PDF/A"
    intents = [one.get_object() for one in root.get("/OutputIntents", ())]
    if not any(one.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in one for one in intents):
        yield "6.2.3 no output intent"
    for name in ("/AA", "/OpenAction", "/Requirements"):
        if name in root:
            yield f"6.5 {name} in the catalogue"
    for name in root.get("/Perms", {}):
        if name not in ("/DocMDP", "/UR3"):
            yield f"6.1.12 permission {name}"


def _thing(one: Any) -> Iterator[str]:
    if one.get("/Type") == "/Font" and one.get("/Subtype") not in ("/Type0", "/Type3"):
        descriptor = one.get("/FontDescriptor")
        if descriptor is None or not any(name in descriptor.get_object() for name in _LETTERS):
            yield f"6.2.11.4 font {one.get('/BaseFont')} not embedded"
    if one.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in one:
        yield "6.2.11.3 no CIDToGIDMap"
    if one.get("/S") in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide"):
        yield f"6.5.1 action {one['/S']}"
    if isinstance(one, StreamObject):
        filters = one.get("/Filter", [])
        if "/LZWDecode" in ([filters] if isinstance(filters, str) else filters):
            yield "6.1.7 LZW"
        if any(name in one for name in ("/F", "/FFilter", "/FDecodeParms", "/OPI", "/Ref")):
            yield "6.1.7 a stream that lies elsewhere"
        if one.get("/Interpolate"):
            yield "6.2.8 interpolated picture"
    if one.get("/Type") == "/SigRef" and any(name.startswith("/Digest") for name in one):
        yield "6.1.12 digest in a signature reference"


def _annotation(one: Any) -> Iterator[str]:
    flags = int(one.get("/F", 0))
    if not flags & _PRINT or flags & _HIDDEN:
        yield f"6.3.2 flags {flags} of {one.get('/T')}"
    left, bottom, right, top = (float(edge) for edge in one["/Rect"])
    looks = one.get("/AP")
    if looks is None:
        if left != right and bottom != top:
            yield f"6.3.3 {one.get('/T')} has no appearance"
    elif list(looks) != ["/N"]:
        yield f"6.3.3 appearances {list(looks)} of {one.get('/T')}"
    if ("/A" in one and one.get("/Subtype") == "/Widget") or "/AA" in one:
        yield f"6.4.1 {one.get('/T')} does something"


def _forms(root: Any) -> Iterator[str]:
    form = root.get("/AcroForm", {})
    if form.get("/NeedAppearances"):
        yield "6.4.1 NeedAppearances"
    if "/XFA" in form:
        yield "6.4.2 XFA"


def _attachments(root: Any, things: list[Any], claimed: int) -> Iterator[str]:
    associated = [one.get_object() for one in root.get("/AF", ())]
    for one in things:
        if one.get("/Type") != "/Filespec" or "/EF" not in one:
            continue
        if claimed == 2:
            yield "6.8 a file inside a PDF/A-2"
        if not ("/F" in one and "/UF" in one and "/AFRelationship" in one):
            yield "6.8 (part 3) a file not fully described"
        if one not in associated:
            yield "6.8 (part 3) a file associated with nothing"
        if "/Subtype" not in one["/EF"]["/F"].get_object():
            yield "6.8 (part 3) a file without its type"


def _all(start: Any) -> Iterator[Any]:
    """Every dictionary and stream of the file, each once."""
    seen: set[Any] = set()
    left = [start]
    while left:
        one = left.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            left.extend(one.raw_get(name) for name in one)
        elif isinstance(one, ArrayObject):
            left.extend(one)
