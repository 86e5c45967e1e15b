"""The blueprint on which the calendar pages hang their views."""

from __future__ import annotations

from flask import Blueprint

ROLE = "operator"

blueprint = Blueprint("calendars", __name__, template_folder="templates", url_prefix="/lich-lam-viec")
