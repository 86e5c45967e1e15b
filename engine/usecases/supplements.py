"""Asking for what is missing, and taking the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from engine.calendars.load import calendar_of
from engine.cases.models import Case
from engine.db import new_id
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import due
from engine.dossiers.models import Dossier, SupplementRequest
from engine.usecases.running import bundle_of
from engine.work import Work


def open_request(
    work: Work, case: Case, dossier: Dossier, *, reason: str, given: Mapping[str, Any]
) -> SupplementRequest:
    """One more round: what is missing and why, and until when the applicant may answer."""
    standing = open_round(work, case)
    if standing is not None:
        return standing
    term = bundle_of(work, case).procedure.supplement.applicant_term
    answer_by = due(Limit(max(term.value, 1), term.unit), work.now, calendar_of(work.session, "vn"))
    rounds = work.session.scalar(select(func.count()).where(SupplementRequest.case_id == case.id)) or 0
    request = SupplementRequest(
        id=new_id(),
        case_id=case.id,
        round=rounds + 1,
        stage="appraisal" if dossier.accepted_at else "reception",
        reason=reason,
        items=_items(given),
        requested_at=work.now,
        requested_by=work.actor.id,
        answer_by=answer_by.date() if answer_by else None,
        answer={},
        draft={},
    )
    work.session.add(request)
    work.session.flush()
    return request


def _items(given: Mapping[str, Any]) -> list[dict[str, str]]:
    """The list of what is missing, whichever way the task's form wrote it: rows with a name and a remark, or names."""
    items = []
    for row in given.get("items") or ():
        if isinstance(row, Mapping):
            name = str(row.get("name") or row.get("component") or row.get("paper") or "")
            remark = str(row.get("remark") or row.get("reason") or row.get("guidance") or row.get("note") or "")
            items.append({"key": str(row.get("key") or row.get("component") or ""), "name": name, "remark": remark})
        else:
            items.append({"key": str(row), "name": str(row), "remark": ""})
    return items


def open_round(work: Work, case: Case) -> SupplementRequest | None:
    """The round that still waits for its answer."""
    return work.session.scalar(
        select(SupplementRequest).where(SupplementRequest.case_id == case.id, SupplementRequest.answered_at.is_(None))
    )
