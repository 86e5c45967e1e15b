"""How a dossier and a procedure look to another system."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for

from engine.clock import legal_time
from engine.dossiers.models import STATUSES, Document
from engine.queries.catalogue import PlaceLine, ProcedureLine, ProcedurePage
from engine.queries.dossiers import DossierPage
from web.doors import house


def address(endpoint: str, **values: Any) -> str:
    """An address as others reach this house; never taken from what a request says its host is."""
    return house().settings.public_url + url_for(endpoint, **values)


def moment(value: datetime | None) -> str | None:
    """A moment in legal time with its offset (RFC 3339)."""
    return legal_time(value).isoformat(timespec="seconds") if value else None


def day(value: date | None) -> str | None:
    """A day as YYYY-MM-DD."""
    return value.isoformat() if value else None


def dossier(page: DossierPage) -> dict[str, Any]:
    """One dossier: how it stands, the promised date, what is asked for, and the papers that were issued."""
    row = page.dossier
    asked = page.open_supplement
    code = row.code or row.filing_code
    return {
        "code": row.code,
        "filing_code": row.filing_code,
        "trial": page.case.trial,
        "channel": row.channel,
        "external_code": row.external_code,
        "procedure": {"code": row.procedure, "name": row.procedure_name},
        "status": {"national_code": row.status, "name": STATUSES[row.status], "reason": row.status_reason},
        "fee": row.fee,
        "submitted_at": moment(row.submitted_at),
        "accepted_at": moment(row.accepted_at),
        "promised_on": day(row.promised_on),
        "promised_at": moment(row.promised_at),
        "decided_at": moment(row.decided_at),
        "returned_at": moment(row.returned_at),
        "supplement": {
            "round": asked.round,
            "requested_at": moment(asked.requested_at),
            "reason": asked.reason,
            "items": [str(item.get("name", "")) for item in asked.items if isinstance(item, dict)],
            "answer_by": day(asked.answer_by),
        }
        if asked
        else None,
        "documents": [_document(code, one) for one in page.documents if one.issued_at and one.for_applicant],
        "links": {"self": address("api.one_dossier", code=code)},
    }


def _document(code: str, document: Document) -> dict[str, Any]:
    return {
        "id": str(document.id),
        "kind": document.letter,
        "title": document.title,
        "number": document.number or None,
        "dated_on": day(document.dated_on),
        "issued_at": moment(document.issued_at),
        "void": document.voided_at is not None,
        "verify_code": document.verify_code,
        "media_type": "application/pdf",
        "size": document.size,
        "sha256": document.sha256,
        "href": address("api.one_document", code=code, document_id=document.id),
    }


def procedure_line(line: ProcedureLine) -> dict[str, Any]:
    """One line of the catalogue."""
    return {
        "code": line.code,
        "name": line.name,
        "name_en": line.name_en,
        "field": line.field,
        "trial": line.trial,
        "limit": {"value": line.limit_value, "unit": line.limit_unit},
        "fee": line.fee,
        "links": {"self": address("api.one_procedure", code=line.code)},
    }


def procedure(page: ProcedurePage) -> dict[str, Any]:
    """What a sender has to know of a procedure: its form, its papers, and where a dossier may be filed."""
    about = page.open.procedure
    promised = about.limits.for_case(None)
    return {
        "code": about.code,
        "name": about.name.vi,
        "name_en": about.name.en,
        "version": page.version,
        "trial": page.trial,
        "limit": {"value": promised.value, "unit": promised.unit},
        "form": dict(page.open.application.source),
        "components": [
            {
                "key": paper.key,
                "name": paper.name.vi,
                "name_en": paper.name.en,
                "form": paper.form,
                "required": paper.required and not paper.condition,
                "conditional": bool(paper.condition),
                "accepts": list(paper.accepts),
                "max_mb": paper.max_mb,
            }
            for paper in about.components
        ],
        "offices": [_place(office) for office in page.offices],
        "links": {"self": address("api.one_procedure", code=about.code)},
    }


def _place(office: PlaceLine) -> dict[str, Any]:
    return {"code": office.code, "name": office.name, "name_en": office.name_en, "address": office.address}
