"""The sample office on a Monday morning, copied for every test, and workers that carry everything out twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cli.setup.house import BUILD
from engine.clock import ControlledClock
from engine.composition import House, build_house
from engine.outbox import Job
from engine.settings import read_settings
from engine.work import SYSTEM
from tests.conftest import MORNING
from tests.databases import (
    Database,
    _alone,
    _connect,
    _databases,
    beside,
    copy_postgresql,
    copy_sqlite,
    office_mark,
    postgresql_template,
    sqlite_template,
)
from tests.factories import Ward

SECRET = "a secret for tests only"
KEPT = 4


def _open_office(url: str, folder: Path) -> None:
    from engine.sample.base import load_base

    told = {"DATABASE_URL": url, "MOTCUA_DATA": str(folder), "MOTCUA_SECRET": SECRET}
    house = build_house(read_settings(told), clock=ControlledClock(MORNING))
    load_base(house)
    house.database.dispose()


@contextmanager
def _office_folder(dialect: str) -> Iterator[tuple[Path, Path]]:
    """The folder of an office that was opened, and the one to open it in when there is none yet."""
    parent = BUILD / "test"
    parent.mkdir(parents=True, exist_ok=True)
    with _alone(f"office-{dialect}.lock"):
        folder, making = parent / f"office-{dialect}-{office_mark()}", parent / f"opening-{dialect}"
        shutil.rmtree(making, ignore_errors=True)
        olds = sorted(parent.glob(f"office-{dialect}-*"), key=lambda path: path.stat().st_mtime)
        for old in olds[:-KEPT]:
            shutil.rmtree(old)
        yield folder, making


def sqlite_office(templates: dict[str, Any]) -> Path:
    """The folder of the opened office on SQLite: database, keys and files."""
    with _office_folder("sqlite") as (folder, making):
        if not folder.exists():
            making.mkdir()
            database = copy_sqlite(sqlite_template(templates["mark"]), making)
            _open_office(database.url, making)
            for left in making.glob("motcua.sqlite3-*"):
                left.unlink()
            making.replace(folder)
    return folder


def postgresql_office(server: str, templates: dict[str, Any]) -> tuple[str, Path]:
    """The name of the opened office's database on PostgreSQL, and the folder of its keys and files."""
    with _office_folder("postgresql") as (folder, making), _connect(server) as link:
        name = folder.name.replace("-", "_")
        known = _databases(link)
        if name not in known or not folder.exists():
            shutil.rmtree(folder, ignore_errors=True)
            for old in (*[one for one in known if one.startswith("office_postgresql_")][:-KEPT], name):
                link.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)'.encode())
            template = postgresql_template(server, templates["mark"])
            link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
            making.mkdir()
            _open_office(beside(server, name), making)
            making.replace(folder)
    return name, folder


@pytest.fixture(scope="session")
def offices() -> dict[str, Any]:
    """The opened offices of this session by kind of database, made when first asked for."""
    return {}


@pytest.fixture
def database(
    request: pytest.FixtureRequest, tmp_path: Path, templates: dict[str, Any], offices: dict[str, Any]
) -> Iterator[Database]:
    """This test's own sample office: its database, and its keys and files in `data`."""
    if request.param == "sqlite":
        if "sqlite" not in offices:
            offices["sqlite"] = sqlite_office(templates)
        shutil.copytree(offices["sqlite"], tmp_path / "data")
        yield Database(f"sqlite:///{tmp_path / 'data' / 'motcua.sqlite3'}", "sqlite")
        return
    server = request.getfixturevalue("postgresql_server")
    if "postgresql" not in offices:
        offices["postgresql"] = postgresql_office(server, templates)
    name, folder = offices["postgresql"]
    shutil.copytree(folder, tmp_path / "data")
    with copy_postgresql(server, name) as copy:
        yield copy


@pytest.fixture
def run_deferred(house: House) -> Callable[[], int]:
    """Carry out every job that is due as a worker does, and each of them once more as if its end had been lost."""
    from jobs.app import load_every_kind
    from jobs.carrying import ACTS, carry_out
    from jobs.relay import Relay

    def send(kind: str, job_id: Any, holder: str) -> None:
        carry_out(house, job_id, holder)
        carry_out(house, job_id, holder)
        with house.reading(actor=SYSTEM) as look:
            job = look.session.get_one(Job, job_id)
        if job.status == "done":
            ACTS[kind][0](house, job)

    def run() -> int:
        relay, done = Relay(house, send, entries=()), 0
        while sent := relay.turn():
            done += sent
        return done

    load_every_kind()
    return run


@pytest.fixture
def ward(house: House, clock: ControlledClock, run_deferred: Callable[[], int]) -> Ward:
    """The ward at work: who is there, what is on their desks, and dossiers at every stage."""
    return Ward(house, clock, run_deferred)
