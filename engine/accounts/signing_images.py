"""The images that stand for signatures on paper: a leader's own hand, an office's own seal, as they were given."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, Identified


class SigningImage(Identified, Base):
    """An image a holder of a key brought: PNG in the store under its SHA-256, `width` and `height` in pixels.

    `holder` is the key's name in the keyring ("person:<id>", "office:<code>"). `across_mm` is the diameter of the real
    seal in millimetres, 0 for a hand. Papers signed with it keep their own bytes; `ended_at` ends its use.
    """

    __tablename__ = "signing_images"
    __table_args__ = (Index("ix_signing_images_holder", "holder", "ended_at"),)

    holder: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    across_mm: Mapped[int] = mapped_column(default=0)
    given_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def image_of(session: Session, holder: str) -> SigningImage | None:
    """The image a holder signs with today, if they gave one."""
    return session.scalar(
        select(SigningImage)
        .where(SigningImage.holder == holder, SigningImage.ended_at.is_(None))
        .order_by(SigningImage.given_at.desc(), SigningImage.id.desc())
        .limit(1)
    )
