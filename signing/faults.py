"""What is wrong with a signature, in one stable word, out of what the library found."""

from __future__ import annotations

from datetime import datetime

from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from signing.verdicts import Changes, StampFound


def fault(status: PdfSignatureStatus, stamp: StampFound | None, vouched_at: datetime) -> str:
    """The worst thing about a signature; empty when it holds."""
    if not status.intact:
        return "tampered"
    if not status.valid:
        return "forged"
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return "partial"
    if changes(status) == "forbidden" or not status.docmdp_ok:
        return "changed"
    if stamp is not None and not stamp.attests:
        return "revoked_timestamp" if stamp.code == "revoked" else "bad_timestamp"
    if not status.trusted:
        return _distrust(status, stamp.moment if stamp else vouched_at)
    return ""


def changes(status: PdfSignatureStatus) -> Changes:
    """What was added to a file after a signature, as far as that signature allows it."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "none"
    levels: dict[ModificationLevel | None, Changes] = {
        ModificationLevel.NONE: "none",
        ModificationLevel.LTA_UPDATES: "timestamps",
        ModificationLevel.FORM_FILLING: "form_filling",
        None: "unknown",
    }
    return levels.get(status.modification_level, "forbidden") if status.docmdp_ok else "forbidden"


def _distrust(status: PdfSignatureStatus, at: datetime) -> str:
    if status.revocation_details is not None:
        return "revoked"
    problem = status.error_time_horizon
    trouble = status.trust_problem_indic
    name = getattr(trouble, "name", "") if trouble is not None else ""
    own = status.signing_cert
    if not own.not_valid_before <= at <= own.not_valid_after:
        return "expired"
    if problem is not None or "EXPIRED" in name or "OUT_OF_BOUNDS" in name or "NOT_YET_VALID" in name:
        return "expired"
    if "CHAIN_CONSTRAINTS" in name or "SIG_CONSTRAINTS" in name:
        return "wrong_usage"
    if "CRYPTO" in name:
        return "weak"
    if "REVOKED" in name:
        return "revoked"
    return "unknown_root"
