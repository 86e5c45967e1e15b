"""Stepping into a role of the sample office from a browser, without drawing its page of sign-in each time."""

from __future__ import annotations

from typing import Any

from lxml import html


def step_in(context: Any, site: str, name: str) -> None:
    """The windows of this browser context belong to somebody of the sample office from now on.

    The form is fetched and sent as the page would send it; tests about signing in press its button themselves.
    """
    page = html.fromstring(context.request.get(f"{site}/signin").text())
    (role,) = page.xpath(f"//button[contains(concat(' ', @class, ' '), ' role ')][contains(., '{name}')]")
    form = next(role.iterancestors("form"))
    answer = context.request.post(site + form.action, form=dict(form.form_values()), max_redirects=0)
    assert answer.status == 303, f"{name} was answered {answer.status}"
