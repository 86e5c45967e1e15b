"""Small pictures of months: which days of a term were counted, which were not, and when it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _

from engine.clock import legal_date, legal_time

A_DAY = timedelta(days=1)
MOST = 8
"""Months in one picture; of a longer term the first and the last ones are shown."""

STRONGEST = ("due", "counted", "paused", "received", "excluded", "skipped")
"""What a day is shown as that is several things, in hours: the first of these."""


@dataclass(frozen=True)
class Mark:
    """What one day is, by the name of its look, and why, in words."""

    kind: str
    words: str


@dataclass(frozen=True)
class Cell:
    """One day in the picture; of another month: none."""

    day: date
    mark: Mark | None


@dataclass(frozen=True)
class Month:
    """One month by weeks from Monday on; None where another month's days would stand."""

    year: int
    month: int
    weeks: tuple[tuple[Cell | None, ...], ...]


def month_of(year: int, month: int, marks: Mapping[date, Mark]) -> Month:
    """The picture of one month with the marks of its days."""
    first = date(year, month, 1)
    days: list[Cell | None] = [None] * first.weekday()
    day = first
    while day.month == month:
        days.append(Cell(day, marks.get(day)))
        day += A_DAY
    days += [None] * (-len(days) % 7)
    return Month(year, month, tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7)))


def ledger_months(spans: Iterable[Any]) -> list[Month]:
    """The months a ledger runs through; spans have start, end, kind and reason as ledgers and their lines do."""
    spans = list(spans)
    if not spans:
        return []
    marks: dict[date, Mark] = {}
    for span in spans:
        first, last = _days(span)
        while first <= last:
            _mark(marks, first, Mark(span.kind, span.reason))
            first += A_DAY
    if spans[0].kind == "excluded":
        begun = _days(spans[0])[0]
        marks[begun] = Mark("received", spans[0].reason)
    if spans[-1].kind == "counted":
        marks[_days(spans[-1])[1]] = Mark("due", spans[-1].reason)
    months = sorted({(day.year, day.month) for day in marks})
    if len(months) > MOST:
        months = months[: MOST // 2] + months[-MOST // 2 :]
    return [month_of(year, month, marks) for year, month in months]


def month_words(month: Month) -> str:
    """Tháng 11/2026."""
    return str(_("Tháng %(month)s/%(year)s", month=month.month, year=month.year))


def weekdays() -> list[tuple[str, str]]:
    """The heads of the seven columns: short and in full, Monday first."""
    return [
        (str(short), str(full))
        for short, full in (
            (_("T2"), _("Thứ Hai")),
            (_("T3"), _("Thứ Ba")),
            (_("T4"), _("Thứ Tư")),
            (_("T5"), _("Thứ Năm")),
            (_("T6"), _("Thứ Sáu")),
            (_("T7"), _("Thứ Bảy")),
            (_("CN"), _("Chủ nhật")),
        )
    ]


def _mark(marks: dict[date, Mark], day: date, mark: Mark) -> None:
    known = marks.get(day)
    if known is None or STRONGEST.index(mark.kind) < STRONGEST.index(known.kind):
        marks[day] = mark


def _days(span: Any) -> tuple[date, date]:
    """First and last day a span touches; one that is still open touches its first."""
    first = legal_date(span.start) if isinstance(span.start, datetime) else span.start
    if span.end is None:
        return first, first
    if not isinstance(span.end, datetime):
        return first, max(first, span.end)
    end = legal_time(span.end)
    last = end.date() - A_DAY if end.time() == time(0) else end.date()
    return first, max(first, last)
