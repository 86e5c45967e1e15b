"""What somebody asks "what if" about: a day, opening hours, a limit, people away; as typed, as kept, as said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from engine.calendars.content import ORDINARY
from engine.calendars.edits import Edit
from engine.deadlines.calendar import DayKind
from engine.deadlines.limits import Limit, read_limit
from engine.errors import Invalid
from rules.sentences import Sentence

LONGEST = timedelta(days=366)
MOST_CHANGES = 20
WEEKDAYS = {
    **{name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)},
    **{name: number for number, name in enumerate(("t2", "t3", "t4", "t5", "t6", "t7", "cn"), 1)},
}
"""Days of the week as people write them, ISO numbers."""
_SPAN = re.compile(r"(\d{1,2})(?:[:h](\d{2})?)?\s*[-–]\s*(\d{1,2})(?:[:h](\d{2})?)?")


@dataclass(frozen=True)
class DayChange:
    """Days `first` to `last` are off (a holiday), or worked: a holiday that is none, a weekend that is made up for.

    `unit` is the code of an office whose calendar is meant; "" the national one.
    """

    first: date
    last: date
    worked: bool = False
    unit: str = ""
    kind: ClassVar[str] = "day"

    def __post_init__(self) -> None:
        _in_order(self.first, self.last)

    def edits(self, content: Mapping[str, Any], rests: Any) -> list[Edit]:
        """The lines an administrator would write for it; `rests` says of a date whether its week leaves it off."""
        known, lines = {day["day"] for day in content["days"]}, []
        for number in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=number)
            if self.worked:
                made_up = rests(day)
                if not made_up and day.isoformat() not in known:
                    continue  # it is a working day as it is
                kind = DayKind.WORK_MAKEUP.value if made_up else ORDINARY
            else:
                kind = DayKind.OFF_HOLIDAY.value
            lines.append({"do": "day", "day": day.isoformat(), "kind": kind, "name": "Thử thay đổi", "hours": None})
        return lines

    @property
    def words(self) -> Sentence:
        """The change as a heading."""
        first, last = _day(self.first), _day(self.last)
        if self.first == self.last:
            return (
                Sentence("Làm việc ngày %(day)s", day=first)
                if self.worked
                else Sentence("Nghỉ ngày %(day)s", day=first)
            )
        if self.worked:
            return Sentence("Làm việc từ %(first)s đến %(last)s", first=first, last=last)
        return Sentence("Nghỉ từ %(first)s đến %(last)s", first=first, last=last)


@dataclass(frozen=True)
class HoursChange:
    """From `since` on an office opens by these weekly hours (ISO weekday, "1" is Monday → pairs of "HH:MM")."""

    unit: str
    week: Mapping[str, Sequence[Sequence[str]]]
    since: date
    kind: ClassVar[str] = "hours"

    def edits(self, content: Mapping[str, Any], rests: Any) -> list[Edit]:
        """The line an administrator would write; reception on days without work stays as it is."""
        week: dict[str, Any] = next(
            one for one in reversed(content["weeks"]) if (one["since"] or "") <= self.since.isoformat()
        )
        hours = {day: [list(pair) for pair in pairs] for day, pairs in self.week.items()}
        reception = {day: one for day, one in week["reception"].items() if day not in hours}
        return [{"do": "week", "since": self.since.isoformat(), "hours": hours, "reception": reception}]

    @property
    def words(self) -> Sentence:
        """The change as a heading."""
        hours = "; ".join(
            f"{_short(day)} " + ", ".join(f"{opens}–{closes}" for opens, closes in pairs)
            for day, pairs in sorted(self.week.items())
        )
        return Sentence(
            "%(unit)s làm việc từ %(since)s theo giờ: %(hours)s", unit=self.unit, since=_day(self.since), hours=hours
        )


@dataclass(frozen=True)
class LimitChange:
    """A procedure, or one case of it, gets another limit: the published one, with `law` the law's own."""

    procedure: str
    value: int
    unit: str
    case_key: str = ""
    law: bool = False
    kind: ClassVar[str] = "limit"

    @property
    def limit(self) -> Limit:
        """The limit as the deadlines count it."""
        return Limit(self.value, self.unit)  # type: ignore[arg-type]

    @property
    def words(self) -> Sentence:
        """The change as a heading."""
        at = {"procedure": self.procedure, "limit": limit_words(self.value, self.unit)}
        if self.law:
            return Sentence("Thời hạn theo luật của %(procedure)s: %(limit)s", **at)
        return Sentence("Thời hạn công bố của %(procedure)s: %(limit)s", **at)


