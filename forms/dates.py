"""Dates and times as people write them, read into ISO text."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from forms.problems import Unreadable
from forms.texts import one_line, plain

# Viet Nam keeps one offset and no summer time: https://www.iana.org/time-zones, Asia/Ho_Chi_Minh since 1975.
VIET_NAM = timezone(timedelta(hours=7))
EARLIEST, LATEST = 1800, 2200

_SEPARATED = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{1,4})")
_ISO = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})")
_SOLID = re.compile(r"(\d{2})(\d{2})(\d{4})")
_WORDS = re.compile(r"(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s*,?\s+năm\s+(\d{4})", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})\s*(?:[:hg.]|giờ)\s*(\d{1,2})?\s*(?:phút)?(?::\d{1,2}(?:\.\d+)?)?", re.IGNORECASE)
_MOMENT = re.compile(r"(\S+)[T\s]+(\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")

PARTS = ("day", "month", "year")


def is_parts(raw: Any) -> bool:
    """Whether an answer came as separate day, month and year (and time) fields."""
    return isinstance(raw, Mapping) and set(raw) <= {*PARTS, "date", "time"}


def is_blank_date(raw: Any) -> bool:
    """Whether nothing was written in any of the fields of a date."""
    if isinstance(raw, Mapping):
        return all(is_blank_date(part) for part in raw.values())
    return raw is None or (isinstance(raw, str) and not raw.strip())


def as_typed(raw: Any) -> str:
    """What somebody typed, unreadable as it may be, for showing it back: fields of a date joined as 31/2/1990."""
    if is_parts(raw):
        day = "/".join(str(raw[part]) for part in PARTS if part in raw) or str(raw.get("date", ""))
        return f"{day} {raw.get('time', '')}".strip()
    return plain(raw)


def read_date(raw: Any) -> date:
    """A date from `dd/mm/yyyy`, its spellings, ISO, or three fields; refuses what is no real day."""
    if is_parts(raw):
        return _from_parts(raw)
    text = _text(raw)
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _SEPARATED.fullmatch(text) or _SOLID.fullmatch(text) or _WORDS.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise Unreadable("Nhập %(label)s theo dạng ngày/tháng/năm, ví dụ 27/3/2026")
    return _real(day, month, year)


def _from_parts(raw: Mapping[str, Any]) -> date:
    if not any(part in raw for part in PARTS):
        return read_date(raw.get("date"))
    written = {part: _text(raw.get(part)) for part in PARTS}
    if not all(written.values()):
        raise Unreadable("Nhập đủ ngày, tháng, năm của %(label)s")
    if not all(re.fullmatch(r"\d{1,4}", text) for text in written.values()):
        raise Unreadable("Nhập %(label)s bằng chữ số, ví dụ 27 3 2026")
    return _real(written["day"], written["month"], written["year"])


def _real(day: str, month: str, year: str) -> date:
    if len(year) != 4:
        raise Unreadable("Nhập năm của %(label)s đủ 4 chữ số")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("Nhập %(label)s là một ngày có thật") from None
    if not EARLIEST <= found.year <= LATEST:
        raise Unreadable("Kiểm tra lại năm của %(label)s")
    return found


def read_time(raw: Any) -> time:
    """A time of day in Viet Nam from `14:30`, `14h30`, `8 giờ`, or with a zone from `07:30Z`."""
    if isinstance(raw, Mapping):
        raw = raw.get("time")
    written = re.fullmatch(r"(.*?)\s*(Z|[+-]\d{2}:?\d{2})?", _text(raw))
    match = _TIME.fullmatch(written[1]) if written else None
    if written is None or match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise Unreadable("Nhập %(label)s theo dạng giờ:phút, ví dụ 14:30")
    clock = time(int(match[1]), int(match[2] or 0))
    if written[2] is None:
        return clock
    # Any day will do to turn the clock: no zone of Viet Nam has summer time.
    return datetime.combine(date(2000, 1, 2), clock, _zone(written[2])).astimezone(VIET_NAM).time()


def read_moment(raw: Any) -> datetime:
    """A date and a time in Viet Nam, from fields of their own, ISO text, or `dd/mm/yyyy hh:mm`."""
    if is_parts(raw):
        day = read_date({key: value for key, value in raw.items() if key != "time"})
        return datetime.combine(day, read_time(raw.get("time")), VIET_NAM)
    match = _MOMENT.fullmatch(_text(raw))
    if match is None:
        raise Unreadable("Nhập %(label)s gồm ngày và giờ, ví dụ 27/3/2026 14:30")
    moment = datetime.combine(read_date(match[1]), read_time(match[2]), VIET_NAM)
    zone = match[3]
    return moment if zone is None else moment.replace(tzinfo=_zone(zone)).astimezone(VIET_NAM)


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise Unreadable("Nhập %(label)s theo dạng giờ:phút, ví dụ 14:30")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _text(raw: Any) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        return ""
    return unicodedata.normalize("NFKC", one_line(raw))[:60]


def iso_time(clock: time, form: str) -> str:
    """A time of day as form-js' `timeSerializingFormat` asks for it."""
    text = clock.strftime("%H:%M")
    if form == "utc_offset":
        return text + "+07:00"
    if form == "utc_normalized":
        return f"{(clock.hour - 7) % 24:02d}:{clock.minute:02d}Z"
    return text


def iso_moment(moment: datetime, form: str) -> str:
    """A moment as form-js' `timeSerializingFormat` asks for it."""
    if form == "utc_normalized":
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    text = moment.astimezone(VIET_NAM).strftime("%Y-%m-%dT%H:%M")
    return text + "+07:00" if form == "utc_offset" else text
