"""The tables of a dossier: who asks for what, with which papers, and which documents came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.cases.models import Case
from engine.db import Base, Dong, Identified

STATUSES = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung, hoàn thiện hồ sơ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Rút hồ sơ",
    8: "Dừng giải quyết hồ sơ",
    9: "Đã có kết quả",
    10: "Đã trả kết quả",
}
"""The ten national status codes of a dossier."""

CHANNELS = {
    "counter": "Trực tiếp",
    "online": "Trực tuyến",
    "post": "Bưu chính công ích",
    "inbound": "Cổng dịch vụ công quốc gia",
}


class Dossier(Base):
    """One request of one owner; filing (`submitted_at`) and acceptance (`accepted_at`) are two stamps."""

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("channel", "external_code"),
        Index("ix_dossiers_newest", "submitted_at", "case_id", postgresql_include=["owner_search_key"]),
        Index(
            "ix_dossiers_open",
            "submitted_at",
            "case_id",
            postgresql_include=["promised_at"],
            postgresql_where="decided_at is null",
        ),
        Index("ix_dossiers_procedure", "procedure", "submitted_at", "case_id"),
        Index("ix_dossiers_status", "status", "submitted_at", "case_id"),
        Index("ix_dossiers_receiving", "receiving_id", "submitted_at"),
        Index("ix_dossiers_returned", "returning_id", "returned_at"),
        Index("ix_dossiers_awaiting", "receiving_id", "status", postgresql_where="decided_at is null"),
        Index("ix_dossiers_accepted", "accepted_at", "receiving_id", "handling_id"),
        Index("ix_dossiers_decided", "decided_at", "handling_id"),
        Index("ix_dossiers_promised", "promised_on"),
        Index("ix_dossiers_book", "receiving_id", "accepted_at", "case_id"),
        Index("ix_dossiers_room_book", "handling_id", "accepted_at", "case_id"),
        Index("ix_dossiers_owner", "owner_identity", "submitted_at", postgresql_where="owner_identity <> ''"),
        Index("ix_dossiers_sender", "applicant_identity", "submitted_at", postgresql_where="applicant_identity <> ''"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    code: Mapped[str | None] = mapped_column(unique=True)
    filing_code: Mapped[str] = mapped_column(unique=True)
    procedure: Mapped[str]
    procedure_name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    case_key: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(String(10))
    external_code: Mapped[str | None]
    submission_key: Mapped[str] = mapped_column(unique=True)
    status: Mapped[int] = mapped_column(SmallInteger, default=1)
    status_reason: Mapped[str] = mapped_column(default="")

    receiving_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    handling_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    signing_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    returning_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))

    owner_name: Mapped[str]
    owner_search_key: Mapped[str]
    owner_sort_key: Mapped[str]
    owner_identity: Mapped[str] = mapped_column(default="")
    owner_phone: Mapped[str] = mapped_column(default="")
    owner_email: Mapped[str] = mapped_column(default="")
    owner_address: Mapped[str] = mapped_column(default="")
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    applicant_name: Mapped[str] = mapped_column(default="")
    applicant_identity: Mapped[str] = mapped_column(default="")
    applicant_phone: Mapped[str] = mapped_column(default="")
    applicant_email: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    return_mode: Mapped[str] = mapped_column(String(10), default="counter")

    answers: Mapped[dict[str, Any]]
    submitted_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    effective_on: Mapped[date | None]
    promised_on: Mapped[date | None]
    promised_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    returned_to: Mapped[str] = mapped_column(default="")
    fee: Mapped[int] = mapped_column(Dong, default=0)
    fee_paid_at: Mapped[datetime | None]
    judged: Mapped[str] = mapped_column(String(10), default="")

    case: Mapped[Case] = relationship()


class RawFiling(Identified, Base):
    """What another system sent, word for word, before anything was made of it, and what then came of it.

    `status` is received, taken, refused or settled (by hand); `refusal` holds code, message and field paths, never the
    values that were sent. `digest` (SHA-256, hex) finds the same words sent again.
    """

    __tablename__ = "raw_filings"
    __table_args__ = (
        UniqueConstraint("client_id", "digest"),
        Index("ix_raw_filings_case", "case_id"),
        Index("ix_raw_filings_status", "status", "received_at"),
    )

    channel: Mapped[str] = mapped_column(String(20), default="")
    external_code: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    payload: Mapped[bytes]
    media_type: Mapped[str] = mapped_column(default="application/json")
    digest: Mapped[str] = mapped_column(String(64), default="")
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_clients.id"))
    status: Mapped[str] = mapped_column(String(10), default="received")
    refusal: Mapped[dict[str, Any]] = mapped_column(default=dict)
    content_digest: Mapped[str] = mapped_column(String(64), default="")
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))


class Component(Identified, Base):
    """One line of the component list: what was asked, what was brought."""

    __tablename__ = "components"
    __table_args__ = (UniqueConstraint("case_id", "key"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    key: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    form: Mapped[str] = mapped_column(default="")
    required: Mapped[bool] = mapped_column(default=True)
    originals: Mapped[int] = mapped_column(default=0)
    certified: Mapped[int] = mapped_column(default=0)
    photocopies: Mapped[int] = mapped_column(default=0)
    from_register: Mapped[bool] = mapped_column(default=False)
    present: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[str] = mapped_column(default="")


class Attachment(Identified, Base):
    """A file somebody handed in: belongs to a draft first, to the case afterwards; the bytes lie in the store."""

    __tablename__ = "attachments"

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    draft_id: Mapped[UUID | None] = mapped_column(index=True)
    field: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
    round: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None]


class Draft(Identified, Base):
    """A filing that was begun and not sent: one per person and procedure."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "procedure"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    procedure: Mapped[str]
    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundles.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    page: Mapped[str] = mapped_column(default="")
    submission_key: Mapped[str]
    saved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)


