"""What became of a result after it was issued: corrected, amended, replaced, withdrawn or cancelled, and by which act.

A result is never changed: an authority acts on it by a decision of its own, with number, date and ground (đính chính
for an error of form; sửa đổi, bổ sung or thay thế for its content; thu hồi, hủy bỏ where it should not stand).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.accounts.holders import SIGNATORIES
from engine.accounts.models import Office
from engine.cases.models import Case
from engine.clock import legal_date
from engine.db import Base, Identified
from engine.dossiers.models import Document
from engine.errors import N_, NotFound
from engine.work import Actor

ActKind = Literal["corrected", "amended", "replaced", "withdrawn", "cancelled"]
State = Literal["draft", "in_force", "corrected", "amended", "replaced", "withdrawn", "cancelled", "void"]

KINDS: dict[str, str] = {
    "corrected": N_("Đính chính"),
    "amended": N_("Sửa đổi, bổ sung"),
    "replaced": N_("Thay thế"),
    "withdrawn": N_("Thu hồi"),
    "cancelled": N_("Hủy bỏ"),
}
"""The acts an authority may lay on a result, in words."""

STATES: dict[str, str] = {
    "draft": N_("Chưa phát hành"),
    "in_force": N_("Còn giá trị"),
    "corrected": N_("Còn giá trị, đã được đính chính"),
    "amended": N_("Còn giá trị, đã được sửa đổi, bổ sung"),
    "replaced": N_("Đã bị thay thế"),
    "withdrawn": N_("Đã bị thu hồi"),
    "cancelled": N_("Đã bị hủy bỏ"),
    "void": N_("Không còn giá trị"),
}
"""Where a paper stands, in words."""

STILL_VALID: frozenset[str] = frozenset({"corrected", "amended"})
"""Acts after which the paper stands, read together with the decision."""


class ResultAct(Identified, Base):
    """One act of an authority on an issued paper, as its decision says; kept for ever, never changed.

    `authority` is the name of the deciding agency on that day, `authority_id` its office; `decided_on` is the date of
    the decision, `done_at` when it was entered here.
    """

    __tablename__ = "result_acts"
    __table_args__ = (
        Index("ix_result_acts_document", "document_id", "done_at"),
        Index("ix_result_acts_replacement_id", "replacement_id"),
    )

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    kind: Mapped[ActKind] = mapped_column(String(10))
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    authority: Mapped[str]
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    reason: Mapped[str]
    replacement_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"))
    done_at: Mapped[datetime]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class WithdrawalList(Base):
    """One published list of results that no longer stand as printed, word for word as it was signed."""

    __tablename__ = "withdrawal_lists"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issued_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(16))
    entries: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]


@dataclass(frozen=True)
class Standing:
    """Where a paper stands today: `valid` whether it may be relied on (with its corrections), `acts` the oldest first.

    `void` says that it was replaced without a decision, by a newer print of the same paper; `since` is the day from
    which the state holds.
    """

    state: State
    valid: bool
    acts: tuple[ResultAct, ...] = ()
    since: date | None = None
    reason: str = ""

    @property
    def last(self) -> ResultAct | None:
        """The act that made it what it is."""
        return self.acts[-1] if self.acts else None


def standing_of(session: Session, document_id: UUID) -> Standing:
    """Where one paper stands; NotFound when there is none with this id."""
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound("Không có văn bản này.")
    return standings_of(session, (document,))[document.id]


def standings_of(session: Session, documents: Collection[Document]) -> Mapping[UUID, Standing]:
    """Where each of these papers stands, in one look."""
    acts: dict[UUID, list[ResultAct]] = {document.id: [] for document in documents}
    if not acts:
        return {}
    for act in session.scalars(
        select(ResultAct).where(ResultAct.document_id.in_(acts)).order_by(ResultAct.done_at, ResultAct.id)
    ):
        acts[act.document_id].append(act)
    return {document.id: _standing(document, tuple(acts[document.id])) for document in documents}


def _standing(document: Document, acts: tuple[ResultAct, ...]) -> Standing:
    last = acts[-1] if acts else None
    if last is not None and (document.voided_at is None or last.kind not in STILL_VALID):
        return Standing(last.kind, last.kind in STILL_VALID, acts, last.decided_on, last.reason)
    if document.voided_at is not None:
        return Standing("void", False, acts, legal_date(document.voided_at), document.void_reason)
    if document.issued_at is None:
        return Standing("draft", False)
    return Standing("in_force", True, (), document.dated_on)


def waits_for_seal(session: Session, document: Document) -> bool:
    """Whether a numbered paper is still on its way: its case runs, and it has not been drawn anew since."""
    done = document.voided_at is not None or document.sealed_at is not None or document.issued_at is not None
    if done or session.scalar(select(Case.ended_at).where(Case.id == document.case_id)) is not None:
        return False
    newer = select(Document.id).where(
        Document.case_id == document.case_id,
        Document.letter == document.letter,
        Document.created_at > document.created_at,
    )
    return session.scalar(newer.limit(1)) is None


def authorities_over(session: Session, actor: Actor, document: Document) -> list[Office]:
    """The offices in whose name this person may act on a paper: the one that issued it and those above it they head."""
    found = []
    office = session.get(Office, document.office_id) if document.office_id else None
    while office is not None:
        if any(actor.holds(role, office.id) for role in SIGNATORIES):
            found.append(office)
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return found


def acted_on(session: Session) -> list[tuple[Document, Office | None, Standing]]:
    """Every paper with a signed code that no longer stands as printed, with its office, the oldest first."""
    rows = session.execute(
        select(Document, Office)
        .outerjoin(Office, Office.id == Document.office_id)
        .where(
            Document.qr != "",
            or_(Document.voided_at.is_not(None), Document.id.in_(select(ResultAct.document_id))),
        )
        .order_by(Document.created_at, Document.id)
    ).all()
    standings = standings_of(session, [document for document, _office in rows])
    return [(document, office, standings[document.id]) for document, office in rows]
