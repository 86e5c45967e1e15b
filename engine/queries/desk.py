"""The officer's desk: the steps one may filter by, the dossiers one may look through, papers waiting for signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from engine.accounts.models import Office, fold
from engine.cases.models import Task
from engine.clock import LEGAL_ZONE
from engine.dossiers.models import Dossier
from engine.queries.dossiers import DossierLine, DossierList, dossier_list
from engine.queries.lateness import is_late
from engine.queries.visible import visible_to
from engine.queries.worklist import _view
from engine.work import Reading

PER_PAGE = 50
MOST_ROWS = 20_000


def steps_of(read: Reading, view: str) -> list[tuple[str, int]]:
    """The names of the steps in one view of the worklist with how many tasks stand at each."""
    rows = read.session.execute(
        select(Task.name, func.count())
        .where(Task.status == "open", _view(read.actor, view))
        .group_by(Task.name)
        .order_by(Task.name)
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True)
class Criteria:
    """What a search for dossiers asks for; empty means everything. Days are those of filing, both included."""

    text: str = ""
    statuses: tuple[int, ...] = ()
    procedure: str = ""
    office: UUID | None = None
    since: date | None = None
    until: date | None = None
    late: bool = False


def search(read: Reading, criteria: Criteria, *, page: int = 1, per_page: int = PER_PAGE) -> DossierList:
    """The dossiers the actor may see that meet every criterion, newest first."""
    where = [visible_to(read.actor), *_conditions(read, criteria)]
    return dossier_list(read, where, page=page, per_page=per_page)


def every_found(read: Reading, criteria: Criteria) -> Sequence[DossierLine]:
    """All dossiers of a search, for a file; at most twenty thousand."""
    return search(read, criteria, per_page=MOST_ROWS).lines


def _conditions(read: Reading, criteria: Criteria) -> list[Any]:
    where: list[Any] = []
    words = fold(criteria.text)
    if words:
        code = criteria.text.strip().upper()
        where.append(
            or_(
                Dossier.code.contains(code, autoescape=True),
                Dossier.filing_code.contains(code, autoescape=True),
                Dossier.owner_search_key.contains(words, autoescape=True),
                Dossier.owner_identity == criteria.text.strip(),
                Dossier.applicant_identity == criteria.text.strip(),
            )
        )
    if criteria.statuses:
        where.append(Dossier.status.in_(criteria.statuses))
    if criteria.procedure:
        where.append(Dossier.procedure == criteria.procedure)
    if criteria.office is not None:
        where.append(Dossier.handling_id == criteria.office)
    if criteria.since is not None:
        where.append(Dossier.submitted_at >= _midnight(criteria.since))
    if criteria.until is not None:
        where.append(Dossier.submitted_at < _midnight(date.fromordinal(criteria.until.toordinal() + 1)))
    if criteria.late:
        where += [Dossier.decided_at.is_(None), is_late(Dossier.case_id, read.now)]
    return where


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LEGAL_ZONE)


@dataclass(frozen=True)
class Choices:
    """What the filters of the search may be set to: procedures and handling offices that occur."""

    procedures: tuple[tuple[str, str], ...]
    offices: tuple[tuple[UUID, str], ...]


def choices(read: Reading) -> Choices:
    """The procedures and offices among the dossiers the actor may see."""
    procedures = read.session.execute(
        select(Dossier.procedure, func.min(Dossier.procedure_name))
        .where(visible_to(read.actor))
        .group_by(Dossier.procedure)
        .order_by(func.min(Dossier.procedure_name))
    )
    offices = read.session.execute(
        select(Office.id, Office.name)
        .where(Office.id.in_(select(Dossier.handling_id).where(visible_to(read.actor))))
        .order_by(Office.name)
    )
    return Choices(tuple((row[0], row[1]) for row in procedures), tuple((row[0], row[1]) for row in offices))
