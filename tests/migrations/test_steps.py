"""Migrations: what they build is what the models say, by name; a step down and up again keeps what people wrote."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from cli.archives.rows import dump
from cli.schema import migrate
from engine.db import open_database
from engine.tables import metadata
from tests.usecases.conftest import database, offices, run_deferred, ward

__all__ = ["database", "offices", "run_deferred", "ward"]


def looked_at(url: str) -> sa.Inspector:
    engine = open_database(url)
    try:
        inspector = sa.inspect(engine)
        inspector.get_table_names()
        return inspector
    finally:
        engine.dispose()


def test_tables_indexes_and_constraints_bear_the_names_the_models_give_them(database):
    found = looked_at(database.url)
    assert set(found.get_table_names()) == {*metadata.tables, "alembic_version"}
    for table in metadata.sorted_tables:
        indexes = {
            (one["name"], tuple(name or "…" for name in one["column_names"]))
            for one in found.get_indexes(table.name)
            if not one.get("duplicates_constraint") and not str(one["name"]).startswith("sqlite_autoindex")
        }
        told = {(one.name, tuple(_names(one))) for one in table.indexes}
        if database.dialect == "sqlite":  # which does not say what an index by an expression is made of
            told = {(name, columns) for name, columns in told if "…" not in columns}
        assert indexes == told, table.name
        uniques = {one["name"] for one in found.get_unique_constraints(table.name)}
        assert uniques == {one.name for one in table.constraints if isinstance(one, sa.UniqueConstraint)}, table.name
        keys = {(one["name"], one["referred_table"]) for one in found.get_foreign_keys(table.name)}
        assert keys == {(one.name, one.referred_table.name) for one in table.foreign_key_constraints}, table.name
        assert found.get_pk_constraint(table.name)["name"] == table.primary_key.name, table.name
        columns = {one["name"]: one["nullable"] for one in found.get_columns(table.name)}
        assert columns == {one.name: one.nullable for one in table.columns}, table.name


def _names(index: sa.Index) -> Iterator[str]:
    """The columns of an index in their order, "…" where an expression stands in their place."""
    for one in index.expressions:
        yield one.name if isinstance(one, sa.Column) else "…"


def test_partial_indexes_are_partial_where_the_database_can(database):
    engine = open_database(database.url)
    with engine.connect() as connection:
        if database.dialect == "postgresql":
            partial = set(
                connection.scalars(
                    sa.text(
                        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                        "WHERE i.indpred IS NOT NULL"
                    )
                )
            )
        else:
            partial = set(connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE sql LIKE '% WHERE %'")))
    engine.dispose()
    said = {
        one.name
        for table in metadata.sorted_tables
        for one in table.indexes
        if one.dialect_options[database.dialect]["where"] is not None
    }
    assert partial == said


def rows(url: str) -> dict[str, list[bytes]]:
    engine = open_database(url)
    with engine.connect() as connection:
        there = set(sa.inspect(connection).get_table_names())
        found = {one.name: list(dump(connection, one)) for one in metadata.sorted_tables if one.name in there}
    engine.dispose()
    return found


def test_one_step_down_and_up_again_keeps_what_was_written(ward):
    """Of the very first step nothing can be kept; of every later one all tables that were there before it."""
    ward.filed_online()
    url = ward.house.settings.database_url
    ward.house.database.dispose()
    before = rows(url)
    assert before["dossiers"]
    migrate(url, to="-1")
    left = set(looked_at(url).get_table_names()) - {"alembic_version"}
    migrate(url)
    after = rows(url)
    assert set(after) == set(before)
    assert {name: after[name] for name in left & set(before)} == {name: before[name] for name in left & set(before)}


def test_migrating_again_changes_nothing(database):
    before = rows(database.url)
    migrate(database.url)
    assert rows(database.url) == before
