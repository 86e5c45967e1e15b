"""The blueprint on which the operator's modules hang their views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("operator", __name__, template_folder="templates")
ROLE = "operator"
