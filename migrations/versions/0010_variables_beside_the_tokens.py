"""the variables of a case lie beside its tokens; both are written with a checksum (format 2 of the saved state)"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0010"
down_revision = "0009"

AT_ONCE = 500
SHORT = 2_000
CASES = sa.table(
    "cases",
    sa.column("id", sa.Uuid()),
    sa.column("state", db.Blob()),
    sa.column("data", db.Blob()),
    sa.column("variables", db.Record()),
)


def upgrade() -> None:
    _add(sa.Column("data", db.Blob(), nullable=False, server_default=sa.text(_nothing())))
    _each_case(lambda row: _parted(row.state, row.variables))
    op.drop_column("cases", "variables")


def downgrade() -> None:
    _add(sa.Column("variables", db.Record(), nullable=False, server_default=sa.text("'{}'")))
    _each_case(lambda row: _joined(row.state, row.data))
    op.drop_column("cases", "data")


def _nothing() -> str:
    return "''::bytea" if op.get_bind().dialect.name == "postgresql" else "x''"


def _add(column: sa.Column[Any]) -> None:
    """Add a column that must not be empty; SQLite cannot take a default away again without copying the table."""
    op.add_column("cases", column)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("cases", column.name, server_default=None)


def _each_case(written: Callable[[Any], dict[str, Any]]) -> None:
    connection = op.get_bind()
    for rows in _batches(connection):
        for row in rows:
            connection.execute(CASES.update().where(CASES.c.id == row.id).values(written(row)))


def _batches(connection: sa.Connection) -> Iterator[list[Any]]:
    wanted = [column for column in CASES.c if column.name in _columns(connection)]
    query, last = sa.select(*wanted).order_by(CASES.c.id).limit(AT_ONCE), None
    while rows := list(connection.execute(query if last is None else query.where(CASES.c.id > last))):
        yield rows
        last = rows[-1].id


def _columns(connection: sa.Connection) -> set[str]:
    return {column["name"] for column in sa.inspect(connection).get_columns("cases")}


def _parted(state: bytes, variables: Any) -> dict[str, Any]:
    """Tokens and variables each in an envelope; a state that cannot be read stays as it is."""
    try:
        old: Any = json.loads(zlib.decompress(state[1:])) if state[:1] == b"\x01" else None
        inside = old["g"][0][2]
    except (zlib.error, ValueError, TypeError, LookupError):
        return {"data": _packed(variables) if variables else b""}
    data = _packed(inside) if inside else b""
    old["g"][0][2] = None
    picture = {name: old[name] for name in ("p", "n", "x", "c", "g")}
    picture["d"] = int.from_bytes(data[2:6], "big")
    picture |= {name: old[name] for name in ("b", "m") if name in old}
    return {"state": _packed(picture), "data": data}


def _joined(state: bytes, data: bytes) -> dict[str, Any]:
    """One state with everything inside, and the variables once more beside it, as they were before."""
    inside = json.loads(_unpacked(data)) if data else {}
    plain = {"variables": _plain(inside)}
    if state[:1] != b"\x02":
        return plain
    old = json.loads(_unpacked(state))
    del old["d"]
    old["g"][0][2] = inside
    return {"state": b"\x01" + zlib.compress(_text(old), 6)} | plain


def _packed(value: Any) -> bytes:
    body, way = _text(value), b"j"
    if len(body) > SHORT:
        body, way = zlib.compress(body, 6), b"z"
    return b"\x02" + way + zlib.crc32(body, zlib.crc32(way)).to_bytes(4, "big") + body


def _unpacked(kept: bytes) -> bytes:
    return zlib.decompress(kept[6:]) if kept[1:2] == b"z" else kept[6:]


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """A value without the marks of the engine's format: moments and decimals as text."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("$") == "m":
        return {name: _plain(one) for name, one in value["v"]}
    if "$" in value:
        return value["v"]
    return {name: _plain(one) for name, one in value.items()}
