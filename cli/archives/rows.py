"""Rows of any database as lines of JSON, and back: the same archive fits SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.db import Blob, Instant, Record, canonical

BATCH = 500


def kind_of(column: sa.Column[Any]) -> str:
    """How a column's values are written in the archive; refuses (TypeError) a type nobody thought of."""
    kinds = (
        (Instant, "instant"), (Record, "record"), (sa.LargeBinary, "bytes"), (Blob, "bytes"), (sa.Uuid, "uuid"),
        (sa.Boolean, "boolean"), (sa.Date, "date"), (sa.String, "text"), (sa.Integer, "integer"),
    )  # fmt: skip
    given = column.type
    inner = getattr(given, "impl", None)
    for kind, name in kinds:
        if isinstance(given, kind) or isinstance(inner, kind):
            return name
    raise TypeError(f"{column.table.name}.{column.name}: no way to write {given!r} into an archive")


TYPES: dict[str, Any] = {
    "instant": Instant, "record": Record, "bytes": Blob, "uuid": sa.Uuid, "boolean": sa.Boolean, "date": sa.Date,
    "text": sa.Text, "integer": sa.BigInteger,
}  # fmt: skip


def _write(kind: str, value: Any) -> Any:
    if value is None or kind in {"text", "integer", "boolean"}:
        return value
    if kind == "bytes":
        return base64.b64encode(value).decode()
    if kind == "record":
        return json.loads(canonical(value))
    return str(value) if kind == "uuid" else value.isoformat()


def _read(kind: str, value: Any) -> Any:
    if value is None or kind in {"text", "integer", "boolean", "record"}:
        return value
    reading: dict[str, Callable[[str], Any]] = {
        "bytes": lambda text: base64.b64decode(text, validate=True),
        "uuid": UUID,
        "date": date.fromisoformat,
        "instant": datetime.fromisoformat,
    }
    return reading[kind](value)


def dump(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    """Every row of a table as a line of JSON, a row before those that refer to it."""
    kinds = [kind_of(column) for column in table.columns]
    order = list(table.primary_key.columns)
    rows: Iterable[Any] = connection.execution_options(yield_per=BATCH).execute(sa.select(table).order_by(*order))
    for row in _owners_first(table, rows):
        values = [_write(kind, value) for kind, value in zip(kinds, row, strict=True)]
        yield (json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def _owners_first(table: sa.Table, rows: Iterable[Any]) -> Iterator[Any]:
    """Rows of a table that refers to itself, parents before children; any other table as it comes."""
    names = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    if not names:
        yield from rows
        return
    waiting, known = list(rows), {None}
    while waiting:
        ready = [row for row in waiting if all(row._mapping[name] in known for name in names)]
        if not ready:
            raise ValueError(f"rows of {table.name} refer to each other in a circle")
        known |= {row._mapping["id"] for row in ready}
        waiting = [row for row in waiting if row not in ready]
        yield from ready


def load(connection: sa.Connection, name: str, columns: list[tuple[str, str]], lines: Iterable[bytes]) -> int:
    """Write the lines of a table back; how many. The columns (name, kind) are those of the time of the archive."""
    table = sa.Table(name, sa.MetaData(), *(sa.Column(column, TYPES[kind]) for column, kind in columns))
    count, batch = 0, []
    for line in lines:
        values = json.loads(line)
        batch.append({c: _read(kind, value) for (c, kind), value in zip(columns, values, strict=True)})
        count += 1
        if len(batch) == BATCH:
            connection.execute(table.insert(), batch)
            batch = []
    if batch:
        connection.execute(table.insert(), batch)
    return count
