"""The blueprint of the pages that try a change on paper, plan an office's work and write absences down."""

from __future__ import annotations

from flask import Blueprint, request

from engine.cases.whatifs import ASKERS
from engine.errors import Forbidden
from web.actor import check_role, check_signed_in

blueprint = Blueprint("whatif", __name__, template_folder="templates", url_prefix="/thu-thay-doi")


OWN = {"whatif.away", "whatif.record", "whatif.withdraw"}
"""Pages for every official: their own absences."""


@blueprint.before_request
def only_officials() -> None:
    """401 for a stranger, 403 for whoever neither leads nor looks after the house; absences are for every official."""
    if request.endpoint not in OWN:
        check_role(*ASKERS)
    elif not check_signed_in().is_official:
        raise Forbidden("Vai trò hiện tại của bạn không được mở trang này.")
