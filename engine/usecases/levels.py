"""How far the signatures of a paper are proven: raised to B-LTA after the seal, renewed before that weakens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.cases.models import Case
from engine.dossiers.models import Document, EarlierFile
from engine.errors import NotFound
from engine.ports import Ports
from engine.usecases.rendering import PDF_LIMIT
from engine.usecases.running import lock_case
from engine.work import Reading, Work
from signing.errors import SigningRefused

SIGNED, RAISED = "B-T", "B-LTA"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
LONGEST = timedelta(days=1)
LEAST_GAIN = timedelta(days=1)
AGAIN = timedelta(days=7)
"""A time-stamping authority that still uses the certificate about to end is asked again after this long."""


@dataclass(frozen=True)
class RaisePlan:
    """One paper whose level is due: its bytes then."""

    document_id: UUID
    sha256: str
    renews: bool


@dataclass(frozen=True)
class RaisedFile:
    """The same paper, longer by one update; `renew_at` is when its archive time stamp is to be renewed."""

    sha256: str
    size: int
    level: str
    renew_at: datetime


def to_be_raised(work: Work, document: Document) -> None:
    """A paper nobody signs any more after this act: it counts as B-T from now on and is raised by a worker."""
    document.level, document.level_due_at, document.level_tries, document.level_trouble = SIGNED, work.now, 0, ""
    _ask(work, document)


def ask_due(work: Work, *, limit: int) -> int:
    """Ask the workers for papers whose moment has come, the longest due first; how many were asked for."""
    due = select(Document).where(Document.level_due_at <= work.now).order_by(Document.level_due_at).limit(limit)
    papers = work.session.scalars(due).all()
    for document in papers:
        _ask(work, document)
    return len(papers)


def plan_raise(look: Reading, document_id: UUID) -> RaisePlan | None:
    """What is to be raised; None when another worker has done it, or its moment has not come."""
    document = look.session.get(Document, document_id)
    if document is None:
        raise NotFound("Không có văn bản này.")
    if document.level_due_at is None or document.level_due_at > look.now:
        return None
    return RaisePlan(document.id, document.sha256, document.level == RAISED)


def raise_paper(plan: RaisePlan, ports: Ports, now: datetime) -> RaisedFile | None:
    """Ask, embed and stamp, with no transaction open; None when a renewal would protect the paper no longer.

    Raises `SigningRefused`.
    """
    with ports.storage.open(plan.sha256) as handle:
        before = handle.read()
    raised = ports.signatures.raised(before, now=now)
    if plan.renews and raised.renew_at <= now + LEAST_GAIN:
        return None
    if not raised.pdf.startswith(before):
        raise SigningRefused("not_an_update", "Bản nâng mức không giữ nguyên văn bản đã ký.")
    stored = ports.storage.put(raised.pdf, limit=PDF_LIMIT)
    return RaisedFile(stored.sha256, stored.size, raised.level, max(raised.renew_at, now + AGAIN))


def keep_raised(work: Work, plan: RaisePlan, file: RaisedFile | None) -> None:
    """The longer file takes the place of the shorter, once; two workers at the same paper keep one of theirs."""
    document = _locked(work, plan)
    if document is None:
        return
    if file is None:
        document.level_due_at, document.level_tries = work.now + AGAIN, 0
        return
    earlier = EarlierFile(
        document_id=document.id,
        sha256=document.sha256,
        size=document.size,
        level=document.level,
        replaced_at=work.now,
    )
    work.session.add(earlier)
    document.sha256, document.size, document.level = file.sha256, file.size, file.level
    document.level_due_at, document.level_tries, document.level_trouble = file.renew_at, 0, ""
    case = work.session.get(Case, document.case_id) if document.case_id else None
    if case is not None:
        facts = {"document": str(document.id), "sha256": file.sha256, "before": earlier.sha256, "level": file.level}
        work.record(case, "document.archived", facts)


def put_off(work: Work, plan: RaisePlan, code: str) -> None:
    """The attempt failed: the paper stays at its level, says why (the refusal's code), is tried again after a pause."""
    document = _locked(work, plan)
    if document is None:
        return
    tries = document.level_tries
    document.level_due_at = work.now + (PAUSES[tries] if tries < len(PAUSES) else LONGEST)
    document.level_tries, document.level_trouble = tries + 1, code


def _locked(work: Work, plan: RaisePlan) -> Document | None:
    """The paper in this transaction's hands, unless it is no longer the one that was raised."""
    document = work.session.get_one(Document, plan.document_id)
    if document.case_id is not None:
        lock_case(work, document.case_id)
    work.session.refresh(document, with_for_update=True)
    return document if document.sha256 == plan.sha256 and document.level_due_at is not None else None


def _ask(work: Work, document: Document) -> None:
    """One job for one moment at which a paper is due, however often that is found."""
    assert document.level_due_at is not None
    work.defer(
        "RaiseDocument", {"document": str(document.id)}, key=f"raise:{document.id}:{document.level_due_at.isoformat()}"
    )
