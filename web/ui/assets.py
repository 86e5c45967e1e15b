"""Addresses of built scripts and styles, whose names carry the hash of their content."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, url_for

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
ONE_YEAR = 31_536_000


class Manifest:
    """Which built file stands behind a public name today; read again when a build has replaced it."""

    def __init__(self, folder: Path = DIST) -> None:
        self.path = folder / "manifest.json"
        self._stamp = 0
        self._names: dict[str, str] = {}

    def file_of(self, name: str) -> str:
        """The hashed file name of "app.js", or a LookupError that says which command builds it."""
        try:
            stamp = self.path.stat().st_mtime_ns
        except FileNotFoundError:
            raise LookupError("web/static/dist is not built: run `node web/assets/build.mjs`") from None
        if stamp != self._stamp:
            self._names = json.loads(self.path.read_text())
            self._stamp = stamp
        try:
            return self._names[name]
        except KeyError:
            raise LookupError(f"no built asset {name!r}: known are {', '.join(sorted(self._names))}") from None

    def has(self, name: str) -> bool:
        """Whether a name was built (a script need not bring a style sheet)."""
        try:
            return bool(self.file_of(name))
        except LookupError:
            return False


def serve_assets(app: Flask) -> None:
    """Give templates `asset("app.js")` and `has_asset("designer.css")`."""
    manifest = Manifest()

    def asset(name: str) -> str:
        return url_for("static", filename=f"dist/{manifest.file_of(name)}")

    app.jinja_env.globals.update(asset=asset, has_asset=manifest.has)
