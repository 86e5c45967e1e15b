"""Moments of BPMN timers from ISO 8601 or FEEL values; the present is always given, never read."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.bpmn.expressions import Trouble
from rules.crossing import Months
from rules.sentences import Sentence

LEGAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Moment:
    """When a timer goes off (aware), how often it still does so (-1: always) and the ISO duration between."""

    due: datetime
    rest: int = 1
    every: str = ""


def moment_of(kind: str, value: Any, now: datetime) -> Moment:
    """The moment of a timer (`date`, `duration`, `cycle`) from the value of its expression; Trouble if it is none."""
    if kind == "date":
        return Moment(_instant(value))
    if kind == "duration":
        return Moment(_later(now, value))
    return _cycle(value, now)


def following(moment: Moment) -> Moment | None:
    """The next round of a repeating timer, counted from when the last one was due."""
    if not moment.every or moment.rest in (0, 1):
        return None
    return Moment(_later(moment.due, moment.every), moment.rest - 1 if moment.rest > 0 else -1, moment.every)


def next_after(moment: Moment, after: datetime) -> datetime | None:
    """The first time a timer goes off after an instant; None when it does not any more."""
    at: Moment | None = moment
    while at is not None and at.due <= after:
        step = _later(at.due, at.every) - at.due if at.every else timedelta(0)
        # Rounds of a fixed length are counted, not walked: a timer of seconds may be years old.
        skipped = 0 if not step or _in_months(at.every) else (after - at.due) // step
        if 0 < at.rest <= skipped:
            return None
        rest = at.rest - skipped if at.rest > 0 else at.rest
        at = following(Moment(at.due + skipped * step, rest, at.every))
    return None if at is None else at.due


def _in_months(every: str) -> bool:
    found = _DURATION.fullmatch(every.strip())
    return found is not None and bool(found.group(1) or found.group(2))


def _cycle(value: Any, now: datetime) -> Moment:
    parts = str(value).strip().split("/") if isinstance(value, str) else []
    if len(parts) not in (2, 3) or not re.fullmatch(r"R\d*", parts[0]):
        raise Trouble(
            Sentence("Chu kỳ «%(value)s» không đúng dạng R<n>/<khoảng> hoặc R<n>/<ngày>/<khoảng>.", value=value),
            "timer",
        )
    rest = int(parts[0][1:]) if parts[0][1:] else -1
    if rest == 0:
        raise Trouble(Sentence("Chu kỳ «%(value)s» lặp không lần nào.", value=value), "timer")
    due = _instant(parts[1]) if len(parts) == 3 else _later(now, parts[1])
    if _later(now, parts[-1]) <= now:
        raise Trouble(Sentence("Chu kỳ «%(value)s» có khoảng bằng không.", value=value), "timer")
    return Moment(due, rest, parts[-1])


def _instant(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise Trouble(Sentence("«%(value)s» không phải là thời điểm ISO 8601.", value=value), "timer") from None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=LEGAL_ZONE)
    if isinstance(value, date):
        return datetime.combine(value, time(), LEGAL_ZONE)
    raise Trouble(Sentence("«%(value)s» không phải là thời điểm.", value=value), "timer")


def _later(start: datetime, value: Any) -> datetime:
    if isinstance(value, timedelta):
        return start + value
    if isinstance(value, Months):
        return _add_months(start, value.count)
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not any(found.groups()) or str(value).strip().upper().endswith("T"):
        raise Trouble(Sentence("«%(value)s» không phải là khoảng thời gian ISO 8601.", value=value), "timer")
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[:6])
    try:
        moved = _add_months(start, years * 12 + months)
        seconds = float(found.group(7) or 0)
        return moved + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except (OverflowError, ValueError):
        raise Trouble(Sentence("«%(value)s» vượt quá lịch.", value=value), "timer") from None


def _add_months(start: datetime, months: int) -> datetime:
    """The same wall-clock time some months later in Viet Nam, on the last day where the month is shorter."""
    if not months:
        return start
    local = start.astimezone(LEGAL_ZONE)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(start.tzinfo)
