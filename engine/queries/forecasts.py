"""Which open dossiers may be late, as lists and pages show it, and how long a step still takes; never for citizens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal_column, select

from engine.accounts.models import Office
from engine.cases.calendars import calendar_for
from engine.cases.clocks import DOSSIER
from engine.cases.models import Clock
from engine.dossiers.forecasts import LIKELY, Forecast
from engine.dossiers.models import Dossier
from engine.dossiers.outlooks import outlook_of
from engine.forecasts.outlook import Remaining
from engine.forecasts.seasons import season_of
from engine.queries.keyset import MOST as COUNTED
from engine.queries.keyset import named
from engine.queries.lateness import surely_late_before
from engine.queries.oversight import holders_of
from engine.queries.standings import Due, standings
from engine.queries.visible import visible_to
from engine.work import Reading

MOST = 200
SAY_NO_MORE = 100
"""Under so many in a thousand nobody needs to hear a number."""

Order = Literal["chance", "date"]


@dataclass(frozen=True)
class Foreseen:
    """What is foreseen of one open dossier; `per_mille` None: too few cases are known.

    `late` of ten dossiers like it were late, as `cases` decided ones tell: of its unit in this season, of all units in
    this season, of its step, or of the procedure (`level`). `paused`: its term stands still, nothing is foreseen.
    """

    per_mille: int | None
    cases: int
    level: str
    counted_at: datetime | None
    paused: bool = False

    @property
    def late(self) -> int:
        """Of ten, rounded; from 0 to 10."""
        return (self.per_mille or 0) // 100 + ((self.per_mille or 0) % 100 >= 50)

    @property
    def kind(self) -> Literal["paused", "unknown", "likely", "possible", "unlikely"]:
        """How it is said: likely from one half on, unlikely under one in ten."""
        if self.paused:
            return "paused"
        if self.per_mille is None:
            return "unknown"
        if self.per_mille >= LIKELY:
            return "likely"
        return "possible" if self.per_mille >= SAY_NO_MORE else "unlikely"


@dataclass(frozen=True)
class MayBeLate:
    """A dossier whose date has not passed and that will more likely than not be late, with whoever holds it."""

    id: UUID
    code: str
    owner: str
    title: str
    office: str
    due: Due
    foreseen: Foreseen
    step: str
    holder: str


def foreseen(read: Reading, case_ids: Iterable[UUID]) -> dict[UUID, Foreseen]:
    """What is foreseen of those dossiers the actor may see, for officials only; decided and late ones are not there."""
    wanted = list(dict.fromkeys(case_ids))
    if not wanted or not (read.actor.is_official or read.actor.kind == "system"):
        return {}
    rows = read.session.execute(
        select(Dossier.case_id, Clock.status, Forecast.per_mille, Forecast.cases, Forecast.level, Forecast.counted_at)
        .join(Clock, Clock.case_id == Dossier.case_id)
        .outerjoin(Forecast, Forecast.case_id == Dossier.case_id)
        .where(
            Dossier.case_id.in_(wanted),
            Dossier.decided_at.is_(None),
            visible_to(read.actor),
            Clock.term == DOSSIER,
            Clock.status != "stopped",
            Clock.promised_at >= surely_late_before(read.now),
        )
    )
    found = {}
    for case_id, status, per_mille, cases, level, counted_at in rows:
        if status == "paused":
            found[case_id] = Foreseen(None, 0, "", None, paused=True)
        elif counted_at is not None:
            found[case_id] = Foreseen(per_mille, cases, level, counted_at)
    return found


def may_be_late(read: Reading, order: Order = "chance") -> tuple[MayBeLate, ...]:
    """The dossiers of the units the actor oversees that will more likely than not miss a date still ahead.

    At most MOST, the likeliest first, or those whose date comes first; trials have no forecast.
    """
    first = (Forecast.promised_at, Forecast.per_mille.desc()) if order == "date" else (
        Forecast.per_mille.desc(), Forecast.promised_at,
    )  # fmt: skip
    rows = read.session.execute(
        select(
            Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.title, Dossier.handling_id
        )
        .join(Forecast, Forecast.case_id == Dossier.case_id)
        .where(*_likely(read))
        .order_by(*first, Dossier.case_id)
        .limit(MOST)
    ).all()
    ids = [row.case_id for row in rows]
    dues, said, holders = standings(read, ids), foreseen(read, ids), holders_of(read, ids)
    names = named(read, Office.id, Office.short_name, {row.handling_id for row in rows})
    return tuple(
        MayBeLate(
            row.case_id,
            row.code or row.filing_code,
            row.owner_name,
            row.title,
            names.get(row.handling_id, ""),
            dues[row.case_id],
            said[row.case_id],
            *holders.get(row.case_id, ("", "")),
        )
        for row in rows
        if row.case_id in dues and row.case_id in said
    )


def may_be_late_count(read: Reading) -> int:
    """How many dossiers `may_be_late` would list were it without end; COUNTED + 1 says that there are more."""
    some = (
        select(Forecast.case_id)
        .join(Dossier, Dossier.case_id == Forecast.case_id)
        .where(*_likely(read))
        .limit(COUNTED + 1)
        .subquery()
    )
    return read.session.scalar(select(func.count()).select_from(some)) or 0


def _likely(read: Reading) -> list[ColumnElement[bool]]:
    running = exists(
        select(Clock.id).where(Clock.case_id == Forecast.case_id, Clock.term == DOSSIER, Clock.status == "running")
    )
    where = [
        Forecast.per_mille >= literal_column(str(LIKELY)),  # said in the statement, or no partial index serves it
        Forecast.promised_at >= surely_late_before(read.now),
        Dossier.decided_at.is_(None),
        visible_to(read.actor),
        running,
    ]
    if read.actor.is_official and not read.actor.everywhere:
        where.append(Forecast.office_id.in_(read.actor.oversight))
    return where


def remaining(
    read: Reading,
    procedure: str,
    step: str,
    office_id: UUID | None = None,
    *,
    in_step: int = 0,
    in_all: int = 0,
    entered_at: datetime | None = None,
) -> Remaining | None:
    """The working time from a step to the decision (`Remaining.median` …), as the kept samples tell it.

    For a dossier that has spent so many working seconds in the step and since acceptance; `step` is the task's element
    id, parallel ones joined in order by "+". `entered_at` says in which season. None where too few cases are known.
    """
    unit = str(office_id) if office_id is not None else ""
    outlook = outlook_of(read.session, procedure, [unit] if unit else [])
    if outlook is None:
        return None
    season = season_of(entered_at or read.now, calendar_for(read.session, office_id))
    return outlook.remaining(step, unit, season, in_step=in_step, in_all=in_all)
