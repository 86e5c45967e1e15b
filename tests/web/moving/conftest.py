"""The ward with the pages of moving open, beside the drawing board they begin from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.officer.visitor import Visitor
from web.application import create_application
from web.ui.catalogues import compile_catalogues

__all__ = ["database", "offices", "run_deferred", "ward"]

ROOMS = ("pages", "signin", "designer", "moving")


@pytest.fixture(scope="session", autouse=True)
def words_of_both_languages() -> None:
    compile_catalogues()


@pytest.fixture
def app(ward: Ward) -> Flask:
    return create_application(ward.house, audiences=ROOMS, config={"RATELIMIT_ENABLED": False})


@pytest.fixture
def visit(app: Flask, ward: Ward) -> Callable[[str], Visitor]:
    """`visit("thiet")`: a browser in which this person is signed in; `visit("")` a stranger's."""
    return lambda login: Visitor(app, ward, login)
