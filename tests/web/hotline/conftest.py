"""The ward with the hotline's pages open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.usecases.test_feedback import Hotline, hotline
from tests.web.officer.visitor import Visitor
from web.application import create_application

__all__ = ["Hotline", "database", "hotline", "offices", "run_deferred", "ward"]

ROOMS = ("pages", "signin", "hotline")


@pytest.fixture
def app(ward: Ward) -> Flask:
    return create_application(ward.house, audiences=ROOMS, config={"RATELIMIT_ENABLED": False})


@pytest.fixture
def visit(app: Flask, ward: Ward) -> Callable[[str], Visitor]:
    """`visit("tong")`: a browser in which this person is signed in; `visit("")` a stranger's."""
    return lambda login: Visitor(app, ward, login)
