"""Look at any file and say whether its signatures hold; never fails, always answers."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, MiB, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.archives import Whom, archive_stamps, vouched
from signing.awaiting import awaited
from signing.judging import judged
from signing.levels import ORDER, Level, levels
from signing.revocation import AskedOnce, Revocation
from signing.standing import NOTHING_KEPT, Kept, kept_in, revocation_of
from signing.trust import TrustList
from signing.verdicts import (
    NOTICE_ADDED,
    NOTICE_NO_TIME,
    PROBLEMS,
    RevocationFound,
    SignatureVerdict,
    StampFound,
    Verdict,
    refused,
)
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
    certificate, a signer's or a time-stamping authority's, has been taken back is read from the file and asked of
    `revocation`; nothing else goes out.
    """
    trust = roots if isinstance(roots, TrustList) else TrustList.of(roots)
    if len(pdf) > MAX_BYTES:
        return refused("too_large", limit=MAX_BYTES // MiB)
    if b"%PDF-" not in pdf[:1024]:
        return refused("not_a_pdf")
    asked = AskedOnce(revocation) if revocation is not None else None
    revoked: dict[bytes, RevocationFound] = {}
    try:
        while True:
            begun = time.monotonic()
            looked = within(seconds, partial(_look, pdf, Whom.of(trust, tuple(revoked)), now))
            seconds -= time.monotonic() - begun  # one limit for all rounds
            # Asking an authority has time limits of its own, and may keep what it learns: never broken off half-way.
            stamps = {one.token: _of_stamp(one, looked.kept, asked, now) for one in _attesting(looked)}
            fallen = {token: found for token, found in stamps.items() if found.state == "revoked"}
            if not fallen:
                return _told(looked, stamps | revoked, asked, now)
            # What a stamp attested is judged anew without it, other stamps among it; with every round there are fewer.
            revoked |= fallen
    except TookTooLong:
        return refused("too_long")
    except (RecursionError, MemoryError):
        return refused("too_complex")
    except Exception:
        # Whatever a broken file provokes in the reader is the file's fault, and is said as such.
        return refused("damaged")


@dataclass(frozen=True)
class _Looked:
    """What a file says by itself: a refusal, or its signatures, archive time stamps and what it carries as proof."""

    refusal: str = ""
    signatures: tuple[SignatureVerdict, ...] = ()
    archives: tuple[StampFound, ...] = ()
    kept: Kept = NOTHING_KEPT


def _look(pdf: bytes, whom: Whom, now: datetime) -> _Looked:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True, decode_limits=_LIMITS)
    if reader.encrypted:
        return _Looked("encrypted")
    if reader.xrefs.hybrid_xrefs_present:
        return _Looked("hybrid")
    if reader.xrefs.total_revisions > MAX_REVISIONS:
        return _Looked("too_many")
    try:
        embedded = reader.embedded_regular_signatures
    except (RecursionError, MemoryError):
        raise
    except Exception:
        return _Looked("malformed")
    if not embedded:
        return _Looked("unsigned")
    if len(reader.embedded_signatures) > MAX_SIGNATURES:
        return _Looked("too_many")
    archives = awaited(archive_stamps(reader, whom, now))
    parts = levels(reader)
    signatures = []
    for one in embedded:
        found = judged(one, whom, vouched(archives, one.signed_revision, now), now)
        level = _level(found, parts.get(found.field, ""), one.signed_revision, archives)
        signatures.append(replace(found, level=level))
    return _Looked("", tuple(signatures), archives, kept_in(reader))


def _level(one: SignatureVerdict, parts: Level, revision: int, archives: Sequence[StampFound]) -> Level:
    """The level a signature has the parts for, as far as they hold; none for one that does not."""
    if not one.valid:
        return ""
    held: Level = "B-LTA" if any(stamp.attests and stamp.revision > revision for stamp in archives) else "B-LT"
    if one.timestamped_at is None:
        held = "B-B"
    return min(parts, held, key=ORDER.index)


def _attesting(looked: _Looked) -> Iterator[StampFound]:
    """The time stamps that would hold if their certificates were not taken back."""
    own = (one.stamp for one in looked.signatures if one.stamp is not None)
    yield from (one for one in (*looked.archives, *own) if one.attests and one.chain)


def _of_stamp(one: StampFound, kept: Kept, asked: Revocation | None, now: datetime) -> RevocationFound:
    return revocation_of(one.chain, kept, asked, at=one.moment, proven_at=one.judged_at, now=now)


def _told(looked: _Looked, stamps: Mapping[bytes, RevocationFound], asked: Revocation | None, now: datetime) -> Verdict:
    """The verdict with what is known of revocation: only chains that lead to a trusted root are asked about."""
    if looked.refusal:
        return refused(looked.refusal)
    signatures = []
    for one in looked.signatures:
        one = replace(one, stamp=_with(one.stamp, stamps) if one.stamp else None)
        if one.trusted and one.chain:
            found = revocation_of(one.chain, looked.kept, asked, at=one.timestamped_at or now, now=now)
            one = replace(one, revocation=found)
            if found.state == "revoked" and one.valid:
                one = replace(one, trusted=False, code="revoked", problem=PROBLEMS["revoked"], level="")
        signatures.append(one)
    return _conclude(tuple(signatures), tuple(_with(one, stamps) for one in looked.archives))


def _with(stamp: StampFound, stamps: Mapping[bytes, RevocationFound]) -> StampFound:
    return replace(stamp, revocation=stamps[stamp.token]) if stamp.token in stamps else stamp


_ARCHIVES = {
    "weak": "weak_archive",
    "untimely": "untimely_archive",
    "untrusted": "untrusted_archive",
    "not_then": "untrusted_archive",
    "revoked": "revoked_archive",
}


def _conclude(signatures: tuple[SignatureVerdict, ...], archives: tuple[StampFound, ...]) -> Verdict:
    if any(one.code == "broken" for one in archives):
        signatures = tuple(replace(one, code=one.code or "bad_archive", level="") for one in signatures)
        signatures = tuple(replace(one, problem=PROBLEMS[one.code]) for one in signatures)
    broken = [one for one in signatures if not one.valid]
    idle = [_ARCHIVES[one.code] for one in archives if one.code in _ARCHIVES]
    if broken or idle:
        shared = len(broken) == len(signatures) and len({one.code for one in broken}) == 1
        code = idle[0] if not broken else broken[0].code if shared else "some_invalid"
        return Verdict(valid=False, problem=PROBLEMS[code], signatures=signatures, code=code, archives=archives)
    notices = []
    if signatures[-1].changes == "form_filling":
        notices.append(NOTICE_ADDED)
    if any(one.timestamped_at is None for one in signatures):
        notices.append(NOTICE_NO_TIME)
    return Verdict(valid=True, problem="", signatures=signatures, notice=" ".join(notices), archives=archives)


__all__ = ["MAX_BYTES", "SignatureVerdict", "Verdict", "verify"]
