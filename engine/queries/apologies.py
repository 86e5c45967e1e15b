"""Letters of apology as pages show them: of one dossier, and on the counter's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engine.dossiers.models import Apology, Dossier
from engine.queries.visible import visible_to
from engine.work import Reading

MOST = 200


@dataclass(frozen=True)
class ToldCounter:
    """A letter of apology the receiving counter was told of in writing and has not taken note of yet.

    `reachable`: the applicant left a telephone number or an e-mail address, so a message went out as well.
    """

    id: UUID
    case_id: UUID
    code: str
    applicant: str
    phone: str
    reachable: bool
    reason: str
    before: date
    new_date: date | None
    told_at: datetime
    paper_id: UUID | None
    letter_id: UUID | None


def told_counter(read: Reading) -> tuple[ToldCounter, ...]:
    """What the actor's counters have to take note of, the oldest first."""
    offices = [post.office_id for post in read.actor.mandates if post.role in ("counter_clerk", "centre_director")]
    if not offices:
        return ()
    rows = read.session.execute(
        select(Apology, Dossier)
        .join(Dossier, Dossier.case_id == Apology.case_id)
        .where(
            visible_to(read.actor),
            Dossier.receiving_id.in_(offices),
            Apology.counter_told_at.is_not(None),
            Apology.counter_seen_at.is_(None),
        )
        .order_by(Apology.counter_told_at)
        .limit(MOST)
    )
    return tuple(_told(apology, dossier) for apology, dossier in rows)


def _told(apology: Apology, dossier: Dossier) -> ToldCounter:
    phone, email = (
        dossier.applicant_phone or dossier.owner_phone,
        dossier.applicant_email or dossier.owner_email,
    )
    assert apology.counter_told_at is not None
    return ToldCounter(
        apology.id,
        apology.case_id,
        dossier.code or dossier.filing_code,
        dossier.applicant_name or dossier.owner_name,
        phone,
        bool(phone or email),
        apology.reason,
        apology.promised_on,
        apology.new_date,
        apology.counter_told_at,
        apology.counter_document_id,
        apology.document_id,
    )
