"""The answers a question offers to choose from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.definition import Component

CHOOSING_ONE = frozenset({"radio", "select"})
CHOOSING_MANY = frozenset({"checklist", "taglist"})
MAX_OPTIONS = 2_000


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: the value kept, the token a browser sends for it, and the words shown."""

    value: Any
    token: str
    label: str


def token_of(value: Any) -> str:
    """How a browser sends an option's value back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def options_of(
    component: Component, *, context: Mapping[str, Any], evaluated: Any = None, locale: str = "vi"
) -> tuple[Option, ...]:
    """The options of a question, from its own list, from the data (`valuesKey`) or from an evaluated expression."""
    source = component.source
    drawn: Any = evaluated
    if isinstance(source.get("valuesKey"), str):
        drawn = context.get(source["valuesKey"])
    elif "values" in source:
        drawn = source["values"]
    if not isinstance(drawn, Sequence) or isinstance(drawn, str):
        return ()
    options = (_option(item, component, locale) for item in drawn[:MAX_OPTIONS])
    return tuple({option.token: option for option in options if option}.values())


def _option(item: Any, component: Component, locale: str) -> Option | None:
    value, label = (item.get("value"), item.get("label")) if isinstance(item, Mapping) else (item, None)
    if value is None or value == "" or (isinstance(value, Mapping) and not (value and label)):
        return None
    token = token_of(value)
    shown = label if isinstance(label, str) and label else token
    if locale != "vi":
        shown = component.properties.get(f"option.{token}.{locale}") or shown
    return Option(value, token, shown)


def chosen(options: Sequence[Option], raw: Any) -> Option | None:
    """The option an answer names, by its token or by its value."""
    token = token_of(raw)
    return next((option for option in options if option.token == token), None)
