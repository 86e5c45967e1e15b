"""The levels of a signed paper (ETSI EN 319 142-1), told from a file, and a paper raised to the highest of them.

B-B: signed. B-T: a trusted authority attests the moment. B-LT: what proves that no certificate had been taken back lies
in the file. B-LTA: an archive time stamp covers all of it, and is renewed before it weakens.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from asn1crypto import cms, ocsp, x509
from asn1crypto import crl as asn1_crl
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import cms_embedder, constants
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import container
from signing.ageing import Ageing
from signing.chains import Proof, Proofs
from signing.errors import SigningRefused
from signing.preparing import opened, put_in_place
from signing.revocation import AskedOnce, Revocation
from signing.timestamps import Timestamper

Level = Literal["", "B-B", "B-T", "B-LT", "B-LTA"]
ORDER: tuple[Level, ...] = ("", "B-B", "B-T", "B-LT", "B-LTA")
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
ARCHIVE_ALGORITHM = "sha256"
_ARCHIVE = "archive-"


@dataclass(frozen=True)
class Raised:
    """A paper at a level; its newest archive time stamp holds until `holds_until` and is renewed at `renew_at`."""

    pdf: bytes
    level: Level
    holds_until: datetime
    renew_at: datetime


def level_of(pdf: bytes) -> Level:
    """The level of the weakest signature in a file, "" for an unsigned one; says nothing about whether they hold."""
    reader = PdfFileReader(io.BytesIO(pdf))
    found = levels(reader).values()
    return min(found, key=ORDER.index, default="")


def levels(reader: PdfFileReader) -> dict[str, Level]:
    """The level each signature has the parts for, by its field. Whether the parts hold is for `verify` to say."""
    store = _Store.read(reader)
    archives = reader.embedded_timestamp_signatures
    return {one.field_name: _level(one, store, archives) for one in reader.embedded_regular_signatures}


def raised(
    pdf: bytes,
    *,
    revocation: Revocation,
    timestamper: Timestamper,
    authorities: Sequence[bytes],
    ageing: Ageing,
    now: datetime,
) -> Raised:
    """Bring a signed paper to B-LTA, or renew its archive time stamp, in one incremental update.

    `authorities` (PEM or DER) are the roots a chain has to end in. What proves that no certificate had been taken back
    is asked for and embedded; then a time stamp covers the whole. Raises `SigningRefused`: "unsigned", "revoked",
    "broken_chain" for good; "no_evidence", "evidence_too_old", "no_timestamp" until asked again later.
    """
    writer = opened(pdf)
    archives = len(writer.prev.embedded_timestamp_signatures)
    _put_proofs(writer, revocation, authorities, now)
    token, stamped = _archived(writer, f"{_ARCHIVE}{archives + 1}", timestamper)
    ends = _token_holds_until(token, ageing)
    return Raised(stamped, "B-LTA", ends, ends - ageing.renew_before)


def proven(pdf: bytes, *, revocation: Revocation, authorities: Sequence[bytes], now: datetime) -> bytes:
    """A signed paper with what proves its certificates unrevoked, in one incremental update: B-T becomes B-LT.

    Refuses as `raised` does.
    """
    writer = opened(pdf)
    _put_proofs(writer, revocation, authorities, now)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _put_proofs(
    writer: IncrementalPdfFileWriter, revocation: Revocation, authorities: Sequence[bytes], now: datetime
) -> None:
    """Write into the file's DSS what is missing there for its signatures and archive time stamps."""
    reader = writer.prev
    regular, archives = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    if not regular:
        raise SigningRefused("unsigned", "Văn bản không có chữ ký số.")
    asked = AskedOnce(revocation)
    store = DocumentSecurityStore(writer=writer) if "/DSS" not in writer.root else _kept(writer)
    new = store.backing_pdf_object if "/DSS" not in writer.root else None
    for signed in (*regular, *archives):
        name = DocumentSecurityStore.sig_content_identifier(signed.pkcs7_content)
        if name in store.vri_entries:
            continue
        found = _proofs(signed, asked, authorities, now)
        store.register_vri(
            name,
            certs=[x509.Certificate.load(one) for one in found.certificates],
            ocsps=[ocsp.OCSPResponse.load(one) for one in found.ocsps],
            crls=[asn1_crl.CertificateList.load(one) for one in found.crls],
        )
    whole = store.as_pdf_object()
    if new is not None:
        writer.root[pdf_name("/DSS")] = writer.add_object(whole)
        writer.update_root()


def attested(embedded: EmbeddedPdfSignature) -> datetime | None:
    """The moment a signature's own time stamp claims, not yet believed."""
    token = next(extract_tst_data_iter(embedded.signer_info, signed=False), None)
    return _moment(token) if token is not None else None


def archive_moment(archive: EmbeddedPdfSignature) -> datetime:
    """The moment an archive time stamp claims, not yet believed."""
    return _moment(archive.signed_data)


def _moment(token: cms.SignedData) -> datetime:
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def _level(signed: EmbeddedPdfSignature, store: _Store, archives: Sequence[EmbeddedPdfSignature]) -> Level:
    if attested(signed) is None:
        return "B-B"
    if not all(store.proves(leaf) for leaf in _leaves(signed)):
        return "B-T"
    # An archive time stamp counts for what lies before it: signature and proofs alike.
    covered = any(
        archive.signed_revision > signed.signed_revision and archive.signed_revision >= store.since
        for archive in archives
    )
    return "B-LTA" if covered else "B-LT"


