"""A signature in two steps: what a key is to sign is prepared here, what the key answered is embedded here.

Between the two any time may pass: the key may lie in this process, on a token in the leader's own PC, or with a remote
service that asks its holder first.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import content, generic, layout
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import cms_embedder, constants
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.stamp import StaticStampStyle

from signing import container
from signing.errors import SigningRefused
from signing.timestamps import Timestamper

TOKEN_ROOM = 12288
"""Bytes kept free for a time stamp when it is not known yet who will give it."""


@dataclass(frozen=True)
class Prepared:
    """A document with an empty place for one signature, and what the key has to sign.

    `document` is the PDF as it will be but for `place` (first and last byte of the hexadecimal string, brackets
    included); `certificate` and `chain` are DER, from issuer to root. The key signs `signed_attributes` (DER) hashed
    with `algorithm` ("sha256"); a key that takes only a hash is given `digest`.
    """

    document: bytes
    place: tuple[int, int]
    algorithm: str
    certificate: bytes
    chain: tuple[bytes, ...]
    signed_attributes: bytes

    @property
    def digest(self) -> bytes:
        """The hash of what is signed: all that ever has to leave for a key elsewhere."""
        return hashlib.new(self.algorithm, self.signed_attributes).digest()

    @property
    def sha256(self) -> str:
        """The digest (hex) under which the bytes of the document lie in the store."""
        return hashlib.sha256(self.document).hexdigest()

    def record(self) -> dict[str, Any]:
        """Everything but the document's bytes, as plain JSON values: what is kept while a token is waited for."""
        return {
            "sha256": self.sha256,
            "place": list(self.place),
            "algorithm": self.algorithm,
            "certificate": _text(self.certificate),
            "chain": [_text(one) for one in self.chain],
            "signed_attributes": _text(self.signed_attributes),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any], document: bytes) -> Prepared:
        """Take up again what was kept; raises `SigningRefused` when the document is not the one prepared then."""
        try:
            start, end = record["place"]
            found = cls(
                document=document,
                place=(int(start), int(end)),
                algorithm=str(record["algorithm"]),
                certificate=base64.b64decode(record["certificate"]),
                chain=tuple(base64.b64decode(one) for one in record["chain"]),
                signed_attributes=base64.b64decode(record["signed_attributes"]),
            )
            fits = found.sha256 == record["sha256"] and found.fits()
        except (KeyError, TypeError, ValueError) as wrong:
            raise SigningRefused(
                "not_prepared", "Lượt ký đã chuẩn bị không đọc lại được; hãy ký lại từ đầu."
            ) from wrong
        if not fits:
            raise SigningRefused("not_prepared", "Văn bản không còn như lúc chuẩn bị ký; hãy ký lại từ đầu.")
        return found

    def fits(self) -> bool:
        """Whether what is signed speaks of exactly this document and this certificate."""
        start, end = self.place
        if not 0 < start < end <= len(self.document) or self.algorithm not in container.HASHES:
            return False
        digest = _digest(self.document, self.place, self.algorithm)
        return self.signed_attributes == container.signed_attributes(self.certificate, digest, self.algorithm)


def prepared(
    pdf: bytes,
    *,
    certificate: bytes,
    chain: Sequence[bytes],
    field: str,
    stamp: bytes | None,
    reason: str,
    location: str,
    now: datetime,
    token_room: int = TOKEN_ROOM,
) -> Prepared:
    """Make everything of a PAdES signature but the signature: `field` filled, `stamp` shown, its place kept free.

    `certificate` and `chain` (PEM or DER, from issuer to root) say whose key will sign. The first signature certifies
    the paper and allows only form filling and further signatures after it (DocMDP 2). A field that was not prepared is
    made, invisible. `token_room` is how many bytes the time stamp may take. Raises `SigningRefused`.
    """
    parsed = container.certificate_of(certificate)
    if not parsed.not_valid_before_utc <= now <= parsed.not_valid_after_utc:
        raise SigningRefused("certificate_expired", "Chứng thư số của người ký chưa có hiệu lực hoặc đã hết hạn.")
    algorithm = container.algorithm_of(certificate)
    writer = opened(pdf)
    existing = list(writer.prev.embedded_regular_signatures)
    if any(one.field_name == field for one in existing):
        raise SigningRefused("already_signed", "Ô chữ ký này đã được ký.")
    room = 2 * container.room_of(certificate, chain, token_room)
    signature = SignatureObject(
        bytes_reserved=room,
        subfilter=fields.SigSeedSubFilter.PADES,
        timestamp=now,
        location=location or None,
        reason=reason or None,
    )
    try:
        document, place = _with_place(writer, signature, field, stamp, first=not existing, algorithm=algorithm, now=now)
    except SigningRefused:
        raise
    except Exception as failure:
        raise SigningRefused("not_signed", "Không ký được văn bản: tệp không nhận thêm chữ ký số này.") from failure
    digest = _digest(document, place, algorithm)
    return Prepared(
        document=document,
        place=place,
        algorithm=algorithm,
        certificate=container.der_of(certificate),
        chain=tuple(container.der_of(one) for one in chain),
        signed_attributes=container.signed_attributes(certificate, digest, algorithm),
    )


