"""The ward with its drawing board open."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from engine.clock import legal_date
from engine.procedures.published import in_force
from engine.usecases.designing import open_copy
from tests.factories import HOUSEHOLD, Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.officer.visitor import Visitor
from web.application import create_application
from web.ui.assets import DIST, Manifest
from web.ui.catalogues import compile_catalogues

__all__ = ["database", "offices", "run_deferred", "ward"]

ROOMS = ("pages", "signin", "public", "designer")


@pytest.fixture(scope="session", autouse=True)
def built_assets() -> None:
    if not (DIST / "manifest.json").exists() or not Manifest().has("designer-process.js"):
        root = Path(__file__).resolve().parents[3]
        subprocess.run(["node", "web/assets/build.mjs"], cwd=root, check=True)
    compile_catalogues()


@pytest.fixture
def app(ward: Ward) -> Flask:
    return create_application(ward.house, audiences=ROOMS, config={"RATELIMIT_ENABLED": False})


@pytest.fixture
def visit(app: Flask, ward: Ward) -> Callable[[str], Visitor]:
    """`visit("thiet")`: a browser in which this person is signed in; `visit("")` a stranger's."""
    return lambda login: Visitor(app, ward, login)


@pytest.fixture
def version_id(ward: Ward) -> UUID:
    """The household business registration in force."""
    with ward.look() as look:
        return in_force(look.session, HOUSEHOLD, legal_date(ward.clock.now())).id


@pytest.fixture
def copy_id(ward: Ward, version_id: UUID) -> UUID:
    """A working copy of the household business registration."""
    with ward.work("thiet") as work:
        return open_copy(work, version_id).id
