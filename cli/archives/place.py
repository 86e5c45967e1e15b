"""Which installation a verb is about, without making anything there."""

from __future__ import annotations

import os
from pathlib import Path

from cli.setup.house import HOUSE
from engine.settings import Settings, read_settings


def settings_of(data: Path | None) -> Settings:
    """The settings of the installation in this data folder (default: MOTCUA_DATA, else data/ here)."""
    folder = (data or Path(os.environ.get("MOTCUA_DATA") or HOUSE / "data")).expanduser().absolute()
    told = {**os.environ, "MOTCUA_DATA": str(folder)}
    secret = folder / "keys" / "secret"
    if not told.get("MOTCUA_SECRET"):  # the reader would make one, and an empty folder would not be empty any more
        told["MOTCUA_SECRET"] = secret.read_text().strip() if secret.exists() else "a secret that is not made yet"
    return read_settings(told)
