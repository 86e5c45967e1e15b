"""What the archive time stamps of a file attest, each judged at the moment the next one vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from signing.levels import archive_moment


@dataclass(frozen=True)
class Attested:
    """An archive time stamp that holds: everything up to `revision` (counted from 0) was there at `moment`."""

    revision: int
    moment: datetime


async def archives_that_hold(
    reader: PdfFileReader, roots: list[Any], now: datetime
) -> tuple[tuple[Attested, ...], bool]:
    """The archive time stamps from the oldest to the newest that hold, and whether every one at least is intact.

    The newest is judged `now`, each older one at the moment of the next (ETSI EN 319 102-1, past signature validation):
    its authority's certificate may have ended long ago. One that does not hold vouches for none before it.
    """
    found: list[Attested] = []
    at, holding, intact = now, True, True
    for archive in reversed(reader.embedded_timestamp_signatures):
        context = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False, revocation_mode="soft-fail")
        status = await async_validate_pdf_timestamp(archive, validation_context=context)
        intact = intact and bool(status.intact and status.valid)
        moment = archive_moment(archive).astimezone(UTC)
        holding = holding and bool(status.intact and status.valid and status.trusted and moment <= at)
        if holding:
            at = moment
            found.append(Attested(archive.signed_revision, at))
    return tuple(reversed(found)), intact


def vouched(attested: tuple[Attested, ...], revision: int, now: datetime) -> datetime:
    """The moment at which what stands in a revision is to be judged: that of the first stamp after it, else `now`."""
    return next((one.moment for one in attested if one.revision > revision), now)
