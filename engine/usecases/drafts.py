"""A filing that is being prepared: saved as it grows, found again, its files kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.policy import require_signed_in
from engine.clock import legal_date
from engine.db import new_id
from engine.dossiers.models import Attachment, Draft
from engine.errors import Conflict, Invalid, NotFound, TooLarge
from engine.ports import Ports
from engine.procedures.published import in_force
from engine.storage.inspection import inspect
from engine.usecases.page_scans import must_become_pages
from engine.work import Work

MOST_FILES = 40


def open_draft(work: Work, procedure: str) -> Draft:
    """The one draft of this person for this procedure, begun now if there is none."""
    require_signed_in(work.actor)
    draft = work.session.scalar(select(Draft).where(Draft.person_id == work.actor.id, Draft.procedure == procedure))
    if draft is not None:
        return draft
    draft = Draft(
        id=new_id(),
        person_id=work.actor.id,
        procedure=procedure,
        bundle_id=in_force(work.session, procedure, legal_date(work.now)).id,
        answers={},
        submission_key=secrets.token_urlsafe(18),
        saved_at=work.now,
        revision=1,
    )
    work.session.add(draft)
    work.session.flush()
    return draft


def own_draft(work: Work, draft_id: UUID) -> Draft:
    """A draft of the person who asks; nobody else's."""
    require_signed_in(work.actor)
    draft = work.session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None or draft.person_id != work.actor.id:
        raise NotFound("Không có bản nháp này.")
    return draft


def save_draft(
    work: Work, draft_id: UUID, answers: Mapping[str, Any], *, page: str, revision: int | None = None
) -> Draft:
    """Keep what was typed so far; a copy that another window has overtaken is a conflict, nothing is overwritten."""
    draft = own_draft(work, draft_id)
    if revision is not None and revision != draft.revision:
        raise Conflict(
            "Bản nháp này vừa được sửa ở một cửa sổ khác. Hãy tải lại trang trước khi sửa tiếp.", code="draft_overtaken"
        )
    draft.answers, draft.page, draft.saved_at = {**draft.answers, **dict(answers)}, page, work.now
    draft.revision += 1
    return draft


def discard_draft(work: Work, draft_id: UUID) -> None:
    """Throw a draft away with its files' rows; the bytes are swept later."""
    draft = own_draft(work, draft_id)
    for attachment in work.session.scalars(select(Attachment).where(Attachment.draft_id == draft.id)):
        attachment.removed_at = work.now
    work.session.delete(draft)


def store_upload(ports: Ports, stream: BinaryIO, name: str, *, most: int | None = None) -> tuple[str, int, str, str]:
    """Check a file by its content and put it into the store, before any row names it.

    At most `most` bytes are taken, never more than the installation's own limit. Returns (sha256, size, media type,
    safe name); refuses (Invalid, TooLarge) in words what is not taken.
    """
    limit = min(ports.settings.upload_limit, most or ports.settings.upload_limit)
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise TooLarge("Tệp lớn hơn %(limit)s MB. Hãy chọn tệp nhỏ hơn.", limit=limit // 2**20)
    inspected = inspect(content, name)
    if inspected.problem:
        raise Invalid(inspected.problem)
    stored = ports.storage.put(content, limit=limit)
    return stored.sha256, stored.size, inspected.media_type, inspected.safe_name


def attach(
    work: Work,
    *,
    field: str,
    stored: tuple[str, int, str, str],
    draft_id: UUID | None = None,
    case_id: UUID | None = None,
    round: int = 0,
) -> Attachment:
    """Write down that a stored file belongs to a draft or a case; Invalid when it cannot become a letter's pages."""
    owner = Attachment.draft_id == draft_id if draft_id else Attachment.case_id == case_id
    count = work.session.scalar(select(func.count()).where(owner, Attachment.removed_at.is_(None))) or 0
    if count >= MOST_FILES:
        raise Invalid("Hồ sơ đã có %(most)s tệp. Hãy gộp bớt tệp trước khi tải thêm.", most=MOST_FILES)
    must_become_pages(work, field, stored, draft_id=draft_id, case_id=case_id)
    sha256, size, media_type, name = stored
    attachment = Attachment(
        id=new_id(),
        case_id=case_id,
        draft_id=draft_id,
        field=field,
        name=name,
        media_type=media_type,
        size=size,
        sha256=sha256,
        uploaded_at=work.now,
        uploaded_by=work.actor.mark,
        round=round,
    )
    work.session.add(attachment)
    return attachment


def remove_attachment(work: Work, attachment_id: UUID, *, draft_id: UUID) -> None:
    """Take a file out of a draft again."""
    draft = own_draft(work, draft_id)
    attachment = work.session.get(Attachment, attachment_id)
    if attachment is None or attachment.draft_id != draft.id:
        raise NotFound("Không có tệp này.")
    attachment.removed_at = work.now
