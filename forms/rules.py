"""What a designer may ask of an answer beyond being readable: form-js' `validate` block, and the house's own limits."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from forms.dates import VIET_NAM
from forms.definition import Component
from forms.filling import Filled
from forms.formatting import format_date, format_number
from forms.layout import Node
from forms.options import CHOOSING_MANY, CHOOSING_ONE
from forms.patterns import BadPattern, pattern
from forms.problems import Unreadable
from forms.reading import as_decimal, is_unset

MAX_LENGTH = 10_000

_MISSING = {
    "checkbox": "Đánh dấu vào ô “%(question)s” để tiếp tục",
    "filepicker": "Tải lên %(label)s",
    **dict.fromkeys(CHOOSING_ONE, "Chọn %(label)s"),
    **dict.fromkeys(CHOOSING_MANY, "Chọn ít nhất một mục của %(label)s"),
}


def check_answer(filled: Filled, node: Node) -> None:
    """Raise Unreadable with the first thing that is wrong with a node's answer."""
    component, value = node.component, filled.answers[node]
    if node in filled.troubles:
        raise filled.troubles[node]
    if is_unset(component, value):
        if component.required:
            raise Unreadable(_missing(component))
        return
    if component.type in ("textfield", "textarea"):
        _check_length(filled, node, value)
        _check_pattern(component, value, filled.locale)
    if component.type == "number" or component.kind == "money":
        _check_number(filled, node, value)
    if (component.type == "datetime" and component.subtype != "time") or component.kind == "date":
        _check_date(filled, node, str(value))
    if component.type == "filepicker":
        _check_files(filled, node, value)


def _missing(component: Component) -> str:
    kind = component.kind if component.type == "textfield" else ""
    simple = kind == "identity" and "identity.allow" not in component.properties
    return "Nhập %(label)s gồm 12 chữ số" if simple else _MISSING.get(component.type, "Nhập %(label)s")


def limit(filled: Filled, node: Node, name: str) -> Any:
    """A limit of the `validate` block, evaluated when it is FEEL; None where there is none."""
    drawn = node.component.validate.get(name)
    return filled.rule(node, name) if isinstance(drawn, str) and drawn.startswith("=") else drawn


def _check_length(filled: Filled, node: Node, value: Any) -> None:
    if not isinstance(value, str):
        return
    least, most = (as_decimal(limit(filled, node, name)) for name in ("minLength", "maxLength"))
    most = min(most, Decimal(MAX_LENGTH)) if most is not None else Decimal(MAX_LENGTH)
    if len(value) > most:
        raise Unreadable("Viết %(label)s không quá %(count)s ký tự", count=format_number(most))
    if least is not None and len(value) < least:
        raise Unreadable("Viết %(label)s ít nhất %(count)s ký tự", count=format_number(least))


def _check_pattern(component: Component, value: Any, locale: str) -> None:
    source = component.validate.get("pattern")
    if not isinstance(source, str) or not source or not isinstance(value, str):
        return
    try:
        fits = pattern(source).fits(value)
    except BadPattern:
        fits = False
    if not fits:
        raise _pattern_trouble(component, locale)


def _pattern_trouble(component: Component, locale: str) -> Unreadable:
    own = component.validate.get("patternErrorMessage")
    if locale != "vi":
        own = component.properties.get(f"patternErrorMessage.{locale}") or own
    if isinstance(own, str) and own.strip():
        return Unreadable("%(own)s", own=own.strip())
    return Unreadable("Nhập %(label)s đúng mẫu yêu cầu")


def _check_number(filled: Filled, node: Node, value: Any) -> None:
    number = as_decimal(value)
    if number is None:
        return
    source = node.component.source
    digits, step = source.get("decimalDigits"), as_decimal(source.get("increment"))
    exponent = number.normalize().as_tuple().exponent
    if isinstance(digits, int) and isinstance(exponent, int) and -exponent > digits:
        if digits <= 0:
            raise Unreadable("Nhập %(label)s là số nguyên")
        raise Unreadable("Nhập %(label)s không quá %(count)s chữ số sau dấu phẩy", count=digits)
    least, most = (as_decimal(limit(filled, node, name)) for name in ("min", "max"))
    if least is not None and number < least:
        raise Unreadable("Nhập %(label)s từ %(limit)s trở lên", limit=format_number(least))
    if most is not None and number > most:
        raise Unreadable("Nhập %(label)s không quá %(limit)s", limit=format_number(most))
    if step and number % step:
        raise Unreadable("Nhập %(label)s là bội số của %(step)s", step=format_number(step))


def _check_date(filled: Filled, node: Node, value: str) -> None:
    day, today = date.fromisoformat(value[:10]), filled.now.astimezone(VIET_NAM).date()
    least, most = (_day_limit(filled, node, name, today) for name in ("min", "max"))
    if node.component.source.get("disallowPassedDates") is True:
        least = max(today, least) if least else today
    if most is not None and day > most:
        if most == today:
            raise Unreadable("Nhập %(label)s không muộn hơn hôm nay")
        raise Unreadable("Nhập %(label)s không muộn hơn ngày %(limit)s", limit=format_date(most))
    if least is not None and day < least:
        if least == today:
            raise Unreadable("Nhập %(label)s từ hôm nay trở đi")
        raise Unreadable("Nhập %(label)s từ ngày %(limit)s trở đi", limit=format_date(least))


def _day_limit(filled: Filled, node: Node, name: str, today: date) -> date | None:
    drawn: Any = node.component.properties.get(name)
    if isinstance(drawn, str) and drawn.startswith("="):
        drawn = filled.rule(node, f"date.{name}")
    if isinstance(drawn, datetime):
        return drawn.date()
    if drawn == "today":
        return today
    try:
        return drawn if isinstance(drawn, date) else date.fromisoformat(str(drawn)[:10])
    except ValueError:
        return None


def may_be_many(filled: Filled, node: Node) -> bool:
    """Whether a file question takes more than one file."""
    drawn = node.component.source.get("multiple")
    return drawn is True or drawn == "true" or filled.rule(node, "multiple") is True


def accepted(filled: Filled, node: Node) -> tuple[str, ...]:
    """The file types a question takes, as its `accept` lists them (`.pdf`, `image/*`); empty for any."""
    drawn = node.component.source.get("accept")
    text = filled.rule(node, "accept") if isinstance(drawn, str) and drawn.startswith("=") else drawn
    return tuple(part.strip().lower() for part in text.split(",") if part.strip()) if isinstance(text, str) else ()


def _check_files(filled: Filled, node: Node, files: list[Mapping[str, Any]]) -> None:
    if len(files) > 1 and not may_be_many(filled, node):
        raise Unreadable("Chỉ tải lên một tệp cho %(label)s, xóa các tệp còn lại")
    types = accepted(filled, node)
    for file in files:
        if types and not any(_is_of(file, type_) for type_ in types):
            raise Unreadable(
                "Tải lên %(label)s dạng %(types)s, tệp %(name)s không đúng dạng",
                types=", ".join(types),
                name=file["name"],
            )


def _is_of(file: Mapping[str, Any], type_: str) -> bool:
    if type_.startswith("."):
        return str(file["name"]).lower().endswith(type_)
    media_type = str(file["media_type"]).lower()
    return media_type.startswith(type_[:-1]) if type_.endswith("/*") else not media_type or media_type == type_
