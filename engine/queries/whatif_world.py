"""The house as it would be: calendars, limits and absences changed in memory, by what applying each change runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.models import Office
from engine.calendars.content import Content, calendar_from
from engine.calendars.edits import differences, edited, first_change, rebased
from engine.calendars.load import join
from engine.calendars.models import NATIONAL, CalendarRow, CalendarVersion
from engine.cases.calendars import calendar_for, offices_keeping
from engine.cases.clocks import SUPPLEMENT, calendar_under, rules_of, waits_of
from engine.cases.models import Clock
from engine.clock import legal_date
from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Limit
from engine.deadlines.promises import promise_after
from engine.deadlines.reckoning import due
from engine.dossiers.moving_terms import limit_for
from engine.errors import Invalid, NotFound
from engine.procedures.published import OpenBundle, in_force, open_bundle
from engine.queries.whatif_changes import Change, DayChange, HoursChange, LimitChange, limit_words
from processes.procedure import Case as Variant
from processes.procedure import Limit as WrittenLimit
from processes.procedure import Limits
from rules.sentences import Sentence

MOST_REASONS = 4
ACCEPTANCE = "acceptance"


@dataclass
class ChangedCalendar:
    """One calendar as it is and as it would be; dates before `since` stay. `days` are those that differ."""

    old: Content
    new: Content
    version: int
    base: str | None
    calendar: Calendar = field(init=False)
    since: date | None = field(init=False)
    days: Sequence[Mapping[str, Any]] = field(init=False)

    def reckon(self, code: str) -> None:
        """Make of the content what dates are counted with."""
        self.calendar = calendar_from(code, self.version + 1, self.new)
        self.since, self.days = first_change(self.old, self.new), differences(self.old, self.new)

    def under(self, session: Session, clock: Clock) -> Calendar:
        """What a term would be counted with: this calendar, behind those that counted before it."""
        if not clock.earlier:
            return self.calendar
        content = join(session, clock.earlier, self.new)
        return calendar_from(self.calendar.code, self.calendar.version, content)


@dataclass(frozen=True)
class Terms:
    """What a running case's dates rest on besides its clock: procedure, variant, bundle, counter and deciding unit."""

    procedure: str
    case_key: str
    bundle_id: UUID
    receiving_id: UUID | None
    handling_id: UUID | None


