"""A Chromium for browser tests: the machine's, Debian's package, or the one playwright fetches."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cli.setup import system
from cli.setup.house import BUILD, VENV_PYTHON, SetupFailed, put_stamp, run, stamped, step

LIGHT, FULL = "chromium-headless-shell", "chromium"
"""Debian's packages: without a window, and the whole browser."""


def ensure() -> None:
    """Bring a Chromium that starts, best the one without a window: a new window costs them a fifth with it.

    Where only a whole one can be had, that one does. Ubuntu's package of that name is an empty shell, so playwright's
    comes last.
    """
    present, stamp = system.chromium_path(), BUILD / "stamps" / "chromium"
    if present and (_is_light(present) or "MOTCUA_CHROMIUM" in os.environ or stamped(stamp, present)):
        return
    root = os.geteuid() == 0 and system.has_apt()
    if root and "ID=debian" in Path("/etc/os-release").read_text().splitlines():
        for package in (LIGHT,) if present else (LIGHT, FULL):
            with suppress(SetupFailed):
                system.install([package], "Chromium")
                break
    if found := system.chromium_path():
        put_stamp(stamp, found)  # where the lighter one is not to be had, do not ask for it again each time
        return
    try:
        with step("Chromium (through playwright)"):
            if root:
                run([VENV_PYTHON, "-m", "playwright", "install-deps", "chromium"])
            run([VENV_PYTHON, "-m", "playwright", "install", "--only-shell", "chromium"], env=system.BROWSERS)
    except SetupFailed as failure:
        raise SetupFailed(f"{failure}\n{_advice()}") from failure
    if not system.chromium_path():
        raise SetupFailed(f"The fetched Chromium does not start; libraries are missing.\n{_advice()}")


def _is_light(path: str) -> bool:
    return "headless" in Path(path).name


def _advice() -> str:
    return f"Install a Chromium yourself, on Debian with:\n\n    sudo apt-get update && sudo apt-get install {LIGHT}\n"
