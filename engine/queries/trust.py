"""What operators see of certificates, trust and the clock; nothing here is said of any dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography import x509
from sqlalchemy import func, select

from engine.accounts.holders import key_holders
from engine.accounts.models import Person
from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.trust.models import ClockReading, HeldCertificate, KeptAnswer, TrustOrder
from engine.trust.orders import trust_list
from engine.trust.rules import RulesInForce, rules_in_force
from engine.trust.stamps import StampSources, stamp_sources
from engine.work import Reading
from signing.trust import TrustedRoot

SEERS = ("operator", "procedure_controller", "leader", "centre_director")
"""Who may look at the trust list: whoever proposes and whoever may agree."""
SOON = timedelta(days=60)
COARSE_MS = 1_000
"""An authority's moment may be cut to whole seconds."""
MOST = 500
MOST_ANSWERS = 50


@dataclass(frozen=True)
class CertificateLine:
    """One certificate of somebody at work. `state`: good, revoked, unknown, unchecked, ending or over."""

    row: HeldCertificate
    name: str
    state: str


@dataclass(frozen=True)
class ClockLine:
    """One time-stamping authority's last word on our clock; `state`: ok, drifting, stopped, failed or unknown."""

    source: str
    reading: ClockReading | None
    state: str


@dataclass(frozen=True)
class Certificates:
    """The operator's page about certificates: every one, what was last asked of authorities, and the clock."""

    lines: tuple[CertificateLine, ...]
    answers: tuple[KeptAnswer, ...]
    clocks: tuple[ClockLine, ...]
    rules: RulesInForce
    looked_at: datetime | None


@dataclass(frozen=True)
class RootLine:
    """One root of the list; `state`: in_force, coming or ended."""

    root: TrustedRoot
    subject: str
    issuer: str
    serial: str
    begins: datetime
    ends: datetime
    state: str


@dataclass(frozen=True)
class OrderLine:
    """Something proposed or laid down, with who proposed and who decided; `own`: proposed by the reader."""

    order: TrustOrder
    by: str
    decided_by: str
    own: bool


@dataclass(frozen=True)
class TrustPage:
    """The trust list, the time-stamping authorities and the rules in force, and every proposal, open ones first."""

    roots: tuple[RootLine, ...]
    stamps: StampSources
    rules: RulesInForce
    open: tuple[OrderLine, ...]
    past: tuple[OrderLine, ...]


def certificates_page(read: Reading) -> Certificates:
    """Every certificate the house signs with, the nearest trouble first."""
    require_role(read.actor, "operator")
    names = key_holders(read.session)
    held = (
        select(HeldCertificate).where(HeldCertificate.gone_at.is_(None)).order_by(HeldCertificate.ends_at).limit(MOST)
    )
    lines = [
        CertificateLine(row, names[row.holder], _state(row, read.now))
        for row in read.session.scalars(held)
        if row.holder in names
    ]
    order = ("revoked", "over", "unknown", "unchecked", "ending", "good")
    lines.sort(key=lambda line: (order.index(line.state), line.row.ends_at, line.name))
    asked = func.coalesce(KeptAnswer.failed_at, KeptAnswer.fetched_at)
    answers = read.session.scalars(select(KeptAnswer).order_by(asked.desc()).limit(MOST_ANSWERS)).all()
    looked = read.session.scalar(select(func.max(HeldCertificate.checked_at)))
    rules = rules_in_force(read.session, legal_date(read.now))
    return Certificates(tuple(lines), tuple(answers), clocks(read), rules, looked)


def clocks(read: Reading) -> tuple[ClockLine, ...]:
    """How our clock stands against each time-stamping authority the house asks."""
    rules = rules_in_force(read.session, legal_date(read.now)).rules
    found = []
    for source in stamps_today(read).names:
        of_source = select(ClockReading).where(ClockReading.source == source)
        row = read.session.scalar(of_source.order_by(ClockReading.asked_at.desc()).limit(1))
        if row is None or row.drift_ms is None:
            state = "unknown" if row is None else "failed"
        else:
            state = rules.grade(certain_drift(row))
        found.append(ClockLine(source, row, state))
    return tuple(found)


