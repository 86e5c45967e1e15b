"""What is laid down about trust by documents, what authorities answered about certificates, and how our clock ran."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class TrustOrder(Identified, Base):
    """One thing laid down about trust by a document, from a day on: proposed by one person, agreed to by another.

    `kind`: "root.add", "root.end", "tsa.add", "tsa.end" or "rules"; `content` is what it says. `status` is open, done,
    refused or void (taken back). What is done is never changed; a later order follows it.
    """

    __tablename__ = "trust_orders"
    __table_args__ = (Index("ix_trust_orders_status", "status", "kind"),)

    kind: Mapped[str] = mapped_column(String(10))
    content: Mapped[dict[str, Any]]
    valid_from: Mapped[date]
    document: Mapped[str]
    dated_on: Mapped[date]
    verified: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(10), default="open")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")


class KeptAnswer(Base):
    """The last good OCSP answer or CRL of one address, and how the last attempt to get another ended.

    `key` says what was asked of whom. `der` speaks of `told_at` to `holds_until`; `failed_at` is None once it
    worked again.
    """

    __tablename__ = "trust_answers"

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(4))
    source: Mapped[str]
    der: Mapped[bytes | None]
    told_at: Mapped[datetime | None]
    holds_until: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(20), default="")


class HeldCertificate(Base):
    """A certificate somebody of this house signs with, as it was found when last looked at.

    `holder` is "person:<id>" or "office:<code>", `store` says where its key lies. `state`: "good", "revoked",
    "unknown" (the authority knows no such certificate) or "unchecked"; up to `good_until` it was last known to be
    good. `checked_at` and `failure` are those of the last attempt. `warned_days`: at how many days before its end
    people were last told. A certificate that nobody holds any more has `gone_at`.
    """

    __tablename__ = "held_certificates"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(index=True)
    store: Mapped[str] = mapped_column(String(20), default="")
    serial: Mapped[str]
    subject: Mapped[str]
    issuer: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="unchecked")
    source: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    good_until: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(20), default="")
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(40), default="")
    warned_days: Mapped[int | None]
    gone_at: Mapped[datetime | None]


class ClockReading(Identified, Base):
    """What a time-stamping authority's clock said when ours was asked: `drift_ms` is theirs minus ours."""

    __tablename__ = "clock_readings"
    __table_args__ = (Index("ix_clock_readings_source", "source", "asked_at"),)

    source: Mapped[str]
    asked_at: Mapped[datetime]
    drift_ms: Mapped[int | None] = mapped_column(BigInteger)
    took_ms: Mapped[int] = mapped_column(BigInteger)
    failure: Mapped[str] = mapped_column(String(20), default="")
