"""Runs migrations: one at a time (advisory lock on PostgreSQL), never waiting long for a lock."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from engine.db import open_database
from engine.settings import read_settings
from engine.tables import metadata

LOCK = 0x6D6F7463  # "motc"


def _url() -> str:
    given = context.config.attributes.get("url")
    return str(given) if given else read_settings().database_url


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
        compare_type=False,
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SET statement_timeout = '10min'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    with context.begin_transaction():
        context.run_migrations()


engine = open_database(_url()).execution_options(sqlite_begin="IMMEDIATE")
with engine.begin() as connection:
    _migrate(connection)
engine.dispose()
