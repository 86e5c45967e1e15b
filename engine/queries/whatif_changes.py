"""What somebody asks "what if" about: days, opening hours, a limit, people away; each with words and an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.calendars.content import ORDINARY
from engine.calendars.edits import Edit
from engine.deadlines.calendar import DayKind
from engine.deadlines.limits import Limit
from engine.errors import Invalid
from rules.sentences import Sentence

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class DayChange:
    """Days `first` to `last` are off (a holiday), or worked: a holiday that is none, a weekend that is made up for.

    `unit` is the code of an office whose calendar is meant; "" the national one.
    """

    first: date
    last: date
    worked: bool = False
    unit: str = ""

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
    def text(self) -> str:
        """The change as it stands in an address (`whatif_reading.read_change`)."""
        return "|".join(("work" if self.worked else "off", f"{self.first}..{self.last}", self.unit))

    @property
    def words(self) -> Sentence:
        """The change as a heading."""
        return (
            Sentence("%(change)s (lịch của %(unit)s)", change=self._days, unit=self.unit) if self.unit else self._days
        )

    @property
    def _days(self) -> Sentence:
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

    def edits(self, content: Mapping[str, Any], rests: Any) -> list[Edit]:
        """The line an administrator would write; reception on days without work stays as it is."""
        week: dict[str, Any] = next(
            one for one in reversed(content["weeks"]) if (one["since"] or "") <= self.since.isoformat()
        )
        hours = {day: [list(pair) for pair in pairs] for day, pairs in self.week.items()}
        reception = {day: one for day, one in week["reception"].items() if day not in hours}
        return [{"do": "week", "since": self.since.isoformat(), "hours": hours, "reception": reception}]

    @property
    def text(self) -> str:
        """The change as it stands in an address."""
        return "|".join(("hours", self.unit, week_text(self.week), str(self.since)))

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

    @property
    def limit(self) -> Limit:
        """The limit as the deadlines count it."""
        return Limit(self.value, self.unit)  # type: ignore[arg-type]

    @property
    def text(self) -> str:
        """The change as it stands in an address."""
        limit = f"{self.value} {self.unit}"
        return "|".join(("limit", self.procedure, limit, self.case_key, "law" if self.law else ""))

    @property
    def words(self) -> Sentence:
        """The change as a heading."""
        case = Sentence("%(code)s (trường hợp %(case)s)", code=self.procedure, case=self.case_key)
        at = {"procedure": case if self.case_key else self.procedure, "limit": limit_words(self.value, self.unit)}
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

    def __post_init__(self) -> None:
        _in_order(self.first, self.last)

    @property
    def text(self) -> str:
        """The change as it stands in an address."""
        who = ",".join(self.people) or str(self.officers)
        return "|".join(("away", self.unit, f"{self.first}..{self.last}", who, self.role))

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


def week_text(week: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """Weekly hours as `read_week` reads them."""
    return "; ".join(
        f"{_short(day)} " + ",".join("-".join(pair) for pair in pairs) for day, pairs in sorted(week.items()) if pairs
    )


def limit_words(value: int, unit: str) -> Sentence:
    """A limit in words."""
    texts = {
        "working_days": Sentence("%(value)s ngày làm việc", value=value),
        "days": Sentence("%(value)s ngày", value=value),
        "months": Sentence("%(value)s tháng", value=value),
        "hours": Sentence("%(value)s giờ làm việc", value=value),
    }
    return texts.get(unit) or Sentence("trong ngày")


def _in_order(first: date, last: date) -> None:
    if not timedelta(0) <= last - first <= LONGEST:
        raise Invalid("Ngày cuối phải sau ngày đầu, trong vòng một năm.")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _short(weekday: str) -> str:
    return "CN" if weekday == "7" else f"T{int(weekday) + 1}"
