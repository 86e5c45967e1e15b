"""Everything a verb needs, in order: system libraries, Python packages, node and its packages, built assets."""

from __future__ import annotations

import time
from collections.abc import Iterable

from cli.setup import assets, browser, node, packages, system
from cli.setup.house import alone, say


def prepare(needs: Iterable[str]) -> None:
    """Make the machine ready for a verb; does nothing, quickly, when it already is. Raises SetupFailed."""
    wanted = set(needs)
    started = time.monotonic()
    with alone():
        system.ensure(wanted)
        packages.ensure(developer="developer" in wanted)
        if "chromium" in wanted:
            browser.ensure()
        if "assets" in wanted:
            node.ensure()
            assets.ensure()
    took = time.monotonic() - started
    if took > 2:
        say(f"  ready after {took:.1f} s")
