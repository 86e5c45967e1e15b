"""The blueprint of the books and slips, for officials only."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from engine.errors import Forbidden, Refusal
from web.actor import check_signed_in
from web.ui.i18n import say

blueprint = Blueprint("books", __name__, template_folder="templates")


@blueprint.before_request
def only_officials() -> None:
    """Everything here is internal: 401 for a stranger, 403 for a citizen."""
    if check_signed_in().kind != "official":
        raise Forbidden(_("Trang này chỉ dành cho cán bộ, công chức."))


def pdf_response(pdf: bytes, name: str) -> Response:
    """A paper to look at and print, kept on no disk of a shared computer."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def wanted_id(text: str) -> UUID | None:
    """An id as an address or a form names it; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def chosen_ids(name: str) -> list[UUID]:
    """The ids ticked in a form."""
    return [one for one in map(wanted_id, request.form.getlist(name)) if one is not None]


def said(refusal: Refusal) -> str:
    """Why something was refused, in the reader's language."""
    return say(refusal.message, **refusal.params)
