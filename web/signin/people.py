"""Persons as the accounts of the database know them, behind the web's door to persons."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from engine.accounts.people import actor_of, check_password
from engine.queries.people import sample_roles
from engine.work import Actor
from web.actor import SamplePerson

if TYPE_CHECKING:
    from engine.composition import House


class RecordedPeople:
    """The accounts of this installation, read through its own looking door."""

    def __init__(self, house: House) -> None:
        self.house = house

    def actor_of(self, person_id: UUID, *, signed_in: datetime, now: datetime) -> Actor | None:
        """The person with today's posts, unless the account is closed or its earlier sessions were ended."""
        with self.house.reading(now=now, brief=True) as look:
            return actor_of(look.session, person_id, now=now, signed_in=signed_in)

    def verify(self, login: str, password: str) -> UUID | None:
        """The person whose login and password these are."""
        with self.house.reading() as look:
            person = check_password(look.session, login, password)
            return person.id if person else None

    def sample_people(self, now: datetime) -> tuple[SamplePerson, ...]:
        """Everybody of the sample office, once, for the first post they hold."""
        with self.house.reading(now=now) as look:
            return tuple(
                SamplePerson(line.id, line.role, line.name, line.title, line.office)
                for line in sample_roles(look)
                if line.kind == "citizen" or line.role != "citizen"
            )
