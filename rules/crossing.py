"""Values on their way into FEEL and back: JSON text with the dates, times and durations marked."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rules.sentences import Sentence

LEGAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LARGEST = 200_000
DEEPEST = 64
EXACT = 2**53  # beyond this a double skips whole numbers
_DURATION = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?")


class CannotCross(ValueError):
    """A value that FEEL has no faithful picture of; the message is Vietnamese."""


@dataclass(frozen=True)
class Months:
    """A FEEL “years and months duration”, in whole months (negative when it looks back)."""

    count: int


@dataclass(frozen=True)
class Written:
    """A moment or duration as somebody wrote it, zone and all: `kind` is “date”, “time”, “date and time”, “duration”
    (days and time) or “months”; it crosses outwards only, and unread."""

    kind: str
    text: str


def to_feel(value: Any) -> Any:
    """Picture a Python value for FEEL.

    Takes None, bool, int, float, Decimal, str, list, tuple, mapping with text keys, date, time, datetime, timedelta,
    Months and Written. A datetime is pictured in Vietnamese time, and a naive one is taken as Vietnamese. Raises
    CannotCross for anything else, for numbers a double cannot hold, and for values too large, too deep or going round
    in circles.
    """
    return _Outbound().picture(value, 0)


class _Outbound:
    """One crossing outwards, counting how much has been carried."""

    def __init__(self) -> None:
        self.parts = 0

    def picture(self, value: Any, depth: int) -> Any:
        self.parts += 1
        if depth > DEEPEST or self.parts > LARGEST:
            raise CannotCross(Sentence("Dữ liệu quá lớn, lồng nhau quá sâu hoặc đi vòng tròn."))
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, int | float | Decimal):
            return _number(value)
        if isinstance(value, Mapping):
            return {_key(key): self.picture(entry, depth + 1) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [self.picture(entry, depth + 1) for entry in value]
        return _moment(value)


def _number(value: int | float | Decimal) -> int | float:
    if isinstance(value, Decimal | float) and not math.isfinite(value):
        raise CannotCross(Sentence("Giá trị không phải là một số hữu hạn."))
    exact = isinstance(value, float) or -EXACT <= value <= EXACT
    if not exact and (not -(2**1000) < value < 2**1000 or float(value) != value):
        raise CannotCross(Sentence("Có số quá lớn để tính chính xác (tối đa 15 chữ số)."))
    if isinstance(value, int):
        return value
    number = float(value)
    return int(number) if number.is_integer() and abs(number) <= EXACT else number


def _key(key: Any) -> str:
    if not isinstance(key, str) or key in ("$feel", "__proto__"):
        raise CannotCross(Sentence("Không được dùng “%(key)s” làm tên trường dữ liệu.", key=key))
    return key


def _moment(value: Any) -> dict[str, list[str]]:
    if isinstance(value, datetime):
        local = value if value.tzinfo is None else value.astimezone(LEGAL_ZONE)
        return {"$feel": ["date and time", local.isoformat()]}
    if isinstance(value, date):
        return {"$feel": ["date", value.isoformat()]}
    if isinstance(value, time):
        return {"$feel": ["time", value.isoformat()]}
    if isinstance(value, timedelta):
        return {"$feel": ["duration", _duration_text(value)]}
    if isinstance(value, Written):
        return {"$feel": [value.kind, value.text]}
    if isinstance(value, Months):
        sign = "-" if value.count < 0 else ""
        return {"$feel": ["months", f"{sign}P{abs(value.count)}M"]}
    raise CannotCross(Sentence("Giá trị kiểu “%(name)s” không dùng được trong biểu thức.", name=type(value).__name__))


def _duration_text(value: timedelta) -> str:
    size = abs(value)
    seconds = f"{size.seconds}.{size.microseconds:06d}" if size.microseconds else f"{size.seconds}"
    return f"{'-' if value < timedelta() else ''}P{size.days}DT{seconds}S"


def from_feel(picture: Any) -> Any:
    """Read back a value FEEL answered with.

    Whole numbers come back as int, others as float; dates and times as their Python kin (a zone kept where there is
    one), a days and time duration as timedelta, a years and months duration as Months, a range as a dict of its ends.
    Raises CannotCross for moments Python cannot hold and for half a surrogate pair, which no file or column can keep.
    """
    if isinstance(picture, list):
        return [from_feel(entry) for entry in picture]
    if isinstance(picture, dict):
        if isinstance(picture.get("$feel"), list):
            return _read_moment(*picture["$feel"])
        return {_whole(key): from_feel(entry) for key, entry in picture.items()}
    if isinstance(picture, str):
        return _whole(picture)
    if isinstance(picture, int | float) and not isinstance(picture, bool):
        number = float(picture)
        return int(number) if number.is_integer() and abs(number) <= EXACT else number
    return picture


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CannotCross(Sentence("Kết quả có ký tự hỏng.")) from None
    return text


def _read_moment(kind: str, text: str) -> Any:
    try:
        if kind == "date":
            return date.fromisoformat(text)
        if kind == "months":
            return Months(_duration_parts(text)[0])
        if kind == "duration":
            return _duration_parts(text)[1]
        local, _, zone = text.partition("@")
        read = time.fromisoformat(local) if kind == "time" else datetime.fromisoformat(local)
        return read.replace(tzinfo=ZoneInfo(zone)) if zone else read
    except (ValueError, OverflowError, KeyError) as error:
        raise CannotCross(Sentence("Thời điểm “%(text)s” nằm ngoài phạm vi dùng được.", text=text)) from error


def _duration_parts(text: str) -> tuple[int, timedelta]:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    sign = -1 if match[1] else 1
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:7])
    fraction = int(f"{match[8] or ''}000000"[:6])
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=fraction)
    return sign * (12 * years + months), sign * span
