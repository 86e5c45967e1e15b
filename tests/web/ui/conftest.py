"""A web shell without a database: the style guide, the sign-in page and two people."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.clock import ControlledClock
from engine.settings import Settings
from tests.web.ui.two_people import MONDAY, Composed, TwoPeople
from web.application import create_application
from web.ui.assets import DIST
from web.ui.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session", autouse=True)
def built_assets() -> None:
    if not (DIST / "manifest.json").exists():
        subprocess.run(["node", "web/assets/build.mjs"], cwd=ROOT, check=True)
    compile_catalogues()


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
