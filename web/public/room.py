"""The blueprint of the public pages, on which their modules hang their views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__, template_folder="templates")
