"""Look at any file and say whether its signatures hold; never fails, always answers."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, MiB, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.errors import DisallowedAlgorithmError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from signing.archives import Attested, archives_that_hold, vouched
from signing.keys import as_asn1
from signing.levels import ORDER, Level, levels
from signing.verdicts import NOTICE_ADDED, NOTICE_NO_TIME, PROBLEMS, Changes, SignatureVerdict, Verdict, refused
from signing.watch import TookTooLong, within

MAX_BYTES = 64 * MiB
MAX_SECONDS = 20.0
MAX_SIGNATURES = 20
MAX_REVISIONS = 100
_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 * MiB),
    document_budget=DocumentDecodeBudget(base_allowance=64 * MiB, max_ratio=20),
)
# Hostile files would fill the log with the library's tracebacks; what matters is in the verdict.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def verify(pdf: bytes, *, roots: Sequence[bytes], now: datetime, seconds: float = MAX_SECONDS) -> Verdict:
    """Check every signature of a PDF against the trusted `roots` (PEM or DER certificates).

    A certificate is judged at the moment of its trusted time stamp, without one at `now`; a time stamp at the moment an
    archive time stamp after it vouches for. So old signatures stay valid after certificates have run out. Nothing is
    fetched from any network.
    """
    if len(pdf) > MAX_BYTES:
        return refused("too_large", limit=MAX_BYTES // MiB)
    if b"%PDF-" not in pdf[:1024]:
        return refused("not_a_pdf")
    try:
        return within(seconds, lambda: _verify(pdf, [as_asn1(root) for root in roots], now))
    except TookTooLong:
        return refused("too_long")
    except (RecursionError, MemoryError):
        return refused("too_complex")
    except Exception:
        # Whatever a broken file provokes in the reader is the file's fault, and is said as such.
        return refused("damaged")


def _verify(pdf: bytes, roots: list[Any], now: datetime) -> Verdict:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True, decode_limits=_LIMITS)
    if reader.encrypted:
        return refused("encrypted")
    if reader.xrefs.hybrid_xrefs_present:
        return refused("hybrid")
    if reader.xrefs.total_revisions > MAX_REVISIONS:
        return refused("too_many")
    embedded = reader.embedded_regular_signatures
    if not embedded:
        return refused("unsigned")
    if len(embedded) > MAX_SIGNATURES:
        return refused("too_many")
    attested = asyncio.run(archives_that_hold(reader, roots, now))
    parts = levels(reader)
    signatures = tuple(_judge(one, roots, vouched(attested, one.signed_revision, now)) for one in embedded)
    signatures = tuple(
        replace(one, level=_level(one, parts.get(one.field, ""), at.signed_revision, attested))
        for one, at in zip(signatures, embedded, strict=True)
    )
    return _conclude(signatures)


def _conclude(signatures: tuple[SignatureVerdict, ...]) -> Verdict:
    broken = [one for one in signatures if not one.valid]
    if broken:
        code = broken[0].code if len(signatures) == 1 else "some_invalid"
        return Verdict(valid=False, problem=PROBLEMS[code], signatures=signatures, code=code)
    notices = []
    if signatures[-1].changes == "form_filling":
        notices.append(NOTICE_ADDED)
    if any(one.timestamped_at is None for one in signatures):
        notices.append(NOTICE_NO_TIME)
    return Verdict(valid=True, problem="", signatures=signatures, notice=" ".join(notices))


def _level(one: SignatureVerdict, parts: Level, revision: int, attested: Sequence[Attested]) -> Level:
    """The level a signature has the parts for, as far as they hold; none for one that does not."""
    if not one.valid:
        return ""
    held: Level = "B-LTA" if any(stamp.revision > revision for stamp in attested) else "B-LT"
    if one.timestamped_at is None:
        held = "B-B"
    return min(parts, held, key=ORDER.index)


def _judge(embedded: EmbeddedPdfSignature, roots: list[Any], vouched_at: datetime) -> SignatureVerdict:
    try:
        told = _told_by(embedded)
        status, stamped = asyncio.run(_status_at_signing(embedded, roots, vouched_at))
    except (RecursionError, MemoryError):
        raise
    except DisallowedAlgorithmError:
        return _unreadable(embedded, "weak")
    except Exception:
        return _unreadable(embedded, "malformed")
    code = _fault(status, stamped)
    return SignatureVerdict(
        **told,
        timestamped_at=stamped,
        intact=status.intact and status.valid,
        trusted=status.trusted,
        whole_document=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        changes=_changes(status),
        problem=PROBLEMS.get(code, ""),
        code=code,
    )


async def _status_at_signing(
    embedded: EmbeddedPdfSignature, roots: list[Any], vouched_at: datetime
) -> tuple[PdfSignatureStatus, datetime | None]:
    """The library's findings, with the certificate judged at the attested moment if a trusted stamp attests one."""
    claimed = _stamped_moment(embedded)
    status = await _status(embedded, roots, vouched_at, claimed or vouched_at)
    stamp = status.timestamp_validity
    if stamp is not None and stamp.valid and stamp.intact and stamp.trusted:
        return status, stamp.timestamp
    return (await _status(embedded, roots, vouched_at, vouched_at) if claimed else status), None


