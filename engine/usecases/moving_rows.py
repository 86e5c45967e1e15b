"""The rows of one case as bytes: taken before a move, compared after it, and laid back by its undoing.

Every table that names a case is taken, so that one added later is not forgotten; what only grows (passages, the
journal) or has left the house (notices, filings) is not.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, LargeBinary, Table, Uuid, delete, insert, select, update
from sqlalchemy.orm import Session

from engine.cases.models import Passage
from engine.db import Base, Blob, Instant, canonical

LEFT_OUT = frozenset(
    {"moves", "passages", "notices", "raw_filings", "ratings", "proposals", "handover_lines", "paper_custody"}
    | {"forecasts", "staff_warnings"}
)
"""What a move does not touch, what no undoing can bring back, and what is reckoned or told beside a case by itself."""
GROWING = frozenset({"journal_seq", "journal_head", "last_act_at"})
"""Columns of a case that only go on: the act of moving and that of undoing stay in its chain."""
TOLD = {"clocks": frozenset({"warned", "next_at"}), "tasks": frozenset({"warn_at"})}
"""Columns that say what officials were warned of: laid back, but no difference. Nobody is warned of the same twice."""
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def take(session: Session, case_id: UUID) -> bytes:
    """All rows of a case, compressed; the same rows give the same bytes. What was not yet written is written first."""
    session.flush()
    found: dict[str, list[dict[str, Any]]] = {}
    for table in _tables():
        rows = session.execute(select(*_kept(table)).where(_of_case(table, case_id)).order_by(*table.primary_key)).all()
        if rows:
            names = [column.name for column in _kept(table)]
            found[table.name] = [dict(zip(names, map(_written, row), strict=True)) for row in rows]
    return zlib.compress(canonical(found).encode(), 6)


def address(taken: bytes) -> str:
    """SHA-256 (hex) of rows that were taken: of what they say of the case, not of how they were compressed."""
    rows: Rows = json.loads(zlib.decompress(taken))
    said = {
        name: [{column: value for column, value in row.items() if column not in TOLD.get(name, ())} for row in lines]
        for name, lines in rows.items()
    }
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def lay_back(session: Session, case_id: UUID, taken: bytes) -> None:
    """Make the rows of a case what they were when they were taken; passages that came since are removed."""
    before: Rows = json.loads(zlib.decompress(taken))
    now: Rows = json.loads(zlib.decompress(take(session, case_id)))
    tables = _tables()
    for table in reversed(tables):
        known = {_key(table, row) for row in before.get(table.name, ())}
        for row in now.get(table.name, ()):
            if _key(table, row) not in known:
                session.execute(delete(table).where(*_is(table, row)))
    for table in tables:
        there = {_key(table, row): row for row in now.get(table.name, ())}
        for row in before.get(table.name, ()):
            standing = there.get(_key(table, row))
            if standing is None:
                session.execute(insert(table).values(_values(table, row)))
            elif standing != row:
                session.execute(update(table).where(*_is(table, row)).values(_values(table, row)))
    last = before["cases"][0]["passage_seq"]
    session.execute(delete(Passage).where(Passage.case_id == case_id, Passage.seq > last))
    session.expire_all()


@cache
def _tables() -> tuple[Table, ...]:
    """The tables with rows of one case, in the order in which they may be written."""
    return tuple(t for t in Base.metadata.sorted_tables if t.name not in LEFT_OUT and _owner(t) is not None)


def _owner(table: Table) -> Column[Any] | None:
    """The column by which a table's rows belong to a case, directly or by a clock of it."""
    if table.name == "cases":
        return table.c.id
    if table.name == "interruptions":
        return table.c.clock_id
    column = table.c.get("case_id")
    return column if column is not None and column.foreign_keys else None


def _of_case(table: Table, case_id: UUID) -> Any:
    owner = _owner(table)
    assert owner is not None
    if table.name == "interruptions":
        clocks = Base.metadata.tables["clocks"]
        return owner.in_(select(clocks.c.id).where(clocks.c.case_id == case_id))
    return owner == case_id


@cache
def _kept(table: Table) -> tuple[Column[Any], ...]:
    return tuple(c for c in table.columns if not (table.name == "cases" and c.name in GROWING))


def _written(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _key(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _is(table: Table, row: Mapping[str, Any]) -> Iterator[Any]:
    return (column == _read(column, row[column.name]) for column in table.primary_key)


def _values(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return read_row(table, {column.name: row[column.name] for column in _kept(table)})


def read_row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that was taken, as its table takes it."""
    return {name: _read(table.c[name], value) for name, value in row.items()}


def _read(column: Column[Any], value: Any) -> Any:
    """A value as its column takes it."""
    if value is None:
        return None
    if isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column.type, Blob | LargeBinary) else value
