"""Which FEEL an element carries, and in which surroundings each piece is read."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from forms.definition import KEYED, Component
from forms.layout import Node
from forms.paths import Path, get_at
from forms.templates import BadTemplate, Piece, expressions_in, read_template
from rules.feel import LONGEST_EXPRESSION, Feel, Parsed, expression_of, is_expression

_SPECIAL = re.compile(r"\b(?:this|parent|i|_this_|_parent_|_i_)\b")
_LIMITS = ("min", "max", "minLength", "maxLength")
_SHOWN = ("multiple", "accept", "dataSource", "columnsExpression")
CONDITIONS = ("hide", "readonly")
TEXTS = ("label", "description", "text", "hint", "appearance.prefixAdorner", "appearance.suffixAdorner")


def rules_of(component: Component) -> dict[str, str]:
    """The expressions that decide what a page holds: hidden, read-only, options, computed values and limits."""
    source = component.source
    found: dict[str, Any] = {"hide": component.hide}
    if component.type in KEYED:
        found["readonly"] = source.get("readonly")
        found["options"] = source.get("valuesExpression") if not _has_plain_options(source) else None
        found |= {name: component.validate.get(name) for name in _LIMITS}
        found |= {f"date.{name}": component.properties.get(name) for name in ("min", "max")}
    found |= {name: source.get(name) for name in _SHOWN}
    rules = {name: expression_of(text) for name, text in found.items() if is_expression(text)}
    if component.type == "expression" and isinstance(source.get("expression"), str):
        rules["value"] = expression_of(source["expression"])
    return rules


def _has_plain_options(source: Mapping[str, Any]) -> bool:
    return isinstance(source.get("valuesKey"), str) or "values" in source


def text_of(component: Component, name: str, locale: str) -> str:
    """A text of an element as drawn, in the language asked for."""
    if name.startswith("appearance."):
        appearance = component.source.get("appearance")
        drawn = appearance.get(name.removeprefix("appearance.")) if isinstance(appearance, dict) else None
        return drawn if isinstance(drawn, str) else ""
    if name == "hint":
        return (component.properties.get(f"hint.{locale}") if locale != "vi" else "") or component.properties.get(
            "hint", ""
        )
    if name == "label":
        return component.localised("label", locale) or component.localised("dateLabel", locale) or component.label
    return component.localised(name, locale)


@lru_cache(maxsize=4096)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """The pieces of a text; one that cannot be read is shown as it is."""
    try:
        return read_template(text)
    except BadTemplate:
        return (Piece(text=text),)


def templates_of(component: Component, locale: str) -> list[str]:
    """Every expression inside the texts of an element."""
    return [
        expression
        for name in TEXTS
        if (text := text_of(component, name, locale)) and ("{{" in text or text.startswith("="))
        for expression in expressions_in(pieces_of(text))
    ]


def can_be_sent(expression: str) -> bool:
    """Whether an expression is one FEEL could read at all."""
    return bool(expression.strip()) and len(expression) <= LONGEST_EXPRESSION


@lru_cache(maxsize=4096)
def parsed(expression: str, feel: Feel) -> Parsed:
    """The names an expression asks for, found once per process."""
    return feel.parse(expression)


class Surroundings:
    """The data expressions see: all answers by name, and `this`, `parent` and `i` as form-js has them.

    Those outside rows share one dict, so that it crosses once; an expression inside a row is handed only the names it
    asks for, or two hundred rows would each carry all the others.
    """

    def __init__(self, data: Mapping[str, Any], feel: Feel) -> None:
        self._data = data
        self._feel = feel
        self._made: dict[tuple[Any, ...], Mapping[str, Any]] = {}

    def of(self, node: Node, expression: str) -> Mapping[str, Any]:
        """What an expression of a node is read in."""
        special = frozenset(_SPECIAL.findall(expression))
        if node.row is None and not special:
            return self._data
        wanted = self._asked(expression) if node.row is not None else None
        key = (node.row, special, wanted)
        if key not in self._made:
            data = {name: value for name, value in self._data.items() if wanted is None or name in wanted}
            self._made[key] = {name: self._special(name.strip("_"), node.row) for name in special} | data
        return self._made[key]

    def _asked(self, expression: str) -> frozenset[str]:
        found = parsed(expression, self._feel)
        return found.names | found.maybe

    def _special(self, name: str, row: Path | None) -> Any:
        if name == "i":
            return [step + 1 for step in row or () if isinstance(step, int)]
        if row is None:
            return self._data if name == "this" else None
        if name == "this":
            return get_at(self._data, row)
        outer = max((place for place, step in enumerate(row[:-1]) if isinstance(step, int)), default=None)
        return self._data if outer is None else get_at(self._data, row[: outer + 1])
