"""Fresh databases for tests in milliseconds: one migrated template per state of the code, copied for every test."""

from __future__ import annotations

import fcntl
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

from cli.schema import migrate
from cli.setup.house import BUILD, HOUSE, fingerprint

KEPT_TEMPLATES = 8
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """One test's own database, at the newest migration and empty."""

    url: str
    dialect: str


def code_mark() -> str:
    """Which state of tables and migrations a template was made from."""
    return fingerprint([HOUSE / "engine", HOUSE / "migrations"])[:16]


@cache
def office_mark() -> str:
    """Which state of the code an office was opened with."""
    rooms = ("engine", "migrations", "processes", "signing", "forms", "rules")
    return fingerprint([HOUSE / room for room in rooms])[:16]


@contextmanager
def _alone(name: str) -> Iterator[None]:
    BUILD.mkdir(exist_ok=True)
    with (BUILD / name).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sqlite_template(mark: str) -> Path:
    """The migrated SQLite file to copy from, made if this state of the code has none yet."""
    folder = BUILD / "test"
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / f"template-{mark}.sqlite3"
    with _alone("sqlite-template.lock"):
        if not template.exists():
            for old in sorted(folder.glob("template-*"), key=lambda path: path.stat().st_mtime)[:-KEPT_TEMPLATES]:
                old.unlink()
            making = folder / f"making-{os.getpid()}.sqlite3"
            making.unlink(missing_ok=True)
            migrate(f"sqlite:///{making}")
            for left in folder.glob(f"{making.name}-*"):
                left.unlink()
            making.replace(template)
    return template


def copy_sqlite(template: Path, folder: Path) -> Database:
    """A copy of the template in a test's own folder."""
    path = folder / "motcua.sqlite3"
    shutil.copyfile(template, path)
    return Database(f"sqlite:///{path}", "sqlite")


def postgresql_template(server: str, mark: str) -> str:
    """The name of the migrated database to copy from, made if this state of the code has none yet."""
    name = f"template_{mark}"
    with _alone("pg-template.lock"), _connect(server) as link:
        databases = _databases(link)
        if name not in databases:
            _forget_old(link, databases)
            making = f"making_{mark}"
            link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
            link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
            migrate(beside(server, making))
            link.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))
    return name


@contextmanager
def copy_postgresql(server: str, template: str) -> Iterator[Database]:
    """A copy of the template under a name of its own, dropped at the end."""
    name = f"copy_{os.getpid()}_{next(_numbers)}"
    with _connect(server) as link:
        create_copy(link, name, template)
        try:
            yield Database(beside(server, name), "postgresql")
        finally:
            link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def create_copy(link: psycopg.Connection, name: str, template: str) -> None:
    """Make a database as a copy of another that nobody is connected to, file by file where the server can."""
    how = sql.SQL("STRATEGY file_copy" if link.info.server_version >= 15_00_00 else "")
    words = sql.SQL("CREATE DATABASE {} TEMPLATE {} {}")
    link.execute(words.format(sql.Identifier(name), sql.Identifier(template), how))


_spoken: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}


def share_statements(database: Engine) -> None:
    """Let this test's database use the statements other tests of this process have had compiled for its kind."""
    if database.dialect.name not in _spoken:
        database.connect().close()  # a dialect learns from its first connection what the server can do
        _spoken[database.dialect.name] = database.dialect, LRUCache(4000)
    database.dialect, statements = _spoken[database.dialect.name]
    database.update_execution_options(compiled_cache=statements)


def beside(server: str, name: str) -> str:
    """The URL of another database of the same server."""
    return f"{server.rpartition('/')[0]}/{name}"


def _connect(server: str) -> psycopg.Connection:
    return psycopg.connect(server.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)


def _databases(link: psycopg.Connection) -> list[str]:
    return [name for (name,) in link.execute("SELECT datname FROM pg_database ORDER BY oid")]


def _forget_old(link: psycopg.Connection, databases: list[str]) -> None:
    """Drop the oldest templates, and copies left by a run that was killed."""
    old = [name for name in databases if name.startswith("template_")][:-KEPT_TEMPLATES]
    for name in databases:
        copied = re.fullmatch(r"copy_(\d+)_\d+", name)
        if copied and not Path(f"/proc/{copied.group(1)}").exists():
            old.append(name)
    for name in old:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