def embedded(prepared: Prepared, signature: bytes, timestamper: Timestamper | None) -> bytes:
    """The signed document: level B-T with the time stamp of `timestamper`, level B-B without one.

    `signature` is what the key made of `prepared.signed_attributes`: ECDSA as DER, or RSA with PKCS#1 v1.5 padding.
    Raises `SigningRefused` when the signature is not the certificate's, or no time stamp is to be had.
    """
    if not prepared.fits():
        raise SigningRefused("not_prepared", "Văn bản không còn như lúc chuẩn bị ký; hãy ký lại từ đầu.")
    if not container.holds(prepared.certificate, signature, prepared.signed_attributes, prepared.algorithm):
        raise SigningRefused("wrong_signature", "Chữ ký nhận về không khớp với chứng thư số của người ký.")
    token = None
    if timestamper is not None:
        hashed = hashlib.new(prepared.algorithm, signature).digest()
        token = timestamper.token(hashed, prepared.algorithm)
    whole = container.container(
        prepared.certificate, prepared.chain, prepared.signed_attributes, signature, prepared.algorithm, token
    )
    return put_in_place(prepared.document, prepared.place, whole)


def put_in_place(document: bytes, place: tuple[int, int], container_bytes: bytes) -> bytes:
    """Write a CMS container into the place kept free for it; raises `SigningRefused` when it is too large."""
    start, end = place
    written = container_bytes.hex().upper().encode("ascii")
    if len(written) > end - start - 2:
        raise SigningRefused("no_room", "Dấu thời gian hoặc chứng thư số lớn hơn chỗ dành cho chữ ký.")
    signed = bytearray(document)
    signed[start + 1 : start + 1 + len(written)] = written
    return bytes(signed)


def opened(pdf: bytes) -> IncrementalPdfFileWriter:
    """A file to which something is going to be added; raises `SigningRefused` for what cannot carry a signature."""
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


def _with_place(
    writer: IncrementalPdfFileWriter,
    signature: SignatureObject,
    field: str,
    stamp: bytes | None,
    *,
    first: bool,
    algorithm: str,
    now: datetime,
) -> tuple[bytes, tuple[int, int]]:
    """The document with the signature's dictionary in its field, and where its value will stand."""
    # A hybrid file shows one thing to old readers and another to new ones: nobody can say what is being signed.
    if writer.prev.xrefs.hybrid_xrefs_present:
        raise SigningRefused(
            "hybrid", "Tệp dùng bảng tra kép (hybrid), không ký được; hãy lưu lại tệp bằng phần mềm khác."
        )
    embedder = cms_embedder.PdfCMSEmbedder().write_cms(field, writer)
    place_of_field = next(embedder).get_object()
    writer.ensure_output_version(version=(1, 7))
    writer.register_extension(constants.ESIC_EXTENSION_1)
    lock = None
    if "/Lock" in place_of_field:
        lock = fields.FieldMDPSpec.from_pdf_object(place_of_field["/Lock"])
        _show_anew(writer)
    setup = cms_embedder.SigMDPSetup(
        md_algorithm=algorithm,
        certify=first,
        field_lock=lock,
        docmdp_perms=fields.MDPPerm.FILL_FORMS if first else None,
    )
    shown = cms_embedder.SigAppearanceSetup(style=_stamp_style(stamp), timestamp=now, name=None) if stamp else None
    embedder.send(cms_embedder.SigObjSetup(sig_placeholder=signature, mdp_setup=setup, appearance_setup=shown))
    ready, output = embedder.send(cms_embedder.SigIOSetup(md_algorithm=algorithm))
    return output.getvalue(), (ready.reserved_region_start, ready.reserved_region_end)


def _show_anew(writer: IncrementalPdfFileWriter) -> None:
    """Write what text fields show once more, in the revision that locks them.

    Readers that compare revisions (pyHanko 0.38 among them) otherwise take appearances older than the lock for changes
    made after it, and would call every later update forbidden, proofs and archive time stamps included.
    """
    for reference in writer.root["/AcroForm"]["/Fields"]:
        place = reference.get_object()
        if place.get("/FT") != "/Tx" or "/AP" not in place:
            continue
        shown = place["/AP"]["/N"]
        copy = generic.StreamObject(dict(shown), encoded_data=shown.encoded_data)
        place[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(copy)})
        writer.update_container(place)


def _digest(document: bytes, place: tuple[int, int], algorithm: str) -> bytes:
    whole = memoryview(document)
    hashed = hashlib.new(algorithm, whole[: place[0]])
    hashed.update(whole[place[1] :])
    return hashed.digest()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _stamp_style(stamp: bytes) -> StaticStampStyle:
    whole = layout.SimpleBoxLayoutRule(
        x_align=layout.AxisAlignment.ALIGN_MID,
        y_align=layout.AxisAlignment.ALIGN_MID,
        margins=layout.Margins(0, 0, 0, 0),
    )
    return StaticStampStyle(
        background=_StampPage(stamp), background_layout=whole, background_opacity=1.0, border_width=0
    )


_UNNAMED = ""  # it lies in memory, not in a file


class _StampPage(content.ImportedPdfPage):
    """The first page of a small PDF held in memory."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(_UNNAMED)
        self._pdf = pdf

    def render(self) -> bytes:
        writer = self._ensure_writer
        page = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)), page_ix=0)
        name = b"/Stamp"
        self.resources.xobject[name.decode("ascii")] = page
        x1, y1, x2, y2 = (float(edge) for edge in page.get_object()["/BBox"])
        self.box = layout.BoxConstraints(width=abs(x1 - x2), height=abs(y1 - y2))
        return name + b" Do"
