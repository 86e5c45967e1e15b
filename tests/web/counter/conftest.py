"""The ward with its counter open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories import Ward
from tests.usecases.conftest import database, offices, ward
from tests.web.officer.visitor import Visitor
from web.application import create_application

__all__ = ["database", "offices", "ward"]

ROOMS = ("pages", "signin", "counter", "officer")


@pytest.fixture
def app(ward: Ward) -> Flask:
    return create_application(ward.house, audiences=ROOMS, config={"RATELIMIT_ENABLED": False})


@pytest.fixture
def visit(app: Flask, ward: Ward) -> Callable[[str], Visitor]:
    """`visit("nam")`: a browser in which this person is signed in; `visit("")` a stranger's."""
    return lambda login: Visitor(app, ward, login)
