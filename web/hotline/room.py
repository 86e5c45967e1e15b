"""The blueprint of the hotline's pages, on which their modules hang their views."""

from __future__ import annotations

from flask import Blueprint

OPERATORS = frozenset({"hotline_operator"})
ANSWERING = frozenset({"hotline_operator", "hotline_point", "unit_head", "leader"})
"""Who may find reports on their desk."""

blueprint = Blueprint("hotline", __name__, template_folder="templates")
