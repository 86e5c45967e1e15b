"""Long lists by key: a page begins after the last line of the one before, so the hundredth costs what the first does.

The lines of a list come from one or several branches (an office, a post), each a range of one index in the order of
the list. Every branch gives at most one page, the pages are merged, and one page is left.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, func, literal_column, select, tuple_, union_all

from engine.work import Reading

MOST = 999
"""Lines are counted up to so many; MOST + 1 says that there are more."""
TWICE = 5
"""A dossier is on the lists of at most so many offices, and stands once on a page."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where a page begins or ends: the moment the list is ordered by and the line's own id."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        """As it stands in an address: whole microseconds since 1970 and the id, both hexadecimal."""
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1):x}-{self.id.hex}"


def place_of(text: str) -> Place | None:
    """The place an address names; None for anything that is none."""
    moment, _, name = text.partition("-")
    try:
        return Place(_EPOCH + timedelta(microseconds=int(moment, 16)), UUID(name))
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Window:
    """Which page is asked for: the first one, the one after a place, or the one before it."""

    after: Place | None = None
    before: Place | None = None


FIRST = Window()


@dataclass(frozen=True)
class Page:
    """One page of rows; `before` and `after` lead to its neighbours, None where there is none."""

    rows: Sequence[Any]
    before: Place | None
    after: Place | None


def cut(asked: Select[Any], at: Any, id_: Any, window: Window, *, newest_first: bool = False) -> Select[Any]:
    """A select by its two columns of order from the asked place on, in the direction a page is read."""
    down, place = newest_first != (window.before is not None), window.before or window.after
    if place is not None:
        here, there = tuple_(at, id_), tuple_(place.at, place.id, types=[at.type, id_.type])
        asked = asked.where(here < there if down else here > there)
    return asked.order_by(*(one.desc() if down else one for one in (at, id_)))


def page_of(
    read: Reading, branches: Sequence[Select[Any]], window: Window, size: int, *, newest_first: bool = False
) -> Page:
    """One page of what all branches, each cut, give together; the first two columns of a row are labelled at and id.

    A line that several branches give stands there once.
    """
    if not branches:
        return Page((), None, None)
    found = merged([branch.limit(size + 1) for branch in branches])
    return as_page(read, select(found), found, len(branches), window, size, newest_first=newest_first)


def as_page(
    read: Reading, asked: Select[Any], found: Subquery, branches: int, window: Window, size: int, *, newest_first: bool
) -> Page:
    """One page of a select over merged branches: in its order, so many lines, each once."""
    backwards = window.before is not None
    down = newest_first != backwards
    ordered = asked.order_by(*(one.desc() if down else one for one in (found.c.at, found.c.id)))
    lines = read.session.execute(ordered.limit((size + 1) * min(branches, TWICE)))
    rows = list(dict.fromkeys(tuple(line) for line in lines))[: size + 1]
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    first, last = (Place(*rows[0][:2]), Place(*rows[-1][:2])) if rows else (None, None)
    return Page(
        rows,
        before=first if (more if backwards else window.after is not None) else None,
        after=last if (backwards or more) else None,
    )


def merged(branches: Sequence[Select[Any]]) -> Subquery:
    """Several limited selects as one; each is wrapped, because SQLite lets no member of a union have a limit."""
    if len(branches) == 1:
        return branches[0].subquery()
    return union_all(*(select(branch.subquery()) for branch in branches)).subquery()


def named(read: Reading, key: Any, name: Any, ids: Collection[UUID | None]) -> dict[UUID | None, str]:
    """What the rows of some ids are called, looked up for one page at once."""
    wanted = [one for one in ids if one is not None]
    return dict(read.session.execute(select(key, name).where(key.in_(wanted))).all()) if wanted else {}


def counted(branches: Sequence[ColumnElement[bool]], table: Any) -> ColumnElement[int]:
    """How many rows of a table the conditions find, each at most MOST + 1 of them, as part of a select."""
    total: Any = literal_column("0")
    for where in branches:
        some = select(literal_column("1").label("one")).select_from(table).where(where).limit(MOST + 1).subquery()
        total = total + select(func.count()).select_from(some).scalar_subquery()
    return total
