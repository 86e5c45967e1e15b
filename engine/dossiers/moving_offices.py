"""Whose dossiers a move touches: who asks for, approves or undoes it answers for every office that decides one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.accounts.models import Office
from engine.accounts.people import answering_for
from engine.cases.models import Case
from engine.cases.moves import Move
from engine.procedures.models import PublishedBundle
from engine.work import Actor

DECIDING = ("handling", "unit", "hotline")
"""The places whose office a case belongs to: who handles a dossier; who is asked about a report, else the hotline."""


def cases_of(session: Session, source: PublishedBundle, actor: Actor, roles: Iterable[str]) -> tuple[list[UUID], int]:
    """The open cases of a version that are for an actor's posts of these roles, oldest first; and how many are not.

    All of them are for the system, and for another system whose key lets it look.
    """
    rows = select(Case.id, Case.places).where(Case.bundle_id == source.id, Case.ended_at.is_(None))
    found = session.execute(rows.order_by(Case.opened_at, Case.id)).all()
    if actor.kind in ("system", "machine"):
        return [row.id for row in found], 0
    theirs = answering_for(session, actor, roles)
    kept = [row.id for row in found if (office := _office(row.places)) is None or office in theirs]
    return kept, len(found) - len(kept)


def moving_in(batch_id: UUID) -> ColumnElement[bool]:
    """The cases that move by an order."""
    return Case.id.in_(select(Move.case_id).where(Move.batch_id == batch_id, Move.verdict == "moves"))


def beyond(session: Session, actor: Actor, roles: Iterable[str], cases: ColumnElement[bool]) -> str:
    """The name of an office that decides one of these cases and is not the actor's to answer for; "" without one."""
    if actor.kind == "system":
        return ""
    places = session.scalars(select(Case.places).where(cases).distinct())
    offices = {office for one in places if (office := _office(one)) is not None}
    others = offices - answering_for(session, actor, roles)
    if not others:
        return ""
    return session.scalar(select(Office.name).where(Office.id.in_(others)).order_by(Office.name).limit(1)) or ""


def _office(places: dict[str, object]) -> UUID | None:
    return next((UUID(str(places[name])) for name in DECIDING if places.get(name)), None)
