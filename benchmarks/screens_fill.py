"""A city's dossiers of twelve months, generated inside PostgreSQL: true shapes and shares, the same at every run.

Nothing here is measured. Each table is written by one `insert … select` from a staging table that has one row a
dossier; columns a table has besides are filled with what is empty in their type, so that the fill keeps working when
a table gets a column. Indexes and keys are taken away first and made again afterwards, as a restore does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from benchmarks.screens_names import FAMILY, MEN_GIVEN, MEN_MIDDLE, TRADES, WOMEN_GIVEN, WOMEN_MIDDLE, by_rank
from benchmarks.screens_names import written_out as spread
from benchmarks.screens_stage import DRAW, STAGE
from benchmarks.screens_tables import TABLES
from engine.accounts.models import fold, sort_key

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
"""Wednesday 18 November 2026, ten in the morning in Viet Nam."""
UNITS, POINTS, PROCEDURES = 86, 625, 1454
EMPTY = {
    "text": "''", "character varying": "''", "integer": "0", "smallint": "0", "bigint": "0", "boolean": "false",
    "jsonb": "'{}'", "bytea": "''",
}  # fmt: skip

Link = psycopg.Connection[Any]


@dataclass(frozen=True)
class Size:
    """How many dossiers, and of how many of the finished ones every act is kept (one in `thin`)."""

    dossiers: int
    thin: int = 1


def fill(link: Link, size: Size) -> None:
    """Write everything; the sample office must be open already."""
    link.execute("set timezone to 'UTC'")
    link.execute("set work_mem to '256MB'")
    link.execute("set maintenance_work_mem to '1GB'")
    link.execute("set synchronous_commit to off")
    _offices(link)
    _people(link)
    _names(link)
    _stage(link, size)
    kept = _take_keys_away(link, list(TABLES))
    for table, (columns, source) in TABLES.items():
        insert(link, table, columns, source)
        link.commit()
    _make_keys_again(link, kept)
    link.execute("drop table made, names, points, posts")
    link.commit()


def insert(link: Link, table: str, columns: Mapping[str, str], source: str) -> None:
    """One `insert … select`, with what is empty for every column that must hold something and is not named."""
    known = link.execute(
        "select column_name, data_type, is_nullable, column_default from information_schema.columns"
        " where table_schema = 'public' and table_name = %s",
        (table,),
    ).fetchall()
    there = {row[0] for row in known}
    values = {name: value for name, value in columns.items() if name in there}
    for name, kind, nullable, default in known:
        if name not in values and nullable == "NO" and default is None:
            values[name] = EMPTY.get(kind, "null")
    named, chosen = ", ".join(f'"{name}"' for name in values), ", ".join(values.values())
    link.execute(f"insert into {table} ({named}) select {chosen} from {source}")  # type: ignore[arg-type]


def _offices(link: Link) -> None:
    """86 units with a service centre each, and 625 rooms among them."""
    link.execute(
        """
        create table points as
        select u as unit, md5('unit-' || u)::uuid as agency, md5('centre-' || u)::uuid as centre, r as room,
               md5('room-' || u || '-' || r)::uuid as office, 'H29.' || (30000 + u) as unit_code
        from generate_series(0, %(units)s - 1) u,
             lateral generate_series(0, %(points)s / %(units)s - 1 + (u < %(points)s %% %(units)s)::int) r
        """,
        {"units": UNITS, "points": POINTS},
    )
    city = "(select id from offices where code = 'hcm')"
    shared = {"functions": "'[]'", "calendar": "'vn'", "active": "true", "unit_code": "unit_code"}
    insert(
        link, "offices",
        shared | {"id": "agency", "code": "'u' || unit",
                  "kind": "case when unit < 18 then 'department' else 'ward' end",
                  "name": "case when unit < 18 then 'Sở số ' else 'Ủy ban nhân dân phường số ' end || unit",
                  "short_name": "'Đơn vị ' || unit", "parent_id": city},
        "(select distinct unit, agency, unit_code from points) one",
    )  # fmt: skip
    insert(
        link, "offices",
        shared | {"id": "centre", "code": "'u' || unit || '-pvhcc'", "kind": "'centre'",
                  "name": "'Trung tâm Phục vụ hành chính công số ' || unit", "short_name": "'TTPVHCC ' || unit",
                  "parent_id": "agency"},
        "(select distinct unit, agency, centre, unit_code from points) one",
    )  # fmt: skip
    insert(
        link, "offices",
        shared | {"id": "office", "code": "'u' || unit || '-' || room", "kind": "'room'",
                  "name": "'Phòng ' || room || ' của đơn vị số ' || unit", "short_name": "'Phòng ' || room",
                  "parent_id": "agency"},
        "points",
    )  # fmt: skip


def _people(link: Link) -> None:
    """Two clerks a centre, two specialists and a head a room, a leader a unit: who sits where."""
    link.execute(
        """
        create table posts as
        select md5('clerk-' || unit || '-' || n)::uuid as person, 'clerk-' || unit || '-' || n as login,
               centre as office, 'counter_clerk' as role
        from (select distinct unit, centre from points) one, generate_series(0, 1) n
        union all select md5('leader-' || unit)::uuid, 'leader-' || unit, agency, 'leader'
        from (select distinct unit, agency from points) one
        union all select md5('head-' || unit || '-' || room)::uuid, 'head-' || unit || '-' || room, office, 'unit_head'
        from points
        union all select md5('officer-' || unit || '-' || room || '-' || n)::uuid,
               'officer-' || unit || '-' || room || '-' || n, office, 'specialist' from points, generate_series(0, 1) n
        """
    )
    insert(
        link, "people",
        {"id": "person", "login": "login", "kind": "'official'", "full_name": "'Cán bộ ' || login", "active": "true",
         "locale": "'vi'", "sort_key": "login", "search_key": "login"},
        "posts",
    )  # fmt: skip
    insert(
        link, "mandates",
        {"id": "md5('post-' || login)::uuid", "person_id": "person", "office_id": "office", "role": "role",
         "valid_from": "'2025-07-01'"},
        "posts",
    )  # fmt: skip


def _names(link: Link) -> None:
    """The lists that a number picks a name from: as written, as searched, as sorted."""
    link.execute("create table names (list text, slot int, written text, folded text, sorted text)")
    lists = {
        "family": spread(FAMILY), "women": spread(WOMEN_MIDDLE), "men": spread(MEN_MIDDLE),
        "woman": by_rank(WOMEN_GIVEN), "man": by_rank(MEN_GIVEN), "trade": spread([(one, 10) for one in TRADES]),
    }  # fmt: skip
    with link.cursor().copy("copy names from stdin") as copy:
        for name, entries in lists.items():
            for slot, written in enumerate(entries):
                copy.write_row((name, slot, written, fold(written), sort_key(written)))
    link.execute("alter table names add primary key (list, slot)")


def _stage(link: Link, size: Size) -> None:
    """One row a dossier with all that its rows in other tables are made from."""
    link.execute(DRAW)
    link.execute(STAGE, {"count": size.dossiers, "thin": size.thin, "now": NOW, "procedures": PROCEDURES})  # type: ignore[arg-type]
    link.execute("analyze made")
    link.commit()


def _take_keys_away(link: Link, tables: list[str]) -> list[str]:
    """Drop keys and indexes of tables; (what makes them again, in order)."""
    link.execute("set session_replication_role to replica")
    rows = link.execute(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype from pg_constraint"
        " where contype in ('p', 'u', 'f')"
        " and (conrelid::regclass::text = any(%s) or confrelid::regclass::text = any(%s))"
        " order by case contype when 'f' then 0 else 1 end",
        (tables, tables),
    ).fetchall()
    indexes = link.execute(
        "select indexdef, indexname from pg_indexes where tablename = any(%s) and schemaname = 'public' and not exists"
        " (select 1 from pg_constraint where conname = indexname)",
        (tables,),
    ).fetchall()
    for _definition, name in indexes:
        link.execute(f'drop index "{name}"')  # type: ignore[arg-type]
    for table, name, _definition, _kind in rows:
        link.execute(f'alter table {table} drop constraint "{name}"')  # type: ignore[arg-type]
    link.commit()
    again = [
        f'alter table {table} add constraint "{name}" {definition}'
        for table, name, definition, kind in rows
        if kind != "f"
    ]
    again += [definition for definition, _name in indexes]
    # what the generator writes obeys the keys; going over all of it once more would only take time
    again += [
        f'alter table {table} add constraint "{name}" {definition} not valid'
        for table, name, definition, kind in rows
        if kind == "f"
    ]
    return again


def _make_keys_again(link: Link, kept: list[str]) -> None:
    for statement in kept:
        link.execute(statement)  # type: ignore[arg-type]
        link.commit()
