"""A web shell without a database: the style guide, the sign-in page and two people."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.clock import ControlledClock
from engine.settings import Settings
from engine.work import Actor, Mandated
from web.actor import SamplePerson
from web.application import create_application
from web.ui.assets import DIST

ROOT = Path(__file__).resolve().parents[3]
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


@pytest.fixture(scope="session", autouse=True)
def built_assets() -> None:
    if not (DIST / "manifest.json").exists():
        subprocess.run(["node", "web/assets/build.mjs"], cwd=ROOT, check=True)


@pytest.fixture
def composed(tmp_path: Path) -> Composed:
    return Composed(Settings(tmp_path, "sqlite://", secret="for this test only"), ControlledClock(MONDAY))


@pytest.fixture
def people() -> TwoPeople:
    return TwoPeople()


@pytest.fixture
def app(composed: Composed, people: TwoPeople) -> Flask:
    shell = ("pages", "styleguide", "signin")
    return create_application(composed, people=people, audiences=shell, config={"RATELIMIT_ENABLED": False})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
