"""Asking for what is missing, and taking the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from engine.calendars.load import calendar_of
from engine.cases.models import Case
from engine.db import new_id
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import due
from engine.dossiers.models import Attachment, Component, Dossier, SupplementRequest
from engine.errors import Conflict, FieldProblem, Invalid
from engine.usecases.advance import deliver
from engine.usecases.keeping import refresh_subject
from engine.usecases.owner import owner_of, write_owner
from engine.usecases.running import bundle_of, lock_case, must_speak_for
from engine.work import Work
from forms.validation import validate


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
            key, form = str(row.get("key") or row.get("component") or ""), str(row.get("form") or "")
            items.append({"key": key, "name": name, "form": form, "remark": remark})
        else:
            items.append({"key": str(row), "name": str(row), "form": "", "remark": ""})
    return items


def open_round(work: Work, case: Case) -> SupplementRequest | None:
    """The round that still waits for its answer."""
    return work.session.scalar(
        select(SupplementRequest).where(SupplementRequest.case_id == case.id, SupplementRequest.answered_at.is_(None))
    )


def answer_supplement(
    work: Work, case_id: UUID, *, answers: Mapping[str, Any], via: str, note: str = ""
) -> SupplementRequest:
    """The applicant, or the counter for them, has answered: the diagram goes on, the clock by the law in force.

    `answers` are corrected form values, merged page by page into the dossier's own; files were attached before.
    """
    case = lock_case(work, case_id)
    dossier = work.session.get_one(Dossier, case_id)
    must_speak_for(work, dossier)
    request = open_round(work, case)
    if request is None:
        raise Conflict("Yêu cầu bổ sung này đã được trả lời.", code="already_answered")
    if answers:
        checked = validate(bundle_of(work, case).application, {**dossier.answers, **answers}, now=work.now)
        if checked.errors:
            raise Invalid(
                "Có %(count)s chỗ cần sửa.",
                [FieldProblem(error.path, error.message, dict(error.params)) for error in checked.errors],
                count=len(checked.errors),
            )
        dossier.answers = dict(checked.clean)
        write_owner(dossier, owner_of(work, bundle_of(work, case), dossier.answers))
        refresh_subject(work, case)
    request.answered_at, request.answered_via = work.now, via
    if dossier.accepted_at is None:
        dossier.status, dossier.status_reason = 1, ""
    request.answer, request.draft = {"note": note, "changed": sorted(answers)}, {}
    work.session.execute(
        update(Attachment)
        .where(Attachment.draft_id == request.id, Attachment.removed_at.is_(None))
        .values(case_id=case.id, draft_id=None, round=request.round)
    )
    for component in work.session.scalars(
        select(Component).where(Component.case_id == case_id, Component.present.is_(False))
    ):
        component.present = True
    work.record(
        case,
        "supplement.answered",
        {"round": request.round, "via": via},
        {"answers": dict(answers), "note": note} if answers or note else None,
    )
    if not deliver(work, case, "supplement.answered", str(case.id), {"form": dossier.answers, "supplement_note": note}):
        raise Conflict("Quy trình không còn chờ bổ sung.", code="not_waiting")
    return request
