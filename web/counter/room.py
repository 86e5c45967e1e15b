"""The blueprint of the counter, open to those who sit there."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from engine.errors import NotSignedIn
from web.actor import check_role
from web.ui.failures import refused

blueprint = Blueprint("counter", __name__, template_folder="templates")

CLERKS = ("counter_clerk", "postal_clerk")
AT_THE_COUNTER = (*CLERKS, "cashier", "centre_director")
UNSAID = ("csrf_token", "form_key")


@blueprint.before_request
def only_at_the_counter() -> None:
    """401 for a stranger, 403 for whoever does not sit at a counter."""
    check_role(*AT_THE_COUNTER)


@blueprint.errorhandler(NotSignedIn)
def session_over(refusal: NotSignedIn) -> Response:
    """A session that ended under a filled-in form: what was typed stays on the page to be sent again."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in UNSAID]
    if request.method != "POST" or not typed:
        return refused(refusal)
    page = render_template("counter/session_over.html", typed=typed, back=url_for("counter.home"))
    return make_response(page, 401)
