"""A Chromium for browser tests: the machine's, Debian's package, or the one playwright fetches."""

from __future__ import annotations

import os
from pathlib import Path

from cli.setup import system
from cli.setup.house import VENV_PYTHON, SetupFailed, run, step

DEBIAN = ["chromium"]


def ensure() -> None:
    """Bring a Chromium that starts. Ubuntu's package of that name is an empty shell, so playwright's comes last."""
    if system.chromium_path():
        return
    root = os.geteuid() == 0 and system.has_apt()
    if root and "ID=debian" in Path("/etc/os-release").read_text().splitlines():
        system.install(DEBIAN, "Chromium")
        if system.chromium_path():
            return
    try:
        with step("Chromium (through playwright)"):
            if root:
                run([VENV_PYTHON, "-m", "playwright", "install-deps", "chromium"])
            run([VENV_PYTHON, "-m", "playwright", "install", "chromium"], env=system.BROWSERS)
    except SetupFailed as failure:
        raise SetupFailed(f"{failure}\n{_advice()}") from failure
    if not system.chromium_path():
        raise SetupFailed(f"The fetched Chromium does not start; libraries are missing.\n{_advice()}")


def _advice() -> str:
    return "Install a Chromium yourself, on Debian with:\n\n    sudo apt-get update && sudo apt-get install chromium\n"
