"""Law in time: versions that were published ahead, and texts of law that end while a procedure still stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.procedures.models import PublishedBundle
from engine.procedures.published import in_force, open_bundle

WARNED_BEFORE = 30
"""Days before the end of a legal basis from which designers and leaders are warned."""


@dataclass(frozen=True)
class Coming:
    """A version that will govern dossiers received from `valid_from` on; `days` from today, `replaces` a version."""

    id: UUID
    procedure: str
    name: str
    name_en: str
    version: int
    trial: bool
    valid_from: date
    days: int
    replaces: int | None


@dataclass(frozen=True)
class Ending:
    """Something a version in force stands on that ends on `last_day` (inclusive) with nothing after it.

    `kind` is "basis" (a text of law named `title`) or "version" (the version itself has no follower). `days` are from
    today, below zero once it has passed.
    """

    procedure: str
    name: str
    name_en: str
    version: int
    kind: Literal["basis", "version"]
    title: str
    last_day: date
    days: int


def coming(session: Session, today: date, procedure: str | None = None) -> tuple[Coming, ...]:
    """The versions that were published ahead and will be the ones new dossiers run under, the nearest day first."""
    bundle = PublishedBundle
    statement = select(
        bundle.id, bundle.procedure, bundle.name, bundle.name_en, bundle.version, bundle.trial, bundle.valid_from
    ).where(bundle.withdrawn_at.is_(None), bundle.valid_from > today)
    if procedure is not None:
        statement = statement.where(bundle.procedure == procedure)
    found = []
    for row in session.execute(statement.order_by(bundle.valid_from, bundle.name)):
        begins = row.valid_from or today
        if governing(session, row.procedure, begins) != row.id:
            continue
        before = _number(session, governing(session, row.procedure, begins - timedelta(days=1)))
        about = (row.id, row.procedure, row.name, row.name_en, row.version, row.trial)
        found.append(Coming(*about, valid_from=begins, days=(begins - today).days, replaces=before))
    return tuple(found)


def endings(session: Session, today: date) -> tuple[Ending, ...]:
    """What ends within thirty days, or has ended, under the versions in force today and has no successor.

    A text of law is succeeded when the version of the day after does not stand on it any more, or names a text that
    begins that very day; what had ended before the version began is history.
    """
    found: list[Ending] = []
    for code in session.scalars(select(PublishedBundle.procedure).distinct().order_by(PublishedBundle.procedure)):
        current = governing(session, code, today)
        if current is not None:
            found += _endings_of(session, session.get_one(PublishedBundle, current), today)
    return tuple(sorted(found, key=lambda one: (one.last_day, one.name, one.title)))


def _endings_of(session: Session, row: PublishedBundle, today: date) -> list[Ending]:
    horizon = today + timedelta(days=WARNED_BEFORE)
    about = (row.procedure, row.name, row.name_en, row.version)
    found = []
    last = row.valid_to
    if last is not None and last <= horizon and governing(session, row.procedure, last + timedelta(days=1)) is None:
        found.append(Ending(*about, "version", "", last, (last - today).days))
    for law in open_bundle(session, row.id).procedure.legal_basis:
        ends = law.valid_to
        if ends is None or ends > horizon or ends < (row.valid_from or date.min):
            continue
        if not _succeeded(session, row.procedure, law.title, ends):
            found.append(Ending(*about, "basis", law.title, ends, (ends - today).days))
    return found


def _succeeded(session: Session, procedure: str, title: str, ends: date) -> bool:
    after = ends + timedelta(days=1)
    follower = governing(session, procedure, after)
    if follower is None:
        return False
    texts = open_bundle(session, follower).procedure.legal_basis
    return any(one.valid_from == after for one in texts) or not any(
        one.title == title and one.valid_to is not None and one.valid_to < after for one in texts
    )


def governing(session: Session, procedure: str, day: date) -> UUID | None:
    """The version a dossier received on a day runs under; None when the procedure takes none that day."""
    try:
        return in_force(session, procedure, day).id
    except NotFound:
        return None


def _number(session: Session, version_id: UUID | None) -> int | None:
    return (
        session.scalar(select(PublishedBundle.version).where(PublishedBundle.id == version_id)) if version_id else None
    )
