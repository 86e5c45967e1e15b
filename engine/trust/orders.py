"""What has been laid down about trust, made into the list of roots and the time-stamping authorities in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import LEGAL_ZONE
from engine.trust.models import TrustOrder
from signing.trust import PURPOSES, TrustedRoot, TrustList

KINDS = ("root.add", "root.end", "tsa.add", "tsa.end", "rules")


@dataclass(frozen=True)
class TimestampAuthority:
    """One time-stamping authority the office asks, by its address; the lowest rank is asked first."""

    name: str
    url: str
    rank: int
    since: date
    document: str


def begins(day: date) -> datetime:
    """The first moment of a legal day, in UTC."""
    return datetime.combine(day, time(), LEGAL_ZONE).astimezone(UTC)


def done(session: Session, *kinds: str) -> list[TrustOrder]:
    """Everything of these kinds that two persons have agreed to, in the order in which it was."""
    agreed = select(TrustOrder).where(TrustOrder.status == "done", TrustOrder.kind.in_(kinds))
    return list(session.scalars(agreed.order_by(TrustOrder.decided_at, TrustOrder.id)))


def trust_list(session: Session, sample: TrustList | None = None) -> TrustList:
    """The dated list of roots, behind those of the sample authority where there is one.

    A root that was ended and is added again has two entries. One ended from before its own beginning has none left.
    """
    orders = done(session, "root.add", "root.end")
    entries = list(sample.entries if sample else ())
    for place, order in enumerate(orders):
        if order.kind != "root.add":
            continue
        mark = order.content["fingerprint"]
        ends = [one for one in orders[place + 1 :] if one.kind == "root.end" and one.content["fingerprint"] == mark]
        until = min((begins(one.valid_from) for one in ends), default=None)
        since = begins(order.valid_from)
        if until is not None and until <= since:
            continue
        entries.append(
            TrustedRoot(
                certificate=order.content["certificate"].encode(),
                kind=order.content["class"],
                since=since,
                until=until,
                purposes=tuple(one for one in PURPOSES if one in order.content["purposes"]),
                document=order.document,
                dated_on=order.dated_on,
                verified=order.verified,
            )
        )
    return TrustList(tuple(entries))


def timestamp_authorities(session: Session, day: date) -> list[TimestampAuthority]:
    """Who is asked for time on a day, in this order; a later order takes the place of one under the same name."""
    known: dict[str, TimestampAuthority] = {}
    orders = [order for order in done(session, "tsa.add", "tsa.end") if order.valid_from <= day]
    for order in sorted(orders, key=lambda one: (one.valid_from, one.decided_at)):
        content = order.content
        known.pop(content["name"], None)
        if order.kind == "tsa.add":
            known[content["name"]] = TimestampAuthority(
                content["name"], content["url"], int(content["rank"]), order.valid_from, order.document
            )
    return sorted(known.values(), key=lambda one: (one.rank, one.name))
