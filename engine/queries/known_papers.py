"""What the office knows of a paper somebody holds: where it stands, by whose act, what replaced it, with what power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.accounts.capacities import SigningCapacity
from engine.accounts.models import Mandate, Office
from engine.cases.models import Case
from engine.clock import legal_date
from engine.dossiers.models import Document, EarlierFile, SigningConsent
from engine.dossiers.withdrawals import ActKind, ResultAct, Standing, standing_of
from engine.queries.capacity import signing_capacity
from engine.queries.copies import CopyFact, copy_fact
from engine.work import Reading


@dataclass(frozen=True)
class OtherPaper:
    """Another paper of the office: its name, number and date, and the code and address in its QR."""

    title: str
    number: str
    dated_on: date | None
    code: str
    address: str

    def facts(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return {
            "title": self.title,
            "number": self.number,
            "dated_on": self.dated_on.isoformat() if self.dated_on else None,
            "code": self.code,
            "address": self.address,
        }


@dataclass(frozen=True)
class ActFact:
    """An authority's act on a paper by a decision of its own; `instead` is the paper that stands in its place."""

    kind: ActKind
    authority: str
    decision_number: str
    decided_on: date
    reason: str
    instead: OtherPaper | None = None


@dataclass(frozen=True)
class SignedAs:
    """With what power a paper was signed, and whether its signer held it on that day.

    `held` is None where the register does not say by which post it was signed.
    """

    capacity: SigningCapacity
    signed_at: datetime
    held: bool | None

    def facts(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return self.capacity.facts() | {"signed_at": self.signed_at.isoformat(), "held": self.held}


@dataclass(frozen=True)
class PaperFact:
    """What the office itself knows of a paper somebody brings: by its QR code or by its bytes.

    `address` is what stands in its QR before the "#"; `acts` are those of authorities on it, the oldest first;
    `instead` is the paper that stands in its place, `replaces` are those in whose place it stands. `signed_as` is None
    for a paper no leader signed, and for one of before the power was kept; `copy` says what it is a copy of.
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
    acts: tuple[ActFact, ...] = ()
    instead: OtherPaper | None = None
    replaces: tuple[OtherPaper, ...] = ()
    signed_as: SignedAs | None = None
    copy: CopyFact | None = None

    @property
    def stands(self) -> bool:
        """Whether it may be relied on as far as the register goes."""
        powerless = self.signed_as is not None and self.signed_as.held is False
        fallen = self.copy is not None and not self.copy.standing.valid
        return self.standing.valid and not self.trial and not powerless and not fallen


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
    standing, site = standing_of(read.session, row.id), read.ports.settings.public_url
    acts = _acts(read.session, standing, site)
    instead = next((act.instead for act in reversed(acts) if act.instead is not None), None)
    if instead is None and standing.state == "void":
        instead = _newer_print(read.session, row, site)
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
        address=f"{site}/v/{row.verify_code}",
        standing=standing,
        acts=acts,
        instead=instead,
        replaces=_replaced_by(read.session, row, site),
        signed_as=_signed_as(read.session, row),
        copy=copy_fact(read.session, row, site),
    )


def _other(document: Document, site: str) -> OtherPaper:
    code = document.verify_code
    return OtherPaper(document.title, document.number, document.dated_on, code, f"{site}/v/{code}")


def _acts(session: Session, standing: Standing, site: str) -> tuple[ActFact, ...]:
    named = {act.replacement_id for act in standing.acts if act.replacement_id is not None}
    found: Mapping[UUID, Document] = (
        {one.id: one for one in session.scalars(select(Document).where(Document.id.in_(named)))} if named else {}
    )
    facts = []
    for act in standing.acts:
        other = found.get(act.replacement_id) if act.replacement_id is not None else None
        instead = _other(other, site) if other is not None else None
        facts.append(ActFact(act.kind, act.authority, act.decision_number, act.decided_on, act.reason, instead))
    return tuple(facts)


def _newer_print(session: Session, document: Document, site: str) -> OtherPaper | None:
    """The same paper of the same case, printed and issued anew, where no decision was needed for it."""
    if document.case_id is None:
        return None
    newer: Document | None = session.scalar(
        select(Document)
        .where(
            Document.case_id == document.case_id,
            Document.letter == document.letter,
            Document.issued_at.is_not(None),
            Document.voided_at.is_(None),
            Document.id != document.id,
        )
        .order_by(Document.created_at.desc())
        .limit(1)
    )
    return _other(newer, site) if newer is not None else None


def _replaced_by(session: Session, document: Document, site: str) -> tuple[OtherPaper, ...]:
    rows = session.scalars(
        select(Document)
        .join(ResultAct, ResultAct.document_id == Document.id)
        .where(ResultAct.replacement_id == document.id)
        .order_by(ResultAct.done_at)
    )
    return tuple(_other(one, site) for one in rows)


def _signed_as(session: Session, document: Document) -> SignedAs | None:
    capacity = signing_capacity(document)
    if capacity is None or document.signed_at is None:
        return None
    post: Mandate | None = session.scalar(
        select(Mandate)
        .join(SigningConsent, SigningConsent.mandate_id == Mandate.id)
        .where(SigningConsent.document_id == document.id, SigningConsent.used_at.is_not(None))
        .order_by(SigningConsent.used_at.desc())
        .limit(1)
    )
    held = None
    if post is not None:
        day = legal_date(document.signed_at)
        held = post.valid_from <= day and (post.valid_to is None or day <= post.valid_to)
    return SignedAs(capacity, document.signed_at, held)
