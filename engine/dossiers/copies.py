"""Electronic copies of the office's own papers: who had which copy made of what, with what power, and when.

Decree 30/2020/NĐ-CP, articles 25 to 27 and Annex I (from memory, unverified): a sao y repeats the whole original, a sao
lục the whole of a sao y, a trích sao a part of the original in its full form. All kinds of an office are counted
together, from 01 on 1 January; the head of the agency decides on copying and who signs copies.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, Identified
from engine.dossiers.models import Document
from engine.dossiers.withdrawals import Standing, standing_of

Kind = Literal["whole", "again", "part"]
LETTER = "copy"
"""What the papers of copies are called among the papers of a case."""
SERIES = "decree-30-copies"
ADMINISTRATIVE = "decree30"
"""The layout of administrative documents. What follows a prescribed form is copied from its register, or certified."""


@dataclass(frozen=True)
class CopyKind:
    """A kind of copy as it is printed, its abbreviation in a number, and as a book names it."""

    printed: str
    symbol: str
    name: str


KINDS: dict[str, CopyKind] = {
    "whole": CopyKind("SAO Y", "SY", "Bản sao y"),
    "again": CopyKind("SAO LỤC", "SL", "Bản sao lục"),
    "part": CopyKind("TRÍCH SAO", "TrS", "Bản trích sao"),
}


class PaperCopy(Identified, Base):
    """One copy: asked for by `person_id` with the power `post`, made by a worker as the paper with the same id.

    `pages` are those taken, counted from 0 (empty: all). `made_at` is when the paper was sealed and issued; `failed_at`
    when it was given up, `trouble` why (Vietnamese), its number void.
    """

    __tablename__ = "paper_copies"
    __table_args__ = (Index("ix_paper_copies_source", "source_id", "asked_at"),)

    source_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str] = mapped_column(String(10))
    pages: Mapped[list[Any]] = mapped_column(default=list)
    number: Mapped[str]
    dated_on: Mapped[date]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[UUID] = mapped_column(ForeignKey("mandates.id"))
    post: Mapped[dict[str, Any]] = mapped_column(default=dict)
    for_applicant: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")


def kinds_for(session: Session, document: Document) -> tuple[str, ...]:
    """The kinds of copies that may be made of a paper: of an original the whole or a part, of a sao y a sao lục."""
    copy = session.get(PaperCopy, document.id) if document.letter == LETTER else None
    if copy is None:
        return ("whole", "part")
    return ("again",) if copy.kind == "whole" else ()


def kept_pages(document: Document, count: int) -> frozenset[int]:
    """The pages every part holds to keep its full form: the first, and those with number, date and signatures."""
    boxed = {int(box["page"]) for name, box in document.boxes.items() if name in ("number", "date", "leader", "agency")}
    return frozenset({0, *(page for page in boxed if page < count)})


def pages_of_part(document: Document, wanted: Collection[int], count: int) -> tuple[int, ...]:
    """The pages of a part, in order; all of them when nothing would be left out."""
    return tuple(sorted({page for page in wanted if 0 <= page < count} | kept_pages(document, count)))


def origin_of(session: Session, document: Document) -> Document:
    """The original in the end: of a copy its source, of a copy of a copy that one's."""
    copy = session.get(PaperCopy, document.id) if document.letter == LETTER else None
    return origin_of(session, session.get_one(Document, copy.source_id)) if copy is not None else document


def is_administrative(session: Session, document: Document) -> bool:
    """Whether the decree is about this paper, or about the one it was copied from."""
    return origin_of(session, document).layout == ADMINISTRATIVE


def standing_to_copy(session: Session, document: Document) -> Standing:
    """Where a paper stands that is to be copied: no better than the original it was copied from."""
    own = standing_of(session, document.id)
    origin = origin_of(session, document)
    return standing_of(session, origin.id) if own.valid and origin.id != document.id else own
