"""Values as people in Viet Nam read them: 27/03/2026, 1.000.000 đ, 2,5."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from forms.dates import VIET_NAM
from forms.definition import Component
from forms.options import CHOOSING_MANY, CHOOSING_ONE, Option, chosen, token_of
from forms.reading import as_decimal
from forms.texts import plain

_WORDS = {
    "vi": {"yes": "Có", "no": "Không", "row": "dòng"},
    "en": {"yes": "Yes", "no": "No", "row": "row"},
}


def word(name: str, locale: str) -> str:
    """One of the few words a formatted value needs, in a language."""
    return _WORDS.get(locale, _WORDS["vi"])[name]


def format_date(day: date) -> str:
    """A day as dd/mm/yyyy."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_number(value: Any, *, grouped: bool = True) -> str:
    """A number with points between thousands and a decimal comma."""
    number = as_decimal(value) if not isinstance(value, Decimal) else value
    if number is None:
        return plain(value)
    whole, _, fraction = format(number, ",f" if grouped else "f").partition(".")
    fraction = fraction.rstrip("0")
    return whole.replace(",", ".") + ("," + fraction if fraction else "")


def format_money(value: Any) -> str:
    """An amount as 1.000.000 đ."""
    return f"{format_number(value)} đ"


def format_moment(text: str, subtype: str) -> str:
    """A kept ISO date, time or moment as dd/mm/yyyy, hh:mm, or both, in Vietnamese time."""
    try:
        if subtype == "date":
            return format_date(date.fromisoformat(text[:10]))
        if subtype == "time":
            return text[:5]
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(VIET_NAM) if moment.tzinfo else moment
        return f"{format_date(moment.date())} {moment:%H:%M}"
    except ValueError:
        return text


def format_identity(value: str) -> str:
    """An identification number in groups as it is read aloud: 079 085 001 234."""
    return " ".join(value[place : place + 3] for place in range(0, 12, 3)) if len(value) == 12 else value


def format_size(size: int) -> str:
    """The size of a file: 820 KB, 1,4 MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB" if size else "0 KB"
    return f"{format_number(Decimal(size) / 1_000_000 // Decimal('0.1') * Decimal('0.1'))} MB"


def format_answer(component: Component, value: Any, options: tuple[Option, ...] = (), locale: str = "vi") -> str:
    """A clean answer in words; nothing where there is none."""
    if component.type == "checkbox":
        return word("yes" if value is True else "no", locale)
    if value is None or value in ("", []):
        return ""
    if component.type in CHOOSING_ONE:
        return _option_label(options, value)
    if component.type in CHOOSING_MANY and isinstance(value, list):
        return "\n".join(_option_label(options, item) for item in value)
    if component.type == "filepicker" and isinstance(value, list):
        return "\n".join(str(item.get("name", "")) for item in value if isinstance(item, Mapping))
    return _format_kind(component, value)


def _format_kind(component: Component, value: Any) -> str:
    if component.type == "datetime" or component.kind == "date":
        return format_moment(str(value), component.subtype if component.type == "datetime" else "date")
    if component.kind == "money":
        return format_money(value)
    if component.kind == "identity":
        return format_identity(str(value))
    if component.type == "number" or (component.type == "expression" and isinstance(value, int | float)):
        return format_number(value) if not isinstance(value, bool) else word("yes" if value else "no", "vi")
    return plain(value)


def _option_label(options: tuple[Option, ...], value: Any) -> str:
    option = chosen(options, value)
    return option.label if option else token_of(value)
