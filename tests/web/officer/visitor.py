"""Somebody of the ward at a browser: steps in, reads pages, fills in forms with their keys."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.factories import Ward


class Visitor:
    """One browser of one person of the ward."""

    def __init__(self, app: Flask, ward: Ward, login: str = "") -> None:
        self.ward, self.client = ward, app.test_client()
        if login:
            self.step_in(login)

    def step_in(self, login: str) -> None:
        """Become this person of the sample office."""
        answer = self.post("/signin/sample", {"person": str(self.ward.people[login])}, page="/signin")
        assert answer.status_code == 303, answer.status

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def text(self, path: str, status: int = 200) -> str:
        """A page's source with its entities as letters."""
        answer = self.get(path)
        assert answer.status_code == status, f"{path}: {answer.status}"
        return html.unescape(answer.get_data(as_text=True))

    def key(self, page: str) -> str:
        """The site's form key as a page carries it."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get(page).get_data(as_text=True))
        assert found, f"{page} has no form key"
        return found[1]

    def post(self, path: str, data: Any = (), *, page: str = "/privacy", **options: Any) -> TestResponse:
        """Send a form with the key of a page, as the browser would."""
        sent = MultiDict(data)
        sent["csrf_token"] = self.key(page)
        return self.client.post(path, data=sent, **options)

    def words(self, answer: TestResponse) -> str:
        return html.unescape(answer.get_data(as_text=True))


def hidden(page: str, name: str) -> str:
    """The value of a hidden field on a page."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def address(task_id: UUID) -> str:
    return f"/cong-viec/{task_id}"
