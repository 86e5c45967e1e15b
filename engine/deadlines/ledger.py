"""The ledger: every stretch of time between reception and the due moment, with its reason and its source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.deadlines import words
from engine.deadlines.calendar import Calendar, at, local
from engine.deadlines.courses import Course, DayCourse, HourCourse
from engine.deadlines.limits import AmountUnit, Interruption, Limit, Reckoning, Span, SpanKind

A_DAY = timedelta(days=1)


class BrokenLedger(ValueError):
    """The spans of a ledger do not fit together."""


def write_ledger(limit: Limit, start: datetime, course: Course, calendar: Calendar) -> tuple[Span, ...]:
    """Spell out the course of a limit, span by span and without gap, from reception to the due moment."""
    if isinstance(course, HourCourse):
        return _HourLedger(start, calendar).write(course)
    return _DayLedger(limit, start, calendar).write(course)


def replay(ledger: tuple[Span, ...], limit: Limit | None = None) -> datetime | None:
    """The due moment, recomputed from the ledger alone; None if it ends in an open interruption.

    Every span must begin where the one before ended and count as much as it covers; with `limit` given, what was
    counted must add up to it. BrokenLedger otherwise.
    """
    if not ledger:
        raise BrokenLedger("an empty ledger")
    counted, moment = 0, ledger[0].start
    for number, span in enumerate(ledger):
        if span.start != moment:
            raise BrokenLedger(f"span {number} starts at {span.start}, the one before ended at {moment}")
        if span.end is None:
            if span.kind != "paused" or number != len(ledger) - 1:
                raise BrokenLedger(f"span {number} has no end")
            return None
        if span.end < span.start:
            raise BrokenLedger(f"span {number} runs backwards")
        if span.kind == "counted":
            if span.amount != _covered(span.start, span.end, span.unit):
                raise BrokenLedger(f"span {number} counts {span.amount} and covers something else")
            counted += span.amount
        moment = span.end
    if ledger[-1].kind != "counted":
        raise BrokenLedger("the last span is not counted")
    if limit is not None and counted != _whole(limit, ledger):
        raise BrokenLedger(f"counted {counted}, the limit is {limit.value} {limit.unit}")
    return moment


def _whole(limit: Limit, ledger: tuple[Span, ...]) -> int:
    """What has to be counted of a limit; months are as long as they are from the first day that is left out."""
    if limit.unit == "hours":
        return limit.value * 3600
    left_out = [span.end for span in ledger if span.kind == "excluded" and span.end is not None]
    return limit.days_after(left_out[-1].date() - A_DAY) if left_out else limit.value


def _covered(start: datetime, end: datetime, unit: AmountUnit) -> int:
    if unit == "seconds":
        return int((end - start).total_seconds())
    return (end.date() - start.date()).days + (end.time() != time(0))


class _DayLedger:
    """Spans of a limit judged by days, whole days from midnight to midnight; the last ends at closing time."""

    def __init__(self, limit: Limit, start: datetime, calendar: Calendar) -> None:
        self.limit, self.start, self.calendar = limit, start, calendar
        self.unit: AmountUnit = "days" if limit.unit in ("days", "months") else "working_days"
        self.cursor = start.date() - A_DAY
        self.remaining = 0
        self.spans: list[Span] = []
        self.ordinary: tuple[SpanKind, words.Why] = ("counted", words.why_counted(limit))
        self.resting: tuple[SpanKind, words.Why] = ("skipped", words.REST)

    def write(self, course: DayCourse) -> tuple[Span, ...]:
        self._reception(course)
        self.remaining = self.limit.days_after(course.effective_on)
        for cut in course.cuts:
            restart = cut.wait.mode == "restart" and self.limit.unit != "same_day"
            self._count(cut.after, to_the_end=restart)
            if restart:
                self.spans = [_void(span) for span in self.spans]
                self.remaining = self.limit.days_after(cut.until or cut.after)
            until = cut.until - A_DAY if cut.until and restart else cut.until
            self._pause(cut.wait, until)
            if restart and cut.until:
                self._add(cut.until, "excluded", 0, words.FIRST_DAY_AGAIN, words.ART_147_2)
        if course.due_on:
            self._count(course.due_on, to_the_end=True)
            closing = self.calendar.closing(course.due_on)
            self.spans[-1] = replace(self.spans[-1], end=closing)
        self.spans[0] = replace(self.spans[0], start=self.start)
        return tuple(self.spans)

    def _reception(self, course: DayCourse) -> None:
        later = words.RECEIVED_LATER, words.OFFICE_HOURS
        if course.first_due:
            self._add(self.calendar.on_or_after(course.effective_on) - A_DAY, "excluded", 0, *later)
            self._add(course.first_due - A_DAY, "excluded", 0, words.AFTER_CUT_OFF, words.SAME_DAY_RULE)
        else:
            if self.calendar.received_on(self.start) == self.start.date() < course.effective_on:
                later = words.AFTER_CUT_OFF, words.START_RULE
            self._add(course.effective_on - A_DAY, "excluded", 0, *later)
            self._add(course.effective_on, "excluded", 0, words.FIRST_DAY, words.ART_147_2)

    def _count(self, until: date, *, to_the_end: bool) -> None:
        """Count up to that day; where the limit may end there, its last calendar day waits for a working day."""
        if self.unit == "working_days":
            self._count_working_days(until)
            return
        last = self.cursor + self.remaining * A_DAY
        rolled = last < until or (last == until and not to_the_end)
        self._add_counted(min(until, last - A_DAY) if rolled else until, words.why_counted(self.limit))
        rest_until = until - A_DAY if to_the_end else until
        while rolled and self.cursor < rest_until:
            reason, _ = words.why_off(self.calendar, self.cursor + A_DAY)
            self._add(self.cursor + A_DAY, "skipped", 1, f"{words.REST_AT_THE_END} ({reason})", words.ART_148_5)
        self._add_counted(until, words.why_counted(self.limit))

    def _count_working_days(self, until: date) -> None:
        """Go through the days one by one, writing a span where kind or reason change."""
        day = self.cursor + A_DAY
        while day <= until:
            run, day = self._what_of(day), day + A_DAY
            while day <= until and self._what_of(day) == run:
                day += A_DAY
            kind, why = run
            if kind == "counted":
                self._add_counted(day - A_DAY, why)
            else:
                self._add(day - A_DAY, kind, (day - self.cursor).days - 1, *why)

    def _what_of(self, day: date) -> tuple[SpanKind, words.Why]:
        works = self.calendar.is_working(day)
        if self.calendar.rule(day) is None:  # most days: the same two answers again and again
            return self.ordinary if works else self.resting
        if not works:
            return "skipped", words.why_off(self.calendar, day)
        return "counted", self.ordinary[1] if self.limit.unit == "same_day" else words.why_working(self.calendar, day)

    def _add_counted(self, last: date, why: words.Why) -> None:
        amount = max(0, (last - self.cursor).days)
        self.remaining -= amount
        self._add(last, "counted", amount, *why)

    def _pause(self, wait: Interruption, until: date | None) -> None:
        reason, source = words.why_paused(wait)
        if until is None:
            self.spans.append(Span(at(self.cursor + A_DAY), None, "paused", 0, self.unit, reason, source))
        elif until > self.cursor:
            amount = (until - self.cursor).days
            if self.unit == "working_days":
                amount = self.calendar.between(self.cursor, until)
            self._add(until, "paused", amount, reason, source)

    def _add(self, last: date, kind: SpanKind, amount: int, reason: str, source: str) -> None:
        """Take the account up to the end of that day; days of the same kind and reason make one span."""
        if last <= self.cursor:
            return
        span = Span(at(self.cursor + A_DAY), at(last + A_DAY), kind, amount, self.unit, reason, source)
        _append(self.spans, span)
        self.cursor = last


class _HourLedger:
    """Spans of a limit in working hours, from moment to moment."""

    def __init__(self, start: datetime, calendar: Calendar) -> None:
        self.calendar, self.cursor = calendar, start
        self.spans: list[Span] = []

    def write(self, course: HourCourse) -> tuple[Span, ...]:
        for cut in course.cuts:
            self._count(cut.after)
            if cut.wait.mode == "restart":
                self.spans = [_void(span) for span in self.spans]
            reason, source = words.why_paused(cut.wait)
            amount = self.calendar.worked(cut.until) - self.calendar.worked(cut.after) if cut.until else 0
            if cut.until is None:
                self.spans.append(Span(self.cursor, None, "paused", 0, "seconds", reason, source))
            else:
                self._add(cut.until, "paused", amount, reason, source)
        if course.ends_at:
            self._count(course.ends_at)
        return tuple(self.spans)

    def _count(self, until: datetime) -> None:
        while self.cursor < until:
            for ends, kind, reason, source in self._day(self.cursor.date()):
                ends = min(ends, until)
                if ends > self.cursor:
                    self._add(ends, kind, int((ends - self.cursor).total_seconds()), reason, source)

    def _day(self, day: date) -> Iterator[tuple[datetime, SpanKind, str, str]]:
        """How that day divides: each part with its end, its kind, its reason and source."""
        windows = self.calendar.windows(day)
        if not windows:
            yield at(day + A_DAY), "skipped", *words.why_off(self.calendar, day)
            return
        reason = words.CLOSED
        for opens, closes in windows:
            yield at(day, opens), "skipped", reason, words.OFFICE_HOURS
            yield at(day, closes), "counted", words.OPEN_HOURS, words.THE_LIMIT
            reason = words.LUNCH
        yield at(day + A_DAY), "skipped", words.CLOSED, words.OFFICE_HOURS

    def _add(self, end: datetime, kind: SpanKind, amount: int, reason: str, source: str) -> None:
        if end > self.cursor:
            _append(self.spans, Span(self.cursor, end, kind, amount, "seconds", reason, source))
            self.cursor = end


def _append(spans: list[Span], span: Span) -> None:
    last = spans[-1] if spans else None
    if last and (last.kind, last.reason, last.source) == (span.kind, span.reason, span.source):
        spans[-1] = replace(last, end=span.end, amount=last.amount + span.amount)
    else:
        spans.append(span)


def _void(span: Span) -> Span:
    return replace(span, kind="excluded", reason=words.COUNTED_AGAIN) if span.kind == "counted" else span


# Kept and read back


def ledger_to_json(ledger: tuple[Span, ...]) -> list[dict[str, Any]]:
    """The spans as plain JSON data, moments as ISO 8601 with offset."""
    return [
        {
            "start": span.start.isoformat(),
            "end": span.end.isoformat() if span.end else None,
            "kind": span.kind,
            "amount": span.amount,
            "unit": span.unit,
            "reason": span.reason,
            "source": span.source,
        }
        for span in ledger
    ]


def ledger_from_json(spans: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    """The spans read back; BrokenLedger if they are none."""
    try:
        return tuple(
            Span(**{**span, "start": _moment(span["start"]), "end": _moment(span["end"]) if span["end"] else None})
            for span in spans
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenLedger(f"not a kept ledger: {error}") from error


def to_json(reckoning: Reckoning) -> str:
    """The reckoning with its ledger as canonical JSON: keys sorted, no spaces, moments as ISO 8601 with offset."""
    document = {
        "limit": [reckoning.limit.value, reckoning.limit.unit],
        "start": reckoning.start.isoformat(),
        "effective_on": reckoning.effective_on.isoformat(),
        "due_at": reckoning.due_at.isoformat() if reckoning.due_at else None,
        "provisional": reckoning.provisional,
        "remaining": reckoning.remaining,
        "ledger": ledger_to_json(reckoning.ledger),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Reckoning:
    """The reckoning read back; BrokenLedger if the text is not one or its due moment is not what its ledger gives."""
    try:
        document = json.loads(text)
        due_at = _moment(document["due_at"]) if document["due_at"] else None
        reckoning = Reckoning(
            limit=Limit(*document["limit"]),
            start=_moment(document["start"]),
            effective_on=date.fromisoformat(document["effective_on"]),
            due_on=due_at.date() if due_at else None,
            due_at=due_at,
            provisional=document["provisional"],
            paused=due_at is None,
            remaining=document["remaining"],
            ledger=ledger_from_json(document["ledger"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenLedger(f"not a kept reckoning: {error}") from error
    if replay(reckoning.ledger, reckoning.limit) != reckoning.due_at:
        raise BrokenLedger("the ledger gives another due moment than the one kept with it")
    return reckoning


def _moment(text: str) -> datetime:
    return local(datetime.fromisoformat(text))
