"""Who somebody is today: who signs in, posts held, and how far their eyes and hands reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from engine.accounts.models import Mandate, Office, Person, fold, sort_key
from engine.accounts.passwords import fits
from engine.clock import legal_date
from engine.db import new_id
from engine.errors import Forbidden
from engine.work import Actor, Mandated

WIDE = frozenset({"centre_director", "leader", "procedure_controller", "inspector", "party_leader"})
"""Roles that may read every dossier of their agency and the offices below it."""
BLIND = frozenset({"operator"})
"""Roles that keep the machine running: a post of theirs opens no dossier, whatever office it is held in."""
PARTS = ("room", "centre")
"""Kinds of offices that are a part of the agency above them."""


def check_password(session: Session, login: str, password: str) -> Person | None:
    """The active person whose login and password these are; takes the same time when there is none."""
    person = session.scalar(select(Person).where(Person.login == login.strip().lower(), Person.active))
    return person if fits(password, person.password_hash if person else "") else None


def official_named(session: Session, login: str, password: str | None, *, now: datetime) -> Actor:
    """The official with this login and today's posts; `password` None where anybody may step in (a sample office).

    Forbidden, in the same words whatever was wrong: no such login, another password, one that must be changed first.
    """
    if password is None:
        person = session.scalar(select(Person).where(Person.login == login.strip().lower(), Person.active))
    else:
        person = check_password(session, login, password)
    actor = actor_of(session, person.id, now=now) if person is not None else None
    if actor is None or actor.kind != "official" or actor.must_change:
        raise Forbidden("Tên đăng nhập hoặc mật khẩu không đúng, hoặc mật khẩu chưa được đổi.")
    return actor


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


def agency_of(session: Session, office: Office) -> Office:
    """The agency a room or centre belongs to: the nearest office above that is neither."""
    while office.kind in PARTS and office.parent_id is not None:
        parent = session.get(Office, office.parent_id)
        if parent is None:
            break
        office = parent
    return office


def _held_on(day: Any) -> ColumnElement[bool]:
    """Whether a post is held on a day."""
    return and_(Mandate.valid_from <= day, or_(Mandate.valid_to.is_(None), Mandate.valid_to >= day))


def _overseen() -> Select[tuple[UUID]]:
    """The agencies to which `offices` belong (see `agency_of`), with all under them."""
    known = (_offices.c.id, _offices.c.parent_id, _offices.c.kind)
    up = select(*known).where(_offices.c.id.in_(bindparam("offices", expanding=True))).cte("up", recursive=True)
    above = and_(_offices.c.id == up.c.parent_id, up.c.kind.in_(PARTS))
    up = up.union(select(*known).join(up, above))
    agencies = select(up.c.id).where(or_(up.c.kind.not_in(PARTS), up.c.parent_id.is_(None)))
    down = agencies.cte("down", recursive=True)
    down = down.union(select(_offices.c.id).join(down, _offices.c.parent_id == down.c.id))
    return select(down.c.id)


_people, _mandates, _offices = Person.__table__, Mandate.__table__, Office.__table__
_OVERSEEN = _overseen()
_TOPS = select(_offices.c.id).where(_offices.c.parent_id.is_(None))
"""Whoever oversees what has nothing above it oversees all there is."""
_PERSON_WITH_POSTS = (
    select(
        _people.c.kind, _people.c.full_name, _people.c.locale, _people.c.must_change, _people.c.sessions_from,
        _mandates.c.office_id, _offices.c.code, _offices.c.name, _mandates.c.role, _mandates.c.title,
        _mandates.c.capacity, _mandates.c.id,
    )
    .select_from(_people)
    .outerjoin(
        _mandates,
        and_(_mandates.c.person_id == _people.c.id, _people.c.kind == "official", _held_on(bindparam("day"))),
    )
    .outerjoin(_offices, _offices.c.id == _mandates.c.office_id)
    .where(_people.c.id == bindparam("person"), _people.c.active)
    .order_by(_mandates.c.valid_from, _mandates.c.id)
)  # fmt: skip
"""Built once: it is asked with every request."""


def mandates_on(session: Session, person_id: UUID, day: date) -> list[Mandate]:
    """The posts a person holds on a day."""
    return list(
        session.scalars(
            select(Mandate)
            .options(joinedload(Mandate.office))
            .where(Mandate.person_id == person_id, _held_on(day))
            .order_by(Mandate.valid_from, Mandate.id)
        )
    )


def answering_for(session: Session, actor: Actor, roles: Iterable[str]) -> frozenset[UUID]:
    """The offices somebody answers for by their posts of these roles: the agency of each post with all below it."""
    offices = [post.office_id for post in actor.mandates if post.role in roles]
    return frozenset(session.scalars(_OVERSEEN, {"offices": offices})) if offices else frozenset()


def actor_of(session: Session, person_id: UUID, *, now: datetime, signed_in: datetime | None = None) -> Actor | None:
    """Somebody signed in, with today's posts and reach; None when the account is closed.

    None as well when the sessions of that time (`signed_in`) were ended. Asked with every request: one statement, and
    two more for whoever oversees an agency.
    """
    rows = session.connection().execute(_PERSON_WITH_POSTS, {"person": person_id, "day": legal_date(now)}).all()
    if not rows:
        return None
    kind, name, locale, must_change, sessions_from = rows[0][:5]
    if signed_in is not None and sessions_from is not None and signed_in < sessions_from:
        return None
    posts = tuple(Mandated(*row[5:]) for row in rows if row[5] is not None)
    wide = [post.office_id for post in posts if post.role in WIDE]
    reach = frozenset(post.office_id for post in posts if post.role not in BLIND)
    overseen: Iterable[UUID] = session.scalars(_OVERSEEN, {"offices": wide}) if wide else ()
    oversight = reach.union(overseen)
    return Actor(
        kind=kind,
        id=person_id,
        name=name,
        mandates=posts,
        reach=reach,
        oversight=oversight,
        everywhere=bool(wide) and oversight.issuperset(session.scalars(_TOPS)),
        locale=locale,
        must_change=must_change,
    )
