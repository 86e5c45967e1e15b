"""What lists and searches read instead of the dossiers themselves: narrow rows, kept by the acts that change them.

An office's list is one range of `DossierOffice`, a name one range of `DossierWord`; both carry the moment of filing, by
which every list of dossiers is ordered. They say nothing the dossier does not say: `rebuild` makes them anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.cases.clocks import DOSSIER
from engine.cases.models import Clock, Task
from engine.db import Base
from engine.dossiers.models import Dossier

WORDS_KEPT = 12
"""So many words of a name are found by their beginning; nobody's name has more, an organisation's may."""
LONGEST = 200
DATED = "due_at is not null"


class DossierOffice(Base):
    """An office that may read a dossier, with what its lists are ordered and searched by.

    `due_at` is the promised moment while nothing is decided, None before acceptance and afterwards; `owed_at` the same
    while the term runs, so that what waits for its applicant is in nobody's way.
    """

    __tablename__ = "dossier_offices"
    __table_args__ = (
        Index(
            "ix_dossier_offices_newest", "office_id", "submitted_at", "case_id", postgresql_include=["owner_search_key"]
        ),
        Index("ix_dossier_offices_procedure", "office_id", "procedure", "submitted_at", "case_id"),
        Index("ix_dossier_offices_owed", "office_id", "owed_at", "case_id", postgresql_where="owed_at is not null"),
        Index(
            "ix_dossier_offices_open",
            "office_id",
            "submitted_at",
            "case_id",
            postgresql_include=["due_at"],
            postgresql_where=DATED,
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    submitted_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    owed_at: Mapped[datetime | None]
    owner_search_key: Mapped[str]
    procedure: Mapped[str]


class DossierWord(Base):
    """What a dossier is found by: the owner's name without marks from one of its words on, day and number of its code.

    "nguyen van an", "van an", "an", "261122-0001".
    """

    __tablename__ = "dossier_words"
    __table_args__ = (Index("ix_dossier_words_key", "key", "submitted_at", "case_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    key: Mapped[str] = mapped_column(
        Text().with_variant(postgresql.TEXT(collation="C"), "postgresql"), primary_key=True
    )
    submitted_at: Mapped[datetime]


def word_keys(search_key: str) -> list[str]:
    """What a folded name is found by: itself from each of its words on."""
    words = search_key.split()[:WORDS_KEPT]
    return list(dict.fromkeys(" ".join(words[start:])[:LONGEST] for start in range(len(words))))


def enter(session: Session, dossier: Dossier) -> None:
    """Put a new dossier, already written, on the lists of the four offices that deal with it."""
    offices = (dossier.receiving_id, dossier.handling_id, dossier.signing_id, dossier.returning_id)
    show_to(session, dossier, dict.fromkeys(offices))
    _enter_words(session, dossier)


def show_to(session: Session, dossier: Dossier, offices: Iterable[UUID]) -> None:
    """Put a dossier on the lists of more offices (a consulted one); once is enough."""
    rows = [
        {
            "case_id": dossier.case_id,
            "office_id": office_id,
            "submitted_at": dossier.submitted_at,
            "due_at": _due_at(dossier),
            "owed_at": owed_at(session, dossier.case_id),
            "owner_search_key": dossier.owner_search_key,
            "procedure": dossier.procedure,
        }
        for office_id in offices
    ]
    session.execute(_insert(session)(DossierOffice).on_conflict_do_nothing(), rows)


def _insert(session: Session) -> type[postgresql.Insert] | type[sqlite.Insert]:
    return postgresql.Insert if session.get_bind().dialect.name == "postgresql" else sqlite.Insert


def _due_at(dossier: Dossier) -> datetime | None:
    return dossier.promised_at if dossier.decided_at is None else None


def owed_at(session: Session, case_id: UUID) -> datetime | None:
    """The promised moment of a dossier while its term runs and nothing is decided."""
    return session.scalar(
        select(Clock.promised_at)
        .join(Dossier, Dossier.case_id == Clock.case_id)
        .where(
            Clock.case_id == case_id,
            Clock.term == DOSSIER,
            Clock.status == "running",
            Dossier.decided_at.is_(None),
        )
    )


def set_due(session: Session, dossier: Dossier, owed: datetime | None) -> None:
    """The promised moment has changed, its term stands still or goes on, or a decision has made it pointless."""
    mine = DossierOffice.case_id == dossier.case_id
    session.execute(update(DossierOffice).where(mine).values(due_at=_due_at(dossier), owed_at=owed))


def set_dues(session: Session, owed: Mapping[Dossier, datetime | None]) -> None:
    """The promised moments of many dossiers have changed, each with what is owed now."""
    if owed:
        rows = [{"case": one.case_id, "due": _due_at(one), "until": until} for one, until in owed.items()]
        session.connection().execute(_SET_DUES, rows)


_SET_DUES = (
    update(DossierOffice)
    .where(DossierOffice.case_id == bindparam("case"))
    .values(due_at=bindparam("due"), owed_at=bindparam("until"))
)


def rename(session: Session, dossier: Dossier) -> None:
    """The owner's name was corrected."""
    mine = DossierOffice.case_id == dossier.case_id
    session.execute(update(DossierOffice).where(mine).values(owner_search_key=dossier.owner_search_key))
    session.execute(delete(DossierWord).where(DossierWord.case_id == dossier.case_id))
    _enter_words(session, dossier)


def enter_code(session: Session, dossier: Dossier) -> None:
    """A dossier that has just been given its code is found by the part of it that people say: day and number."""
    _enter_keys(session, dossier, code_keys(dossier))


def code_keys(dossier: Dossier) -> list[str]:
    """Day and number of a dossier's code ("261122-0001"), as the unit before them goes without saying."""
    return ["-".join(dossier.code.lower().split("-")[-2:])] if dossier.code else []


def _enter_words(session: Session, dossier: Dossier) -> None:
    _enter_keys(session, dossier, [*word_keys(dossier.owner_search_key), *code_keys(dossier)])


def _enter_keys(session: Session, dossier: Dossier, keys: Iterable[str]) -> None:
    rows = [{"case_id": dossier.case_id, "key": key, "submitted_at": dossier.submitted_at} for key in keys]
    if rows:
        session.execute(_insert(session)(DossierWord).on_conflict_do_nothing(), rows)


def rebuild(session: Session, dossier: Dossier) -> None:
    """Make one dossier's rows anew from what is kept of it and of its tasks."""
    session.execute(delete(DossierOffice).where(DossierOffice.case_id == dossier.case_id))
    session.execute(delete(DossierWord).where(DossierWord.case_id == dossier.case_id))
    enter(session, dossier)
    asked = select(Task.office_id).where(Task.case_id == dossier.case_id, Task.office_id.is_not(None)).distinct()
    offices = [office_id for office_id in session.scalars(asked) if office_id is not None]
    if offices:
        show_to(session, dossier, offices)
