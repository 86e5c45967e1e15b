"""Who somebody is today: who signs in, posts held, and how far their eyes and hands reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from engine.accounts.models import Mandate, Office, Person, fold, sort_key
from engine.accounts.passwords import fits
from engine.clock import legal_date
from engine.db import new_id
from engine.work import Actor, Mandated

WIDE = frozenset({"centre_director", "leader", "procedure_controller", "inspector", "party_leader"})
"""Roles that may read every dossier of their agency and the offices below it."""
BLIND = frozenset({"operator"})
"""Roles that keep the machine running: a post of theirs opens no dossier, whatever office it is held in."""


def check_password(session: Session, login: str, password: str) -> Person | None:
    """The active person whose login and password these are; takes the same time when there is none."""
    person = session.scalar(select(Person).where(Person.login == login.strip().lower(), Person.active))
    return person if fits(password, person.password_hash if person else "") else None


def add_person(session: Session, *, login: str, kind: str, full_name: str, **values: object) -> Person:
    """A person with the keys by which lists sort and searches find a Vietnamese name."""
    person = Person(
        id=new_id(),
        login=login.strip().lower(),
        kind=kind,
        full_name=full_name,
        sort_key=sort_key(full_name),
        search_key=fold(full_name),
        **values,
    )
    session.add(person)
    return person


def offices_below(session: Session, roots: Iterable[UUID]) -> frozenset[UUID]:
    """The given offices and all under them."""
    children: dict[UUID | None, list[UUID]] = {}
    for office_id, parent_id in session.execute(select(Office.id, Office.parent_id)):
        children.setdefault(parent_id, []).append(office_id)
    found: set[UUID] = set()
    waiting = list(roots)
    while waiting:
        office_id = waiting.pop()
        if office_id not in found:
            found.add(office_id)
            waiting.extend(children.get(office_id, ()))
    return frozenset(found)


def agency_of(session: Session, office: Office) -> Office:
    """The agency a room or centre belongs to: the nearest office above that is neither."""
    while office.kind in {"room", "centre"} and office.parent_id is not None:
        parent = session.get(Office, office.parent_id)
        if parent is None:
            break
        office = parent
    return office


def mandates_on(session: Session, person_id: UUID, day: date) -> list[Mandate]:
    """The posts a person holds on a day."""
    return list(
        session.scalars(
            select(Mandate)
            .options(joinedload(Mandate.office))
            .where(
                Mandate.person_id == person_id,
                Mandate.valid_from <= day,
                or_(Mandate.valid_to.is_(None), Mandate.valid_to >= day),
            )
            .order_by(Mandate.valid_from, Mandate.id)
        )
    )


def actor_of(session: Session, person_id: UUID, *, now: datetime) -> Actor | None:
    """Somebody signed in, with today's posts and reach; None when the account is closed."""
    person = session.get(Person, person_id)
    if person is None or not person.active:
        return None
    posts = mandates_on(session, person_id, legal_date(now)) if person.kind == "official" else []
    wide = [agency_of(session, post.office).id for post in posts if post.role in WIDE]
    reach = frozenset(post.office_id for post in posts if post.role not in BLIND)
    return Actor(
        kind=person.kind,
        id=person.id,
        name=person.full_name,
        mandates=tuple(
            Mandated(
                post.office_id,
                post.office.code,
                post.office.name,
                post.role,
                post.title,
                post.capacity,
                post.id,
            )
            for post in posts
        ),
        reach=reach,
        oversight=reach | (offices_below(session, wide) if wide else frozenset()),
        locale=person.locale,
        must_change=person.must_change,
    )
