"""What a browser needs to know of a page that was sent to it."""

from __future__ import annotations


def key_of(page: str) -> str:
    """The site's form key on a page."""
    return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
