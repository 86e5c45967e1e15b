"""The sample portal in front of the sample ward's door for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.sample.clients import sample_key
from tests.factories import HOUSEHOLD, Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from web.application import create_application

__all__ = ["database", "offices", "run_deferred", "ward"]


@pytest.fixture
def client(ward: Ward) -> FlaskClient:
    """A connection without a key."""
    app = create_application(ward.house, audiences=("signin", "api"), config={"RATELIMIT_ENABLED": False})
    return app.test_client()


@pytest.fixture
def key(ward: Ward) -> dict[str, str]:
    """The sample portal's key, as it sends it."""
    return {"Authorization": f"Bearer {sample_key(ward.house.settings)}"}


@pytest.fixture
def filing(ward: Ward) -> Callable[..., dict[str, Any]]:
    """What the portal would send: the filled-in example, with changes."""

    def make(**changes: Any) -> dict[str, Any]:
        values = {
            "channel": "inbound",
            "external_code": "G22.99-260302-000017",
            "procedure": HOUSEHOLD,
            "office": "bt-pvhcc",
            "answers": json.loads(json.dumps(ward.answers(), default=str)),
            "components": [{"key": "minutes", "photocopies": 1}, {"key": "authorisation", "photocopies": 1}],
        }
        return values | changes

    return make
