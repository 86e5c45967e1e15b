"""Looking a page over in a real browser: nothing for axe to find, nothing wider than the window."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

AXE = Axe().axe_script
VIOLATIONS = """axe.run({resultTypes: ["violations"], preload: false}).then(({violations}) =>
    violations.map(rule => [location.href, rule.id, rule.nodes.map(node => node.html)]))"""
"""Only what is wrong comes back, and no style sheet is fetched anew (`preload` serves films and rotated pages)."""

PHONE, DESK = 320, 1280
"""Widths of windows (CSS pixels)."""
UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling"


def settled(page: Any) -> None:
    """Wait until a page is loaded and no part of it is being exchanged."""
    page.wait_for_load_state("load")
    page.wait_for_selector(UNDER_WAY, state="detached")


def look_over(page: Any) -> None:
    """Axe finds nothing on the page as it lies open."""
    settled(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(VIOLATIONS)
    assert not found, found


def fits(page: Any) -> None:
    """Nothing of the open page is wider than its window."""
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, page.url


def open_to_everybody(page: Any) -> None:
    """Nothing of the open page is wider than a window at a desk or a telephone's; on the telephone axe finds nothing.

    What a page is made of, the shell and every component, is looked over at both widths by the style guide's tests.
    """
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        fits(page)
    look_over(page)
