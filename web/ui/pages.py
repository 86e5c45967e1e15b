"""Two pages every public site owes its readers: how accessible it is, and what becomes of personal data."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("pages", __name__)


@blueprint.get("/accessibility")
def accessibility() -> str:
    """What works with which aids, and whom to tell when something does not."""
    return render_template("ui/accessibility.html")


@blueprint.get("/privacy")
def privacy() -> str:
    """Which personal data are kept, why, for how long, and the rights of the person."""
    return render_template("ui/privacy.html")
