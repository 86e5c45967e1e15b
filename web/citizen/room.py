"""The blueprint of the signed-in citizen, its gate, and what becomes of typed answers when a session has ended."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from engine.errors import Forbidden, NotSignedIn
from web.actor import check_signed_in
from web.ui.failures import refused, wants_json

blueprint = Blueprint("citizen", __name__, template_folder="templates")

KEPT_FIELDS_OUT = frozenset({"csrf_token"})


@blueprint.before_request
def only_citizens() -> None:
    """Strangers are asked to sign in; officials file and read through their own pages."""
    actor = check_signed_in()
    if actor.kind != "citizen":
        raise Forbidden("Trang này dành cho người dân, doanh nghiệp. Hãy dùng trang làm việc của đơn vị bạn.")


@blueprint.errorhandler(NotSignedIn)
def session_ended(refusal: NotSignedIn) -> Response:
    """Whatever was typed stays on the page and can be sent again after signing in elsewhere; the draft is kept."""
    if request.method != "POST" or wants_json() or request.path.endswith("/luu"):
        return refused(refusal)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in KEPT_FIELDS_OUT]
    lost = [upload.filename for upload in request.files.values() if upload.filename]
    return make_response(render_template("citizen/session_ended.html", kept=kept, lost=lost), 401)
