"""One paper's way through the office: places kept free, signed by the leader, numbered and dated, sealed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from rules.sentences import Sentence
from signing import lettering, offline_drawing
from signing.boxes import Box
from signing.errors import SigningRefused
from signing.keys import SigningKey
from signing.preparing import embedded, opened, prepared
from signing.timestamps import Timestamper

SIGNATURES = ("leader", "agency", "clerk")
READ_ONLY = 1
_PRINT = 4
_ALIGNMENTS = ("left", "center", "right")
_SIGNED_BY = {
    "leader": "Chữ ký của người có thẩm quyền",
    "agency": "Chữ ký số của cơ quan",
    "clerk": "Chữ ký số của công chức số hóa",
}
_LABELS = {
    "number": Sentence("Số, ký hiệu văn bản"),
    "date": Sentence("Ngày, tháng, năm ban hành"),
    "book": Sentence("Quyển số"),
    "qr": Sentence("Mã QR kiểm tra văn bản"),
}


def prepare(pdf: bytes, boxes: Mapping[str, Box]) -> bytes:
    """Keep places free before anybody signs: signature fields for "leader", "agency" and "clerk", else text fields.

    The agency's field locks the whole form when it is signed: after the seal neither number nor date can change.
    """
    writer = opened(pdf)
    if list(writer.prev.embedded_signatures):
        raise SigningRefused("already_signed", "Văn bản đã có chữ ký số, không thể thêm ô để trống.")
    pages = int(writer.root["/Pages"]["/Count"])
    for name, box in boxes.items():
        if not 0 <= box.page < pages or box.width <= 0 or box.height <= 0:
            raise SigningRefused("no_place", "Ô “%(place)s” nằm ngoài văn bản.", place=_LABELS.get(name, name))
        if name not in SIGNATURES:
            _add_text_field(writer, name, box)
    for name in SIGNATURES:
        if name in boxes:
            _add_signature_field(writer, name, boxes[name])
    return _written(writer)


def takes_signatures(pdf: bytes) -> bool:
    """Whether a file can be signed as it is; one that readers open only because they forgive cannot."""
    try:
        return not opened(pdf).prev.xrefs.hybrid_xrefs_present
    except SigningRefused:
        return False


def sign(
    pdf: bytes,
    key: SigningKey,
    *,
    field: str,
    stamp: bytes | None,
    reason: str,
    location: str,
    now: datetime,
    timestamper: Timestamper,
) -> bytes:
    """Add a PAdES B-T signature (ETSI EN 319 142-1) in `field`, shown as the one-page PDF `stamp`.

    The first signature certifies the paper and allows only form filling and further signatures after it (DocMDP 2).
    A field that was not prepared is made, invisible. Raises `SigningRefused`.
    """
    waiting = prepared(
        pdf,
        certificate=key.certificate,
        chain=key.chain,
        field=field,
        stamp=stamp,
        reason=reason,
        location=location,
        now=now,
        token_room=timestamper.room,
    )
    return embedded(waiting, key.raw_signature(waiting.signed_attributes, waiting.algorithm), timestamper)


def fill(pdf: bytes, values: Mapping[str, str]) -> bytes:
    """Write number, date and the like into the places kept free, leaving every signature so far valid.

    What is written into the place "qr" is drawn as a QR code.

    Raises `SigningRefused` for a place that is missing, already filled, or locked by a seal.
    """
    writer = opened(pdf)
    if any(one.field_name == "agency" for one in writer.prev.embedded_regular_signatures):
        raise SigningRefused("sealed", "Văn bản đã đóng dấu, không thể ghi thêm số và ngày.")
    places = {place.get("/T"): place for place in _form_fields(writer)}
    for name, text in values.items():
        place = places.get(name)
        if place is None or place.get("/FT") != "/Tx":
            raise SigningRefused("no_place", "Văn bản không có ô “%(place)s” để ghi.", place=_LABELS.get(name, name))
        if place.get("/V"):
            raise SigningRefused("already_filled", "Ô “%(place)s” đã được ghi.", place=_LABELS.get(name, name))
        _write_into(writer, place, " ".join(text.split()))
    return _written(writer)


def written(pdf: bytes, name: str) -> str:
    """What stands in a place that was filled; "" where there is no such place or nothing stands in it."""
    for place in _form_fields(opened(pdf)):
        if place.get("/T") == name:
            return str(place.get("/V", ""))
    return ""


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _signature_field(name: str, box: Box) -> fields.SigFieldSpec:
    lock = fields.FieldMDPSpec(fields.FieldMDPAction.ALL) if name == "agency" else None
    return fields.SigFieldSpec(
        name,
        on_page=box.page,
        box=(box.x1, box.y1, box.x2, box.y2),  # type: ignore[arg-type]
        field_mdp_spec=lock,
        readable_field_name=_SIGNED_BY[name],
    )


def _add_signature_field(writer: IncrementalPdfFileWriter, name: str, box: Box) -> None:
    before = _form_fields(writer)
    fields.append_signature_field(writer, _signature_field(name, box))
    place = next(one for one in _form_fields(writer) if one not in before)
    # What is shown before anybody has signed: nothing, which PDF/A wants said (ISO 19005-2, 6.3.3).
    shown = lettering.empty_appearance(writer, box.width, box.height)
    place[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): shown})
    writer.update_container(place)


def _add_text_field(writer: IncrementalPdfFileWriter, name: str, box: Box) -> None:
    page = writer.find_page_for_modification(box.page)[0]
    style = "Tinos" + ("Bold" if box.bold else "") + ("Italic" if box.italic else "")
    rectangle = (box.x1, box.y1, box.x2, box.y2)
    place = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject(name),
            pdf_name("/TU"): generic.TextStringObject(_LABELS.get(name, name)),
            # Nobody types here in a viewer: the office's own register fills it.
            pdf_name("/Ff"): generic.NumberObject(READ_ONLY),
            pdf_name("/F"): generic.NumberObject(_PRINT),
            pdf_name("/Rect"): generic.ArrayObject([generic.FloatObject(round(edge, 3)) for edge in rectangle]),
            pdf_name("/DA"): generic.TextStringObject(f"/{style} {box.size:g} Tf 0 g"),
            pdf_name("/Q"): generic.NumberObject(_ALIGNMENTS.index(box.align)),
            pdf_name("/P"): page,
            pdf_name("/AP"): generic.DictionaryObject(
                {pdf_name("/N"): lettering.empty_appearance(writer, box.width, box.height)}
            ),
        }
    )
    reference = writer.add_object(place)
    writer.register_annotation(page, reference)
    form = _form_of(writer)
    form["/Fields"].append(reference)
    fonts = form.setdefault(pdf_name("/DR"), generic.DictionaryObject()).setdefault(
        pdf_name("/Font"), generic.DictionaryObject()
    )
    # Named only so that every /DA resolves; what is shown carries its own letters. Embedded too: PDF/A knows no other.
    if "/" + style not in fonts:
        fonts[pdf_name("/" + style)] = lettering.blank_font(writer, bold=box.bold, italic=box.italic)
    writer.update_container(form)


def _form_of(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    root = writer.root
    if "/AcroForm" not in root:
        root[pdf_name("/AcroForm")] = writer.add_object(
            generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        )
        writer.update_root()
    form: generic.DictionaryObject = root["/AcroForm"]
    return form


def _form_fields(writer: IncrementalPdfFileWriter) -> list[Any]:
    if "/AcroForm" not in writer.root:
        return []
    return [reference.get_object() for reference in writer.root["/AcroForm"]["/Fields"]]


def _write_into(writer: IncrementalPdfFileWriter, place: Any, text: str) -> None:
    x1, y1, x2, y2 = (float(edge) for edge in place["/Rect"])
    if place.get("/T") == "qr":
        shown = offline_drawing.appearance(writer, text, width=x2 - x1, height=y2 - y1)
    else:
        font, size, *_ = str(place["/DA"]).split()
        shown = lettering.appearance(
            writer,
            text,
            width=x2 - x1,
            height=y2 - y1,
            size=float(size),
            bold="Bold" in font,
            italic="Italic" in font,
            align=_ALIGNMENTS[int(place.get("/Q", 0))],
        )
    place[pdf_name("/V")] = generic.TextStringObject(text)
    place[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): shown})
    writer.update_container(place)
