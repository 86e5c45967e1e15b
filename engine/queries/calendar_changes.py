"""A change of a calendar seen in advance, and what it did: every running term whose date moves, and which become late.

Whoever looks after calendars sees codes, procedures and offices here, never what a dossier says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session, defer

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.calendars.content import Content, calendar_from
from engine.calendars.edits import Edit, differences, edited, first_change, rebased, swaps_without_pair
from engine.calendars.load import join
from engine.calendars.models import KEEPER, CalendarChange, CalendarRow, CalendarVersion
from engine.cases.calendars import receiving_calendar
from engine.cases.clocks import rules_of
from engine.cases.models import Case, Clock, Interruption, MovedDate
from engine.clock import legal_date
from engine.deadlines import limits
from engine.deadlines.calendar import Calendar
from engine.deadlines.promises import promise_after
from engine.deadlines.reckoning import due
from engine.dossiers.models import Dossier
from engine.errors import NotFound
from engine.procedures.published import open_bundle
from engine.work import Reading

MOST_SHOWN = 200
"""Lines of moved dates on one page; the figures above them count all."""


@dataclass(frozen=True)
class Moved:
    """One term whose date moves: both moments, both promised days, the days that do it, and whether it becomes late.

    A date given by letter moves by itself, from a day that is off now. Each of `why` has `day`
    (ISO), `before` and `after` (kinds of day, "" for an ordinary one), `name` and `source`.
    """

    case_id: UUID
    term: str
    old_due_at: datetime | None
    new_due_at: datetime | None
    late: bool
    why: Sequence[Mapping[str, Any]]
    old_promised_on: date | None = None
    new_promised_on: date | None = None
    code: str = ""
    procedure: str = ""
    office: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a change does or did: how many running terms it touches, how many move, how many become late.

    `paused` have no date at the moment; `lines` are the most pressing ones, those that become late first.
    """

    counted: int
    moved: int
    late: int
    paused: int
    lines: tuple[Moved, ...]


@dataclass(frozen=True)
class ChangePage:
    """One change with its document, its lines, its state and what comes of it.

    `stale`: drafted over a version that is not in force any more; `unpaired`: swap days and make-up days differ in
    number; `done` of `total` terms are counted anew while `status` is "applying".
    """

    id: UUID
    calendar: str
    calendar_name: str
    status: str
    document: str
    dated_on: date | None
    note: str
    edits: tuple[Edit, ...]
    stale: bool
    unpaired: bool
    applied_at: datetime | None
    finished_at: datetime | None
    total: int
    done: int
    outcome: Outcome


def change_page(read: Reading, change_id: UUID) -> ChangePage:
    """A change as its page shows it: before it is applied what it would do, afterwards what it did."""
    require_role(read.actor, KEEPER)
    change = read.session.get(CalendarChange, change_id)
    if change is None:
        raise NotFound("Không có thay đổi lịch này.")
    row = read.session.get_one(CalendarRow, change.calendar)
    return ChangePage(
        id=change.id,
        calendar=row.code,
        calendar_name=row.name,
        status=change.status,
        document=change.document,
        dated_on=change.dated_on,
        note=change.note,
        edits=tuple(change.edits),
        stale=change.status == "draft" and change.base_version != row.version,
        unpaired=swaps_without_pair(change.edits),
        applied_at=change.applied_at,
        finished_at=change.finished_at,
        total=change.total,
        done=change.done,
        outcome=preview(read, change) if change.status == "draft" else _what_came(read, change),
    )


def preview(read: Reading, change: CalendarChange) -> Outcome:
    """Every running term counted by the calendar as it would be, in memory; nothing is written."""
    require_role(read.actor, KEEPER)
    changed = _changed(read.session, change)
    running = and_(Clock.calendar.in_(changed), Clock.status != "stopped")
    counted, dated = read.session.execute(select(func.count(), func.count(Clock.due_at)).where(running)).one()
    found = []
    for clock, waits in _terms(read.session, changed):
        moved = _moved(read, clock, waits, changed[clock.calendar])
        if moved is not None:
            found.append(moved)
    found.sort(key=lambda one: (not one.late, one.old_due_at, one.case_id))
    lines = _named(read.session, found[:MOST_SHOWN])
    return Outcome(counted, len(found), sum(one.late for one in found), counted - dated, lines)


@dataclass(frozen=True)
class _Changed:
    """One calendar as it is and as it would be; dates before `since` stay."""

    calendar: Calendar
    content: Content
    since: date | None
    days: Sequence[Mapping[str, Any]]

    def under(self, session: Session, clock: Clock) -> Calendar:
        """What a term would be counted with: this one, behind those that counted before it."""
        if not clock.earlier:
            return self.calendar
        code, version = self.calendar.code, self.calendar.version
        return calendar_from(code, version, join(session, clock.earlier, self.content))


def _changed(session: Session, change: CalendarChange) -> dict[str, _Changed]:
    row = session.get_one(CalendarRow, change.calendar)
    old = _content(session, row)
    source, dated_on = change.document or "…", change.dated_on
    new = edited(old, change.edits, source=source, dated_on=dated_on, own=row.base is not None)
    found = {row.code: _pair(row, old, new)}
    for based in session.scalars(select(CalendarRow).where(CalendarRow.base == row.code)):
        own = _content(session, based)
        found[based.code] = _pair(based, own, rebased(own, new))
    return found


