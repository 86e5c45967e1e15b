"""After a change of a calendar: every running term counted anew, both dates kept, the applicant told; in slices.

A slice is one transaction: it holds the change, then its cases in the order of their ids, so that no two workers count
the same terms and none waits for another in a circle. A worker that is killed goes on behind the last whole slice.
Where something goes wrong within a slice its terms are taken one by one: one that cannot be counted keeps no other
waiting.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import selectinload, undefer

from engine.calendars.edits import differences, first_change
from engine.calendars.load import calendar_of, version_of
from engine.calendars.models import CalendarChange, CalendarRow, CalendarVersion
from engine.cases.models import Case, Clock, MovedDate, Task
from engine.deadlines.calendar import Calendar, at
from engine.dossiers.models import Dossier
from engine.usecases.counting_anew import Counted, Together, count_anew, read_together, show_together, tell_moved
from engine.usecases.deadlines import miss_moment
from engine.usecases.running import lock_case, taken
from engine.work import Work

log = logging.getLogger("motcua.recounting")
OpenWork = Callable[[], AbstractContextManager[Work]]
"""Opens one unit of work after the other, as the system."""

SLICE, WINDOW = 50, 200
"""Terms counted in one transaction, and terms looked at: those whose date cannot move cost next to nothing."""

MOST_REASONS = 8
"""How many of the days that moved a date are written beside it."""

_changes: dict[tuple[str, str, int, int], tuple[list[dict[str, Any]], date | None]] = {}


def recount_slice(open_work: OpenWork, change_id: UUID, missed: set[UUID]) -> bool:
    """Bring the next terms to the version in force; False when none is left but those missed, which are added."""
    chosen: list[UUID] = []
    try:
        with open_work() as work:
            change = _held(work, change_id)
            if change.status == "applying":
                chosen += _next_terms(work, change, missed)
                _count_slice(work, change, chosen)
    except Exception:
        if not chosen:
            raise
        log.exception("a slice of %s terms is taken one by one", len(chosen))
        for clock_id in chosen[:SLICE]:
            _count_alone(open_work, change_id, clock_id, missed)
    return bool(chosen)


def recount_term(work: Work, change_id: UUID, clock_id: UUID) -> None:
    """Count one term by the version in force; what moved is written down and told."""
    change = _held(work, change_id)
    case_id = work.session.scalar(select(Clock.case_id).where(Clock.id == clock_id))
    change.cursor = clock_id
    if case_id is not None:
        case = lock_case(work, case_id)
        clock = work.session.get_one(Clock, clock_id, populate_existing=True)
        counted = _count(work, change, case, clock, version_of(work.session, clock.calendar))
        if counted is not None:
            tell_moved(work, case, counted, reference=str(change.id))


def miss_term(work: Work, change_id: UUID, clock_id: UUID, error: str) -> None:
    """A term could not be counted anew: its case shows why, the others go on."""
    _held(work, change_id).cursor = clock_id
    miss_moment(work, clock_id, error)


def finish_change(work: Work, change_id: UUID, *, missed: int) -> None:
    """Every term counts by the new version, but for those a person has to look into."""
    change = _held(work, change_id)
    if change.status != "applying":
        return
    change.status, change.finished_at = "applied", work.now
    facts = {"calendar": change.calendar, "version": change.version, "moved": change.moved, "late": change.late}
    work.record_for_office("system", "calendar.recounted", facts | {"counted": change.done, "missed": missed})


def go_on(work: Work, change_id: UUID, missed: Collection[UUID] = ()) -> None:
    """Ask a worker for the next stretch of a long recount, which leaves alone what could not be counted so far."""
    change = _held(work, change_id)
    args = {"change": str(change_id), "missed": sorted(str(one) for one in missed)}
    work.defer("RecountTerms", args, key=f"recount:{change_id}:{change.done}:{len(missed)}:{change.cursor}")


def _held(work: Work, change_id: UUID) -> CalendarChange:
    return work.session.get_one(CalendarChange, change_id, with_for_update=True, populate_existing=True)


def _next_terms(work: Work, change: CalendarChange, missed: Collection[UUID]) -> list[UUID]:
    """The next running terms that still count by an older version, but for those missed."""
    behind = (
        select(Clock.id)
        .join(CalendarRow, CalendarRow.code == Clock.calendar)
        .where(
            or_(CalendarRow.code == change.calendar, CalendarRow.base == change.calendar),
            Clock.status != "stopped",
            Clock.calendar_version < CalendarRow.version,
        )
        .order_by(Clock.id)
        .limit(WINDOW)
    )
    if missed:
        behind = behind.where(Clock.id.not_in(list(missed)))
    ahead = behind.where(Clock.id > change.cursor) if change.cursor is not None else behind
    return list(work.session.scalars(ahead)) or list(work.session.scalars(behind))


def _count_slice(work: Work, change: CalendarChange, clock_ids: Sequence[UUID]) -> None:
    """Count these terms, in order, up to a whole slice of such as may move; all of their cases are held."""
    mine = Clock.id.in_(clock_ids)
    held = select(Case.id).where(Case.id.in_(select(Clock.case_id).where(mine))).order_by(Case.id).with_for_update()
    case_ids = work.session.scalars(held).all()
    steps = dict(
        work.session.execute(
            select(Task.case_id, func.max(Task.due_at))
            .where(Task.case_id.in_(case_ids), Task.status == "open")
            .group_by(Task.case_id)
        ).all()
    )
    versions = _versions(work, change)
    names = (Clock.id, Clock.case_id, Clock.status, Clock.calendar, Clock.calendar_version, Clock.due_on)
    stay: dict[tuple[str, int], list[UUID]] = defaultdict(list)
    go: list[UUID] = []
    for row in work.session.execute(select(*names, Clock.promised_on).where(mine).order_by(Clock.id)):
        dates = (row.due_on, row.promised_on or row.due_on, steps.get(row.case_id))
        version = versions[row.calendar]
        if row.status == "stopped" or row.calendar_version == version:
            continue
        if _untouched(dates, _first_change(work, row.calendar, row.calendar_version, version)):
            stay[row.calendar, version].append(row.id)
        elif len(go) < SLICE:
            go.append(row.id)
        else:
            break
        change.cursor = row.id
    for (_, version), kept in stay.items():
        work.session.execute(update(Clock).where(Clock.id.in_(kept)).values(calendar_version=version))
        change.done += len(kept)
    together = read_together(work, case_ids)
    moved: list[tuple[Case, Counted]] = []
    for case, clock in _read_together(work, go):
        counted = _count(work, change, case, clock, versions[clock.calendar], together)
        moved += [(case, counted)] if counted is not None else []
    show_together(work, together)
    for case, counted in moved:
        tell_moved(work, case, counted, reference=str(change.id), together=together)


def _versions(work: Work, change: CalendarChange) -> dict[str, int]:
    """The calendars a change touches, its own and those based on it, with their versions in force."""
    mine = or_(CalendarRow.code == change.calendar, CalendarRow.base == change.calendar)
    rows = work.session.execute(select(CalendarRow.code, CalendarRow.version).where(mine))
    return {row.code: row.version for row in rows}


def _untouched(dates: tuple[date | None, date | None, datetime | None], since: date | None) -> bool:
    """Whether a term's date, what is promised and its steps all lie before the first day that counts otherwise."""
    due_on, promised_on, step_due_at = dates
    if since is None:
        return True
    if due_on is None or promised_on is None:  # it stands still: its ledger is written anew
        return False
    return max(due_on, promised_on) < since and (step_due_at is None or step_due_at < at(since))


