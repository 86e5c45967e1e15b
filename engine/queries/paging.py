"""Long lists in pages: how many there are, which page that makes, and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from engine.db import Base
from engine.work import Reading


@dataclass(frozen=True)
class Slice:
    """One page of rows; pages count from 1, and a page beyond the last is the last."""

    rows: Sequence[Any]
    total: int
    page: int
    pages: int


def paged(
    read: Reading,
    statement: Select[*tuple[Any, ...]],
    *,
    of: type[Base],
    where: Sequence[Any],
    page: int,
    per_page: int,
) -> Slice:
    """The asked page of an ordered statement whose conditions are all about the rows of one table."""
    total = read.session.scalar(select(func.count()).select_from(of).where(*where)) or 0
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages)
    rows = read.session.execute(statement.where(*where).limit(per_page).offset((page - 1) * per_page)).all()
    return Slice(rows, total, page, pages)
