"""The blueprint of the drawing board: designers work here, the controllers of procedures look."""

from __future__ import annotations

from flask import Blueprint

from engine.queries.designing import VIEWERS
from web.actor import check_role, current_actor
from web.designer.wording import property_words, touched_words

blueprint = Blueprint("designer", __name__, template_folder="templates", url_prefix="/thiet-ke")
blueprint.app_context_processor(lambda: {"property_words": property_words, "touched_words": touched_words})


@blueprint.before_request
def only_designers() -> None:
    """Everything here is internal: 401 for a stranger, 403 for everybody else."""
    check_role(*VIEWERS)


def may_design() -> bool:
    """Whether the person who asks may change something here."""
    return "designer" in current_actor().roles