def _read_together(work: Work, clock_ids: Sequence[UUID]) -> Iterator[tuple[Case, Clock]]:
    """These terms with their cases, which are held; what each of them needs is read for all at once."""
    clocks = work.session.scalars(
        select(Clock).options(selectinload(Clock.interruptions)).where(Clock.id.in_(clock_ids)).order_by(Clock.id)
    ).all()
    case_ids = [clock.case_id for clock in clocks]
    read = select(Case).options(undefer(Case.data)).where(Case.id.in_(case_ids))
    cases = {case.id: case for case in work.session.scalars(read)}
    dossiers = work.session.scalars(select(Dossier).where(Dossier.case_id.in_(case_ids))).all()
    yield from ((taken(work, cases[clock.case_id]), clock) for clock in clocks)
    del dossiers  # held until then, so that each is found without a question


def _count_alone(open_work: OpenWork, change_id: UUID, clock_id: UUID, missed: set[UUID]) -> None:
    try:
        with open_work() as work:
            recount_term(work, change_id, clock_id)
    except Exception as error:
        log.exception("term %s could not be counted anew", clock_id)
        missed.add(clock_id)
        with open_work() as work:
            miss_term(work, change_id, clock_id, f"{type(error).__name__}: {error}")


def _count(
    work: Work, change: CalendarChange, case: Case, clock: Clock, in_force: int, together: Together | None = None
) -> Counted | None:
    """Bring a term to the version in force and write down what moved; None when nothing did."""
    version = clock.calendar_version
    if clock.status == "stopped" or version == in_force:
        return None
    calendar = calendar_of(work.session, clock.calendar, in_force)
    counted = count_anew(work, case, clock, calendar, together=together)
    change.done += 1
    if not counted.moved:
        return None
    change.moved, change.late = change.moved + 1, change.late + counted.late
    _write_down(work, change, case, clock, counted, calendar, version)
    return counted


def _write_down(
    work: Work, change: CalendarChange, case: Case, clock: Clock, counted: Counted, calendar: Calendar, old_version: int
) -> None:
    work.session.add(
        MovedDate(
            change_id=change.id,
            clock_id=clock.id,
            case_id=case.id,
            moved_at=work.now,
            old_version=old_version,
            new_version=calendar.version,
            old_due_at=counted.old_due_at,
            new_due_at=counted.new_due_at,
            old_promised_on=counted.old_promised_on,
            new_promised_on=counted.new_promised_on,
            why=_reasons(work, calendar, old_version, counted.first, counted.last),
            late=counted.late,
        )
    )
    facts: dict[str, Any] = {"term": counted.term, "before": counted.old_due_at, "after": counted.new_due_at}
    if counted.promise_moved:
        facts |= {"promised_before": counted.old_promised_on, "promised_after": counted.new_promised_on}
    facts |= {"document": change.document, "calendar": f"{calendar.code} {calendar.version}"}
    work.record(case, "clock.recounted", facts)


def _reasons(work: Work, calendar: Calendar, old_version: int, first: date, last: date) -> list[dict[str, Any]]:
    """The days between two dates that are counted otherwise than before."""
    lines, _ = _changed(work, calendar.code, old_version, calendar.version)
    return [line for line in lines if first <= date.fromisoformat(line["day"]) <= last][:MOST_REASONS]


def _first_change(work: Work, code: str, old_version: int, version: int) -> date | None:
    return _changed(work, code, old_version, version)[1]


def _changed(work: Work, code: str, old_version: int, version: int) -> tuple[list[dict[str, Any]], date | None]:
    """What differs between two versions of a calendar, and from which day on."""
    key = (str(work.session.get_bind().engine.url), code, old_version, version)
    if key not in _changes:  # versions never change, and every term of a change asks the same
        old, new = (work.session.get_one(CalendarVersion, (code, one)).content for one in (old_version, version))
        _changes[key] = differences(old, new), first_change(old, new)
    return _changes[key]
