"""Another system looks at the moving of running cases: with the scope only, and never more than looking."""

from __future__ import annotations

from uuid import uuid4

import pytest

from engine.accounts.models import ApiClient
from tests.usecases.moving import carried_out, published
from tests.usecases.test_moving import FORM, SHORTER
from tests.web.api.schema import check
from tests.web.api.test_inbound import other_portal

pytestmark = pytest.mark.dialects("sqlite")  # what a page says does not depend on the database


def with_scope(ward):
    key = other_portal(ward, channels=())
    with ward.work() as work:
        work.session.query(ApiClient).filter(ApiClient.channels == []).one().scopes = ["moves"]
    return key


def test_a_key_with_the_scope_sees_the_dry_run_and_how_an_order_stands(client, ward, key):
    case_id = ward.dossier_at("appraise")
    target = published(ward, FORM, SHORTER)
    allowed = with_scope(ward)
    address = f"/api/v1/moves/dry-run?procedure=1.001612&from=1&to={target}"
    found = client.get(address, headers=allowed)
    check(found, "/moves/dry-run", "get")
    (case,) = found.get_json()["cases"]
    assert (case["verdict"], case["code"]) == ("moves", ward.dossier(case_id).code)
    assert client.get(address, headers=key).status_code == 403
    assert client.get(address).status_code == 401
    batch_id = carried_out(ward, target)
    order = client.get(f"/api/v1/moves/{batch_id}", headers=allowed)
    check(order, "/moves/{batch_id}", "get")
    assert (order.get_json()["status"], order.get_json()["done"]) == ("done", {"moved": 1})
    listed = client.get("/api/v1/moves", headers=allowed)
    check(listed, "/moves", "get")
    assert [one["id"] for one in listed.get_json()["moves"]] == [str(batch_id)]
    assert client.get(f"/api/v1/moves/{uuid4()}", headers=allowed).status_code == 404
    assert client.post(f"/api/v1/moves/{batch_id}", headers=allowed).status_code == 405


def test_a_question_that_cannot_be_read_is_told_by_its_parts(client, ward):
    allowed = with_scope(ward)
    refused = client.get("/api/v1/moves/dry-run?procedure=1.001612&from=x&to=2&map=abc", headers=allowed)
    assert refused.status_code == 422
    assert [one["path"] for one in refused.get_json()["errors"]] == ["from", "map"]
    assert client.get("/api/v1/moves/dry-run?procedure=1.001612&from=1&to=99", headers=allowed).status_code == 404
