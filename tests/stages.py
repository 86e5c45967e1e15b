"""Dossiers at the usual stages, kept once they were brought there and laid down again for every later test.

The shelf lies in the build folder, so that all test processes share what one of them brought to a stage; it belongs to
one state of the code, as the opened offices do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from weakref import WeakSet

import psycopg
from sqlalchemy import Engine, event

from cli.setup.house import BUILD, HOUSE, fingerprint
from engine.clock import ControlledClock
from engine.composition import House
from tests.databases import _alone, _connect, _databases, create_copy, office_mark

KEPT = 2
SAID = "stage.json"
_WRITES = re.compile(r"\s*(insert|update|delete|with)\b", re.IGNORECASE)
_written: WeakSet[Engine] = WeakSet()


@dataclass(frozen=True)
class Stage:
    """A whole installation at one moment, and the dossier the stage is about."""

    folder: Path
    case_id: UUID
    moment: datetime


def watch(house: House) -> None:
    """Remember from now on whether anything is written to this house."""

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if _WRITES.match(statement):
            _written.add(house.database)

    event.listen(house.database, "before_cursor_execute", note)


def untouched(house: House) -> bool:
    """Whether nothing was written since the office was copied for this test."""
    log = house.settings.data / "motcua.sqlite3-wal"
    return house.database not in _written and not (log.exists() and log.stat().st_size)


def lay_down(house: House, clock: ControlledClock, name: str) -> UUID | None:
    """Bring an untouched office to a stage that was kept before; None when there is none yet."""
    folder = _shelf(house) / name
    try:
        said = json.loads((folder / SAID).read_text())
    except FileNotFoundError:
        return None
    if house.settings.is_sqlite:
        with closing(sqlite3.connect(folder / "motcua.sqlite3")) as kept, closing(_live(house)) as live:
            kept.backup(live)
    elif not _exchanged(house, _stage_name(name)):
        return None
    shutil.copytree(folder / "files", house.settings.data / "files", dirs_exist_ok=True)
    if (folder / "offline").exists():  # the key that signed the codes on results of this stage
        shutil.copytree(folder / "offline", house.settings.keys / "offline", dirs_exist_ok=True)
    _written.add(house.database)
    clock.set(datetime.fromisoformat(said["moment"]))
    return UUID(said["case_id"])


def keep(house: House, clock: ControlledClock, name: str, case_id: UUID) -> None:
    """Keep the installation as it stands under the name of a stage."""
    shelf = _shelf(house)
    with _alone(f"stages-{house.database.dialect.name}.lock"):
        if (shelf / name / SAID).exists():
            return
        making = shelf / f"making-{os.getpid()}"
        shutil.rmtree(making, ignore_errors=True)
        shutil.rmtree(shelf / name, ignore_errors=True)
        making.mkdir(parents=True)
        if house.settings.is_sqlite:
            with closing(sqlite3.connect(making / "motcua.sqlite3")) as kept, closing(_live(house)) as live:
                live.backup(kept)
        else:
            _copied(house, _stage_name(name))
        shutil.copytree(house.settings.data / "files", making / "files")
        if (house.settings.keys / "offline").exists():
            shutil.copytree(house.settings.keys / "offline", making / "offline")
        (making / SAID).write_text(json.dumps({"case_id": str(case_id), "moment": clock.now().isoformat()}))
        making.rename(shelf / name)


@cache
def _mark(dialect: str) -> str:
    """Which opened office, and which way of bringing dossiers on, the stages of this session belong to."""
    office = BUILD / "test" / f"office-{dialect}-{office_mark()}"
    ways = fingerprint([HOUSE / "tests" / "factories.py", HOUSE / "tests" / "stages.py"])
    return fingerprint([], office_mark(), ways, str(office.stat().st_mtime_ns))[:16]


def _shelf(house: House) -> Path:
    parent, dialect = BUILD / "test", "sqlite" if house.settings.is_sqlite else "postgresql"
    shelf = parent / f"stages-{dialect}-{_mark(dialect)}"
    if not shelf.exists():
        olds = sorted(parent.glob(f"stages-{dialect}-*"), key=lambda path: path.stat().st_mtime)
        for old in olds[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
        shelf.mkdir(parents=True, exist_ok=True)
    return shelf


def _live(house: House) -> sqlite3.Connection:
    return sqlite3.connect(house.settings.data / "motcua.sqlite3")


def _stage_name(name: str) -> str:
    return f"stage_{_mark('postgresql')}_{name}"


@contextmanager
def _aside(house: House) -> Iterator[tuple[psycopg.Connection, str]]:
    """(a connection to the server, the name of the house's database), with nobody connected to the latter."""
    url = house.database.url
    house.database.dispose()
    with _connect(url.set(database="postgres").render_as_string(hide_password=False)) as link:
        yield link, str(url.database)


def _exchanged(house: House, stage: str) -> bool:
    """Whether the house's database now is a copy of a kept one; False when the server has none of that name."""
    with _aside(house) as (link, own):
        if stage not in _databases(link):
            return False
        link.execute(f'DROP DATABASE "{own}" WITH (FORCE)'.encode())
        create_copy(link, own, stage)
    return True


def _copied(house: House, stage: str) -> None:
    with _aside(house) as (link, own):
        for old in [one for one in _databases(link) if one.startswith("stage_") and _mark("postgresql") not in one]:
            link.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)'.encode())
        link.execute(f'DROP DATABASE IF EXISTS "{stage}" WITH (FORCE)'.encode())
        create_copy(link, stage, own)
