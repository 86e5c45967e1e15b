"""Look at any file and say whether its signatures hold; never fails, always answers."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
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
from signing.awaiting import awaited
from signing.keys import as_asn1
from signing.levels import ORDER, Level, levels
from signing.revocation import Revocation
from signing.standing import Kept, algorithm_of, carried_links, kept_in, links, name_in, revocation_of, text_of
from signing.trust import TrustedRoot, TrustList
from signing.verdicts import NOTICE_ADDED, NOTICE_NO_TIME, PROBLEMS, Changes, Role, SignatureVerdict, Verdict, refused
from signing.watch import TookTooLong, within

MAX_BYTES = 64 * MiB
MAX_SECONDS = 20.0
MAX_SIGNATURES = 20
MAX_REVISIONS = 100
SKEW = timedelta(minutes=5)
"""So far ahead of ours may the clock of a time-stamping authority run; a stamp of a later moment attests nothing."""
ALWAYS = datetime.min.replace(tzinfo=UTC)
_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 * MiB),
    document_budget=DocumentDecodeBudget(base_allowance=64 * MiB, max_ratio=20),
)
# Hostile files would fill the log with the library's tracebacks; what matters is in the verdict.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def verify(
    pdf: bytes,
    *,
    roots: Sequence[bytes] | TrustList,
    now: datetime,
    seconds: float = MAX_SECONDS,
    revocation: Revocation | None = None,
) -> Verdict:
    """Check every signature of a PDF against the trusted `roots` (PEM or DER certificates, or a dated list).

    A certificate is judged at the moment of its trusted time stamp, without one at `now`; a time stamp at the moment an
    archive time stamp after it vouches for. So old signatures stay valid after certificates have run out. Whether a
    certificate has been taken back is read from the file and asked of `revocation`; nothing else goes out.
    """
    trust = roots if isinstance(roots, TrustList) else TrustList(tuple(TrustedRoot(one, "", ALWAYS) for one in roots))
    if len(pdf) > MAX_BYTES:
        return refused("too_large", limit=MAX_BYTES // MiB)
    if b"%PDF-" not in pdf[:1024]:
        return refused("not_a_pdf")
    try:
        verdict, kept = within(seconds, lambda: _verify(pdf, trust, now))
        # Asking an authority has time limits of its own, and may keep what it learns: not to be broken off half-way.
        return _with_revocation(verdict, kept, revocation, now)
    except TookTooLong:
        return refused("too_long")
    except (RecursionError, MemoryError):
        return refused("too_complex")
    except Exception:
        # Whatever a broken file provokes in the reader is the file's fault, and is said as such.
        return refused("damaged")


@dataclass(frozen=True)
class _Whom:
    """The certificates to trust, apart for signers and for time stamps, and the list they stand on."""

    signers: list[Any]
    stamps: list[Any]
    listed: TrustList


def _verify(pdf: bytes, trust: TrustList, now: datetime) -> tuple[Verdict, Kept]:
    whom = _Whom(
        [as_asn1(one) for one in trust.known_roots()],
        [as_asn1(one) for one in trust.known_roots(purpose="timestamps")],
        trust,
    )
    reader = PdfFileReader(io.BytesIO(pdf), strict=True, decode_limits=_LIMITS)
    if reader.encrypted:
        return refused("encrypted"), Kept()
    if reader.xrefs.hybrid_xrefs_present:
        return refused("hybrid"), Kept()
    if reader.xrefs.total_revisions > MAX_REVISIONS:
        return refused("too_many"), Kept()
    embedded = reader.embedded_regular_signatures
    if not embedded:
        return refused("unsigned"), Kept()
    if len(embedded) > MAX_SIGNATURES:
        return refused("too_many"), Kept()
    attested, archives_intact = awaited(archives_that_hold(reader, whom.stamps, now))
    parts = levels(reader)
    signatures = tuple(_judge(one, whom, vouched(attested, one.signed_revision, now), now) for one in embedded)
    signatures = tuple(
        replace(one, level=_level(one, parts.get(one.field, ""), at.signed_revision, attested))
        for one, at in zip(signatures, embedded, strict=True)
    )
    if not archives_intact:
        signatures = tuple(replace(one, code=one.code or "bad_archive", level="") for one in signatures)
        signatures = tuple(replace(one, problem=PROBLEMS[one.code]) for one in signatures)
    return _conclude(signatures), kept_in(reader)


def _with_revocation(verdict: Verdict, kept: Kept, asked: Revocation | None, now: datetime) -> Verdict:
    """The verdict with what is known of revocation: only chains that lead to a trusted root are asked about."""
    if not verdict.signatures:
        return verdict
    judged = []
    for one in verdict.signatures:
        if one.trusted and one.chain:
            found = revocation_of(one.chain, kept, asked, at=one.timestamped_at or now, now=now)
            one = replace(one, revocation=found)
            if found.state == "revoked" and one.valid:
                one = replace(one, trusted=False, code="revoked", problem=PROBLEMS["revoked"], level="")
        judged.append(one)
    return _conclude(tuple(judged))


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


def _judge(embedded: EmbeddedPdfSignature, whom: _Whom, vouched_at: datetime, now: datetime) -> SignatureVerdict:
    try:
        told = _told_by(embedded)
        if _left_over(embedded):
            return _unreadable(embedded, "malformed")
        status, stamped = awaited(_status_at_signing(embedded, whom, vouched_at))
        chain = links(status.validation_path) or carried_links(embedded)
    except (RecursionError, MemoryError):
        raise
    except DisallowedAlgorithmError:
        return _unreadable(embedded, "weak")
    except Exception:
        return _unreadable(embedded, "malformed")
    # Whom a changed paper's certificate leads to is not looked into: nothing would follow from it.
    standing, kind = "unknown" if status.intact and status.valid else "", ""
    if status.trusted:
        standing = whom.listed.standing(chain[-1].der, at=stamped or vouched_at, now=now)
        kind = whom.listed.kind_of(chain[-1].der)
    trusted = status.trusted and standing in ("in_force", "ended_since")
    code = _fault(status, stamped, vouched_at) or ("" if trusted else "root_not_then")
    return SignatureVerdict(
        **told,
        chain=chain,
        root_kind=kind,
        root_standing=standing,
        timestamped_by=_stamped_by(status) if stamped else "",
        timestamped_at=stamped,
        intact=status.intact and status.valid,
        trusted=trusted,
        whole_document=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        changes=_changes(status),
        problem=PROBLEMS.get(code, ""),
        code=code,
    )


async def _status_at_signing(
    embedded: EmbeddedPdfSignature, whom: _Whom, vouched_at: datetime
) -> tuple[PdfSignatureStatus, datetime | None]:
    """The library's findings, with the certificate judged at the attested moment if a trusted stamp attests one."""
    claimed = _stamped_moment(embedded)
    status = await _status(embedded, whom, vouched_at, claimed or vouched_at)
    stamp = status.timestamp_validity
    in_time = stamp is not None and stamp.timestamp <= vouched_at + SKEW
    if stamp is not None and in_time and stamp.valid and stamp.intact and stamp.trusted:
        return status, stamp.timestamp
    return (await _status(embedded, whom, vouched_at, vouched_at) if claimed else status), None


async def _status(
    embedded: EmbeddedPdfSignature, whom: _Whom, vouched_at: datetime, signed_at: datetime
) -> PdfSignatureStatus:
    def at(moment: datetime, roots: list[Any]) -> ValidationContext:
        return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail")

    return await async_validate_pdf_signature(
        embedded,
        signer_validation_context=at(signed_at, whom.signers),
        ts_validation_context=at(vouched_at, whom.stamps),
    )


def _stamped_moment(embedded: EmbeddedPdfSignature) -> datetime | None:
    """The moment a time stamp claims, not yet believed."""
    token: cms.SignedData | None = next(extract_tst_data_iter(embedded.signer_info, signed=False), None)
    if token is None:
        return None
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment.astimezone(UTC)


def _stamped_by(status: PdfSignatureStatus) -> str:
    return name_in(status.timestamp_validity.signing_cert.subject.native) if status.timestamp_validity else ""


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


def _fault(status: PdfSignatureStatus, stamped: datetime | None, vouched_at: datetime) -> str:
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
        return _distrust(status, stamped or vouched_at)
    return ""


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
