"""Who is signed in, and whom the sample office lets step in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.accounts.models import Mandate, Person
from engine.accounts.people import actor_of as _actor_of
from engine.work import Actor, Reading


def actor_of(read: Reading, person_id: UUID) -> Actor | None:
    """Somebody signed in, with today's posts and reach; None when the account is closed."""
    return _actor_of(read.session, person_id, now=read.now)


@dataclass(frozen=True)
class RoleLine:
    """Somebody of the sample office one may step in as."""

    id: UUID
    login: str
    name: str
    kind: str
    role: str
    title: str
    office: str


def sample_roles(read: Reading) -> list[RoleLine]:
    """Everybody of the sample office with their first post, citizens first; nobody where the office is real."""
    if not read.ports.settings.sample:
        return []
    people = read.session.scalars(
        select(Person)
        .options(selectinload(Person.mandates).joinedload(Mandate.office))
        .where(Person.active)
        .order_by(Person.kind, Person.id)
    )
    lines = []
    for person in people:
        post = person.mandates[0] if person.mandates else None
        lines.append(
            RoleLine(
                id=person.id,
                login=person.login,
                name=person.full_name,
                kind=person.kind,
                role=post.role if post else "citizen",
                title=post.title if post else "",
                office=post.office.name if post else "",
            )
        )
    return lines
