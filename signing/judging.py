"""One signature of a file: who made it, whether it holds, at which moment, and whom it leads to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms
from pyhanko.sign.validation.errors import DisallowedAlgorithmError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from signing.archives import Whom, stamp_fault, whole_token
from signing.awaiting import awaited
from signing.faults import changes, fault
from signing.standing import algorithm_of, carried_links, links, name_in, text_of
from signing.verdicts import PROBLEMS, Role, SignatureVerdict, StampFound


def judged(embedded: EmbeddedPdfSignature, whom: Whom, vouched_at: datetime, now: datetime) -> SignatureVerdict:
    """What is to be said of a signature; `vouched_at` is when something later proves that it was there already."""
    try:
        told = _told_by(embedded)
        if _left_over(embedded):
            return _unreadable(embedded, "malformed")
        status, stamp = awaited(_status_at_signing(embedded, whom, vouched_at))
        chain = links(status.validation_path) or carried_links(embedded)
    except (RecursionError, MemoryError):
        raise
    except DisallowedAlgorithmError:
        return _unreadable(embedded, "weak")
    except Exception:
        return _unreadable(embedded, "malformed")
    stamped = stamp.moment if stamp is not None and stamp.attests else None
    # Whom a changed paper's certificate leads to is not looked into: nothing would follow from it.
    standing, kind = "unknown" if status.intact and status.valid else "", ""
    if status.trusted:
        # A stamp whose root was not trusted then: the signer's root is held against that moment as well.
        claimed = stamp.moment if stamp is not None and stamp.code == "not_then" else None
        standing = whom.listed.standing(chain[-1].der, at=stamped or claimed or vouched_at, now=now)
        kind = whom.listed.kind_of(chain[-1].der)
    trusted = status.trusted and standing in ("in_force", "ended_since")
    code = fault(status, stamp, vouched_at)
    if not trusted and (not code or (code == "bad_timestamp" and status.trusted)):
        code = "root_not_then"
    return SignatureVerdict(
        **told,
        chain=chain,
        root_kind=kind,
        root_standing=standing,
        stamp=stamp,
        timestamped_by=stamp.by if stamp is not None and stamped else "",
        timestamped_at=stamped,
        intact=status.intact and status.valid,
        trusted=trusted,
        whole_document=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        changes=changes(status),
        problem=PROBLEMS.get(code, ""),
        code=code,
    )


async def _status_at_signing(
    embedded: EmbeddedPdfSignature, whom: Whom, vouched_at: datetime
) -> tuple[PdfSignatureStatus, StampFound | None]:
    """The library's findings, with the certificate judged at the attested moment if a trusted stamp attests one."""
    claimed = _stamped_moment(embedded)
    status = await _status(embedded, whom, vouched_at, claimed or vouched_at)
    stamp = _stamp(embedded, status, whom, vouched_at)
    if claimed and (stamp is None or not stamp.attests):
        status = await _status(embedded, whom, vouched_at, vouched_at)
    return status, stamp


async def _status(
    embedded: EmbeddedPdfSignature, whom: Whom, vouched_at: datetime, signed_at: datetime
) -> PdfSignatureStatus:
    def at(moment: datetime, roots: list[Any]) -> ValidationContext:
        return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail")

    return await async_validate_pdf_signature(
        embedded,
        signer_validation_context=at(signed_at, whom.signers),
        ts_validation_context=at(vouched_at, whom.stamps),
    )


def _stamp(
    embedded: EmbeddedPdfSignature, status: PdfSignatureStatus, whom: Whom, vouched_at: datetime
) -> StampFound | None:
    """What the signature's own time stamp attests."""
    found, token = status.timestamp_validity, _token(embedded)
    if found is None or token is None:
        return None
    whole = whole_token(token)
    return StampFound(
        field=embedded.field_name,
        moment=found.timestamp.astimezone(UTC),
        by=name_in(found.signing_cert.subject.native),
        judged_at=vouched_at,
        code=stamp_fault(found, whole, whom, vouched_at),
        chain=links(found.validation_path),
        token=whole,
    )


def _token(embedded: EmbeddedPdfSignature) -> cms.SignedData | None:
    return next(extract_tst_data_iter(embedded.signer_info, signed=False), None)


def _stamped_moment(embedded: EmbeddedPdfSignature) -> datetime | None:
    """The moment a time stamp claims, not yet believed."""
    token = _token(embedded)
    if token is None:
        return None
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment.astimezone(UTC)


def _told_by(embedded: EmbeddedPdfSignature) -> dict[str, Any]:
    """Who the certificate says signed."""
    certificate = embedded.signer_cert
    subject, issuer = certificate.subject.native, certificate.issuer.native
    entry = embedded.sig_object
    return {
        "field": embedded.field_name,
        "signer": text_of(subject.get("common_name")),
        "organisation": text_of(subject.get("organization_name")),
        "title": text_of(subject.get("title")),
        "serial": format(certificate.serial_number, "X"),
        "issuer": name_in(issuer),
        "signed_at": embedded.self_reported_timestamp,
        "role": _role(embedded.field_name, subject),
        "reason": str(entry.get("/Reason", "")),
        "location": str(entry.get("/Location", "")),
        "algorithm": algorithm_of(certificate, embedded.md_algorithm),
    }


def _left_over(embedded: EmbeddedPdfSignature) -> bool:
    """Whether something other than zeros stands behind a signature in the room kept for it."""
    kept: bytes = bytes(embedded.pkcs7_content)
    return any(kept[len(cms.ContentInfo.load(kept).dump()) :])


def _role(name: str, subject: dict[str, Any]) -> Role:
    """In which role somebody signed: claimed by the field's name, and only where the certificate does not deny it."""
    of_agency = subject.get("common_name") == subject.get("organization_name")
    if name == "agency":
        return "agency" if of_agency else ""
    if of_agency:
        return ""
    return "leader" if name == "leader" else "clerk" if name == "clerk" else ""


def _unreadable(embedded: EmbeddedPdfSignature, code: str) -> SignatureVerdict:
    try:
        told = _told_by(embedded)
    except Exception:
        told = dict.fromkeys(("signer", "organisation", "title", "serial", "issuer"), "")
        told |= {"field": str(embedded.field_name), "signed_at": None}
    return SignatureVerdict(
        **told,
        timestamped_at=None,
        intact=False,
        trusted=False,
        whole_document=False,
        changes="unknown",
        problem=PROBLEMS[code],
        code=code,
    )
