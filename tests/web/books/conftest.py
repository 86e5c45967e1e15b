"""The ward with the pages of its books and slips."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.officer.visitor import Visitor
from web.application import create_application

__all__ = ["database", "offices", "run_deferred", "ward"]


@pytest.fixture
def app(ward: Ward) -> Flask:
    rooms = ("pages", "signin", "counter", "officer", "books")
    return create_application(ward.house, audiences=rooms, config={"RATELIMIT_ENABLED": False})


@pytest.fixture
def visit(app: Flask, ward: Ward) -> Callable[[str], Visitor]:
    return lambda login: Visitor(app, ward, login)
