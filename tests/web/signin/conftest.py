"""The whole site over the sample ward, and people who sign in with login and password."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.citizen.office import key_of
from web.application import create_application

__all__ = ["database", "offices", "run_deferred", "ward"]


@pytest.fixture
def site(ward: Ward) -> Flask:
    return create_application(ward.house, config={"RATELIMIT_ENABLED": False})


@pytest.fixture
def enter(site: Flask) -> Callable[[str, str], FlaskClient]:
    """A browser of its own in which somebody has signed in by login and password."""

    def sign_in(login: str, password: str) -> FlaskClient:
        client = site.test_client()
        sent = {"csrf_token": key_of(client.get("/signin").text), "login": login, "password": password}
        assert client.post("/signin", data=sent).status_code == 303
        return client

    return sign_in
