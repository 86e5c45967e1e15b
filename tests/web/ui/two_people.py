"""A citizen, a clerk and the little of an installation that the shell needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from engine.clock import ControlledClock
from engine.settings import Settings
from engine.work import Actor, Mandated
from web.actor import SamplePerson

CITIZEN = UUID("00000000-0000-0000-0000-0000000000c1")
CLERK = UUID("00000000-0000-0000-0000-0000000000c2")
OFFICE = UUID("00000000-0000-0000-0000-0000000000d1")
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@dataclass
class Composed:
    """The little of a composition that the shell needs."""

    settings: Settings
    clock: ControlledClock


class TwoPeople:
    """A citizen and a clerk who both know their password."""

    def __init__(self) -> None:
        self.closed: set[UUID] = set()

    def actor_of(self, person_id: UUID, *, signed_in: datetime, now: datetime) -> Actor | None:
        if person_id in self.closed:
            return None
        if person_id == CITIZEN:
            return Actor("citizen", CITIZEN, "Nguyễn Thị Ngọc Ẩn")
        post = Mandated(OFFICE, "H29.18", "Trung tâm Phục vụ hành chính công", "counter_clerk", "Chuyên viên")
        return Actor("official", CLERK, "Lê Thị Hằng", (post,)) if person_id == CLERK else None

    def verify(self, login: str, password: str) -> UUID | None:
        return {("an", "mat-khau"): CITIZEN, ("hang", "mat-khau"): CLERK}.get((login, password))

    def sample_people(self, now: datetime) -> tuple[SamplePerson, ...]:
        return (
            SamplePerson(CITIZEN, "citizen", "Nguyễn Thị Ngọc Ẩn", "", ""),
            SamplePerson(CLERK, "counter_clerk", "Lê Thị Hằng", "Chuyên viên", "Trung tâm Phục vụ hành chính công"),
        )
