"""Files and papers behind the same rule as the dossier they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from engine.accounts.models import Office
from engine.cases.models import Case
from engine.dossiers.models import Attachment, Document, Dossier, Draft, EarlierFile
from engine.dossiers.withdrawals import Standing, standing_of
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


@dataclass(frozen=True)
class PaperFact:
    """What the office itself knows of a paper somebody brings: by its QR code or by its bytes.

    `address` is what stands in its QR before the "#"; `standing` names the acts of authorities on it.
    """

    title: str
    number: str
    dated_on: date | None
    office: str
    status: str
    issued_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    sha256: str
    sample: bool
    trial: bool
    address: str
    standing: Standing


def paper(read: Reading, *, code: str = "", sha256: str = "") -> PaperFact | None:
    """The paper with this code in its QR, or with exactly these bytes; only issued or void ones."""
    earlier = select(EarlierFile.document_id).where(EarlierFile.sha256 == sha256)
    by_bytes = or_(Document.sha256 == sha256, Document.id.in_(earlier))
    wanted = Document.verify_code == code.strip().upper() if code else by_bytes
    if not code and not sha256:
        return None
    row: Document | None = read.session.scalar(
        select(Document).where(wanted, or_(Document.issued_at.is_not(None), Document.voided_at.is_not(None)))
    )
    if row is None:
        return None
    office = read.session.get(Office, row.office_id) if row.office_id else None
    return PaperFact(
        title=row.title,
        number=row.number,
        dated_on=row.dated_on,
        office=office.name if office else "",
        status=row.status,
        issued_at=row.issued_at,
        voided_at=row.voided_at,
        void_reason=row.void_reason,
        sha256=row.sha256,
        sample=read.ports.settings.sample,
        trial=row.case_id is not None and read.session.get_one(Case, row.case_id).trial,
        address=f"{read.ports.settings.public_url}/v/{row.verify_code}",
        standing=standing_of(read.session, row.id),
    )
