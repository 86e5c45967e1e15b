"""Persons as the accounts of the database know them, behind the web's door to persons."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import actor_of, check_password
from engine.clock import legal_date
from engine.work import ANONYMOUS, Actor
from web.actor import SamplePerson


class RecordedPeople:
    """The accounts of this installation, read through the composition's `reading(actor=…)` door."""

    def __init__(self, composition: Any) -> None:
        self.composition = composition

    def actor_of(self, person_id: UUID, *, signed_in: datetime, now: datetime) -> Actor | None:
        """The person with today's posts, unless the account is closed or its earlier sessions were ended."""
        with self.composition.reading(actor=ANONYMOUS) as look:
            person = look.session.get(Person, person_id)
            if person is None or (person.sessions_from is not None and signed_in < person.sessions_from):
                return None
            return actor_of(look.session, person_id, now=now)

    def verify(self, login: str, password: str) -> UUID | None:
        """The person whose login and password these are."""
        with self.composition.reading(actor=ANONYMOUS) as look:
            person = check_password(look.session, login, password)
            return person.id if person else None

    def sample_people(self, now: datetime) -> tuple[SamplePerson, ...]:
        """Everybody of the sample office, once for the post they have held longest."""
        day = legal_date(now)
        held = (
            select(Person, Mandate, Office)
            .outerjoin(
                Mandate,
                (Mandate.person_id == Person.id)
                & (Mandate.valid_from <= day)
                & or_(Mandate.valid_to.is_(None), Mandate.valid_to >= day),
            )
            .outerjoin(Office, Office.id == Mandate.office_id)
            .where(Person.active, or_(Person.kind == "citizen", Mandate.id.is_not(None)))
            .order_by(Person.sort_key, Person.id, Mandate.valid_from, Mandate.id)
        )
        found: dict[UUID, SamplePerson] = {}
        with self.composition.reading(actor=ANONYMOUS) as look:
            for person, mandate, office in look.session.execute(held):
                role = mandate.role if mandate else "citizen"
                title = mandate.title if mandate else ""
                where = office.name if office else ""
                found.setdefault(person.id, SamplePerson(person.id, role, person.full_name, title, where))
        return tuple(found.values())