class SupplementRequest(Identified, Base):
    """One round of "Yêu cầu bổ sung, hoàn thiện hồ sơ": what is missing, why, until when; then the answer.

    `lapsed_at` says that the applicant's own term passed unanswered, `closed_at` that nobody waits any more. `answer`
    holds what was received and what was left out (see `answer_supplement`).
    """

    __tablename__ = "supplement_requests"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    round: Mapped[int]
    stage: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str]
    items: Mapped[list[Any]]
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID | None]
    answer_by: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_via: Mapped[str] = mapped_column(default="")
    lapsed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Document(Identified, Base):
    """A paper of the office: drafted, signed, numbered, sealed, issued or void; the bytes lie in the store.

    `boxes` are the reserved places of the first rendering; `verify_code` stands in the QR on the paper, `qr` is all
    that stands there once it is sealed; `signer_id` is whose name is printed under it, `signed_by` whoever did sign:
    the two are never different; `post` is the power it was printed with (`frozen` in engine/accounts/capacities.py),
    which is the one it was signed with. `level` is how far the signatures are proven (ETSI EN 319 142-1: "B-T",
    "B-LTA"; "" for an unsigned paper), `level_due_at` when it is to be raised or its archive time stamp renewed;
    `level_trouble` is why the last attempt failed (a refusal's code), after `level_tries` of them in a row.
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_case", "case_id", "created_at"),
        Index("ix_documents_level_due", "level_due_at", postgresql_where="level_due_at is not null"),
    )

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    letter: Mapped[str]
    title: Mapped[str]
    layout: Mapped[str] = mapped_column(default="")
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"))
    status: Mapped[str] = mapped_column(String(10), default="draft")
    number: Mapped[str] = mapped_column(default="")
    dated_on: Mapped[date | None]
    verify_code: Mapped[str] = mapped_column(unique=True)
    qr: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(default=0)
    draft_sha256: Mapped[str] = mapped_column(String(64), default="")
    boxes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    signer_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    post: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sealed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(default="")
    for_applicant: Mapped[bool] = mapped_column(default=True)
    level: Mapped[str] = mapped_column(String(5), default="")
    level_due_at: Mapped[datetime | None]
    level_tries: Mapped[int] = mapped_column(default=0)
    level_trouble: Mapped[str] = mapped_column(default="")


class EarlierFile(Identified, Base):
    """A paper's file before its level was raised: gone from the store, for its bytes begin the file of today.

    Whoever got it then still holds a genuine paper, and is told so by its digest.
    """

    __tablename__ = "earlier_files"
    __table_args__ = (Index("ix_earlier_files_document", "document_id"),)

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    level: Mapped[str] = mapped_column(String(5))
    replaced_at: Mapped[datetime]


class SigningConsent(Identified, Base):
    """A person's act of approving one exact document: the key may be used once, for these bytes."""

    __tablename__ = "signing_consents"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey("mandates.id"))
    task_id: Mapped[UUID | None]
    given_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Apology(Identified, Base):
    """What is owed to the applicant of a dossier that will be late: drafted, reasoned, signed, sent – or still owed.

    `because` is forecast or term (the date), error, loss or damage (`account` says what happened). `level` is unit, or
    superior once the re-appointments allowed are used up; the head of `office_id` signs. `due_by` is the last moment
    for the letter, `notice_by` the one at which an unsigned notice goes out instead. `kept_at`: the officer said that
    the date will be kept. It is over when it was sent, closed or exempted (`exempt_at`, on a ground somebody approved).
    """

    __tablename__ = "apologies"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        Index("ix_apologies_owed", "due_by", postgresql_where="sent_at is null and closed_at is null"),
        Index("ix_apologies_promised", "promised_on"),
        Index(
            "ix_apologies_unsigned",
            "because",
            "notice_by",
            postgresql_where="sent_at is null and closed_at is null and notice_sent_at is null",
        ),
        Index(
            "ix_apologies_told",
            "counter_told_at",
            postgresql_where="counter_told_at is not null and counter_seen_at is null",
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int] = mapped_column(default=1)
    due_by: Mapped[datetime]
    promised_on: Mapped[date]
    opened_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    new_date: Mapped[date | None]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"), index=True)
    sent_at: Mapped[datetime | None]
    notice_sent_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_because: Mapped[str] = mapped_column(default="")
    because: Mapped[str] = mapped_column(String(10), default="term")
    level: Mapped[str] = mapped_column(String(10), default="unit")
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"))
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    account: Mapped[str] = mapped_column(default="")
    notice_by: Mapped[datetime | None]
    proposed_on: Mapped[date | None]
    kept_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(String(20), default="")
    unit: Mapped[str] = mapped_column(default="")
    date_ground: Mapped[str] = mapped_column(default="")
    counter_document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"), index=True)
    counter_told_at: Mapped[datetime | None]
    counter_seen_at: Mapped[datetime | None]
    counter_seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    exempt_ground: Mapped[str] = mapped_column(String(20), default="")
    exempt_reason: Mapped[str] = mapped_column(default="")
    exempt_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    exempt_at: Mapped[datetime | None]
    exempted_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Rating(Base):
    """What the applicant said of a finished dossier, once: 1 to 5, some criteria from 0 to 2, words of their own.

    It is read as an average; whoever handled the dossier never sees it with a name.
    """

    __tablename__ = "ratings"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger)
    criteria: Mapped[dict[str, Any]] = mapped_column(default=dict)
    words: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime]
