"""Several time-stamping authorities behind one: the next is asked when one fails, and their clocks judge ours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.awaiting import awaited
from signing.errors import SigningRefused
from signing.keys import as_asn1
from signing.timestamps import Timestamper

# What a strange token provokes belongs into the refusal, not into the log.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
COARSE = timedelta(seconds=1)
"""An authority's moment may be cut to whole seconds (RFC 3161, 2.4.2): so much is no drift."""


@dataclass(frozen=True)
class Drift:
    """One look at an authority's clock: theirs minus ours, half the time the answer took being nobody's fault.

    `by` is None when no token came; `failure` then says why in one word.
    """

    source: str
    asked_at: datetime
    took: timedelta
    by: timedelta | None = None
    failure: str = ""

    @property
    def certain(self) -> timedelta:
        """The least our clock must be off by, whatever the way took and however coarse the token is."""
        if self.by is None:
            return timedelta()
        return max(abs(self.by) - self.took / 2 - COARSE, timedelta())


class WatchedTimestampers:
    """A `Timestamper` made of several, asked in order; a clock that runs wrong by more than `most` signs nothing.

    `clock` tells the present, `told` hears of every attempt, `roots` (PEM) are those trusted for time stamps. Raises
    `SigningRefused`: "clock_drift", "tsa_not_trusted", "no_timestamp".
    """

    def __init__(
        self,
        sources: Sequence[tuple[str, Timestamper]],
        *,
        clock: Callable[[], datetime],
        told: Callable[[Drift], None],
        most: timedelta,
        roots: Sequence[bytes],
    ) -> None:
        self._sources, self._clock, self._told, self._most, self._roots = sources, clock, told, most, roots
        self.room = max((one.room for _name, one in sources), default=0)

    def token(self, digest: bytes, algorithm: str) -> bytes:
        """A token of the first authority that gives one whose signature holds and leads to a trusted root."""
        untrusted = False
        for name, source in self._sources:
            begun = self._clock()
            try:
                token = source.token(digest, algorithm)
                ended = self._clock()
                moment = moment_of(token)
            except (SigningRefused, ValueError, TypeError, KeyError, IndexError) as refusal:
                code = refusal.code if isinstance(refusal, SigningRefused) else "unreadable"
                self._told(Drift(name, begun, self._clock() - begun, failure=code))
                continue
            if not believed(token, digest, self._roots, moment):
                untrusted = True
                self._told(Drift(name, begun, ended - begun, failure="untrusted"))
                continue
            drift = Drift(name, begun, ended - begun, moment - (begun + (ended - begun) / 2))
            self._told(drift)
            if drift.certain > self._most:
                raise SigningRefused(
                    "clock_drift",
                    "Đồng hồ máy chủ lệch %(seconds)s giây so với tổ chức cấp dấu thời gian; chưa ký. Người vận hành "
                    "hãy chỉnh đồng hồ rồi thử lại.",
                    seconds=int(drift.certain.total_seconds()),
                )
            return token
        if untrusted:
            raise SigningRefused(
                "tsa_not_trusted",
                "Dấu thời gian không dẫn tới chứng thư gốc nào được tin cậy để cấp dấu thời gian; chưa ký. Quản trị "
                "viên hãy thêm chứng thư gốc theo văn bản công bố.",
            )
        raise SigningRefused("no_timestamp", "Không lấy được dấu thời gian; hãy thử lại sau.")


def believed(token: bytes, digest: bytes, roots: Sequence[bytes], at: datetime) -> bool:
    """Whether a token (DER) is about this digest, signed as it must be, by an authority under one of the roots."""

    async def judged() -> bool:
        context = ValidationContext(
            trust_roots=[as_asn1(root) for root in roots], moment=at, allow_fetching=False, revocation_mode="soft-fail"
        )
        content = cms.ContentInfo.load(token)["content"]
        found = await validate_tst_signed_data(content, context, expected_tst_imprint=lambda _algorithm: digest)
        return bool(found["intact"] and found["valid"] and TimestampSignatureStatus(**found).trusted)

    try:
        return awaited(judged())
    except Exception:
        # Whatever a strange token provokes in the library, it is not believed.
        return False


def moment_of(token: bytes) -> datetime:
    """The moment a time-stamp token (DER) attests."""
    info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    moment: datetime = info["gen_time"].native
    return moment.astimezone(UTC)
