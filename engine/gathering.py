"""Rows an act only ever adds, gathered while it goes on and written together: one statement a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, event, insert
from sqlalchemy.orm import Session

from engine.db import Base


class Gathering(Session):
    """A session in which added rows wait until they could be missed.

    They are written before anything is read, before a savepoint is set and at the end, after whatever else has changed
    (a row may name another one that is new). A savepoint that is taken back takes along what was gathered within it.
    """

    def __init__(self, bind: Any) -> None:
        super().__init__(bind, expire_on_commit=False)
        self._gathered: dict[type[Base], list[dict[str, Any]]] = {}

    def gather(self, table: type[Base], /, **row: Any) -> None:
        """Add one row, by column; all rows gathered for one table name the same columns."""
        self._gathered.setdefault(table, []).append(row)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what has changed, then what was gathered."""
        super().flush(objects)
        while self._gathered:
            table = next(iter(self._gathered))
            self.connection().execute(_into(table), self._gathered.pop(table))


@event.listens_for(Gathering, "after_soft_rollback")
def _forget(session: Gathering, _previous: Any) -> None:
    session._gathered.clear()


@cache
def _into(table: type[Base]) -> Insert:
    return insert(table.__table__)  # type: ignore[arg-type]
