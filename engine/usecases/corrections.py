"""Preparing the answer to a supplement: corrected answers and new files kept apart until the applicant sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.policy import require_signed_in
from engine.dossiers.models import Attachment, Dossier, SupplementRequest
from engine.errors import Conflict, NotFound
from engine.usecases.drafts import attach
from engine.work import Work


def own_request(work: Work, case_id: UUID) -> tuple[Dossier, SupplementRequest]:
    """The applicant's dossier and the request it waits for, in this transaction's hands alone."""
    require_signed_in(work.actor)
    dossier = work.session.get(Dossier, case_id)
    if dossier is None or dossier.applicant_id is None or dossier.applicant_id != work.actor.id:
        raise NotFound("Không có hồ sơ này.")
    request = work.session.scalar(
        select(SupplementRequest)
        .where(SupplementRequest.case_id == case_id, SupplementRequest.answered_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if request is None:
        raise Conflict("Yêu cầu bổ sung này đã được trả lời.", code="already_answered")
    return dossier, request


def keep_correction(work: Work, case_id: UUID, changes: Mapping[str, Any]) -> SupplementRequest:
    """Keep what was corrected so far (`answers`, `note` and the like); the officer does not see it yet."""
    _, request = own_request(work, case_id)
    request.draft = {**request.draft, **dict(changes), "saved_at": work.now.isoformat(timespec="seconds")}
    return request


def attach_correction(work: Work, case_id: UUID, *, field: str, stored: tuple[str, int, str, str]) -> Attachment:
    """Keep a file for the answer; it joins the dossier when the answer is sent."""
    _, request = own_request(work, case_id)
    return attach(work, field=field, stored=stored, draft_id=request.id, round=request.round)


def remove_correction(work: Work, case_id: UUID, attachment_id: UUID) -> None:
    """Take a file out of the answer again."""
    _, request = own_request(work, case_id)
    attachment = work.session.get(Attachment, attachment_id)
    if attachment is None or attachment.draft_id != request.id:
        raise NotFound("Không có tệp này.")
    attachment.removed_at = work.now
