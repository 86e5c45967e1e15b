"""Declared types of a decision model: the names FEEL has, those the file defines, and those nobody knows."""

from collections.abc import Iterator

from rules.decisions import (
    Box,
    Context,
    Decision,
    Decisions,
    Function,
    Invocation,
    Item,
    Knowledge,
    Relation,
    Table,
    Unsupported,
)
from rules.dmn_walk import boxes_in
from rules.findings import Finding
from rules.sentences import Sentence

FEEL_TYPES = frozenset(
    [
        "Any",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "dateTime",
        "duration",
        "list",
        "context",
        "range",
        "function",
        "Null",
        "integer",
        "long",
        "double",
        "dayTimeDuration",
        "yearMonthDuration",
    ]
) | {"date and time", "days and time duration", "years and months duration", ""}


def plain_type(decisions: Decisions, name: str, depth: int = 0) -> str:
    """The FEEL type behind a name, "" where it is a list, a context, a function, or not known."""
    item = decisions.items.get(name)
    if item is None:
        return name if name in FEEL_TYPES else ""
    if item.many or item.components or item.parameters is not None or depth > 20:
        return ""
    return plain_type(decisions, item.type, depth + 1)


def allowed_by(decisions: Decisions, name: str, depth: int = 0) -> str:
    """The values a named type allows, as a unary test; "" when it says nothing."""
    item = decisions.items.get(name)
    if item is None or item.many or depth > 20:
        return ""
    return item.allowed or allowed_by(decisions, item.type, depth + 1)


def unknown_types(decisions: Decisions) -> Iterator[Finding]:
    """A warning for every type name that neither FEEL nor the file knows: it would accept everything."""
    told: set[tuple[str, str]] = set()
    for element, label, name in _written(decisions):
        if name in FEEL_TYPES or name in decisions.items or (element, name) in told:
            continue
        told.add((element, name))
        message = Sentence("Không biết kiểu dữ liệu “%(name)s”.", name=name)
        advice = Sentence("Chọn một kiểu có sẵn, hoặc định nghĩa kiểu này trong mô hình.")
        yield Finding("dmn.type", "warning", decisions.file, element, label, message, advice)


def _written(decisions: Decisions) -> Iterator[tuple[str, str, str]]:
    """Every type name written in the file, with id and name of the element it stands in."""
    for name, item in decisions.items.items():
        yield from (("", name, each) for each in _of_item(item))
    for data in decisions.data.values():
        yield data.id, data.name, data.kind.name
    elements: list[Decision | Knowledge] = [*decisions.knowledge.values(), *decisions.decisions.values()]
    for element in elements:
        yield element.id, element.name, element.kind.name
        for box in boxes_in(element.logic):
            yield from ((element.id, element.name, each) for each in _of_box(box))


def _of_item(item: Item) -> Iterator[str]:
    yield item.type
    yield item.result
    for _, kind in item.parameters or ():
        yield kind
    for _, component in item.components:
        yield from _of_item(component)


def _of_box(box: Box) -> Iterator[str]:
    if isinstance(box, Unsupported):
        return
    yield box.type
    match box:
        case Table():
            yield from (column.kind.name for column in box.inputs)
            yield from (column.kind.name for column in box.outputs)
        case Context():
            yield from (entry.type for entry in box.entries)
        case Relation():
            yield from (kind for _, kind in box.columns)
        case Invocation():
            yield from (binding.type for binding in box.bindings)
        case Function():
            yield from (kind for _, kind in box.parameters)
