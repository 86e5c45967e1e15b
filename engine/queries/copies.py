"""What pages ask about electronic copies: what a copy was made of, which copies a paper has, what may be made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.capacities import thawed
from engine.accounts.models import Office, Person
from engine.clock import legal_date
from engine.dossiers.copies import (
    KINDS,
    LETTER,
    PaperCopy,
    is_administrative,
    kept_pages,
    kinds_for,
    standing_to_copy,
)
from engine.dossiers.copying import post_to_copy
from engine.dossiers.models import Document, Dossier
from engine.dossiers.withdrawals import Standing
from engine.errors import NotFound
from engine.queries.visible import visible_to
from engine.work import Reading


@dataclass(frozen=True)
class CopiedPaper:
    """The paper a copy was made of, and the address in its QR."""

    title: str
    number: str
    dated_on: date | None
    address: str


@dataclass(frozen=True)
class CopyFact:
    """What a copy is: of which paper, which pages (from 1; empty: all), by whose decision; where its original stands.

    `power` are the lines above the name of whoever decided (TL. CHỦ TỊCH …); the name itself is for officials.
    """

    printed: str
    source: CopiedPaper
    pages: tuple[int, ...]
    power: tuple[str, ...]
    asked_at: datetime
    standing: Standing

    def facts(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return {
            "kind": self.printed,
            "of": {
                "title": self.source.title,
                "number": self.source.number,
                "dated_on": self.source.dated_on.isoformat() if self.source.dated_on else None,
                "address": self.source.address,
            },
            "pages": list(self.pages),
            "power": list(self.power),
            "asked_at": self.asked_at.isoformat(),
            "original": {"state": self.standing.state, "valid": self.standing.valid},
        }


def copy_fact(session: Session, document: Document, site: str) -> CopyFact | None:
    """What a paper is a copy of; None for an original."""
    copy = session.get(PaperCopy, document.id) if document.letter == LETTER else None
    if copy is None:
        return None
    source, kept = session.get_one(Document, copy.source_id), thawed(copy.post)
    return CopyFact(
        printed=KINDS[copy.kind].printed,
        source=CopiedPaper(source.title, source.number, source.dated_on, f"{site}/v/{source.verify_code}"),
        pages=tuple(page + 1 for page in copy.pages),
        power=kept.lines if kept is not None else (),
        asked_at=copy.asked_at,
        standing=standing_to_copy(session, source),
    )


@dataclass(frozen=True)
class CopyLine:
    """One copy in the list of a paper's copies; `paper` is None until it is made, and when it never will be."""

    copy: PaperCopy
    printed: str
    by: str
    paper: Document | None


@dataclass(frozen=True)
class CopyingPage:
    """A paper, the copies made of it, whether the actor may have more made, and the kinds there are of such a paper."""

    document: Document
    dossier: Dossier
    office: Office | None
    may: bool
    administrative: bool
    standing: Standing
    kinds: tuple[str, ...]
    pages: int
    kept: frozenset[int]
    copies: tuple[CopyLine, ...]


def copying_page(read: Reading, case_id: UUID, document_id: UUID) -> CopyingPage:
    """What the page for copies of a paper needs; NotFound for what an official may not see or what is not sealed."""
    from engine.storage.scans import pages_of  # readers of PDF: only this page loads them

    dossier = read.session.scalar(select(Dossier).where(Dossier.case_id == case_id, visible_to(read.actor)))
    document = read.session.get(Document, document_id)
    if dossier is None or document is None or document.case_id != case_id or not read.actor.is_official:
        raise NotFound("Không có văn bản này.")
    if not _can_be_copied(document):
        raise NotFound("Không có văn bản này.")
    office = read.session.get(Office, document.office_id) if document.office_id else None
    may = office is not None and post_to_copy(read.session, read.actor, office, legal_date(read.now)) is not None
    with read.ports.storage.open(document.sha256) as handle:
        pages = pages_of(handle.read())
    kept = kept_pages(document, pages)
    kinds = tuple(kind for kind in kinds_for(read.session, document) if kind != "part" or len(kept) < pages)
    standing, administrative = standing_to_copy(read.session, document), is_administrative(read.session, document)
    return CopyingPage(
        document, dossier, office, may, administrative, standing, kinds, pages, kept, _copies(read, document)
    )


def _can_be_copied(document: Document) -> bool:
    return document.sealed_at is not None and document.issued_at is not None


def _copies(read: Reading, document: Document) -> tuple[CopyLine, ...]:
    rows = read.session.execute(
        select(PaperCopy, Person.full_name, Document)
        .join(Person, Person.id == PaperCopy.person_id)
        .outerjoin(Document, Document.id == PaperCopy.id)
        .where(PaperCopy.source_id == document.id)
        .order_by(PaperCopy.asked_at.desc(), PaperCopy.id)
    )
    return tuple(CopyLine(copy, KINDS[copy.kind].printed, name, paper) for copy, name, paper in rows)