async def _status(
    embedded: EmbeddedPdfSignature, roots: list[Any], vouched_at: datetime, signed_at: datetime
) -> PdfSignatureStatus:
    def at(moment: datetime) -> ValidationContext:
        return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail")

    return await async_validate_pdf_signature(
        embedded, signer_validation_context=at(signed_at), ts_validation_context=at(vouched_at)
    )


def _stamped_moment(embedded: EmbeddedPdfSignature) -> datetime | None:
    """The moment a time stamp claims, not yet believed."""
    token: cms.SignedData | None = next(extract_tst_data_iter(embedded.signer_info, signed=False), None)
    if token is None:
        return None
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment.astimezone(UTC)


def _told_by(embedded: EmbeddedPdfSignature) -> dict[str, Any]:
    """Who the certificate says signed."""
    certificate = embedded.signer_cert
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return {
        "field": embedded.field_name,
        "signer": _text(subject.get("common_name")),
        "organisation": _text(subject.get("organization_name")),
        "title": _text(subject.get("title")),
        "serial": format(certificate.serial_number, "X"),
        "issuer": _text(issuer.get("common_name") or issuer.get("organization_name")),
        "signed_at": embedded.self_reported_timestamp,
    }


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _fault(status: PdfSignatureStatus, stamped: datetime | None) -> str:
    """The worst thing about a signature in one word; empty when it holds."""
    if not status.intact:
        return "tampered"
    if not status.valid:
        return "forged"
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return "partial"
    if _changes(status) == "forbidden" or not status.docmdp_ok:
        return "changed"
    if status.timestamp_validity is not None and stamped is None:
        return "bad_timestamp"
    if not status.trusted:
        return _distrust(status)
    return ""


def _distrust(status: PdfSignatureStatus) -> str:
    if status.revocation_details is not None:
        return "revoked"
    problem = status.error_time_horizon
    trouble = status.trust_problem_indic
    name = getattr(trouble, "name", "") if trouble is not None else ""
    if problem is not None or "EXPIRED" in name or "OUT_OF_BOUNDS" in name or "NOT_YET_VALID" in name:
        return "expired"
    if "CHAIN_CONSTRAINTS" in name or "SIG_CONSTRAINTS" in name:
        return "wrong_usage"
    if "REVOKED" in name:
        return "revoked"
    return "unknown_root"


def _changes(status: PdfSignatureStatus) -> Changes:
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "none"
    levels: dict[ModificationLevel | None, Changes] = {
        ModificationLevel.NONE: "none",
        ModificationLevel.LTA_UPDATES: "timestamps",
        ModificationLevel.FORM_FILLING: "form_filling",
        None: "unknown",
    }
    return levels.get(status.modification_level, "forbidden") if status.docmdp_ok else "forbidden"


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


__all__ = ["MAX_BYTES", "SignatureVerdict", "Verdict", "verify"]
