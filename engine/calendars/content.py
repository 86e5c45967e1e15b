"""What one version of a calendar says, as kept in its row, and the pure calendar it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

from engine.deadlines.calendar import Calendar, DayKind, DayRule, Reception, Week, Windows

ORDINARY = "ORDINARY"
"""Instead of a kind of day: whatever the national calendar says, this office's date is what its week says."""

Content = dict[str, Any]
"""`announced_through`: a year; `weeks`: what holds from `since` on (None: from the beginning), with `hours` (ISO
weekday, "1" is Monday → pairs of "HH:MM"), `reception` (weekday → windows, fields, starts_clock) and `source`; `days`:
one entry a date that departs from its week. `own` marks what an office does not take from the calendar it is based on.
"""


def calendar_from(code: str, version: int, content: Mapping[str, Any]) -> Calendar:
    """The calendar the deadlines are computed with; ValueError where the content is none."""
    first, *later = [_week(week) for week in content["weeks"]]
    return Calendar(
        code=code,
        days={date.fromisoformat(day["day"]): rule_of(day) for day in content["days"] if day["kind"] != ORDINARY},
        hours=first.hours,
        announced_through=content["announced_through"],
        reception=first.reception,
        later=tuple(later),
        version=version,
    )


def joined(before: Content, after: Content, through: date) -> Content:
    """What counts where one calendar held up to and including a day, and another since: a hand-over between units."""
    last = through.isoformat()
    since = (through + timedelta(days=1)).isoformat()
    held = [week for week in after["weeks"] if (week["since"] or "") <= since][-1]
    weeks = [
        *(week for week in before["weeks"] if (week["since"] or "") <= last),
        {**held, "since": since},
        *(week for week in after["weeks"] if (week["since"] or "") > since),
    ]
    days = [day for day in before["days"] if day["day"] <= last]
    days += [day for day in after["days"] if day["day"] > last]
    return {"announced_through": after["announced_through"], "weeks": weeks, "days": days}


def rule_of(day: Mapping[str, Any]) -> DayRule:
    """One kept day as the deadlines count with it."""
    hours = windows_from(day["hours"]) if day.get("hours") else None
    return DayRule(DayKind(day["kind"]), day["source"], bool(day["provisional"]), day["name"], hours)


def windows_from(pairs: Iterable[Iterable[str]]) -> Windows:
    """Opening hours from pairs of "HH:MM"."""
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


def windows_text(windows: Windows) -> list[list[str]]:
    """Opening hours as pairs of "HH:MM", as they are kept."""
    return [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in windows]


def _week(week: Mapping[str, Any]) -> Week:
    return Week(
        since=date.fromisoformat(week["since"]) if week["since"] else date.min,
        hours={int(weekday) - 1: windows_from(pairs) for weekday, pairs in week["hours"].items() if pairs},
        reception={
            int(weekday) - 1: Reception(windows_from(one["windows"]), tuple(one["fields"]), one["starts_clock"])
            for weekday, one in week["reception"].items()
        },
        source=week["source"],
    )
