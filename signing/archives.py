"""What the time stamps of a file attest, each judged at the moment something later vouches for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import DisallowedAlgorithmError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.keys import as_asn1
from signing.levels import archive_moment
from signing.standing import carried_links, links, name_in
from signing.trust import TrustList
from signing.verdicts import StampFault, StampFound

SKEW = timedelta(minutes=5)
"""So far ahead of ours may the clock of a time-stamping authority run; a stamp of a later moment attests nothing."""


@dataclass(frozen=True)
class Whom:
    """Whom to trust: the certificates apart for signers and for time stamps, and the list they stand on.

    `worthless` are the time stamps (DER) whose certificate was found to have been taken back.
    """

    signers: list[Any]
    stamps: list[Any]
    listed: TrustList
    worthless: Collection[bytes] = ()

    @classmethod
    def of(cls, trust: TrustList, worthless: Collection[bytes] = ()) -> Whom:
        """Everybody ever on a list: whether they were at the moment in question is asked once it is known."""
        signers = [as_asn1(one) for one in trust.known_roots()]
        return cls(signers, [as_asn1(one) for one in trust.known_roots(purpose="timestamps")], trust, worthless)


async def archive_stamps(reader: PdfFileReader, whom: Whom, now: datetime) -> tuple[StampFound, ...]:
    """The archive time stamps of a file, the oldest first.

    The newest is judged `now`, each older one at the moment of the next that holds (ETSI EN 319 102-1, past signature
    validation): its authority's certificate may have ended long ago. One that does not hold vouches for nothing.
    """
    found: list[StampFound] = []
    at = now
    for archive in reversed(reader.embedded_timestamp_signatures):
        one = await _archive(archive, whom, at)
        found.append(one)
        if one.attests:
            at = one.moment
    return tuple(reversed(found))


async def _archive(archive: EmbeddedPdfSignature, whom: Whom, at: datetime) -> StampFound:
    context = ValidationContext(trust_roots=whom.stamps, moment=at, allow_fetching=False, revocation_mode="soft-fail")
    moment = archive_moment(archive).astimezone(UTC)
    told = {"field": archive.field_name, "moment": moment, "judged_at": at, "revision": archive.signed_revision}
    try:
        status = await async_validate_pdf_timestamp(archive, validation_context=context)
    except (RecursionError, MemoryError):
        raise
    except DisallowedAlgorithmError:
        return StampFound(**told, by=_name_of(archive.signer_cert), code="weak")
    except Exception:
        # Whatever a strange token provokes in the library, it is a broken one.
        return StampFound(**told, by="", code="broken")
    token = whole_token(archive.signed_data)
    return StampFound(
        **told,
        by=_name_of(status.signing_cert),
        code=stamp_fault(status, token, whom, at, ahead=timedelta()),
        chain=links(status.validation_path) or carried_links(archive),
        token=token,
    )


def stamp_fault(
    status: TimestampSignatureStatus, token: bytes, whom: Whom, at: datetime, *, ahead: timedelta = SKEW
) -> StampFault:
    """Why a time stamp attests nothing, judged at the moment `at`; "" when it attests its own."""
    moment = status.timestamp.astimezone(UTC)
    if not (status.intact and status.valid):
        return "broken"
    if not status.trusted:
        trouble = getattr(status.trust_problem_indic, "name", "")
        return "weak" if "CRYPTO" in trouble else "untrusted"
    if moment > at + ahead:
        return "untimely"
    root = links(status.validation_path)[-1].der
    if whom.listed.standing(root, at=moment, now=at, purpose="timestamps") not in ("in_force", "ended_since"):
        return "not_then"
    return "revoked" if token in whom.worthless else ""


def whole_token(signed: cms.SignedData) -> bytes:
    """A time-stamp token as other programs read it (ContentInfo, DER)."""
    content: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return content


def _name_of(certificate: Any) -> str:
    return name_in(certificate.subject.native)


def vouched(archives: Sequence[StampFound], revision: int, now: datetime) -> datetime:
    """The moment at which what stands in a revision is to be judged: that of the first stamp after it, else `now`."""
    return next((one.moment for one in archives if one.attests and one.revision > revision), now)
