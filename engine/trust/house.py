"""What the house relies on when it signs: its trust list, its time stamps, and what is known of revoked certificates.

Everything here opens a short transaction of its own, so it is asked where none is open: by workers between claim and
completion, by commands. Whoever is inside a transaction reads `engine.trust.orders` instead.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy import select

from engine.clock import legal_date
from engine.trust.models import ClockReading, HeldCertificate, KeptAnswer
from engine.trust.orders import trust_list
from engine.trust.rules import TrustRules, rules_in_force
from engine.trust.stamps import NAMED, stamp_sources
from engine.work import Reading, Work
from signing.errors import SigningRefused
from signing.revocation import Evidence, Kind, Unreachable
from signing.revocation_http import AskedRevocation, Kept
from signing.revocation_outside import Outside
from signing.trust import TrustList, fingerprint, leads_to

if TYPE_CHECKING:
    from signing.authority import SampleAuthority
    from signing.timestamps import Timestamper
    from signing.trust_timestamps import Drift

SECRETS = "timestamps"
"""The folder beside the keys where the credentials of time-stamping authorities lie, one small file each."""
RARELY = timedelta(minutes=1)
"""A reading of the clock is kept at most this often while nothing is wrong."""


@dataclass(frozen=True)
class Doors:
    """How the database is reached, with the present moment as its default."""

    reading: Callable[[], AbstractContextManager[Reading]]
    writing: Callable[[], AbstractContextManager[Work]]
    clock: Callable[[], datetime]


class Shelf:
    """Answers of authorities, kept in the database."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def find(self, key: str) -> Kept:
        with self._doors.reading() as look:
            row = look.session.get(KeptAnswer, key)
        return Kept(row.der, row.fetched_at, row.failed_at, row.failure) if row is not None else Kept()

    def keep(self, key: str, evidence: Evidence, *, now: datetime) -> None:
        with self._doors.writing() as work:
            row = self._row(work, key, evidence.kind, evidence.source)
            row.der, row.fetched_at = evidence.der, now
            row.told_at, row.holds_until = evidence.this_update, evidence.next_update
            row.failed_at, row.failure = None, ""

    def fail(self, key: str, kind: Kind, source: str, failure: str, *, now: datetime) -> None:
        with self._doors.writing() as work:
            row = self._row(work, key, kind, source)
            row.failed_at, row.failure = now, failure

    @staticmethod
    def _row(work: Work, key: str, kind: Kind, source: str) -> KeptAnswer:
        """The row of a key, made where there is none; two that ask at once write one after the other."""
        work.alone_with(f"trust:{key}")
        row = work.session.get(KeptAnswer, key)
        if row is None:
            row = KeptAnswer(key=key, kind=kind, source=source, failure="")
            work.session.add(row)
        return row


