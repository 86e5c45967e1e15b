"""How a form asks the server to draw it anew when an answer changes."""

from __future__ import annotations


def redrawn_by(address: str, target: str) -> dict[str, str]:
    """The htmx attributes of a page of questions: post the whole form to `address`, show the answer in `target`.

    `target` is a CSS selector. The newest question wins: an older one still under way in the same form is dropped, so
    an answer never shows less than what was last asked.
    """
    return {
        "hx-post": address,
        "hx-trigger": "change",
        "hx-target": target,
        "hx-swap": "innerHTML",
        "hx-include": "closest form",
        "hx-sync": "closest form:replace",
    }