@dataclass(frozen=True)
class AwayChange:
    """Officers of an office are away from `first` to `last`: those named (`people`), or so many (`officers`).

    Of so many of a `role` those are meant who have most on their desks: nothing is made to look better than it may be.
    """

    unit: str
    first: date
    last: date
    officers: int = 0
    people: tuple[str, ...] = ()
    role: str = "specialist"
    kind: ClassVar[str] = "away"

    def __post_init__(self) -> None:
        _in_order(self.first, self.last)

    @property
    def words(self) -> Sentence:
        """The change as a heading."""
        return Sentence(
            "%(unit)s vắng %(number)s người từ %(first)s đến %(last)s",
            unit=self.unit,
            number=self.officers or len(self.people),
            first=_day(self.first),
            last=_day(self.last),
        )


Change = DayChange | HoursChange | LimitChange | AwayChange
KINDS: tuple[type[Any], ...] = (DayChange, HoursChange, LimitChange, AwayChange)


def packed(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes as plain values (JSON)."""
    return [{"kind": one.kind, **{key: _plain(value) for key, value in asdict(one).items()}} for one in changes]


def unpacked(kept: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Changes that were kept as plain values; Invalid where they are none."""
    kinds = {one.kind: one for one in KINDS}
    found = []
    for line in kept[: MOST_CHANGES + 1]:
        values = {key: value for key, value in line.items() if key != "kind"}
        values |= {key: read_day(values[key]) for key in ("first", "last", "since") if key in values}
        values |= {"people": tuple(values["people"])} if "people" in values else {}
        try:
            found.append(kinds[line["kind"]](**values))
        except (KeyError, TypeError, ValueError) as fault:
            raise Invalid("Không hiểu thay đổi này.") from fault
    if not 0 < len(found) <= MOST_CHANGES:
        raise Invalid("Hãy nêu từ 1 đến %(most)s thay đổi.", most=MOST_CHANGES)
    return tuple(found)


def read_day(text: str) -> date:
    """A day as people write it: 2026-12-24 or 24/12/2026."""
    wanted = text.strip()
    try:
        day, month, year = wanted.split("/") if "/" in wanted else reversed(wanted.split("-"))
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Invalid("“%(text)s” không phải một ngày. Hãy viết như 2026-12-24 hoặc 24/12/2026.", text=text) from None


def read_days(text: str) -> tuple[date, date]:
    """One day, or the first and the last of several: 2026-12-24..2026-12-26."""
    first, dots, last = text.partition("..")
    return read_day(first), read_day(last if dots else first)


def read_new_limit(text: str) -> Limit:
    """A limit as people write it: "13 days", "13 ngày làm việc"."""
    try:
        return read_limit(text)
    except ValueError:
        raise Invalid(
            "“%(text)s” không phải một thời hạn. Hãy viết như “13 days”, “13 ngày làm việc” hoặc “8 giờ làm việc”.",
            text=text,
        ) from None


def read_week(text: str) -> dict[str, list[list[str]]]:
    """Weekly hours as people write them: "Mon-Fri 07:30-11:30,13:00-16:30; Sat 07:30-11:30", "T2-T6 7h30-11h30"."""
    week: dict[str, list[list[str]]] = {}
    for part in text.replace(".", ";").split(";"):
        if not part.strip():
            continue
        days, _, hours = part.strip().partition(" ")
        spans = [piece for piece in hours.split(",") if piece.strip()]
        pairs = [_pair(piece, text) for piece in spans]
        for day in _days_named(days, text):
            week[str(day)] = pairs
    if not any(week.values()):
        raise _no_week(text)
    return week


def limit_words(value: int, unit: str) -> Sentence:
    """A limit in words."""
    texts = {
        "working_days": Sentence("%(value)s ngày làm việc", value=value),
        "days": Sentence("%(value)s ngày", value=value),
        "months": Sentence("%(value)s tháng", value=value),
        "hours": Sentence("%(value)s giờ làm việc", value=value),
    }
    return texts.get(unit) or Sentence("trong ngày")


def _pair(piece: str, text: str) -> list[str]:
    found = _SPAN.fullmatch(piece.strip())
    if found is None:
        raise _no_week(text)
    opens, opens_minute, closes, closes_minute = (int(one or 0) for one in found.groups())
    if max(opens, closes) > 23 or max(opens_minute, closes_minute) > 59:
        raise _no_week(text)
    return [f"{opens:02d}:{opens_minute:02d}", f"{closes:02d}:{closes_minute:02d}"]


def _days_named(text: str, whole: str) -> range:
    first, dash, last = text.casefold().partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise _no_week(whole)
    begin, end = WEEKDAYS[first], WEEKDAYS[last] if dash else WEEKDAYS[first]
    if end < begin:
        raise _no_week(whole)
    return range(begin, end + 1)


def _no_week(text: str) -> Invalid:
    return Invalid("“%(text)s” không phải giờ làm việc. Hãy viết như “Mon-Fri 07:30-11:30,13:00-16:30”.", text=text)


def _in_order(first: date, last: date) -> None:
    if not timedelta(0) <= last - first <= LONGEST:
        raise Invalid("Ngày cuối phải sau ngày đầu, trong vòng một năm.")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _short(weekday: str) -> str:
    return "CN" if weekday == "7" else f"T{int(weekday) + 1}"