def _leaves(signed: EmbeddedPdfSignature) -> list[x509.Certificate]:
    """Whose certificates stand behind a signature: the signer's and that of its time stamp."""
    leaves = [signed.signer_cert]
    for token in extract_tst_data_iter(signed.signer_info, signed=False):
        leaves.append(_token_signer(token))
    return leaves


def _token_signer(token: cms.SignedData) -> x509.Certificate:
    sid = token["signer_infos"][0]["sid"]
    for choice in token["certificates"]:
        one = choice.chosen
        if sid.name == "issuer_and_serial_number":
            if one.serial_number == sid.chosen["serial_number"].native and one.issuer == sid.chosen["issuer"]:
                return one
        elif one.key_identifier == sid.chosen.native:
            return one
    raise SigningRefused("bad_timestamp", "Dấu thời gian không kèm chứng thư của tổ chức cấp.")


def _token_holds_until(token: cms.SignedData, ageing: Ageing) -> datetime:
    imprint = token["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]["algorithm"].native
    return ageing.holds_until(container.certificate_of(_token_signer(token).dump()), imprint)


def _proofs(
    signed: EmbeddedPdfSignature, revocation: Revocation, authorities: Sequence[bytes], now: datetime
) -> Proofs:
    """What has to be embedded for one signature or archive time stamp: chains and what proves them unrevoked."""
    known = [one.chosen.dump() for one in signed.signed_data["certificates"]]
    gathered = Proof(revocation, now, authorities=authorities, known=known)
    if signed.sig_object_type == "/DocTimeStamp":
        gathered.ask(signed.signer_cert.dump(), at=_moment(signed.signed_data))
        return gathered.found
    at = attested(signed)
    gathered.ask(signed.signer_cert.dump(), at=at or now, fresh_since=at)
    for token in extract_tst_data_iter(signed.signer_info, signed=False):
        gathered.know(one.chosen.dump() for one in token["certificates"])
        gathered.ask(_token_signer(token).dump(), at=_moment(token))
    return gathered.found


def _archived(writer: IncrementalPdfFileWriter, field: str, timestamper: Timestamper) -> tuple[cms.SignedData, bytes]:
    """Write the update with a document time stamp (ETSI EN 319 142-1, 5.4.3) over everything up to its end."""
    writer.ensure_output_version(version=(1, 7))
    writer.register_extension(constants.ESIC_EXTENSION_1)
    spec = fields.SigFieldSpec(field, readable_field_name="Dấu thời gian lưu trữ")
    embedder = cms_embedder.PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer)
    next(embedder)
    kept = DocumentTimestamp(bytes_reserved=2 * timestamper.room)
    embedder.send(cms_embedder.SigObjSetup(sig_placeholder=kept))
    ready, output = embedder.send(cms_embedder.SigIOSetup(md_algorithm=ARCHIVE_ALGORITHM))
    token = timestamper.token(ready.document_digest, ARCHIVE_ALGORITHM)
    place = (ready.reserved_region_start, ready.reserved_region_end)
    return cms.ContentInfo.load(token)["content"], put_in_place(output.getvalue(), place, token)


def _kept(handler: Any) -> DocumentSecurityStore:
    try:
        return DocumentSecurityStore.read_dss(handler)
    except NoDSSFoundError:
        raise
    except Exception as wrong:
        raise SigningRefused("bad_store", "Dữ liệu xác minh trong tệp bị hỏng, không nâng mức được.") from wrong


class _Store:
    """What a file's DSS proves: of which certificates it holds an OCSP answer or their issuer's list."""

    def __init__(self, serials: set[tuple[bytes, int]], issuers: set[bytes], since: int) -> None:
        self._serials, self._issuers = serials, issuers
        self.since = since

    @classmethod
    def read(cls, reader: PdfFileReader) -> _Store:
        if "/DSS" not in reader.root:
            return cls(set(), set(), 0)
        whole = reader.root["/DSS"]
        serials = set()
        for reference in _listed(whole, "/OCSPs"):
            with suppress(*_UNREADABLE):  # what cannot be read proves nothing
                answer = ocsp.OCSPResponse.load(reference.get_object().read_data(DecodePurpose.OCSP_RESPONSE))
                for row in answer.response_data["responses"] if answer["response_bytes"].native else ():
                    about = row["cert_id"]
                    serials.add((about["issuer_key_hash"].native, about["serial_number"].native))
        issuers = set()
        for reference in _listed(whole, "/CRLs"):
            with suppress(*_UNREADABLE):
                listed = asn1_crl.CertificateList.load(reference.get_object().read_data(DecodePurpose.CRL))
                issuers.add(listed.issuer.dump())
        return cls(serials, issuers, _since(reader))

    def proves(self, leaf: x509.Certificate) -> bool:
        if leaf.issuer.dump() in self._issuers:
            return True
        key = leaf.authority_key_identifier
        # Both are SHA-1 of the issuer's key where the issuer follows RFC 5280, 4.2.1.2 and RFC 6960, 4.1.1.
        return any(serial == leaf.serial_number and hashed == key for hashed, serial in self._serials)


def _listed(whole: Any, name: str) -> list[Any]:
    # `get` of the library's dictionaries gives a reference where the subscript gives what it refers to.
    return list(whole[name]) if name in whole else []


def _since(reader: PdfFileReader) -> int:
    """The revision (counted from 0) in which the store was last written."""
    reference = reader.root.raw_get("/DSS")
    last = reader.root_ref if not isinstance(reference, generic.IndirectObject) else reference.reference
    return int(reader.xrefs.get_last_change(last))
