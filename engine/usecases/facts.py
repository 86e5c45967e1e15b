"""What letters and notices may speak of: one tree of plain values about a case."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.models import Office, Person
from engine.accounts.people import agency_of
from engine.cases.models import Case, Clock
from engine.clock import legal_date, legal_time
from engine.dossiers.models import CHANNELS, Component, Dossier, SupplementRequest
from engine.procedures.published import OpenBundle
from engine.settings import Settings
from engine.shortheads import short_head

UNITS = {
    "working_days": "ngày làm việc",
    "days": "ngày",
    "months": "tháng",
    "hours": "giờ làm việc",
    "same_day": "trong ngày",
}


def verify_code(settings: Settings, document_id: UUID) -> str:
    """Twelve letters and digits that stand in the QR of a paper: not guessable, the same at every attempt."""
    digest = hmac.new(settings.secret.encode(), document_id.bytes, hashlib.sha256).digest()
    return base64.b32encode(digest)[:12].decode()


def office_facts(session: Session, office_id: Any) -> dict[str, Any]:
    """An office as letters name it, with the agency it belongs to."""
    office = session.get(Office, UUID(str(office_id))) if office_id else None
    if office is None:
        return {}
    agency = agency_of(session, office)
    return {
        "code": office.code,
        "kind": office.kind,
        "name": office.name,
        "short_name": office.short_name or office.name,
        "abbreviation": office.abbreviation,
        "superior": office.superior,
        "address": office.address or agency.address,
        "phone": office.phone or agency.phone,
        "email": office.email or agency.email,
        "place": office.place or agency.place,
        "agency": agency.name,
        "agency_short": agency.short_name or agency.name,
        "commune": agency.name.removeprefix("Ủy ban nhân dân ") if agency.kind == "ward" else "",
    }


def person_facts(session: Session, person_id: UUID | None) -> dict[str, Any]:
    """An official as letters name one."""
    person = session.get(Person, person_id) if person_id else None
    return {"name": person.full_name, "phone": person.phone, "email": person.email} if person else {}


def _moment(value: datetime | None) -> datetime | None:
    return legal_time(value) if value else None


def _limit_text(value: int, unit: str) -> str:
    return "trong ngày làm việc" if unit == "same_day" else f"{value:02d} {UNITS.get(unit, unit)}"


def dossier_facts(session: Session, case: Case, dossier: Dossier, settings: Settings) -> dict[str, Any]:
    """The dossier as letters name it; dates as dates and moments in Vietnamese time.

    `head` is the head of its chain of acts at this moment, short enough to copy; `track_url` carries it too.
    """
    clock = session.scalar(select(Clock).where(Clock.case_id == case.id, Clock.term == "dossier"))
    code = dossier.code or dossier.filing_code
    head = short_head(case.journal_seq, case.journal_head) if case.journal_seq else ""
    return {
        "id": str(case.id),
        "code": code,
        "title": dossier.title,
        "filing_code": dossier.filing_code,
        "channel": dossier.channel,
        "channel_name": CHANNELS.get(dossier.channel, dossier.channel),
        "submitted_at": _moment(dossier.submitted_at),
        "accepted_at": _moment(dossier.accepted_at),
        "received_at": _moment(dossier.accepted_at or dossier.submitted_at),
        "effective_on": dossier.effective_on,
        "promised_on": dossier.promised_on,
        "promised_at": _moment(dossier.promised_at),
        "provisional": bool(clock and clock.provisional),
        "limit": _limit_text(clock.limit_value, clock.limit_unit) if clock else "",
        "due_on": clock.due_on if clock else None,
        "fee": dossier.fee,
        "return_mode": dossier.return_mode,
        "status": dossier.status,
        "status_reason": dossier.status_reason,
        "head": head,
        "track_url": f"{settings.public_url}/tra-cuu?code={code}" + (f"&dau={head}" if head else ""),
    }


def facts_of(
    session: Session,
    case: Case,
    bundle: OpenBundle,
    settings: Settings,
    *,
    now: datetime,
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything a letter or a notice of this case may speak of.

    Top level: the case's variables and those `given` to the step alone, then `form`, `dossier`, `owner`, `applicant`,
    `procedure`, `components`, `supplement`, the places (`receiving` …), `today` (date) and `sample` (boolean).
    """
    facts: dict[str, Any] = {**case.variables, **(given or {})}
    procedure = bundle.procedure
    facts["procedure"] = {
        "code": procedure.code,
        "name": procedure.name.vi,
        "name_en": procedure.name.en,
        "field": procedure.field_name.vi,
    }
    for place in ("receiving", "handling", "signing", "returning", "consulted"):
        facts[place] = office_facts(session, case.places.get(place))
    facts |= {"today": legal_date(now), "sample": settings.sample, "trial": case.trial}
    dossier = session.get(Dossier, case.id)
    if dossier is None:
        return facts
    facts["form"] = dossier.answers
    facts["dossier"] = dossier_facts(session, case, dossier, settings)
    facts["owner"] = {
        "name": dossier.owner_name,
        "identity": dossier.owner_identity,
        "phone": dossier.owner_phone,
        "email": dossier.owner_email,
        "address": dossier.owner_address,
    }
    facts["applicant"] = {
        "name": dossier.applicant_name or dossier.owner_name,
        "identity": dossier.applicant_identity or dossier.owner_identity,
        "phone": dossier.applicant_phone or dossier.owner_phone,
        "email": dossier.applicant_email or dossier.owner_email,
        "address": dossier.owner_address,
    }
    facts["components"] = [
        {
            "position": index,
            "key": row.key,
            "name": row.name,
            "form": row.form,
            "originals": row.originals,
            "certified": row.certified,
            "photocopies": row.photocopies,
            "from_register": row.from_register,
            "present": row.present,
            "remark": row.remark,
        }
        for index, row in enumerate(
            session.scalars(select(Component).where(Component.case_id == case.id).order_by(Component.position)), 1
        )
    ]
    request = session.scalar(
        select(SupplementRequest)
        .where(SupplementRequest.case_id == case.id)
        .order_by(SupplementRequest.round.desc())
        .limit(1)
    )
    facts["supplement"] = (
        {
            "round": request.round,
            "reason": request.reason,
            "items": request.items,
            "answer_by": request.answer_by,
            "requested_at": _moment(request.requested_at),
            "answered_at": _moment(request.answered_at),
            "late": bool(request.answer.get("late")),
            "received": [paper["name"] for paper in request.answer.get("received", ())],
            "left": [point["name"] for point in request.answer.get("left", ())],
        }
        if request
        else {"received": [], "left": []}
    )
    return facts
