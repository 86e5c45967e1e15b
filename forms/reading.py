"""One raw answer read for what it is: text composed, numbers as numbers, dates as ISO text, options as their values."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from forms.dates import is_blank_date, iso_moment, iso_time, read_date, read_moment, read_time
from forms.definition import Component
from forms.kinds import READERS, read_line, read_lines, read_money, read_number
from forms.options import CHOOSING_MANY, CHOOSING_ONE, Option, chosen
from forms.problems import Unreadable

MAX_FILES = 20
_YES = frozenset({"true", "on", "yes", "1", "y"})


def empty_value(component: Component) -> Any:
    """What an unanswered question counts as, as form-js has it."""
    if component.type in ("textfield", "textarea"):
        return None if component.kind in ("money", "date") else ""
    if component.type == "checkbox":
        return False
    return [] if component.type in CHOOSING_MANY or component.type == "filepicker" else None


def is_unset(component: Component, value: Any) -> bool:
    """Whether a clean value counts as no answer to a required question."""
    return value is None or value == "" or value == [] or (component.type == "checkbox" and value is False)


def read_answer(component: Component, raw: Any, options: Sequence[Option] | None) -> Any:
    """The clean value of a raw answer; raises Unreadable when it is not what the question asks for.

    `options` None means that the options are not known yet: the answer passes as it is.
    """
    type_ = component.type
    if type_ == "checkbox":
        return raw.strip().lower() in _YES if isinstance(raw, str) else raw is True
    if type_ == "filepicker":
        return _files(raw)
    if type_ in CHOOSING_MANY:
        return _many(component, raw, options)
    if type_ == "datetime":
        return _datetime(component, raw)
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return empty_value(component)
    if type_ in CHOOSING_ONE:
        return _one(raw, options)
    if type_ == "number":
        return _number(component, raw)
    return _text(component, raw)


def _text(component: Component, raw: Any) -> Any:
    if component.kind == "date" and isinstance(raw, Mapping):
        return None if is_blank_date(raw) else READERS["date"](raw, component.properties)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        raise Unreadable("Nhập %(label)s bằng chữ")
    reader = READERS.get(component.kind, read_lines if component.type == "textarea" else read_line)
    return reader(raw, component.properties)


def _number(component: Component, raw: Any) -> int | float | str:
    if component.kind == "money":
        return read_money(raw, component.properties)
    digits = component.source.get("decimalDigits")
    number = read_number(raw, whole=digits == 0)
    if component.source.get("serializeToString") is True:
        return format(number, "f")
    return int(number) if number == number.to_integral_value() else float(number)


def _datetime(component: Component, raw: Any) -> str | None:
    if is_blank_date(raw):
        return None
    form = component.source.get("timeSerializingFormat")
    form = form if isinstance(form, str) else "no_timezone"
    if component.subtype == "date":
        return read_date(raw).isoformat()
    if component.subtype == "time":
        return iso_time(read_time(raw), form)
    return iso_moment(read_moment(raw), form)


def _one(raw: Any, options: Sequence[Option] | None) -> Any:
    if options is None:
        return raw
    if option := chosen(options, raw):
        return option.value
    raise Unreadable("Chọn %(label)s trong danh sách")


def _many(component: Component, raw: Any, options: Sequence[Option] | None) -> list[Any]:
    given = raw if isinstance(raw, list) else [] if raw in (None, "") else [raw]
    picked = [_one(item, options) for item in given if item not in (None, "")]
    return [value for place, value in enumerate(picked) if value not in picked[:place]]


def _files(raw: Any) -> list[dict[str, Any]]:
    given = [] if raw in (None, "") else raw if isinstance(raw, list) else [raw]
    if len(given) > MAX_FILES:
        raise Unreadable("Tải lên không quá %(count)s tệp cho %(label)s", count=MAX_FILES)
    return [_file(item) for item in given]


def _file(item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping) or not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", str(item.get("id", ""))):
        raise Unreadable("Tải lên lại %(label)s")
    size = item.get("size")
    return {
        "id": str(item["id"]),
        "name": read_line(str(item.get("name") or item["id"]), {})[:255],
        "size": size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else 0,
        "media_type": read_line(str(item.get("media_type") or ""), {})[:100],
    }


def as_decimal(value: Any) -> Decimal | None:
    """A clean number (or a number kept as text) for comparing exactly; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
