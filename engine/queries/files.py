"""Files and papers behind the same rule as the dossier they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.dossiers.models import Attachment, Document, Dossier, Draft
from engine.errors import NotFound
from engine.queries.visible import visible_to
from engine.work import Reading


@dataclass(frozen=True)
class FileLine:
    """What is needed to send a stored file."""

    sha256: str
    name: str
    media_type: str
    size: int


def attachment(read: Reading, attachment_id: UUID) -> FileLine:
    """A handed-in file: of a dossier the actor may see, or of the actor's own draft."""
    row = read.session.get(Attachment, attachment_id)
    if row is None or row.removed_at is not None or not _may_see(read, row):
        raise NotFound("Không có tệp này.")
    return FileLine(row.sha256, row.name, row.media_type, row.size)


def _may_see(read: Reading, row: Attachment) -> bool:
    if row.draft_id is not None:
        draft = read.session.get(Draft, row.draft_id)
        return draft is not None and draft.person_id == read.actor.id
    return _visible(read, row.case_id)


def _visible(read: Reading, case_id: UUID | None) -> bool:
    return case_id is not None and (
        read.session.scalar(select(Dossier.case_id).where(Dossier.case_id == case_id, visible_to(read.actor)))
        is not None
    )


def document(read: Reading, document_id: UUID) -> FileLine:
    """A paper of the office: drafts for officials only, issued ones for the applicant and the system that handed in."""
    row = read.session.get(Document, document_id)
    if row is None or not _visible(read, row.case_id):
        raise NotFound("Không có văn bản này.")
    if read.actor.kind in {"citizen", "machine"} and (row.issued_at is None or not row.for_applicant):
        raise NotFound("Không có văn bản này.")
    return _file(row)


def document_for_tracker(read: Reading, document_id: UUID, case_id: UUID) -> FileLine:
    """An issued paper for somebody who has just proved code and second fact of its dossier."""
    row = read.session.get(Document, document_id)
    if row is None or row.case_id != case_id or row.issued_at is None or not row.for_applicant:
        raise NotFound("Không có văn bản này.")
    return _file(row)


def _file(row: Document) -> FileLine:
    name = f"{row.letter}-{(row.number or row.verify_code).replace('/', '-')}.pdf"
    return FileLine(row.sha256, name, "application/pdf", row.size)
