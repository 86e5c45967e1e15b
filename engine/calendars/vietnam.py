"""The national days off and make-up days of Viet Nam, each with the document it rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine.calendars.content import Content, calendar_from
from engine.deadlines.calendar import Calendar, DayKind

CODE = "vn"
FIRST_YEAR, LAST_YEAR = 2018, 2029
LABOUR_CODE = "Bộ luật Lao động 2019, Điều 112"
SUBSTITUTE = "Bộ luật Lao động 2019, Điều 111 khoản 3"
CULTURE_DAY = "Nghị quyết 28/2026/QH16"
NOT_ANNOUNCED = "Tạm tính, chưa có thông báo lịch nghỉ"
ANNOUNCED = "Thông báo lịch nghỉ năm {year}"
"""The notice of a year whose number is not kept here."""


@dataclass(frozen=True)
class NationalDay:
    """One date that departs from the Monday-to-Friday week for every office of the State.

    `announced_on` is the date of `source`, None where a law fixes the day or the document's date is not known;
    `provisional` until the year's notice is out.
    """

    day: date
    kind: DayKind
    name: str
    source: str
    announced_on: date | None
    provisional: bool


@cache
def _facts() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("vietnam.toml").read_text(encoding="utf-8"))


def announced_through() -> int:
    """The last year whose days off are announced."""
    return int(_facts()["announced_through"])


def office_hours() -> dict[str, list[list[str]]]:
    """Opening hours to begin with: ISO weekday ("1" is Monday) to pairs of "HH:MM"."""
    return {weekday: [list(window) for window in windows] for weekday, windows in _facts()["hours"].items()}


@cache
def national_days(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> tuple[NationalDay, ...]:
    """Every day off and make-up day of those years, in order of date: the law's, the package's, then the overrides."""
    import holidays  # needed when a calendar is first laid out; no page should carry its weight

    days: dict[date, NationalDay] = {}
    years = range(first_year, last_year + 1)
    for day, name in sorted(holidays.country_holidays("VN", years=years, language="vi").items()):
        days[day] = _seeded(day, name)
    for worked in _swapped_for(days.values()):
        days.setdefault(worked.day, worked)
    for entry in _facts()["overrides"]:
        if entry["day"].year in years:
            days[entry["day"]] = _override(entry)
    return tuple(replace(days[day], provisional=day.year > announced_through()) for day in sorted(days))


def national_content(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> Content:
    """The first version of the national calendar, whole as a version is kept."""
    days = [
        {
            "day": day.day.isoformat(),
            "kind": str(day.kind),
            "name": day.name,
            "source": day.source,
            "announced_on": day.announced_on.isoformat() if day.announced_on else None,
            "provisional": day.provisional,
            "hours": None,
            "own": False,
        }
        for day in national_days(first_year, last_year)
    ]
    week = {"since": None, "hours": office_hours(), "reception": {}, "source": ""}
    return {"announced_through": announced_through(), "weeks": [week], "days": days}


@cache
def national_calendar(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> Calendar:
    """The calendar of an office that keeps the national days and the opening hours to begin with."""
    return calendar_from(CODE, 1, national_content(first_year, last_year))


def _seeded(day: date, name: str) -> NationalDay:
    """A day as the package names it, with the provision or the notice it rests on."""
    kind, source, announced_on = DayKind.OFF_HOLIDAY, LABOUR_CODE, None
    announced = day.year <= announced_through()
    unnamed = {"source": ANNOUNCED.format(year=day.year) if announced else NOT_ANNOUNCED}
    notice = _facts()["notices"].get(str(day.year), unnamed)
    if "nghỉ bù" in name:
        kind, source = DayKind.OFF_SUBSTITUTE, SUBSTITUTE
    elif "thay cho ngày" in name:
        kind, source, announced_on = DayKind.OFF_SWAP, notice["source"], notice.get("announced_on")
    elif "Văn hóa" in name:
        source = CULTURE_DAY
    elif "Nguyên Đán" in name or name == "29 Tết" or name == "Quốc khánh":
        source, announced_on = notice["source"], notice.get("announced_on")
    return NationalDay(day, kind, name, source, announced_on, False)


def _swapped_for(days: Iterable[NationalDay]) -> list[NationalDay]:
    """The make-up day named in each swap of the package: "Ngày nghỉ (thay cho ngày 22/08/2026)"."""
    found = []
    for off in days:
        if off.kind is DayKind.OFF_SWAP:
            worked = datetime.strptime(off.name.rstrip(")").split()[-1], "%d/%m/%Y").date()
            name = f"Làm bù cho ngày {off.day:%d/%m/%Y}"
            found.append(replace(off, day=worked, kind=DayKind.WORK_MAKEUP, name=name))
    return found


def _override(entry: Mapping[str, Any]) -> NationalDay:
    return NationalDay(
        entry["day"], DayKind(entry["kind"]), entry["name"], entry["source"], entry.get("announced_on"), False
    )
