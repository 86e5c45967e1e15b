"""The officer's desk: the steps one may filter by, the dossiers one may look through, papers waiting for signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Office
from engine.dossiers.models import Dossier
from engine.queries.finding import Criteria, DossierLine, DossierList, filed_lately, find
from engine.queries.keyset import FIRST, Window, named
from engine.work import Reading

PER_CHUNK = 1000
PER_PAGE = 50
MOST_ROWS = 20_000


def search(read: Reading, criteria: Criteria, *, window: Window = FIRST, per_page: int = PER_PAGE) -> DossierList:
    """The dossiers the actor may see that meet every criterion, newest first."""
    return find(read, criteria, window, size=per_page)


def every_found(read: Reading, criteria: Criteria) -> Sequence[DossierLine]:
    """All dossiers of a search, for a file; at most twenty thousand."""
    lines: list[DossierLine] = []
    window: Window | None = FIRST
    while window is not None and len(lines) < MOST_ROWS:
        found = find(read, criteria, window, size=PER_CHUNK)
        lines += found.lines
        window = Window(after=found.after) if found.after is not None else None
    return lines[:MOST_ROWS]


@dataclass(frozen=True)
class Choices:
    """What the filters of the search may be set to: procedures and handling offices that occur lately."""

    procedures: tuple[tuple[str, str], ...]
    offices: tuple[tuple[UUID, str], ...]


def choices(read: Reading) -> Choices:
    """The procedures and offices among the newest dossiers the actor may see, some thousands of them."""
    lately = filed_lately(read).subquery()
    rows = read.session.execute(
        select(Dossier.procedure, Dossier.procedure_name, Dossier.handling_id)
        .join_from(lately, Dossier, Dossier.case_id == lately.c.id)
        .distinct()
    ).all()
    offices = named(read, Office.id, Office.name, {row[2] for row in rows})
    procedures = {row[0]: row[1] for row in rows}
    return Choices(
        tuple(sorted(procedures.items(), key=lambda one: one[1])),
        tuple(sorted(((row[2], offices[row[2]]) for row in {one[2]: one for one in rows}.values()), key=itemgetter(1))),
    )
