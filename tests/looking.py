"""Looking a page over in a real browser: nothing for axe to find, nothing wider than the window."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling"


def settled(page: Any) -> None:
    """Wait until a page is loaded and no part of it is being exchanged."""
    page.wait_for_load_state("load")
    page.wait_for_selector(UNDER_WAY, state="detached")


def look_over(page: Any) -> None:
    """Axe finds nothing on the page as it lies open."""
    settled(page)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not found, [(page.url, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def fits(page: Any) -> None:
    """Nothing of the open page is wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, page.url
