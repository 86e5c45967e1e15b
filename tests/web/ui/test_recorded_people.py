"""Signing in with the accounts of a real installation."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from engine.accounts.models import Mandate, Office
from engine.accounts.passwords import hash_password
from engine.accounts.people import add_person
from engine.clock import ControlledClock
from engine.db import new_id
from web.actor import current_actor
from web.application import create_application


@pytest.fixture
def clerk(house: Any) -> Any:
    """A counter clerk with a password and a post."""
    with house.unit_of_work() as work:
        office = Office(id=new_id(), code="H29.18", kind="centre", name="Trung tâm Phục vụ hành chính công")
        person = add_person(
            work.session,
            login="Hang",
            kind="official",
            full_name="Lê Thị Hằng",
            password_hash=hash_password("mật khẩu dài"),
        )
        work.session.add(office)
        work.session.flush()
        post = Mandate(
            id=new_id(), person_id=person.id, office_id=office.id, role="counter_clerk", valid_from=date(2025, 7, 1)
        )
        work.session.add(post)
    return person


def test_a_clerk_signs_in_and_an_ended_session_is_nobody(house: Any, clerk: Any, clock: ControlledClock) -> None:
    app = create_application(house, audiences=("pages", "signin"), config={"RATELIMIT_ENABLED": False})
    app.add_url_rule("/who", view_func=lambda: f"{current_actor().name} {sorted(current_actor().roles)}")
    client = app.test_client()
    page = client.get("/signin").get_data(as_text=True)
    assert "Công chức tiếp nhận và trả kết quả · Trung tâm Phục vụ hành chính công" in page
    key = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert key
    sent = {"csrf_token": key[1], "login": " hang ", "password": "mật khẩu dài"}
    assert client.post("/signin", data={**sent, "password": "khác"}).status_code == 422
    assert client.post("/signin", data=sent).status_code == 303
    assert client.get("/who").get_data(as_text=True) == "Lê Thị Hằng ['counter_clerk']"
    with house.unit_of_work() as work:
        found = work.session.get(type(clerk), clerk.id)
        found.sessions_from = clock.now() + timedelta(minutes=1)
    assert client.get("/who").get_data(as_text=True) == " []"
