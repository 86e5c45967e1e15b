"""Dossiers at the usual stages, kept once they were brought there and laid down again for the next test (SQLite)."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from engine.clock import ControlledClock
from engine.composition import House


@dataclass(frozen=True)
class Stage:
    """A whole installation at one moment, and the dossier the stage is about."""

    folder: Path
    case_id: UUID
    moment: datetime


_kept: dict[str, Stage] = {}


@cache
def _shelf() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="motcua-stages-")


def untouched(house: House) -> bool:
    """Whether nothing was written since the office was copied for this test; unknown on PostgreSQL, so never there."""
    if not house.settings.is_sqlite:
        return False
    log = house.settings.data / "motcua.sqlite3-wal"
    return not log.exists() or log.stat().st_size == 0


def lay_down(house: House, clock: ControlledClock, name: str) -> UUID | None:
    """Bring an untouched office to a stage that was kept before; None when there is none yet."""
    stage = _kept.get(name)
    if stage is None:
        return None
    data = house.settings.data
    with (
        closing(sqlite3.connect(stage.folder / "motcua.sqlite3")) as kept,
        closing(sqlite3.connect(data / "motcua.sqlite3")) as live,
    ):
        kept.backup(live)
    shutil.copytree(stage.folder / "files", data / "files", dirs_exist_ok=True)
    clock.set(stage.moment)
    return stage.case_id


def keep(house: House, clock: ControlledClock, name: str, case_id: UUID) -> None:
    """Keep the installation as it stands under the name of a stage."""
    if name in _kept:
        return
    folder = Path(_shelf().name) / name
    folder.mkdir()
    with (
        closing(sqlite3.connect(house.settings.data / "motcua.sqlite3")) as live,
        closing(sqlite3.connect(folder / "motcua.sqlite3")) as kept,
    ):
        live.backup(kept)
    shutil.copytree(house.settings.data / "files", folder / "files")
    _kept[name] = Stage(folder, case_id, clock.now())
