"""Programs and libraries of the operating system that no Python package carries."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cli.setup.house import BUILD, VENV_PYTHON, SetupFailed, run, step

FETCHED = BUILD / "browsers"
BROWSERS = {"PLAYWRIGHT_BROWSERS_PATH": str(FETCHED)}
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Debian's name for it on the path changes the user first, which only root may."""
SOFTHSM = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm.so", "/usr/lib64/pkcs11/libsofthsm2.so")
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The one without a window first: a new window opens at a fifth of the cost, and it draws the same."""
FETCHED_CHROMIUMS = ("chromium_headless_shell-*/*/chrome-headless-shell", "chromium-*/chrome-linux*/chrome")


@dataclass(frozen=True)
class SystemNeed:
    """One thing the operating system must bring: how to see that it is there, and Debian's packages for it."""

    purpose: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


def ensure(wanted: set[str]) -> None:
    """Install what is missing through apt when this user may; otherwise say the exact command."""
    missing = [need for name, need in NEEDS.items() if name in wanted and not need.present()]
    if not missing:
        return
    names = [package for need in missing for package in need.packages]
    purposes = ", ".join(need.purpose for need in missing)
    if os.geteuid() != 0 or not has_apt():
        raise SetupFailed(
            f"Missing on this machine: {purposes}.\nInstall with:\n\n"
            f"    sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(names)}\n"
        )
    install(names, purposes)
    still = [need.purpose for need in missing if not need.present()]
    if still:
        raise SetupFailed(f"apt-get installed {' '.join(names)}, yet this is still missing: {', '.join(still)}")


def has_apt() -> bool:
    """Whether this is a Debian, an Ubuntu or a relative."""
    return shutil.which("apt-get") is not None


def install(names: list[str], purpose: str) -> None:
    """Install Debian packages without questions (needs root)."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with step(f"{purpose} ({' '.join(names)} through apt)"):
        run(["apt-get", "update", "-qq"], env=quiet, check=False)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names], env=quiet)


def chromium_path() -> str | None:
    """A Chromium that really starts (Ubuntu's package of that name may be an empty shell), or None."""
    fetched = [str(path) for pattern in FETCHED_CHROMIUMS for path in sorted(FETCHED.glob(pattern))]
    for name in (os.environ.get("MOTCUA_CHROMIUM"), *CHROMIUM_NAMES, *fetched):
        path = shutil.which(name) if name else None
        if path and subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0:
            return path
    return None


def postgresql_folder() -> Path | None:
    """The folder with initdb, pg_ctl and postgres of the newest PostgreSQL here, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    path = found[-1] if found else shutil.which("initdb")
    return Path(path).parent if path and (Path(path).parent / "pg_ctl").exists() else None


def softhsm_library() -> str | None:
    """The PKCS#11 library of SoftHSM, a hardware module made of software, or None."""
    return next((path for path in SOFTHSM if os.path.exists(path)), None)


def _letters_present() -> bool:
    try:
        for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"):
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _venv_present() -> bool:
    if os.access(VENV_PYTHON, os.X_OK):
        return True
    try:
        import ensurepip
        import venv  # noqa: F401
    except ImportError:
        return False
    return bool(ensurepip.version())


NEEDS = {
    "packages": SystemNeed(
        "Python's own venv module", _venv_present, (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",)
    ),
    "letters": SystemNeed(
        "the text layout library of letters (Pango)",
        _letters_present,
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    ),
    "postgresql": SystemNeed("PostgreSQL", lambda: postgresql_folder() is not None, ("postgresql",)),
    "redis": SystemNeed("Redis", lambda: shutil.which("redis-server") is not None, ("redis-server",)),
    "rabbitmq": SystemNeed("RabbitMQ", lambda: RABBITMQ.exists(), ("rabbitmq-server",)),
    "softhsm": SystemNeed(
        "SoftHSM, a hardware module made of software",
        lambda: bool(softhsm_library() and shutil.which("softhsm2-util")),
        ("softhsm2",),
    ),
    "poppler": SystemNeed(
        "pdftoppm, pdftotext and pdfsig (poppler-utils)",
        lambda: all(shutil.which(one) for one in ("pdftoppm", "pdftotext", "pdfsig")),
        ("poppler-utils",),
    ),
    "pdf-readers": SystemNeed(
        "other programs that read signed PDFs (qpdf, MuPDF, OpenSSL)",
        lambda: all(shutil.which(one) for one in ("qpdf", "mutool", "openssl")),
        ("qpdf", "mupdf-tools", "openssl"),
    ),
}
