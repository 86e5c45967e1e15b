"""Tables: own column types, plain names, migrations that are numbered and agree with the models."""

from __future__ import annotations

import importlib
import re

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import postgresql

from cli.schema import migrate
from engine.db import Dong, Instant, Record, open_database
from tests.house.tree import HOUSE, told

VERSIONS = HOUSE / "migrations" / "versions"


def metadata() -> sa.MetaData:
    """All tables of the house."""
    return importlib.import_module("engine.tables").metadata


def columns() -> list[sa.Column]:
    return [column for table in metadata().sorted_tables for column in table.columns]


def test_no_bare_column_types():
    """SQLite gives a bare DateTime back without its zone and rounds Numeric; none of them says so."""
    bare = (sa.DateTime, sa.Numeric, sa.Float, sa.JSON, sa.Time, sa.Interval, postgresql.JSONB, postgresql.ARRAY)
    broken = [
        f"{column.table.name}.{column.name}: {column.type!r}"
        for column in columns()
        if isinstance(column.type, bare) and not isinstance(column.type, Instant | Record | Dong)
    ]
    assert not broken, told(broken, "Use Instant, Dong, Record of engine/db.py:")


def test_names_are_plain():
    plain = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*$")
    broken = [f"{column.table.name}.{column.name}" for column in columns() if not plain.match(column.name)]
    broken += [table for table in metadata().tables if not plain.match(table)]
    assert not broken, told(broken, "Tables and columns are lower_case words:")


def test_a_moment_is_called_after_its_place_in_time():
    ending = re.compile(r"(^|_)(at|until|since|from|by)$")
    broken = [
        f"{column.table.name}.{column.name}"
        for column in columns()
        if isinstance(column.type, Instant) and not ending.search(column.name)
    ]
    assert not broken, told(broken, "A moment's column ends in _at, _until, _since, _from or _by (a date's in _on):")


def test_what_grows_with_cases_is_found_from_its_case():
    """Without an index every look at one case reads the rows of all of them."""
    growing = {"cases", "dossiers", "tasks", "documents", "reports"}
    broken = []
    for table in metadata().sorted_tables:
        leading = {next(iter(index.columns)).name for index in table.indexes}
        for rule in table.constraints:
            if isinstance(rule, sa.UniqueConstraint | sa.PrimaryKeyConstraint) and len(rule.columns):
                leading.add(next(iter(rule.columns)).name)
        leading |= {column.name for column in table.columns if column.unique or column.index}
        for key in table.foreign_keys:
            if key.column.table.name in growing and key.parent.name not in leading:
                broken.append(f"{table.name}.{key.parent.name} -> {key.column.table.name}")
    assert not broken, told(broken, "Foreign keys to tables that grow, without an index that begins with them:")


def test_migrations_are_numbered_in_a_line():
    names = sorted(path.name for path in VERSIONS.glob("*.py") if path.name != "__init__.py")
    assert names, "There is no migration in migrations/versions/: a fresh installation would have no tables."
    broken = [name for name in names if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name)]
    assert not broken, told(broken, "A migration is named 0001_what_it_does.py:")
    for number, name in enumerate(names, 1):
        text = (VERSIONS / name).read_text()
        revision = re.search(r"^revision(?:: str)? = \"(\d{4})\"", text, re.MULTILINE)
        before = re.search(r"^down_revision[^=]*= (?:\"(\d{4})\"|None)", text, re.MULTILINE)
        assert revision, f"{name}: no revision number"
        assert before, f"{name}: does not say which one it follows"
        assert int(name[:4]) == int(revision.group(1)) == number, f"{name}: numbers must run without gaps"
        assert (int(before.group(1)) if before.group(1) else 0) == number - 1, f"{name}: must follow {number - 1:04d}"


def differences(url: str) -> list[object]:
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata())
    finally:
        engine.dispose()


def test_the_newest_migration_is_what_the_models_say(database):
    found = [repr(difference) for difference in differences(database.url)]
    assert not found, told(found, "Models and migrations differ; write a migration:")


def test_migrations_go_down_and_up_again(database):
    migrate(database.url, to="base")
    engine = open_database(database.url)
    left = [name for name in sa.inspect(engine).get_table_names() if name != "alembic_version"]
    engine.dispose()
    assert not left, told(left, "Tables that the way down leaves behind:")
    migrate(database.url)
    assert not differences(database.url)
