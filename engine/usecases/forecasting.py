"""Keeping the forecast of open dossiers: what changed is counted again, and a letter is drafted where it must be.

A dossier is counted again after it took a step, after its date or its unit changed, and on the morning from which the
answer would differ noticeably; on all other days its row says what it would say anyway. A round therefore costs by what
changed, not by what is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, delete, exists, func, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.accounts.apology_rules import apology_rules
from engine.cases.clocks import DOSSIER
from engine.cases.mending import Watch
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date, legal_time
from engine.dossiers.forecasts import LIKELY, Forecast, ForecastSample
from engine.dossiers.histories import History, histories
from engine.dossiers.models import Apology, Dossier
from engine.dossiers.outlooks import ALL_UNITS, is_fresh, learned, outlook_of
from engine.forecasts.chances import NEVER_AT_ONCE, Waiting
from engine.outbox import Progress
from engine.usecases.apologies import DATES, open_apology
from engine.usecases.running import lock_case
from engine.work import Reading, Work

ROUND = "forecast"
SLICE = 100
"""So many dossiers in one transaction; on SQLite every act waits for it."""
MOST_TASKS = 2000
OVERLAP = 120_000
"""Tasks of the last so many milliseconds are looked at twice: one may have been written by an act that ended later."""
MORNING = 5
"""From this hour on, once a day, dossiers that have no row yet are looked for."""


# --- what has to be counted


@dataclass(frozen=True)
class Changed:
    """Dossiers that took a step since the last round, and from which task on the next one looks."""

    case_ids: tuple[UUID, ...]
    cursor: str
    more: bool


def steps_taken(read: Reading) -> Changed:
    """The dossiers on which a task was opened since the last round; at the very first round none."""
    row = read.session.get(Watch, ROUND)
    newest = read.session.scalar(select(Task.id).order_by(Task.id.desc()).limit(1))
    if row is None or not row.cursor:
        return Changed((), str(newest or ""), False)
    asked = select(Task.id, Task.case_id).where(Task.id > UUID(row.cursor)).order_by(Task.id).limit(MOST_TASKS)
    found = read.session.execute(asked).all()
    more = len(found) == MOST_TASKS
    last = found[-1][0] if found else UUID(row.cursor)
    cursor = last if more else max(UUID(row.cursor), _a_little_before(last))
    return Changed(tuple(dict.fromkeys(case_id for _, case_id in found)), str(cursor), more)


def _a_little_before(task_id: UUID) -> UUID:
    """The first identifier of two minutes earlier: the first 48 bits of version 7 are milliseconds."""
    milliseconds = (task_id.int >> 80) - OVERLAP
    return UUID(int=(max(0, milliseconds) << 80))


def due_again(read: Reading) -> list[UUID]:
    """The dossiers whose row is to be counted again by now, longest waiting first."""
    asked = select(Forecast.case_id).where(Forecast.look_at <= read.now).order_by(Forecast.look_at).limit(SLICE)
    return list(read.session.scalars(asked))


def is_new_day(read: Reading) -> bool:
    """Whether no round of today has looked for dossiers without a row."""
    row = read.session.get(Watch, ROUND)
    return legal_time(read.now).hour >= MORNING and (row is None or legal_date(row.looked_at) < legal_date(read.now))


def without_row(read: Reading, after: UUID | None) -> list[UUID]:
    """Dossiers under a running term that have no row yet, in order of their term, behind the last one looked at."""
    asked = (
        select(Clock.case_id)
        .where(
            Clock.term == DOSSIER,
            Clock.status == "running",
            Clock.promised_at.is_not(None),
            ~exists(select(Forecast.case_id).where(Forecast.case_id == Clock.case_id)),
            ~exists(select(Case.id).where(Case.id == Clock.case_id, Case.trial)),
            exists(select(Dossier.case_id).where(Dossier.case_id == Clock.case_id, Dossier.decided_at.is_(None))),
        )
        .order_by(Clock.case_id)
        .limit(SLICE)
    )
    return list(read.session.scalars(asked if after is None else asked.where(Clock.case_id > after)))


def end_round(work: Work, cursor: str, *, searched: bool, counted: int) -> None:
    """Write down from where the next round looks, whether today's search for dossiers without a row is over, and how
    far the counting has come.
    """
    work.alone_with("forecast")
    row = work.session.get(Watch, ROUND)
    if row is None:
        row = Watch(name=ROUND, cursor="", looked_at=work.now - timedelta(days=2))
        work.session.add(row)
    row.cursor = max(row.cursor, cursor)
    if searched and legal_time(work.now).hour >= MORNING:
        row.looked_at = work.now
    waiting = work.session.scalar(select(func.count()).select_from(Forecast).where(Forecast.look_at <= work.now)) or 0
    told = work.session.get(Progress, ROUND)
    if told is None:
        told = Progress(name=ROUND, done=0, total=0)
        work.session.add(told)
    before = told.done if told.done < told.total else 0  # a round that was over is no part of this one
    told.done, told.total, told.updated_at = before + counted, before + counted + waiting, work.now


def set_aside(work: Work, case_id: UUID) -> None:
    """A dossier could not be counted: its row waits for the next day and says nothing until then."""
    later = work.now + timedelta(days=1)
    work.session.execute(
        update(Forecast).where(Forecast.case_id == case_id).values(per_mille=None, cases=0, level="", look_at=later)
    )


# --- counting


def refresh(work: Work, case_ids: Sequence[UUID]) -> list[UUID]:
    """Count the forecasts of at most a slice of dossiers anew; those for which a letter should be drafted ahead.

    Rows of dossiers that are decided, that stand still or that nobody promised a date go.
    """
    work.alone_with("forecast")
    kept = select(Forecast.case_id, Forecast.look_at).where(Forecast.case_id.in_(case_ids))
    before = {case_id: look_at for case_id, look_at in work.session.execute(kept)}  # noqa: C416  a row is no pair
    known = {case_id: one for case_id, one in histories(work.session, case_ids) if one.running and one.promised_at}
    thresholds = {
        office_id: 10 * apology_rules(work.session, office_id, legal_date(work.now)).forecast_percent
        for office_id in {one.signing_id for one in known.values()}
    }
    groups: dict[str, dict[UUID, History]] = defaultdict(dict)
    for case_id, one in known.items():
        groups[one.life.procedure][case_id] = one
    rows = [row for procedure, some in groups.items() for row in _rows(work, procedure, some, thresholds)]
    drafts = _not_drafted(work, [row["case_id"] for row in rows if _asks_for_letter(work, row, known, thresholds)])
    for row in rows:
        if row["case_id"] in drafts:  # looked at again soon, should nobody come to draft it
            row["look_at"] = min(row["look_at"], work.now + NEVER_AT_ONCE)
    over = [case_id for case_id in case_ids if case_id not in known]
    if over:
        work.session.execute(delete(Forecast).where(Forecast.case_id.in_(over)))
    _keep(work, sorted(rows, key=lambda row: row["case_id"]), before)
    return drafts


def _keep(work: Work, rows: Sequence[dict[str, Any]], before: Mapping[UUID, datetime]) -> None:
    """Write the rows; where an act has marked one since it was read, it is looked at again nevertheless.

    No row is locked while its forecast is counted: an act never waits for that.
    """
    if not rows:
        return
    adding = _inserts(work)(Forecast)
    unmarked = Forecast.look_at == bindparam("looked_at", type_=Forecast.look_at.type)
    changed: dict[str, Any] = {name: adding.excluded[name] for name in rows[0] if name != "case_id"}
    changed["look_at"] = case((unmarked, adding.excluded.look_at), else_=Forecast.look_at)
    told = [{**row, "looked_at": before.get(row["case_id"])} for row in rows]
    work.session.execute(adding.on_conflict_do_update(index_elements=["case_id"], set_=changed), told)


def _rows(
    work: Work, procedure: str, some: Mapping[UUID, History], thresholds: Mapping[UUID, int]
) -> Iterable[dict[str, Any]]:
    units = {one.life.office for one in some.values()}
    _learn(work, procedure, units)
    outlook = outlook_of(work.session, procedure, units)
    for case_id, one in some.items():
        if outlook is None or one.promised_at is None:
            continue
        waiting = Waiting.now(outlook, one.life, one.calendar, one.promised_at, work.now)
        chance = waiting.chance()
        yield {
            "case_id": case_id,
            "office_id": one.handling_id,
            "per_mille": chance.per_mille,
            "cases": chance.remaining.cases if chance.remaining is not None else 0,
            "level": chance.remaining.level if chance.remaining is not None else "",
            "promised_at": one.promised_at,
            "counted_at": work.now,
            "look_at": waiting.look_at(chance.per_mille, (thresholds[one.signing_id], LIKELY)),
        }


def _learn(work: Work, procedure: str, units: Collection[str]) -> None:
    """Make anew what is too old to speak for the office."""
    wanted = [ALL_UNITS, *sorted(units)]
    rows = work.session.execute(
        select(ForecastSample.unit, ForecastSample.made_at, ForecastSample.lives).where(
            ForecastSample.procedure == procedure, ForecastSample.unit.in_(wanted)
        )
    )
    fresh = {unit for unit, made_at, lives in rows if is_fresh(made_at, lives, unit, work.now)}
    samples = [learned(work.session, procedure, unit, work.now) for unit in wanted if unit not in fresh]
    if samples:
        adding = _inserts(work)(ForecastSample)
        names, keys = inspect(ForecastSample).columns.keys(), ["procedure", "unit"]
        changed = {name: adding.excluded[name] for name in names if name not in keys}
        told = [{name: getattr(sample, name) for name in names} for sample in samples]
        work.session.execute(adding.on_conflict_do_update(index_elements=keys, set_=changed), told)


def _inserts(work: Work) -> Any:
    return postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert


# --- the letter ahead


def _asks_for_letter(
    work: Work, row: Mapping[str, Any], known: Mapping[UUID, History], thresholds: Mapping[UUID, int]
) -> bool:
    """Whether it passes the authority's threshold, and a letter drafted now can still be out before its last moment.

    A dossier whose date has passed is found late by its term, not forecast.
    """
    one = known[row["case_id"]]
    in_time = one.apology_by is not None and work.now < one.apology_by
    return in_time and (row["per_mille"] or 0) >= thresholds[one.signing_id]


def _not_drafted(work: Work, case_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these dossiers that have no letter about the date promised now."""
    there = select(Apology.case_id).where(
        Apology.case_id == Dossier.case_id, Apology.promised_on == Dossier.promised_on, Apology.because.in_(DATES)
    )
    asked = select(Dossier.case_id).where(Dossier.case_id.in_(case_ids), ~exists(there)).order_by(Dossier.case_id)
    return list(work.session.scalars(asked)) if case_ids else []


def foresee(work: Work, case_id: UUID) -> bool:
    """Ask the officer of a dossier that will probably be late for the letter, ahead of its last day; once a date."""
    found = lock_case(work, case_id)
    row = work.session.get(Forecast, case_id)
    if row is None or row.per_mille is None or row.look_at <= work.now:
        return False  # it has moved on meanwhile; the next round says how it stands
    apology = open_apology(work, found, because="forecast")
    if apology is None:
        return False
    work.record(found, "forecast.late", {"per_mille": row.per_mille, "cases": row.cases, "level": row.level})
    return True
