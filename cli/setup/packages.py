"""Python packages, exactly those of the lock files, in the house's own environment."""

from __future__ import annotations

import ast
import os
import shutil
import sys
from pathlib import Path

from cli.setup.house import HOUSE, VENV, VENV_PYTHON, SetupFailed, fingerprint, put_stamp, run, say, stamped, step

RUNTIME = HOUSE / "requirements.lock"
DEVELOPER = HOUSE / "requirements-dev.lock"
INSTALLER = HOUSE / "requirements-setup.lock"


def ensure(*, developer: bool) -> None:
    """Bring the environment to the lock file: the developers' one holds everything the running one does."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    everything = fingerprint([RUNTIME, DEVELOPER], "developer", python)
    running = fingerprint([RUNTIME], "running", python)
    stamp = VENV / "motcua.stamp"
    usable = os.access(VENV_PYTHON, os.X_OK)
    if usable and (stamped(stamp, everything) or (not developer and stamped(stamp, running))):
        return
    if not usable:
        _make_environment()
    lock = DEVELOPER if developer else RUNTIME
    stamp.unlink(missing_ok=True)
    with step(f"Python packages of {lock.name}"):
        _sync(lock)
    put_stamp(stamp, everything if developer else running)


def _make_environment() -> None:
    with step(f"environment in {VENV.name} (Python {sys.version.split()[0]})"):
        if VENV.exists():
            shutil.rmtree(VENV)
        run([sys.executable, "-m", "venv", VENV])


def _sync(lock: Path) -> None:
    """uv is quick and removes what is not named; pip does the same job slowly where uv cannot."""
    try:
        if not (VENV / "bin" / "uv").exists():
            run([VENV_PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", INSTALLER])
        uv: list[str | Path] = [
            VENV_PYTHON,
            "-m",
            "uv",
            "pip",
            "sync",
            "--python",
            VENV_PYTHON,
            "--require-hashes",
            str(lock),
        ]
        run(uv, env=index_environment())
    except SetupFailed as failure:
        say(f"  uv cannot here, pip goes on (slower): {str(failure).splitlines()[-1].strip()}")
        run([VENV_PYTHON, "-m", "pip", "install", "--require-hashes", "-r", str(lock)])


def index_environment() -> dict[str, str]:
    """What pip was told about this machine (package index, certificates, proxy), in uv's words; uv's own words win."""
    told = pip_configuration()
    several = " ".join(told.get("extra-index-url", "").split())
    words = {
        "UV_DEFAULT_INDEX": told.get("index-url", ""),
        "UV_INDEX": several,
        "UV_INDEX_STRATEGY": "unsafe-best-match" if several else "",  # every file is pinned by its hash
        "UV_FIND_LINKS": ",".join(told.get("find-links", "").split()),
        "UV_NO_INDEX": "1" if told.get("no-index", "").lower() in ("1", "true", "yes", "on") else "",
        "UV_INSECURE_HOST": " ".join(told.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": told.get("default-timeout", told.get("timeout", "")),
        "SSL_CERT_FILE": told.get("cert", ""),
        "HTTPS_PROXY": told.get("proxy", ""),
        "HTTP_PROXY": told.get("proxy", ""),
        "UV_LINK_MODE": "copy",  # the cache often lies on another file system; a warning per run helps nobody
        "UV_NO_PROGRESS": "1",
        "UV_COMPILE_BYTECODE": "1",  # once now instead of in the first seconds of every process
    }
    return {name: value for name, value in words.items() if value and name not in os.environ}


def pip_configuration() -> dict[str, str]:
    """pip's settings from its files and PIP_* variables: the command's own beat the general, variables beat both."""
    told: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in run([VENV_PYTHON, "-m", "pip", "config", "list"], check=False).splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if section in told and value.startswith(("'", '"')):
            told[section][key] = str(ast.literal_eval(value))
    return told["global"] | told["install"] | told[":env:"]
