"""A database of a drill's own: the one DATABASE_URL names, else a fresh one on a private PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from cli.testing.postgres import postgresql


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """Lend the URL of an empty database; a private one is dropped at the end."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    with postgresql() as server:
        link = psycopg.connect(server.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with link:
            link.execute(drop)
            link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                yield f"{server.rpartition('/')[0]}/{name}"
            finally:
                link.execute(drop)
