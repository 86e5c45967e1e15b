"""What pages ask about results that are acted on: who may, what happened, and the list that is published."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Office
from engine.dossiers.models import Document, Dossier
from engine.dossiers.withdrawals import Standing, WithdrawalList, authorities_over, standing_of
from engine.errors import NotFound
from engine.queries.visible import visible_to
from engine.work import Reading


@dataclass(frozen=True)
class ActingPage:
    """A paper somebody may act on, in whose name (none: they may not), and where it stands."""

    document: Document
    dossier: Dossier
    authorities: tuple[Office, ...]
    standing: Standing


def acting_page(read: Reading, case_id: UUID, document_id: UUID) -> ActingPage:
    """What the page for acting on a paper needs; NotFound for what the actor may not see or what is not issued."""
    dossier = read.session.scalar(select(Dossier).where(Dossier.case_id == case_id, visible_to(read.actor)))
    document = read.session.get(Document, document_id)
    if dossier is None or document is None or document.case_id != case_id or document.issued_at is None:
        raise NotFound("Không có văn bản này.")
    found = authorities_over(read.session, read.actor, document) if read.actor.is_official else []
    return ActingPage(document, dossier, tuple(found), standing_of(read.session, document.id))


def to_act_on(read: Reading, documents: tuple[Document, ...]) -> frozenset[UUID]:
    """Which of these papers the actor may act on: issued, numbered, of an office they head or one below it."""
    if not read.actor.is_official:
        return frozenset()
    return frozenset(
        one.id
        for one in documents
        if one.issued_at is not None and one.number and authorities_over(read.session, read.actor, one)
    )


def newest_list(read: Reading) -> WithdrawalList | None:
    """The list that stands at the public address; None until the first one was made."""
    found: WithdrawalList | None = read.session.scalar(
        select(WithdrawalList).order_by(WithdrawalList.number.desc()).limit(1)
    )
    return found
