"""Which other unit could decide a dossier, and what that would do to its dates, seen before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from engine.accounts.models import Office, Person
from engine.cases.models import Transfer
from engine.dossiers.models import Dossier
from engine.dossiers.transfers import Dates, dates_with, desks_following, may_hand_over, standstill, units_fit
from engine.errors import Forbidden
from engine.queries.dossiers import DossierPage, dossier_page
from engine.work import Reading


@dataclass(frozen=True)
class Unit:
    """One unit that could take a dossier over, and the dates that would come of it (None: no term runs)."""

    id: UUID
    name: str
    dates: Dates | None


@dataclass(frozen=True)
class TransferPage:
    """A dossier about to be handed over.

    `hindrance` says why it cannot be now ("" when it can): not_accepted, decided or busy; `tasks` go along.
    """

    page: DossierPage
    here: str
    units: tuple[Unit, ...]
    tasks: tuple[str, ...]
    hindrance: str


@dataclass(frozen=True)
class Given:
    """One hand-over that was: when, from which unit to which, by whom, why, by which document."""

    at: datetime
    before: str
    after: str
    by: str
    reason: str
    document: str


def hand_overs(read: Reading, case_id: UUID) -> list[Given]:
    """Through which units a dossier, opened for the reader just before, has gone; the last one first."""
    here, there = aliased(Office), aliased(Office)
    rows = read.session.execute(
        select(Transfer, here.name, there.name, Person.full_name)
        .join(here, here.id == Transfer.from_id)
        .join(there, there.id == Transfer.to_id)
        .outerjoin(Person, Person.id == Transfer.moved_by)
        .where(Transfer.case_id == case_id)
        .order_by(Transfer.moved_at.desc())
    )
    return [Given(row.moved_at, before, after, by or "", row.reason, row.document) for row, before, after, by in rows]


def may_transfer(read: Reading, dossier: Dossier) -> bool:
    """Whether the reader may hand this dossier, opened for them just before, to another unit now."""
    return may_hand_over(read.session, read.actor, dossier) and not standstill(read.session, dossier.case, dossier)


def transfer_page(read: Reading, case_id: UUID) -> TransferPage:
    """The units a dossier could be handed to; NotFound and Forbidden as for the act itself."""
    page = dossier_page(read, case_id)
    if not may_hand_over(read.session, read.actor, page.dossier):
        raise Forbidden("Chỉ lãnh đạo đơn vị đang giải quyết hoặc lãnh đạo cơ quan chuyển được hồ sơ sang đơn vị khác.")
    hindrance = standstill(read.session, page.case, page.dossier)
    units: tuple[Unit, ...] = ()
    if not hindrance:
        units = tuple(
            Unit(one.id, one.name, dates_with(read.session, page.case, one.id, read.now))
            for one in units_fit(read.session, page.case, read.now)
        )
    along = set(desks_following(read.session, page.case, read.now))
    return TransferPage(
        page=page,
        here=read.session.get_one(Office, page.dossier.handling_id).name,
        units=units,
        tasks=tuple(task.name for task in page.open_tasks if task.id in along),
        hindrance=hindrance,
    )
