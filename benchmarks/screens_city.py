"""The filled database that screens are measured on, kept from one run to the next in a server of its own."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.screens_fill import NOW, Size, fill
from cli.schema import migrate
from cli.setup.house import HOUSE, fingerprint
from cli.testing.postgres import SETTINGS, postgresql
from engine.clock import ControlledClock
from engine.composition import House, build_house
from engine.settings import read_settings
from engine.usecases.figures import close_days
from engine.work import SYSTEM

SERVER = "pg-screens"
FILL = ("names", "stage", "tables", "fill")
"""The modules that say what is in the database."""
MEMORY = {
    "fsync": "on",  # kept from run to run: stopped in order, not at once
    "shared_buffers": "1GB",
    "effective_cache_size": "6GB",
    "random_page_cost": "1.1",
    "max_wal_size": "8GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
"""What a city would give a database server of its own, on solid-state disks; everything else as it is shipped."""


def house_at(url: str, folder: Path) -> House:
    """An installation on the filled database, on the morning it is measured at."""
    told = {**os.environ, "DATABASE_URL": url, "MOTCUA_DATA": str(folder), "MOTCUA_SECRET": "only for measuring"}
    return build_house(read_settings(told), clock=ControlledClock(NOW))


@contextmanager
def city(size: Size, say: Callable[[str], None]) -> Iterator[str]:
    """The URL of the filled database; filled first where it is not there yet, as the tables and the fill are today."""
    with postgresql(SERVER, {**SETTINGS, **MEMORY}) as server:
        mark = fingerprint([HOUSE / "migrations", *(HOUSE / "benchmarks" / f"screens_{one}.py" for one in FILL)])[:12]
        name = f"city_{size.dossiers}_{mark}"
        with psycopg.connect(_plain(server), autocommit=True) as link:
            known = {row[0] for row in link.execute("select datname from pg_database where datname like 'city_%'")}
            if name not in known:
                for old in known:
                    if old.startswith((f"city_{size.dossiers}_", "city_making")):
                        link.execute(f'drop database "{old}" with (force)')
                link.execute("create database city_making")
                _make(beside(server, "city_making"), size, say)
                link.execute(f'alter database city_making rename to "{name}"')
            say(f"database of {size.dossiers:,} dossiers: {_size_of(link, name)}")
        yield beside(server, name)


def beside(server: str, name: str) -> str:
    """The URL of another database of the same server."""
    return f"{server.rpartition('/')[0]}/{name}"


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _size_of(link: psycopg.Connection, name: str) -> str:
    row = link.execute("select pg_size_pretty(pg_database_size(%s))", (name,)).fetchone()
    return str(row[0]) if row else "?"


def _closed(house: House) -> bool:
    with house.unit_of_work(actor=SYSTEM) as work:
        return bool(close_days(work))


def _make(url: str, size: Size, say: Callable[[str], None]) -> None:
    from engine.sample.base import load_base

    say(f"filling a database with {size.dossiers:,} dossiers; the next run finds it …")
    began = time.monotonic()
    migrate(url)
    with tempfile.TemporaryDirectory() as folder:
        house = house_at(url, Path(folder))
        load_base(house)
        with psycopg.connect(_plain(url)) as link:
            fill(link, size)
        say(f"  rows written after {time.monotonic() - began:.0f} s")
        with psycopg.connect(_plain(url), autocommit=True) as link:
            link.execute("vacuum (analyze, freeze)")
        while _closed(house):
            pass
        with psycopg.connect(_plain(url), autocommit=True) as link:
            link.execute("vacuum (analyze) day_figures")
            link.execute("checkpoint")
        house.database.dispose()
    say(f"  ready after {time.monotonic() - began:.0f} s")