def stamps_today(read: Reading) -> StampSources:
    """Who is asked for time stamps today, and what the setting is to that."""
    settings = read.ports.settings
    return stamp_sources(read.session, legal_date(read.now), tsa_url=settings.tsa_url, sample=settings.sample)


def readings_since(read: Reading, line: ClockLine) -> datetime | None:
    """Since when a clock has stood as it does: the oldest of its last readings in a row that say the same."""
    rules = rules_in_force(read.session, legal_date(read.now)).rules
    rows = read.session.scalars(
        select(ClockReading)
        .where(ClockReading.source == line.source, ClockReading.drift_ms.is_not(None))
        .order_by(ClockReading.asked_at.desc())
        .limit(MOST)
    )
    since = None
    for row in rows:
        if rules.grade(certain_drift(row)) != line.state:
            break
        since = row.asked_at
    return since


def clock_state(read: Reading) -> str:
    """The worst that is known of our clock in one word, for whoever watches the machine: ok, drifting or stopped."""
    states = {line.state for line in clocks(read)}
    return next((one for one in ("stopped", "drifting") if one in states), "ok")


def trust_page(read: Reading) -> TrustPage:
    """Whom the house trusts, and what has been proposed."""
    require_role(read.actor, *SEERS)
    today = legal_date(read.now)
    roots = [_root(one, read.now) for one in trust_list(read.session, read.ports.trust.sample_list()).entries]
    lines = _orders(read)
    return TrustPage(
        roots=tuple(roots),
        stamps=stamps_today(read),
        rules=rules_in_force(read.session, today),
        open=tuple(line for line in lines if line.order.status == "open"),
        past=tuple(line for line in lines if line.order.status != "open"),
    )


def open_orders(read: Reading) -> int:
    """How many proposals wait for a second person other than the reader."""
    waiting = select(func.count()).select_from(TrustOrder).where(TrustOrder.status == "open")
    return read.session.scalar(waiting.where(TrustOrder.proposed_by != read.actor.id)) or 0


def _orders(read: Reading) -> list[OrderLine]:
    rows = read.session.scalars(select(TrustOrder).order_by(TrustOrder.proposed_at.desc()).limit(MOST)).all()
    people: set[UUID] = {key for row in rows for key in (row.proposed_by, row.decided_by) if key is not None}
    named = read.session.execute(select(Person.id, Person.full_name).where(Person.id.in_(people)))
    names: dict[Any, str] = {key: name for key, name in named}  # noqa: C416 (rows, not pairs)
    return [
        OrderLine(row, names.get(row.proposed_by, ""), names.get(row.decided_by, ""), row.proposed_by == read.actor.id)
        for row in rows
    ]


def _root(one: TrustedRoot, now: datetime) -> RootLine:
    parsed = x509.load_pem_x509_certificate(one.certificate)
    state = "in_force" if one.in_force(now) else "coming" if now < one.since else "ended"
    return RootLine(
        one,
        parsed.subject.rfc4514_string(),
        parsed.issuer.rfc4514_string(),
        format(parsed.serial_number, "X"),
        parsed.not_valid_before_utc,
        parsed.not_valid_after_utc,
        state,
    )


def _state(row: HeldCertificate, now: datetime) -> str:
    if row.state == "revoked" or row.ends_at < now:
        return "revoked" if row.state == "revoked" else "over"
    if row.state == "good" and row.failure and (row.good_until is None or row.good_until < now):
        return "unchecked"
    if row.state == "good" and row.ends_at - now <= SOON:
        return "ending"
    return row.state


def certain_drift(row: ClockReading) -> timedelta:
    """The least our clock is off by, as `signing.trust_timestamps.Drift.certain` reckons it."""
    off = abs(row.drift_ms or 0) - row.took_ms / 2 - COARSE_MS
    return timedelta(milliseconds=max(off, 0))