class World:
    """The house after some changes, none of them written; without changes it is the house as it is."""

    def __init__(self, session: Session, changes: Sequence[Change], now: datetime) -> None:
        """Raises Invalid or NotFound where a change speaks of what there is not, or makes no sense."""
        self.session, self.changes, self.today = session, tuple(changes), legal_date(now)
        self.calendars: dict[str, ChangedCalendar] = {}
        self.kept: dict[UUID, str] = {}
        self._from: dict[str, str] = {}
        self._at: dict[UUID | None, Calendar] = {}
        self._reasons: dict[tuple[Any, ...], tuple[Sentence, ...]] = {}
        self.bundles: dict[str, OpenBundle] = {}
        self.limits: dict[str, list[LimitChange]] = {}
        self._change_calendars([one for one in changes if isinstance(one, DayChange | HoursChange)])
        for one in changes:
            if isinstance(one, LimitChange):
                self._change_limit(one)

    # --- calendars

    def _change_calendars(self, changes: Sequence[DayChange | HoursChange]) -> None:
        for change in sorted(changes, key=lambda one: one.unit != ""):  # the nation's first: an office's own lie above
            code = self._calendar_named(change.unit)
            self._edit(code, change)
            if self.calendars[code].base is None:
                for based in self.session.scalars(select(CalendarRow).where(CalendarRow.base == code)):
                    one = self._open(based.code)
                    one.new = rebased(one.new, self.calendars[code].new)
        for code, one in self.calendars.items():
            one.reckon(code)

    def _edit(self, code: str, change: DayChange | HoursChange) -> None:
        one = self._open(code)
        week = calendar_from(code, 0, one.new)
        edits = change.edits(one.new, lambda day: not week.week(day).hours.get(day.weekday()))
        one.new = edited(one.new, edits, source=str(change.words), dated_on=None, own=one.base is not None)

    def _open(self, code: str) -> ChangedCalendar:
        if code not in self.calendars:
            row = self.session.get_one(CalendarRow, code)
            kept = self.session.get_one(CalendarVersion, (code, row.version)).content
            self.calendars[code] = ChangedCalendar(kept, kept, row.version, row.base)
        return self.calendars[code]

    def _calendar_named(self, unit: str) -> str:
        """The calendar of an office: its own, else one that would be opened for it and those below that keep the same.

        Opening one is what an administrator would do first (`engine.usecases.calendars.open_own_calendar`).
        """
        if not unit or unit == NATIONAL:
            return NATIONAL
        office = self.session.scalar(select(Office).where(Office.code == unit))
        if office is None:
            raise NotFound("Không có đơn vị “%(unit)s”.", unit=unit)
        if office.calendar != office.code and office.code not in self.calendars:
            row = self.session.get_one(CalendarRow, office.calendar)
            content = self._open(row.code).new
            own = ChangedCalendar(self._open(row.code).old, content, row.version, row.base or row.code)
            self.calendars[office.code], self._from[office.code] = own, row.code
            self.kept |= dict.fromkeys(offices_keeping(self.session, office), office.code)
        return office.code

    def calendar_at(self, office_id: UUID | None) -> Calendar:
        """The calendar an office would keep."""
        if office_id not in self._at:
            own = self.kept.get(office_id) if office_id is not None else None
            now = self.calendars[own].calendar if own is not None else calendar_for(self.session, office_id)
            self._at[office_id] = self.calendars[now.code].calendar if now.code in self.calendars else now
        return self._at[office_id]

    def _changed(self, clock: Clock, terms: Terms) -> ChangedCalendar | None:
        """The changed calendar a term would run by; None where its calendar stays as it is."""
        office = terms.receiving_id if clock.term == ACCEPTANCE else terms.handling_id
        own = self.kept.get(office) if office is not None else None
        if own is not None and self._from.get(own) == clock.calendar:
            return self.calendars[own]
        return self.calendars.get(clock.calendar)

    # --- limits

    def _change_limit(self, change: LimitChange) -> None:
        held = self.bundles.get(change.procedure)
        if held is None:
            held = open_bundle(self.session, in_force(self.session, change.procedure, self.today).id)
        limits = held.procedure.limits
        keys = [one.key for one in limits.cases]
        if change.case_key and change.case_key not in keys:
            known = ", ".join(keys) or "—"
            raise Invalid("Thủ tục không có trường hợp “%(key)s” (có: %(known)s).", key=change.case_key, known=known)
        changed = replace(held.procedure, limits=_with_limit(limits, change))
        self.bundles[change.procedure] = OpenBundle(replace(held.bundle, procedure=changed))
        self.limits.setdefault(change.procedure, []).append(change)

    def limit(self, clock: Clock, terms: Terms) -> Limit:
        """The limit a term would have; moved cases keep the time their applicant was given."""
        own = Limit(clock.limit_value, clock.limit_unit)  # type: ignore[arg-type]
        bundle = self.bundles.get(terms.procedure)
        if bundle is None or clock.term == SUPPLEMENT or not self._concerned(terms):
            return own
        return limit_for(bundle, clock.term, terms.case_key) or own

    def _concerned(self, terms: Terms) -> bool:
        asked = self.limits[terms.procedure]
        return any(one.case_key in ("", terms.case_key) for one in asked)

    # --- dates

    def dates(self, clock: Clock, terms: Terms) -> tuple[datetime | None, datetime | None]:
        """When a term would be due, and the moment that would be promised.

        By the functions that count a term anew after a change of the calendar, and when its case is moved.
        """
        limit, one = self.limit(clock, terms), self._changed(clock, terms)
        by_limit = (limit.value, limit.unit) != (clock.limit_value, clock.limit_unit)
        if clock.due_at is None or not (by_limit or (one is not None and _touched(clock, one))):
            return clock.due_at, clock.promised_at
        rules = rules_of(clock)
        if one is not None and clock.effective_on is not None:
            rules["effective_on"] = self._received_on(clock, terms)
        calendar = one.under(self.session, clock) if one is not None else calendar_under(self.session, clock)
        after = due(limit, clock.started_at, calendar, waits_of(clock), **rules)
        return after, self._promised(clock, after, calendar, by_limit=by_limit)

    def _promised(self, clock: Clock, after: datetime | None, calendar: Calendar, *, by_limit: bool) -> datetime | None:
        """What would be promised: a date of the calendar goes along; another limit makes none later, and none over."""
        if clock.promised_on is None or after is None:
            return clock.promised_at
        due_on = legal_date(after)
        day = due_on if by_limit else promise_after(clock.promised_on, clock.due_on, due_on, calendar)
        if by_limit and not self.today <= day <= clock.promised_on:
            return clock.promised_at
        if day == due_on:
            return after
        return calendar.closing(day) if day != clock.promised_on else clock.promised_at

    def _received_on(self, clock: Clock, terms: Terms) -> date:
        procedure = open_bundle(self.session, terms.bundle_id).procedure
        counter = self.calendar_at(terms.receiving_id)
        return counter.received_on(clock.started_at, procedure.limits.start_cut_off, procedure.field_code)

    def why(self, clock: Clock, terms: Terms, after: datetime | None) -> tuple[Sentence, ...]:
        """What moved a term's date; many cases have the same reasons, so they are put into words once."""
        limit, one = self.limit(clock, terms), self._changed(clock, terms)
        days = [legal_date(moment) for moment in (clock.started_at, clock.due_at, after) if moment is not None]
        code = one.calendar.code if one is not None else ""
        key = (clock.limit_value, clock.limit_unit, limit, code, days[0], max(days))
        if key not in self._reasons:
            words: list[Sentence] = []
            if (limit.value, limit.unit) != (clock.limit_value, clock.limit_unit):
                was, then = limit_words(clock.limit_value, clock.limit_unit), limit_words(limit.value, limit.unit)
                words.append(Sentence("thời hạn %(before)s → %(after)s", before=was, after=then))
            self._reasons[key] = (*words, *(_days(one, days[0], max(days)) if one is not None else ()))
        return self._reasons[key]


