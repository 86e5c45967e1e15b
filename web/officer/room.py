"""The blueprint of the officials' pages, closed to everybody else."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import Forbidden, NotSignedIn
from web.actor import check_signed_in
from web.ui.failures import refused

blueprint = Blueprint("officer", __name__, template_folder="templates")

UNSAID = ("csrf_token", "form_key")
SECRET = "secret-"
"""Fields whose names begin so hold a PIN or a passphrase: no page ever says them again."""


@blueprint.before_request
def only_officials() -> None:
    """Everything here is internal: 401 for a stranger, 403 for a citizen."""
    if check_signed_in().kind != "official":
        raise Forbidden(_("Trang này chỉ dành cho cán bộ, công chức."))


@blueprint.errorhandler(NotSignedIn)
def session_over(refusal: NotSignedIn) -> Response:
    """A session that ended under a form that was being filled in: what was typed stays on the page to be sent again."""
    typed = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in UNSAID and not name.startswith(SECRET)
    ]
    if request.method != "POST" or not typed:
        return refused(refusal)
    again = request.full_path
    task_id = (request.view_args or {}).get("task_id")
    back = url_for("officer.task", task_id=task_id) if task_id else url_for("officer.home")
    page = render_template("officer/session_over.html", typed=typed, again=again, back=back)
    return make_response(page, 401)