class HouseTrust:
    """Everything a desk relies on. `sample` opens the sample authority, in a sample office only.

    `tsa_url` and `proxy` are the settings of these names; hosts of the `inside` are asked directly, proxy or not.
    """

    def __init__(
        self,
        doors: Doors,
        keys: Path,
        *,
        sample: Callable[[], SampleAuthority] | None,
        tsa_url: str = "",
        inside: frozenset[str] = frozenset(),
        proxy: str = "",
    ) -> None:
        self._doors, self._keys, self._sample = doors, keys, sample
        self._tsa_url, self._inside, self._proxy = tsa_url, inside, proxy
        self._asked = AskedRevocation(Outside(inside, proxy=proxy), Shelf(doors))
        self._kept: dict[str, Drift] = {}

    def trust_list(self) -> TrustList:
        """The dated list of roots, with the sample authority's in a sample office."""
        with self._doors.reading() as look:
            return trust_list(look.session, self.sample_list())

    def sample_list(self) -> TrustList | None:
        """The sample authority's part of the list; None where there is none."""
        authority = self.sample_authority()
        return authority.trust if authority else None

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> Evidence | Unreachable:
        """Whether a certificate has been taken back: the sample authority answers for its own, others are asked."""
        authority = self.sample_authority()
        if authority is not None:
            found = authority.evidence_for(certificate, issuer, now=now)
            if isinstance(found, Evidence):
                return found
        return self._asked.evidence_for(certificate, issuer, now=now, since=since)

    def refuse_unfit(self, certificate: bytes, chain: tuple[bytes, ...], *, now: datetime) -> None:
        """Let a certificate sign only if it has not been taken back; raises `SigningRefused` with what to do.

        Nothing learnt is not "no": a certificate may sign on what was last known of it for the hours of grace, and
        then no more until its authority is reached. One that is its own root is nobody's to take back.
        """
        authority = self.sample_authority()
        found = authority.evidence_for(certificate, chain[0], now=now) if authority is not None and chain else None
        if not isinstance(found, Evidence):
            if not leads_to(certificate, chain, self.trust_list().roots(now)):
                raise SigningRefused(
                    "root_not_trusted",
                    "Chứng thư số của người ký không dẫn tới chứng thư gốc nào trong danh sách tin cậy; chưa ký. "
                    "Quản trị viên hãy thêm chứng thư gốc theo văn bản công bố.",
                )
            if not chain:
                return
            found = self._asked.evidence_for(certificate, chain[0], now=now)
        if isinstance(found, Unreachable):
            self._within_grace(certificate, now)
        elif found.revoked_by(now):
            raise _revoked()
        elif found.state == "unknown":
            raise SigningRefused(
                "certificate_unknown", "Tổ chức chứng thực trả lời không biết chứng thư số này; không ký được."
            )

    def timestamper(self) -> Timestamper:
        """The office's time-stamping authorities, their clocks watched; raises `SigningRefused` where it has none."""
        from signing.trust_timestamps import WatchedTimestampers

        sources, rules, roots = self._sources()
        if not sources:
            raise SigningRefused("no_timestamp", "Chưa khai báo tổ chức cấp dấu thời gian nào; chưa ký được.")
        most = timedelta(seconds=rules.drift_stop_seconds)
        return WatchedTimestampers(
            sources, clock=self._doors.clock, told=lambda drift: self._note(drift, rules), most=most, roots=roots
        )

    def _sources(self) -> tuple[list[tuple[str, Timestamper]], TrustRules, tuple[bytes, ...]]:
        """The time-stamping authorities of today in their order, how strictly the clock is judged, whom to believe."""
        with self._doors.reading() as look:
            today = legal_date(look.now)
            known = stamp_sources(look.session, today, tsa_url=self._tsa_url, sample=self._sample is not None)
            rules = rules_in_force(look.session, today).rules
            roots = trust_list(look.session).roots(look.now, purpose="timestamps")
        if known.setting == "asked":
            parts = urlsplit(self._tsa_url)
            secret = (unquote(parts.username), unquote(parts.password or "")) if parts.username else (None, None)
            return [(NAMED, self._at(known.address, *secret))], rules, roots
        return [(one.name, self._at(one.url, *self.secret_of(one.name))) for one in known.authorities], rules, roots

    def _at(self, url: str, user: str | None, password: str | None) -> Timestamper:
        """The time-stamping authority at an address, asked directly or through the proxy."""
        from signing.timestamps import HttpTimestamper

        proxy = "" if (urlsplit(url).hostname or "") in self._inside else self._proxy
        return HttpTimestamper(url, user=user, password=password, proxy=proxy)

    def watch_clocks(self) -> int:
        """Ask each time-stamping authority for one token, only to compare clocks; how many were asked."""
        from signing.trust_timestamps import WatchedTimestampers

        sources, rules, roots = self._sources()
        for one in sources:
            alone = WatchedTimestampers(
                [one],
                clock=self._doors.clock,
                told=lambda drift: self._note(drift, rules),
                most=timedelta.max,
                roots=roots,
            )
            with suppress(SigningRefused):  # that it failed is what is kept
                alone.token(secrets.token_bytes(32), "sha256")
        return len(sources)

    def secret_of(self, name: str) -> tuple[str | None, str | None]:
        """User and password of a time-stamping authority, from the file beside the keys; None twice without one."""
        path = self._keys / SECRETS / quote(name, safe="")
        if not path.exists():
            return None, None
        user, _, password = path.read_text().strip().partition(":")
        return user, password

    def sample_authority(self) -> SampleAuthority | None:
        """The sample authority of this installation; None in a real office, and before the sample is made."""
        if self._sample is None:
            return None
        try:
            return self._sample()
        except SigningRefused:  # the sample office is not made yet
            return None

    def _within_grace(self, certificate: bytes, now: datetime) -> None:
        with self._doors.reading() as look:
            grace = rules_in_force(look.session, legal_date(now)).rules.grace
            mark = HeldCertificate.fingerprint == fingerprint(certificate)
            row = look.session.scalar(select(HeldCertificate).where(mark))
        if row is not None and row.state == "revoked":
            raise _revoked()
        if row is None or row.good_until is None or now > row.good_until + grace:
            raise _unchecked()

    def _note(self, drift: Drift, rules: TrustRules) -> None:
        """Keep a reading: at once when something is wrong or has changed, now and then otherwise."""
        last = self._kept.get(drift.source)
        alike = last is not None and (last.failure, rules.grade(last.certain)) == (
            drift.failure,
            rules.grade(drift.certain),
        )
        if last is not None and alike and drift.asked_at - last.asked_at < RARELY:
            return
        self._kept[drift.source] = drift
        with self._doors.writing() as work:
            work.session.add(reading_of(drift))


def reading_of(drift: Drift) -> ClockReading:
    """One look at an authority's clock as a row."""
    thousandth = timedelta(milliseconds=1)
    return ClockReading(
        source=drift.source,
        asked_at=drift.asked_at,
        drift_ms=None if drift.by is None else drift.by // thousandth,
        took_ms=drift.took // thousandth,
        failure=drift.failure,
    )


def _revoked() -> SigningRefused:
    return SigningRefused("certificate_revoked", "Chứng thư số của người ký đã bị thu hồi; không ký được.")


def _unchecked() -> SigningRefused:
    return SigningRefused(
        "revocation_unchecked",
        "Chưa kiểm tra được thu hồi của chứng thư số này (tổ chức chứng thực không trả lời); chưa ký. Hãy thử lại sau.",
    )
