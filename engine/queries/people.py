"""Who is signed in, whom the sample office lets step in, and the accounts an operator looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from engine.accounts.models import Mandate, Person, fold
from engine.accounts.people import actor_of as _actor_of
from engine.accounts.policy import require_role, require_signed_in
from engine.clock import legal_date
from engine.errors import NotFound
from engine.work import Actor, Reading

PER_PAGE = 50
"""Accounts on one page."""


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


@dataclass(frozen=True)
class AccountLine:
    """An official's account as an operator sees it; `posts` are today's as (title or "", role, office)."""

    id: UUID
    login: str
    name: str
    active: bool
    has_password: bool
    must_change: bool
    posts: tuple[tuple[str, str, str], ...]


def accounts(read: Reading, *, wanted: str = "", page: int = 1) -> tuple[list[AccountLine], int]:
    """Officials whose name or login holds these words, by name, a page of them; and how many there are."""
    require_role(read.actor, "operator")
    where = [Person.kind == "official"]
    if words := fold(wanted):
        where.append(or_(Person.search_key.contains(words, autoescape=True), Person.login == wanted.strip().lower()))
    total = read.session.scalar(select(func.count()).select_from(Person).where(*where)) or 0
    people = read.session.scalars(
        select(Person)
        .options(selectinload(Person.mandates).joinedload(Mandate.office))
        .where(*where)
        .order_by(Person.sort_key, Person.id)
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
    )
    return [_account(person, legal_date(read.now)) for person in people], total


def account(read: Reading, person_id: UUID) -> AccountLine:
    """One official's account; NotFound when there is none."""
    require_role(read.actor, "operator")
    person = read.session.get(Person, person_id)
    if person is None or person.kind != "official":
        raise NotFound("Không có tài khoản này.")
    return _account(person, legal_date(read.now))


def own_account(read: Reading) -> AccountLine:
    """Whoever asks, as they stand here."""
    require_signed_in(read.actor)
    person = read.session.get(Person, read.actor.id)
    if person is None:
        raise NotFound("Không có tài khoản này.")
    return _account(person, legal_date(read.now))


def _account(person: Person, today: date) -> AccountLine:
    held = [post for post in person.mandates if post.valid_from <= today and (post.valid_to or today) >= today]
    return AccountLine(
        id=person.id,
        login=person.login,
        name=person.full_name,
        active=person.active,
        has_password=bool(person.password_hash),
        must_change=person.must_change,
        posts=tuple((post.title, post.role, post.office.name) for post in held),
    )
