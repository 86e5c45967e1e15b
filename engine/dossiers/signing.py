"""Lists of papers a leader signs with one confirmation, and signatures made by a token in the leader's own PC."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class SigningList(Identified, Base):
    """Papers shown to one person, to be signed together; `digest` (SHA-256, hex) is over exactly what was shown.

    It is confirmed once; `ended_at` is when every paper of it had its outcome.
    """

    __tablename__ = "signing_lists"
    __table_args__ = (Index("ix_signing_lists_person", "person_id", "made_at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    digest: Mapped[str] = mapped_column(String(64))
    count: Mapped[int] = mapped_column(SmallInteger)
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ListedPaper(Identified, Base):
    """One paper of a list as it was shown (`sha256` of its bytes) and what became of it.

    `status`: shown; agreed (the holder's key is used for it, or was); changed (other bytes than shown, not signed);
    refused. `words` is why, a Vietnamese message id with `params`.
    """

    __tablename__ = "listed_papers"
    __table_args__ = (UniqueConstraint("list_id", "ordinal"), UniqueConstraint("task_id", "list_id"))

    list_id: Mapped[UUID] = mapped_column(ForeignKey("signing_lists.id"))
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"), index=True)
    code: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), default="shown")
    words: Mapped[str] = mapped_column(default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    settled_at: Mapped[datetime | None]


class DeskSignature(Identified, Base):
    """A signature asked of the token in the holder's own PC for one exact draft: prepared, then made, then used once.

    `prepared` is what the key was asked to sign (`signing.preparing`, without the document's bytes, which lie in the
    store); `challenge` the one-time word the answer must carry, good until `ends_at`. `signed_sha256` names the signed
    bytes once the answer fitted the certificate; `consent_id` the act by which they were used.
    """

    __tablename__ = "desk_signatures"
    __table_args__ = (Index("ix_desk_signatures_document", "document_id", "person_id"),)

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    list_id: Mapped[UUID | None] = mapped_column(ForeignKey("signing_lists.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    challenge: Mapped[str] = mapped_column(String(64), unique=True)
    prepared: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    signed_sha256: Mapped[str] = mapped_column(String(64), default="")
    signed_size: Mapped[int] = mapped_column(default=0)
    signed_at: Mapped[datetime | None]
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("signing_consents.id"), unique=True)
