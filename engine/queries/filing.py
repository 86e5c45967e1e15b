"""What a citizen needs while filing: own details, drafts, the papers asked for, files kept so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.models import Person
from engine.dossiers.models import Attachment, Dossier, Draft, SupplementRequest
from engine.errors import NotFound
from engine.procedures.models import PublishedBundle
from engine.procedures.published import OpenBundle
from engine.queries.files import FileLine
from engine.queries.trials import counts
from engine.queries.visible import visible_to
from engine.work import Reading
from processes.procedure import Component as Paper
from rules.feel import expression_of, feel


@dataclass(frozen=True)
class OwnDetails:
    """What the account of the person who asks already knows, so that it need not be typed again."""

    name: str = ""
    identity: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


def own_details(read: Reading) -> OwnDetails:
    """The details of the person who asks; empty for a stranger."""
    person = read.session.get(Person, read.actor.id) if read.actor.id else None
    if person is None:
        return OwnDetails()
    return OwnDetails(person.full_name, person.identity_number or "", person.phone, person.email, person.address)


@dataclass(frozen=True)
class DraftLine:
    """A filing that was begun and not sent."""

    id: UUID
    procedure: str
    name: str
    name_en: str
    page: str
    saved_at: datetime


def own_drafts(read: Reading) -> list[DraftLine]:
    """The drafts of the person who asks, the one saved last first."""
    if read.actor.id is None:
        return []
    rows = read.session.execute(
        select(Draft, PublishedBundle.name, PublishedBundle.name_en)
        .join(PublishedBundle, PublishedBundle.id == Draft.bundle_id)
        .where(Draft.person_id == read.actor.id)
        .order_by(Draft.saved_at.desc())
    )
    return [DraftLine(d.id, d.procedure, name, name_en, d.page, d.saved_at) for d, name, name_en in rows]


def own_draft(read: Reading, procedure: str) -> Draft | None:
    """The draft of the person who asks for this procedure, if one was begun."""
    if read.actor.id is None:
        return None
    return read.session.scalar(select(Draft).where(Draft.person_id == read.actor.id, Draft.procedure == procedure))


@dataclass(frozen=True)
class AskedPaper:
    """A paper of the procedure in this very case: `asked` says it must be there, otherwise it may be."""

    paper: Paper
    asked: bool
    files: tuple[Attachment, ...]


def asked_papers(
    bundle: OpenBundle, answers: Mapping[str, Any], files: Sequence[Attachment], *, now: datetime
) -> tuple[AskedPaper, ...]:
    """The papers to hand in with these answers, asked ones first; the online form itself is not among them."""
    papers = [paper for paper in bundle.procedure.components if paper.form != "eform"]
    conditional = [paper for paper in papers if paper.condition]
    context = {"form": dict(answers)}
    outcomes = feel().evaluate_all([(expression_of(paper.condition), context) for paper in conditional], now=now)
    holds = {paper.key: one.value is True for paper, one in zip(conditional, outcomes, strict=True)}
    found = []
    for paper in papers:
        if paper.condition and not holds[paper.key]:
            continue
        own = tuple(one for one in files if one.field.rpartition(".")[2] == paper.key)
        found.append(AskedPaper(paper, bool(paper.condition) or paper.required, own))
    return tuple(sorted(found, key=lambda one: not one.asked))


def kept_files(read: Reading, owner_id: UUID) -> tuple[Attachment, ...]:
    """The files of a draft, or of an answer to a supplement that is being prepared, in the order they came."""
    if not _is_own(read, owner_id):
        return ()
    rows = read.session.scalars(
        select(Attachment)
        .where(Attachment.draft_id == owner_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return tuple(rows)


def own_upload(read: Reading, attachment_id: UUID) -> FileLine:
    """A file the person who asks has uploaded and not sent yet: into a draft or an answer to a supplement."""
    row = read.session.get(Attachment, attachment_id)
    if row is None or row.removed_at is not None or row.draft_id is None or read.actor.id is None:
        raise NotFound("Không có tệp này.")
    if not _is_own(read, row.draft_id):
        raise NotFound("Không có tệp này.")
    return FileLine(row.sha256, row.name, row.media_type, row.size)


def _is_own(read: Reading, owner_id: UUID) -> bool:
    """Whether this is a draft of the person who asks, or a request for more in a dossier of theirs."""
    if read.actor.id is None:
        return False
    draft = read.session.get(Draft, owner_id)
    if draft is not None:
        return draft.person_id == read.actor.id
    request = read.session.get(SupplementRequest, owner_id)
    dossier = read.session.get(Dossier, request.case_id) if request is not None else None
    return dossier is not None and dossier.applicant_id == read.actor.id


def filed_with(read: Reading, submission_key: str) -> UUID | None:
    """The dossier that was filed with this key, if the actor may see it: the second press of a button finds it."""
    if not submission_key:
        return None
    return read.session.scalar(
        select(Dossier.case_id).where(Dossier.submission_key == submission_key, visible_to(read.actor))
    )


def popular(read: Reading, *, days: int = 180) -> dict[str, int]:
    """How many dossiers of each procedure were filed in the last days; what people look for stands first."""
    rows = read.session.execute(
        select(Dossier.procedure, func.count())
        .where(Dossier.submitted_at >= read.now - timedelta(days=days), counts(Dossier.case_id))
        .group_by(Dossier.procedure)
    )
    return {row[0]: row[1] for row in rows}
