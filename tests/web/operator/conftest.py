"""The operator's pages over the sample ward."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from web.application import create_application

__all__ = ["database", "offices", "run_deferred", "ward"]


@pytest.fixture
def visit(ward: Ward) -> Callable[[str], FlaskClient]:
    """A browser in which somebody of the ward has signed in; "" is a stranger."""
    app = create_application(
        ward.house,
        audiences=("pages", "signin", "operator", "api"),
        config={"RATELIMIT_ENABLED": False, "WTF_CSRF_ENABLED": False},
    )

    def enter(login: str = "") -> FlaskClient:
        client = app.test_client()
        if login:
            with client.session_transaction() as session:
                moment = int(ward.clock.now().timestamp())
                session.update(person=str(ward.people[login]), signed_in=moment, seen=moment)
        return client

    return enter
