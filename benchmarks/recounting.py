"""What counting one term anew costs after a change of a calendar: in slices, one by one, and where no date can move.

All of it by processor time of this process and of PostgreSQL together, beside what a completed step costs in that run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from benchmarks.completions import _spent, by_use_case, house_at, prepare
from engine.calendars.models import CalendarChange
from engine.cases.models import Clock
from engine.composition import House
from engine.queries.calendar_changes import change_page
from engine.usecases.calendars import add_edits, apply_change, draft_change, name_document
from engine.usecases.recounting import finish_change, recount_slice, recount_term
from engine.work import SYSTEM

LENGTH = 10
"""Steps of the measured chain, each completed once a dossier for the comparison."""


@dataclass(frozen=True)
class Figures:
    """Processor milliseconds of one term, and of one completed step in the same run; how many terms there were.

    `foreseen`: seen in advance on the page of the change, moved as in `sliced`.
    """

    terms: int
    foreseen: float
    sliced: float
    alone: float
    kept: float
    completion: float


def measure(url: str, data: Path, *, cases: int) -> Figures:
    """On a migrated database: every term moved in slices, moved one by one, taken over unmoved; then steps completed.

    Raises AssertionError where a term was left behind.
    """
    house = house_at(url, data)
    found = prepare(house, cases)
    server = _server(house)

    def in_slices(change: UUID) -> None:
        while recount_slice(lambda: house.unit_of_work(actor=SYSTEM), change, set()):
            pass

    def one_by_one(change: UUID) -> None:
        for clock_id in _ids(house):
            with house.unit_of_work(actor=SYSTEM) as work:
                recount_term(work, change, clock_id)

    foreseen, sliced = _recounted(house, server, in_slices, _last_day(house), moves=True)
    _, alone = _recounted(house, server, one_by_one, _last_day(house), moves=True)
    _, kept = _recounted(house, server, in_slices, _last_day(house) + timedelta(days=200), moves=False)
    complete, other = by_use_case(url, str(data))
    some = found[: max(1, cases // 10)]
    spent = _measured(other, lambda: complete(some))
    return Figures(cases, foreseen / cases, sliced / cases, alone / cases, kept / cases, spent / len(some) / LENGTH)


def _recounted(
    house: House, server: int, recount: Callable[[UUID], None], day: date, *, moves: bool
) -> tuple[float, float]:
    """Processor milliseconds of seeing in advance, and of counting, every term anew once that day is off."""
    with house.unit_of_work(actor=SYSTEM) as work:
        change = draft_change(work, "vn")
        edit: dict[str, Any] = {"do": "day", "day": day.isoformat(), "kind": "OFF_HOLIDAY", "name": "Đo", "hours": None}
        add_edits(work, change, [edit])
        name_document(work, change, document="Đo", dated_on=day)
    with house.reading(actor=SYSTEM) as look:
        foreseen = _measured(server, lambda: change_page(look, change))
    with house.unit_of_work(actor=SYSTEM) as work:
        apply_change(work, change)
    spent = _measured(server, lambda: recount(change))
    with house.unit_of_work(actor=SYSTEM) as work:
        finish_change(work, change, missed=0)
        done = work.session.get_one(CalendarChange, change)
        assert done.done == done.total, f"{done.done} of {done.total} terms"
        assert done.moved == (done.total if moves else 0)
    return foreseen, spent


def _measured(server: int, act: Callable[[], object]) -> float:
    cpu, served = time.process_time(), _spent(server)
    act()
    return (time.process_time() - cpu + _spent(server) - served) * 1000


def _ids(house: House) -> list[UUID]:
    with house.reading(actor=SYSTEM) as look:
        return list(look.session.scalars(select(Clock.id).where(Clock.status != "stopped").order_by(Clock.id)))


def _last_day(house: House) -> date:
    """The day all the dossiers are due on."""
    with house.reading(actor=SYSTEM) as look:
        days = set(look.session.scalars(select(Clock.due_on).where(Clock.status == "running")))
    (day,) = days
    assert day is not None
    return day


def _server(house: House) -> int:
    with house.reading(actor=SYSTEM) as look:
        return int(look.session.execute(text("select pg_backend_pid()")).scalar_one())
