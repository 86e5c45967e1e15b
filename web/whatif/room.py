"""The blueprint of the pages that try a change on paper, plan an office's work and write absences down."""

from __future__ import annotations

from flask import Blueprint

from engine.queries.whatif_question import ASKERS
from web.actor import check_role

blueprint = Blueprint("whatif", __name__, template_folder="templates", url_prefix="/thu-thay-doi")


@blueprint.before_request
def only_those_who_may_ask() -> None:
    """Everything here is internal: 401 for a stranger, 403 for whoever neither leads nor looks after the house."""
    check_role(*ASKERS)
