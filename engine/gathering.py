"""What an act writes, gathered while it goes on and written together: on PostgreSQL by one statement.

A statement costs the way to the database and back, and what two programs do around it, whatever it writes. An ordinary
act adds some rows nobody changes again (acts of the journal, passages, tasks, jobs) and changes a few columns of rows
it has locked: all of that waits here until it could be missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, bindparam, event, insert, inspect, text, update
from sqlalchemy.orm import InstanceState, Session, SessionTransaction
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.expression import TextClause
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from engine.db import Base, Blob, canonical

Row = dict[str, Any]
Part = tuple[bool, Table, tuple[str, ...]]
"""One part of a statement: whether it adds rows or changes them, in which table, by which columns."""


class Gathering(Session):
    """A session in which added rows and changed columns wait until they could be missed.

    They are written before anything is read, before a savepoint is set and at the end: changes ahead of what else has
    changed, added rows after it, since they may name a new row. A savepoint that is taken back takes along what was
    gathered within it, and rows changed here are read again.
    """

    def __init__(self, bind: Any) -> None:
        super().__init__(bind, expire_on_commit=False)
        self._added: dict[Table, list[Row]] = {}
        self._changed: dict[InstanceState[Any], Row] = {}
        self._touched: set[tuple[SessionTransaction, InstanceState[Any]]] = set()

    def gather(self, kind: type[Base], /, **row: Any) -> None:
        """Add one row, by column; all rows gathered for one table name the same columns."""
        table = _table(kind)
        self._added.setdefault(table, []).append({**_defaults(table), **row})

    def change(self, one: Any, /, **values: Any) -> None:
        """Set columns of a row that this act has locked or made."""
        state: InstanceState[Any] = inspect(one)
        if state.key is None:  # not written yet: its own row will say so
            for name, value in values.items():
                setattr(one, name, value)
            return
        columns, changed = state.mapper.columns, self._changed.setdefault(state, {})
        for name, value in values.items():
            set_committed_value(one, name, value)
            changed[columns[name].name] = value
        savepoint = self.get_nested_transaction()
        if savepoint is not None:
            self._touched.add((savepoint, state))

    def settle(self) -> None:
        """Write rows changed in other ways, ahead of a question about tables nothing is gathered for.

        Asked on the session's connection, it flushes nothing itself: what was gathered goes on waiting.
        """
        if self.new or self.dirty or self.deleted:
            self.flush()

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write all that waits."""
        if self._changed and (self.new or self.dirty or self.deleted):
            _write(self.connection(), self._take_changes())
        super().flush(objects)
        if self._changed or self._added:
            _write(self.connection(), {**self._take_changes(), **self._take_added()})

    def _take_added(self) -> dict[Part, list[Row]]:
        added, self._added = self._added, {}
        return {(True, table, tuple(rows[0])): rows for table, rows in added.items()}

    def _take_changes(self) -> dict[Part, list[Row]]:
        changed, self._changed = self._changed, {}
        parts: dict[Part, list[Row]] = {}
        for state, values in changed.items():
            table = _table(state.mapper.class_)
            row = {**dict(zip(table.primary_key.columns.keys(), state.identity or (), strict=True)), **values}
            parts.setdefault((False, table, tuple(row)), []).append(row)
        return parts


@event.listens_for(Gathering, "after_soft_rollback")
def _forget(session: Gathering, taken_back: SessionTransaction) -> None:
    session._added.clear()
    session._changed.clear()
    for savepoint, state in session._touched:
        one = state.obj()
        if one is not None and one in session and _within(savepoint, taken_back):
            session.expire(one)


def _within(savepoint: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while savepoint is not None and savepoint is not outer:
        savepoint = savepoint.parent
    return savepoint is outer


def _table(kind: Any) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table


@cache
def _defaults(table: Table) -> Row:
    """What is said in a column that a row does not name."""
    said = {column.name: column.default for column in table.columns}
    return {name: default.arg for name, default in said.items() if isinstance(default, ScalarElementColumnDefault)}


def _write(connection: Connection, parts: dict[Part, list[Row]]) -> None:
    if connection.dialect.name == "postgresql":
        told = {f"rows_{place}": _told(part[1], rows) for place, (part, rows) in enumerate(parts.items())}
        connection.execute(_together(tuple(parts), connection.dialect), told)
        return
    for part, rows in parts.items():
        connection.execute(_alone(part), rows if part[0] else [{f"_{name}": row[name] for name in row} for row in rows])


@cache
def _alone(part: Part) -> Any:
    """One part as a statement of its own."""
    adds, table, names = part
    if adds:
        return insert(table)
    keys = table.primary_key.columns.keys()
    return (
        update(table)
        .where(*(table.c[name] == bindparam(f"_{name}") for name in keys))
        .values({name: bindparam(f"_{name}") for name in names if name not in keys})
    )


@lru_cache(maxsize=500)
def _together(parts: tuple[Part, ...], dialect: Dialect) -> TextClause:
    """All parts as one statement: each takes its rows from one parameter, so that it reads the same for any number."""
    *first, last = [_part(place, part, dialect) for place, part in enumerate(parts)]
    beside = ", ".join(f"part_{place} as ({one})" for place, one in enumerate(first))
    return text(f"with {beside} {last}" if beside else last)


def _part(place: int, part: Part, dialect: Dialect) -> str:
    adds, table, names = part
    columns = [table.c[name] for name in names]
    typed = ", ".join(f'"{column.name}" {column.type.compile(dialect=dialect)}' for column in columns)
    rows = f"jsonb_to_recordset(cast(:rows_{place} as jsonb)) as r({typed})"
    if adds:
        listed = ", ".join(f'"{name}"' for name in names)
        return f'insert into "{table.name}" ({listed}) select {listed} from {rows}'
    keys = table.primary_key.columns.keys()
    changes = ", ".join(f'"{name}" = r."{name}"' for name in names if name not in keys)
    same = " and ".join(f't."{name}" = r."{name}"' for name in keys)
    return f'update "{table.name}" as t set {changes} from {rows} where {same}'


def _told(table: Table, rows: list[Row]) -> str:
    """Rows as JSON that PostgreSQL reads into the types of their columns."""
    for name in _binary(table):
        rows = [{**row, name: "\\x" + row[name].hex()} if row.get(name) is not None else row for row in rows]
    return canonical(rows)


@cache
def _binary(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if isinstance(column.type, Blob))
