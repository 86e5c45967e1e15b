"""Running terms counted by a calendar as it would be, in memory: what a change would move, read and reckoned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from engine.calendars.content import Content, calendar_from
from engine.calendars.edits import differences, edited, first_change, rebased
from engine.calendars.load import join
from engine.calendars.models import CalendarChange, CalendarRow, CalendarVersion
from engine.cases.calendars import receiving_calendar
from engine.cases.clocks import rules_of
from engine.cases.models import Case, Clock, Interruption
from engine.clock import legal_date
from engine.deadlines import limits
from engine.deadlines.calendar import Calendar
from engine.deadlines.promises import promise_after
from engine.deadlines.reckoning import due
from engine.procedures.published import open_bundle
from engine.work import Reading

COUNTED = (
    "id", "case_id", "term", "calendar", "limit_value", "limit_unit", "started_at", "effective_on", "due_on", "due_at",
    "promised_on", "same_day_cut_off", "start_cut_off", "earlier",
)  # fmt: skip
"""What of a clock is read to count it by another calendar: ledgers and marks are what is large."""


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


def moved_terms(read: Reading, changed: Mapping[str, Changed]) -> list[Moved]:
    """What would move, the most pressing first."""
    moved = (_moved(read, clock, waits, changed[clock.calendar]) for clock, waits in _terms(read.session, changed))
    return sorted(
        (one for one in moved if one is not None), key=lambda one: (not one.late, one.old_due_at, one.case_id)
    )


@dataclass(frozen=True)
class Changed:
    """One calendar as it is and as it would be; dates before `since` stay."""

    calendar: Calendar
    content: Content
    since: date | None
    days: Sequence[Mapping[str, Any]]
    known: dict[tuple[object, ...], datetime | None] = field(default_factory=dict)

    def due_at(self, session: Session, clock: Any, waits: Sequence[limits.Interruption]) -> datetime | None:
        """When a term would be due; those received on one day under one limit are counted once."""
        rules = rules_of(clock)
        if self.since is not None and clock.effective_on is not None and clock.effective_on >= self.since:
            rules["effective_on"] = _received(session, clock, self)
        limit = limits.Limit(clock.limit_value, clock.limit_unit)
        calendar = self.under(session, clock)
        if waits or clock.earlier or limit.by_instant or rules["effective_on"] is None:
            return due(limit, clock.started_at, calendar, waits, **rules)
        key = (limit, rules["effective_on"])
        if key not in self.known:
            self.known[key] = due(limit, clock.started_at, calendar, **rules)
        return self.known[key]

    def under(self, session: Session, clock: Any) -> Calendar:
        """What a term would be counted with: this one, behind those that counted before it."""
        if not clock.earlier:
            return self.calendar
        code, version = self.calendar.code, self.calendar.version
        return calendar_from(code, version, join(session, clock.earlier, self.content))


def calendars_after(session: Session, change: CalendarChange) -> dict[str, Changed]:
    """The calendars a draft touches, by code: its own and those based on it, as they would be."""
    row = session.get_one(CalendarRow, change.calendar)
    old = _content(session, row)
    source, dated_on = change.document or "…", change.dated_on
    new = edited(old, change.edits, source=source, dated_on=dated_on, own=row.base is not None)
    found = {row.code: _pair(row, old, new)}
    for based in session.scalars(select(CalendarRow).where(CalendarRow.base == row.code)):
        own = _content(session, based)
        found[based.code] = _pair(based, own, rebased(own, new))
    return found


def _pair(row: CalendarRow, old: Content, new: Content) -> Changed:
    return Changed(calendar_from(row.code, row.version + 1, new), new, first_change(old, new), differences(old, new))


def _content(session: Session, row: CalendarRow) -> Content:
    return session.get_one(CalendarVersion, (row.code, row.version)).content


def _terms(session: Session, changed: Mapping[str, Changed]) -> Iterator[tuple[Any, tuple[limits.Interruption, ...]]]:
    """The terms a change may move, as bare rows, each with its interruptions; streamed, for there may be very many.

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
    lean = select(*(getattr(Clock, name) for name in COUNTED)).where(*mine)
    for clock in session.execute(lean.execution_options(yield_per=2000)):
        yield clock, tuple(waits.get(clock.id, ()))


def _moved(read: Reading, clock: Any, waits: tuple[limits.Interruption, ...], one: Changed) -> Moved | None:
    after = one.due_at(read.session, clock, waits)
    if after is None:
        return None
    promised_on = clock.promised_on
    if promised_on is not None:
        promised_on = promise_after(promised_on, clock.due_on, legal_date(after), one.under(read.session, clock))
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


def _received(session: Session, clock: Any, one: Changed) -> date:
    """The effective reception day by the calendar of the receiving counter, as that would be."""
    case = session.get_one(Case, clock.case_id)
    counter = receiving_calendar(session, case)
    calendar = one.calendar if counter.code == one.calendar.code else counter
    until = time.fromisoformat(clock.start_cut_off) if clock.start_cut_off else None
    field = open_bundle(session, case.bundle_id).procedure.field_code
    return calendar.received_on(clock.started_at, until, field)


def _over(clock: Any, due_at: datetime, now: datetime) -> bool:
    return now > due_at if clock.limit_unit in {"hours", "same_day"} else legal_date(now) > legal_date(due_at)
