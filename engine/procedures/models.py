"""Published bundles: immutable, content-addressed, in force between two days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Identified


class PublishedBundle(Identified, Base):
    """One version of one procedure as it was published; `content` is the bundle's files, `digest` their address.

    `origin` is "library" (shipped) or "office" (its own, never overwritten by an upgrade); a `trial` lacks one of
    the two legal documents.
    """

    __tablename__ = "bundles"
    __table_args__ = (Index("ix_bundles_in_force", "procedure", "valid_from"),)

    procedure: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(index=True)
    origin: Mapped[str] = mapped_column(String(10))
    library_digest: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    field: Mapped[str] = mapped_column(default="")
    search_key: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(String(10), default="dossier")
    trial: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")


class WorkingCopy(Identified, Base):
    """A bundle on somebody's drawing board: files as text, not in force anywhere.

    `library_id` is the library's version whose changes were put in; `kept` names the conflicts (`Touch.key`) of which
    somebody has said that the office's own words stay.
    """

    __tablename__ = "working_copies"

    procedure: Mapped[str] = mapped_column(index=True)
    base_id: Mapped[UUID] = mapped_column(ForeignKey("bundles.id"))
    files: Mapped[dict[str, Any]]
    edited_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    edited_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    library_id: Mapped[UUID | None] = mapped_column(ForeignKey("bundles.id"))
    kept: Mapped[list[Any]] = mapped_column(default=list)