def _days(one: ChangedCalendar, first: date, last: date) -> list[Sentence]:
    """The days between two dates that a calendar would count otherwise."""
    found = []
    days = [line for line in one.days if first <= date.fromisoformat(line["day"]) <= last]
    for line in days[:MOST_REASONS]:
        day = f"{date.fromisoformat(line['day']):%d/%m/%Y}"
        off = line["after"] in ("OFF_HOLIDAY", "OFF_SUBSTITUTE", "OFF_SWAP")
        found.append(Sentence("nghỉ ngày %(day)s", day=day) if off else Sentence("làm việc ngày %(day)s", day=day))
    if not days and one.since is not None and one.since <= last:
        found.append(Sentence("giờ làm việc khác từ %(day)s", day=f"{one.since:%d/%m/%Y}"))
    return found


def _touched(clock: Clock, one: ChangedCalendar) -> bool:
    days = [legal_date(clock.due_at)] if clock.due_at is not None else []
    days += [clock.promised_on] if clock.promised_on is not None else []
    return one.since is not None and max(days) >= one.since


def _with_limit(limits: Limits, change: LimitChange) -> Limits:
    limit = WrittenLimit(change.value, change.limit.unit)
    cases = tuple(_of_variant(one, limit, change) if change.case_key in ("", one.key) else one for one in limits.cases)
    if change.case_key:
        return replace(limits, cases=cases)
    default, published = _set(limits.default, limits.published, limit, change)
    return replace(limits, default=default, published=published, cases=cases)


def _of_variant(one: Variant, limit: WrittenLimit, change: LimitChange) -> Variant:
    law, published = _set(one.limit, one.published, limit, change)
    return replace(one, limit=law, published=published)


def _set(
    law: WrittenLimit, published: WrittenLimit | None, limit: WrittenLimit, change: LimitChange
) -> tuple[WrittenLimit, WrittenLimit | None]:
    """The law's limit and the published one after the change: what is published is always less than the law allows."""
    if change.law:
        return limit, published if published is not None and _shorter(published, limit) else None
    if limit == law:
        return law, None
    if limit.unit == law.unit and not _shorter(limit, law):
        raise Invalid(
            "Thời hạn công bố phải ngắn hơn thời hạn theo luật (%(law)s). Muốn thử đổi thời hạn theo luật, hãy nói rõ.",
            law=limit_words(law.value, law.unit),
        )
    return law, limit


def _shorter(one: WrittenLimit, other: WrittenLimit) -> bool:
    return one.unit != other.unit or one.value < other.value
