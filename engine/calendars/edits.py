"""What a document changes in a calendar: days, weeks and the last announced year, from one version to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.calendars.content import ORDINARY, Content, calendar_from, windows_from
from engine.deadlines.calendar import DayKind, check_windows
from engine.errors import Invalid

Edit = dict[str, Any]
"""One line of a change. `do` is "day" (day, kind, name, hours: pairs of "HH:MM" or None), "year" (year: the last one
announced) or "week" (since, hours, reception: as in a version's content)."""

FIRST_YEAR, LAST_YEAR = 2000, 2100


def edited(
    content: Mapping[str, Any], edits: Sequence[Edit], *, source: str, dated_on: date | None, own: bool
) -> Content:
    """The content after a change; `own` for an office's calendar. Invalid where an edit makes no sense."""
    days = {day["day"]: day for day in content["days"]}
    weeks, through = list(content["weeks"]), content["announced_through"]
    for edit in edits:
        if edit["do"] == "day":
            _set_day(days, edit, source, dated_on, own)
        elif edit["do"] == "year":
            through = _year(edit["year"])
        elif edit["do"] == "week":
            week = {key: edit[key] for key in ("since", "hours", "reception")}
            weeks = [one for one in weeks if one["since"] != week["since"]]
            weeks.append({**week, "source": source, "own": own})
        else:
            raise Invalid("Không có loại thay đổi “%(kind)s”.", kind=edit["do"])
    weeks.sort(key=lambda week: week["since"] or "")
    kept = [_announced(days[day], through) for day in sorted(days)]
    after = {**content, "announced_through": through, "weeks": weeks, "days": kept}
    _check(after, edits)
    return after


def rebased(own: Mapping[str, Any], base: Mapping[str, Any]) -> Content:
    """An office's calendar once the one it is based on has changed: its own days and weeks stay over the new ones."""
    days = {day["day"]: day for day in base["days"]} | {day["day"]: day for day in own["days"] if day["own"]}
    weeks = [week for week in own["weeks"] if week.get("own")]
    since = min((week["since"] for week in weeks), default=None)
    below = [week for week in base["weeks"] if since is None or (week["since"] or "") < since]
    through = base["announced_through"]
    return {
        "announced_through": through,
        "weeks": [*below, *weeks],
        "days": [_announced(days[day], through) for day in sorted(days)],
    }


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Days that are not the same in two contents, in order: the date, and the kinds before and after ("" for none)."""
    before, after = ({day["day"]: day for day in content["days"]} for content in (old, new))
    found = []
    for day in sorted(before.keys() | after.keys()):
        was, is_now = before.get(day), after.get(day)
        if _counts(was) != _counts(is_now):
            line = {"day": day, "before": was["kind"] if was else "", "after": is_now["kind"] if is_now else ""}
            found.append({**line, "name": (is_now or was or {})["name"], "source": (is_now or was or {})["source"]})
    return found


def first_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> date | None:
    """The first day that may be counted otherwise; None where nothing differs. Dates before it cannot move."""
    days = [line["day"] for line in differences(old, new)]
    weeks = [
        week["since"] or date.min.isoformat()
        for week in (*old["weeks"], *new["weeks"])
        if week not in old["weeks"] or week not in new["weeks"]
    ]
    years = {old["announced_through"], new["announced_through"]}
    days += [f"{min(years) + 1}-01-01"] if len(years) > 1 else []
    return date.fromisoformat(min([*days, *weeks])) if days or weeks else None


def _counts(day: Mapping[str, Any] | None) -> Any:
    return (day["kind"], day["hours"]) if day and day["kind"] != ORDINARY else None


def _set_day(days: dict[str, Any], edit: Edit, source: str, dated_on: date | None, own: bool) -> None:
    day = _date(edit["day"])
    if edit["kind"] == ORDINARY:
        if edit["day"] not in days:
            raise Invalid("Ngày %(day)s không có gì để bỏ.", day=_words(day))
        if not own:
            del days[edit["day"]]
            return
    if edit["kind"] not in (*DayKind, ORDINARY):
        raise Invalid("Không có loại ngày “%(kind)s”.", kind=edit["kind"])
    days[edit["day"]] = {
        "day": day.isoformat(),
        "kind": edit["kind"],
        "name": edit["name"].strip(),
        "source": source,
        "announced_on": dated_on.isoformat() if dated_on else None,
        "provisional": False,
        "hours": edit.get("hours") or None,
        "own": own,
    }


def _announced(day: Mapping[str, Any], through: int) -> dict[str, Any]:
    """A day of a year that is announced now is not provisional any more."""
    return {**day, "provisional": day["provisional"] and int(day["day"][:4]) > through}


def _check(content: Content, edits: Sequence[Edit]) -> None:
    """The calendar can be counted with, and every day that was set is not what it already was."""
    try:
        for week in content["weeks"]:
            for pairs in week["hours"].values():
                check_windows(windows_from(pairs))
        calendar = calendar_from("", 0, content)
    except ValueError as fault:
        raise Invalid("Giờ làm việc không hợp lệ: các khoảng phải nối nhau theo thứ tự, ít nhất một ngày.") from fault
    for edit in edits:
        if edit["do"] != "day" or edit["kind"] == ORDINARY:
            continue
        day = _date(edit["day"])
        rests = not calendar.week(day).hours.get(day.weekday())
        if edit["kind"] == DayKind.WORK_MAKEUP and not rests:
            raise Invalid("Ngày %(day)s vốn là ngày làm việc, không phải làm bù.", day=_words(day))
        if edit["kind"] in (DayKind.OFF_SWAP, DayKind.OFF_SUBSTITUTE) and rests:
            raise Invalid("Ngày %(day)s vốn là ngày nghỉ hằng tuần.", day=_words(day))


def swaps_without_pair(edits: Sequence[Edit]) -> bool:
    """Whether a change swaps days off and names another number of make-up days: likely something was forgotten."""
    kinds = [edit["kind"] for edit in edits if edit["do"] == "day"]
    return kinds.count(DayKind.OFF_SWAP) != kinds.count(DayKind.WORK_MAKEUP)


def _year(value: Any) -> int:
    if not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR:
        raise Invalid("Năm không hợp lệ.")
    return value


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise Invalid("Ngày không hợp lệ: %(day)s.", day=text) from fault
    _year(day.year)
    return day


def _words(day: date) -> str:
    return f"{day:%d/%m/%Y}"
