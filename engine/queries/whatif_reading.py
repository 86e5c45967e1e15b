"""Changes as people write them: at the terminal, in a form, in an address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from engine.calendars.edits import FIRST_YEAR, LAST_YEAR
from engine.deadlines.limits import Limit, read_limit
from engine.errors import Invalid
from engine.queries.whatif_changes import AwayChange, Change, DayChange, HoursChange, LimitChange

MOST_CHANGES = 20
LONGEST_LIMIT = 3_000
"""In whatever unit: more is a slip of the hand."""
LONGEST = 400
"""Characters a change in an address may have."""
WEEKDAYS = {
    **{name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)},
    **{name: number for number, name in enumerate(("t2", "t3", "t4", "t5", "t6", "t7", "cn"), 1)},
}
"""Days of the week as people write them, ISO numbers."""
_SPAN = re.compile(r"(\d{1,2})(?:[:h](\d{2})?)?\s*[-–]\s*(\d{1,2})(?:[:h](\d{2})?)?")


def read_changes(texts: Sequence[str]) -> tuple[Change, ...]:
    """The changes an address names (`text` of each); Invalid where one is none or there are too many."""
    if len(texts) > MOST_CHANGES:
        raise Invalid("Hãy nêu từ 1 đến %(most)s thay đổi.", most=MOST_CHANGES)
    return tuple(read_change(text) for text in texts)


def read_change(text: str) -> Change:
    """A change as its `text` says it; Invalid where it is none."""
    kind, _, rest = text[:LONGEST].partition("|")
    parts = rest.split("|")
    if kind in ("off", "work") and len(parts) == 2:
        return DayChange(*read_days(parts[0]), worked=kind == "work", unit=parts[1])
    if kind == "hours" and len(parts) == 3:
        return HoursChange(parts[0], read_week(parts[1]), read_day(parts[2]))
    if kind == "limit" and len(parts) == 4:
        limit = read_new_limit(parts[1])
        return LimitChange(parts[0], limit.value, limit.unit, case_key=parts[2], law=parts[3] == "law")
    if kind == "away" and len(parts) == 4:
        return AwayChange(parts[0], *read_days(parts[1]), *read_who(parts[2]), role=parts[3])
    raise Invalid("Không hiểu thay đổi này.")


def read_who(text: str) -> tuple[int, tuple[str, ...]]:
    """How many people ("2"), or which (names by which they sign in, with commas between)."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if len(names) == 1 and names[0].isascii() and names[0].isdigit():
        return int(names[0][:4]), ()
    if not names:
        raise Invalid("Hãy nêu số người vắng, hoặc tên đăng nhập của từng người.")
    return 0, names


def read_day(text: str) -> date:
    """A day as people write it: 2026-12-24 or 24/12/2026."""
    wanted = text.strip()
    try:
        day, month, year = wanted.split("/") if "/" in wanted else reversed(wanted.split("-"))
        found = date(int(year), int(month), int(day))
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
        raise ValueError(text)
    except ValueError:
        raise Invalid("“%(text)s” không phải một ngày. Hãy viết như 2026-12-24 hoặc 24/12/2026.", text=text) from None


def read_days(text: str) -> tuple[date, date]:
    """One day, or the first and the last of several: 2026-12-24..2026-12-26."""
    first, dots, last = text.partition("..")
    return read_day(first), read_day(last if dots else first)


def read_new_limit(text: str) -> Limit:
    """A limit as people write it: "13 days", "13 ngày làm việc"."""
    try:
        limit = read_limit(text)
        if limit.value > LONGEST_LIMIT:
            raise ValueError(text)
        return limit
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
