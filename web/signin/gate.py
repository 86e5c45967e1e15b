"""A password somebody else made up opens one page only: the one where it is changed."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from web.actor import must_change_password

OPEN = frozenset({"signin.own_password", "signin.keep_password", "signin.leave", "static", "operator.health"})
"""What whoever has a one-time password may still open; `operator.health` asks for nobody."""


def lead_to_the_change() -> Response | None:
    """Send whoever has a one-time password to the page where it is changed; what they wanted to do is not done."""
    if request.endpoint is None or request.endpoint in OPEN or not must_change_password():
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("signin.own_password", next=wanted), 303)


def hold_back_one_time_passwords(app: Flask) -> None:
    """Ask before every request of this application, after its form key was looked at."""
    app.before_request(lead_to_the_change)
