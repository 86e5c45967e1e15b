"""One paper's way through the office: places kept free, signed by the leader, numbered and dated, sealed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import content, generic, layout
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import lettering
from signing.boxes import Box
from signing.errors import SigningRefused
from signing.keys import SigningKey
from signing.timestamps import Timestamper, TimestamperForPdf

SIGNATURES = ("leader", "agency")
READ_ONLY = 1
_PRINT = 4
_ALIGNMENTS = ("left", "center", "right")
_LABELS = {"number": "Số, ký hiệu văn bản", "date": "Ngày, tháng, năm ban hành"}


def prepare(pdf: bytes, boxes: Mapping[str, Box]) -> bytes:
    """Keep places free before anybody signs: signature fields for "leader" and "agency", text fields for the rest.

    The agency's field locks the whole form when it is signed: after the seal neither number nor date can change.
    """
    writer = _open(pdf)
    if list(writer.prev.embedded_signatures):
        raise SigningRefused("already_signed", "Văn bản đã có chữ ký số, không thể thêm ô để trống.")
    pages = int(writer.root["/Pages"]["/Count"])
    for name, box in boxes.items():
        if not 0 <= box.page < pages or box.width <= 0 or box.height <= 0:
            raise SigningRefused("no_place", f"Ô “{_LABELS.get(name, name)}” nằm ngoài văn bản.")
        if name not in SIGNATURES:
            _add_text_field(writer, name, box)
    for name in SIGNATURES:
        if name in boxes:
            fields.append_signature_field(writer, _signature_field(name, boxes[name]))
    return _written(writer)


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
    if not key.valid_at(now):
        raise SigningRefused("certificate_expired", "Chứng thư số của người ký chưa có hiệu lực hoặc đã hết hạn.")
    writer = _open(pdf)
    existing = list(writer.prev.embedded_regular_signatures)
    if any(one.field_name == field for one in existing):
        raise SigningRefused("already_signed", "Ô chữ ký này đã được ký.")
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason,
        location=location,
        certify=not existing,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )
    style = _stamp_style(stamp)
    signer = signers.PdfSigner(
        metadata, _KeyInMemory(key), timestamper=TimestamperForPdf(timestamper), stamp_style=style
    )
    # The library's own one-call door takes the machine's clock; this is the same, with the moment given.
    room = 2 * (2048 + timestamper.room + len(key.certificate) + sum(map(len, key.chain)))
    try:
        return _run(_signed(signer, writer, room, now))
    except SigningRefused:
        raise
    except Exception as failure:
        raise SigningRefused("not_signed", "Không ký được văn bản: tệp không nhận thêm chữ ký số này.") from failure


def _run(signing: Coroutine[Any, Any, bytes]) -> bytes:
    """Finish an asynchronous call of the library, also where the caller's thread has an event loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(signing)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, signing).result()


def fill(pdf: bytes, values: Mapping[str, str]) -> bytes:
    """Write number, date and the like into the places kept free, leaving every signature so far valid.

    Raises `SigningRefused` for a place that is missing, already filled, or locked by a seal.
    """
    writer = _open(pdf)
    if any(one.field_name == "agency" for one in writer.prev.embedded_regular_signatures):
        raise SigningRefused("sealed", "Văn bản đã đóng dấu, không thể ghi thêm số và ngày.")
    places = {place.get("/T"): place for place in _form_fields(writer)}
    for name, text in values.items():
        place = places.get(name)
        if place is None or place.get("/FT") != "/Tx":
            raise SigningRefused("no_place", f"Văn bản không có ô “{_LABELS.get(name, name)}” để ghi.")
        if place.get("/V"):
            raise SigningRefused("already_filled", f"Ô “{_LABELS.get(name, name)}” đã được ghi.")
        _write_into(writer, place, " ".join(text.split()))
    return _written(writer)


def _open(pdf: bytes) -> IncrementalPdfFileWriter:
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        if writer.prev.encrypted:
            raise SigningRefused("encrypted", "Tệp PDF có mật khẩu, không ký được.")
        # Reading the pages now finds a broken file before anything is written.
        int(writer.root["/Pages"]["/Count"])
    except SigningRefused:
        raise
    except Exception as failure:
        raise SigningRefused("not_a_pdf", "Tệp không phải là PDF hoặc đã hỏng, không ký được.") from failure
    return writer


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
        readable_field_name={"leader": "Chữ ký của người có thẩm quyền", "agency": "Chữ ký số của cơ quan"}[name],
    )


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
    # Named only so that every /DA resolves; what is shown always carries its own embedded letters.
    fonts[pdf_name("/" + style)] = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name("/Times-Italic" if box.italic else "/Times-Roman"),
        }
    )
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


async def _signed(signer: signers.PdfSigner, writer: IncrementalPdfFileWriter, room: int, now: datetime) -> bytes:
    session = signer.init_signing_session(writer)
    session.system_time = now
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
    output = io.BytesIO()
    digest, _ = document.digest_tbs_document(output=output)
    after = await document.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=signers.pdf_cms.PdfCMSSignedAttributes(signing_time=now),
    )
    await after.post_signature_processing(output)
    return output.getvalue()


class _KeyInMemory(signers.Signer):
    """A signer whose key was parsed once; the stock one parses it again for every signature."""

    def __init__(self, key: SigningKey) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(key.chain_asn1)
        super().__init__(signing_cert=key.parsed_asn1, cert_registry=registry, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._key.raw_signature(data, digest_algorithm)


def _stamp_style(stamp: bytes | None) -> StaticStampStyle | None:
    if stamp is None:
        return None
    whole = layout.SimpleBoxLayoutRule(
        x_align=layout.AxisAlignment.ALIGN_MID,
        y_align=layout.AxisAlignment.ALIGN_MID,
        margins=layout.Margins(0, 0, 0, 0),
    )
    return StaticStampStyle(
        background=_StampPage(stamp), background_layout=whole, background_opacity=1.0, border_width=0
    )


class _StampPage(content.ImportedPdfPage):
    """The first page of a small PDF held in memory."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__("")
        self._pdf = pdf

    def render(self) -> bytes:
        writer = self._ensure_writer
        page = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)), page_ix=0)
        name = b"/Stamp"
        self.resources.xobject[name.decode("ascii")] = page
        x1, y1, x2, y2 = (float(edge) for edge in page.get_object()["/BBox"])
        self.box = layout.BoxConstraints(width=abs(x1 - x2), height=abs(y1 - y2))
        return name + b" Do"