def _pair(row: CalendarRow, old: Content, new: Content) -> _Changed:
    return _Changed(calendar_from(row.code, row.version + 1, new), new, first_change(old, new), differences(old, new))


def _content(session: Session, row: CalendarRow) -> Content:
    return session.get_one(CalendarVersion, (row.code, row.version)).content


def _terms(
    session: Session, changed: Mapping[str, _Changed]
) -> Iterator[tuple[Clock, tuple[limits.Interruption, ...]]]:
    """The terms a change may move, each with its interruptions; streamed, for there may be very many.

    A date that lies before the first changed day cannot move, so the database passes it over.
    """
    sinces: dict[date, list[str]] = defaultdict(list)
    for code, one in changed.items():
        if one.since is not None:
            sinces[one.since].append(code)
    reaching = [
        and_(Clock.calendar.in_(codes), or_(Clock.due_on >= since, Clock.promised_on >= since))
        for since, codes in sinces.items()
    ]
    mine = (or_(false(), *reaching), Clock.status != "stopped", Clock.due_at.is_not(None))
    waits: dict[UUID, list[limits.Interruption]] = defaultdict(list)
    for row in session.scalars(select(Interruption).join(Interruption.clock).where(*mine)):
        waits[row.clock_id].append(
            limits.Interruption(row.started_at, row.ended_at, row.cause, row.ground, row.mode)  # type: ignore[arg-type]
        )
    # the ledgers are what is large; what is counted here needs none of them
    lean = select(Clock).options(defer(Clock.ledger), defer(Clock.marks)).where(*mine)
    for clock in session.scalars(lean.execution_options(yield_per=1000)):
        yield clock, tuple(waits.get(clock.id, ()))


def _moved(read: Reading, clock: Clock, waits: tuple[limits.Interruption, ...], one: _Changed) -> Moved | None:
    assert clock.due_at is not None
    assert one.since is not None
    rules = rules_of(clock)
    if clock.effective_on is not None and clock.effective_on >= one.since:
        rules["effective_on"] = _received(read.session, clock, one)
    limit = limits.Limit(clock.limit_value, clock.limit_unit)  # type: ignore[arg-type]
    calendar = one.under(read.session, clock)
    after = due(limit, clock.started_at, calendar, waits, **rules)
    if after is None:
        return None
    promised_on = clock.promised_on
    if promised_on is not None:
        promised_on = promise_after(promised_on, clock.due_on, legal_date(after), calendar)
    if (after, promised_on) == (clock.due_at, clock.promised_on):
        return None
    late = _over(clock, after, read.now) and not _over(clock, clock.due_at, read.now)
    first, last = (
        legal_date(clock.started_at),
        max(legal_date(clock.due_at), legal_date(after), promised_on or date.min),
    )
    why = [line for line in one.days if first <= date.fromisoformat(line["day"]) <= last]
    dates = (clock.due_at, after, late, why, clock.promised_on, promised_on)
    return Moved(clock.case_id, clock.term, *dates)


def _received(session: Session, clock: Clock, one: _Changed) -> date:
    """The effective reception day by the calendar of the receiving counter, as that would be."""
    case = session.get_one(Case, clock.case_id)
    counter = receiving_calendar(session, case)
    calendar = one.calendar if counter.code == one.calendar.code else counter
    until = time.fromisoformat(clock.start_cut_off) if clock.start_cut_off else None
    field = open_bundle(session, case.bundle_id).procedure.field_code
    return calendar.received_on(clock.started_at, until, field)


def _over(clock: Clock, due_at: datetime, now: datetime) -> bool:
    return now > due_at if clock.limit_unit in {"hours", "same_day"} else legal_date(now) > legal_date(due_at)


def _what_came(read: Reading, change: CalendarChange) -> Outcome:
    rows = read.session.scalars(
        select(MovedDate)
        .where(MovedDate.change_id == change.id)
        .order_by(MovedDate.late.desc(), MovedDate.old_due_at, MovedDate.case_id)
        .limit(MOST_SHOWN)
    ).all()
    clocks = dict(
        read.session.execute(select(Clock.id, Clock.term).where(Clock.id.in_([row.clock_id for row in rows]))).all()
    )
    lines = [Moved(row.case_id, clocks[row.clock_id], *_dates(row)) for row in rows]
    return Outcome(change.done, change.moved, change.late, 0, _named(read.session, lines))


def _dates(row: MovedDate) -> tuple[Any, ...]:
    return row.old_due_at, row.new_due_at, row.late, row.why, row.old_promised_on, row.new_promised_on


def _named(session: Session, lines: Iterable[Moved]) -> tuple[Moved, ...]:
    lines = list(lines)
    known = {
        row.case_id: (row.code or row.filing_code, row.procedure_name, row.name)
        for row in session.execute(
            select(Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.procedure_name, Office.name)
            .join(Office, Office.id == Dossier.handling_id)
            .where(Dossier.case_id.in_([line.case_id for line in lines]))
        )
    }
    named = []
    for line in lines:
        code, procedure, office = known.get(line.case_id, ("", "", ""))
        named.append(replace(line, code=code, procedure=procedure, office=office))
    return tuple(named)
