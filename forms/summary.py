"""The answers of a form in words, for checking before they are sent and for reading afterwards."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from forms.dates import as_typed
from forms.definition import Form
from forms.filling import Filled, fill
from forms.formatting import format_answer, format_size, word
from forms.layout import Node
from forms.options import CHOOSING_MANY, CHOOSING_ONE
from forms.paths import dotted
from forms.pictures import FileView, SummaryGroup, SummaryRow
from forms.problems import input_id
from rules.feel import Feel

_PRIVATE = frozenset({"identity", "phone", "email", "tax_code", "address"})


def summarise(
    form: Form,
    values: Mapping[str, Any],
    *,
    context: Mapping[str, Any] | None = None,
    now: datetime,
    locale: str = "vi",
    masked: bool = False,
    feel: Feel | None = None,
) -> tuple[SummaryGroup, ...]:
    """The visible answers page by page: dates as dd/mm/yyyy, money as 1.000.000 đ, options by their labels.

    `values` are raw or clean. With `masked` numbers and addresses that identify a person show only their last
    characters. Raises as `validate` does.
    """
    filled = fill(form, values, context=context, now=now, feel=feel, locale=locale)
    groups = []
    for page in form.pages:
        tops = [node for node in filled.nodes if node.page.key == page.key and node not in filled.hidden]
        rows = tuple(_rows(filled, tops, "", masked))
        if rows:
            own = filled.label(tops[0]) if page.group else form.titles.get(locale) or form.title
            groups.append(SummaryGroup(page.key, own, rows))
    return tuple(groups)


def _rows(filled: Filled, nodes: Iterable[Node], section: str, masked: bool) -> Iterator[SummaryRow]:
    for node in nodes:
        if node in filled.hidden:
            continue
        if (node.is_answer and node.component.type != "expression") or (node.is_answer and node.component.label):
            yield _row(filled, node, section, masked)
        elif node.component.type == "dynamiclist":
            item = _item_label(filled, node)
            for number, row in enumerate(node.rows, start=1):
                own = f"{section}, {item} {number}" if section else f"{item} {number}"
                yield from _rows(filled, row, own, masked)
        else:
            yield from _rows(filled, node.children, section, masked)


def _item_label(filled: Filled, node: Node) -> str:
    properties = node.component.properties
    own = properties.get(f"row.label.{filled.locale}") or properties.get("row.label")
    return own or filled.label(node) or word("row", filled.locale)


def _row(filled: Filled, node: Node, section: str, masked: bool) -> SummaryRow:
    component, value, path = node.component, filled.answers[node], dotted(node.path)
    if node in filled.troubles:
        text = as_typed(filled.raw_at(node))
    else:
        options = filled.options(node) if component.type in CHOOSING_ONE | CHOOSING_MANY else ()
        text = format_answer(component, value, options, filled.locale)
    if masked and component.kind in _PRIVATE:
        text = mask(text)
    files = value if component.type == "filepicker" and isinstance(value, list) else ()
    return SummaryRow(
        key=path,
        label=filled.label(node),
        text=text,
        page_key=node.page.key,
        visible=True,
        section=section,
        files=tuple(FileView(f["id"], f["name"], f["size"], format_size(f["size"])) for f in files),
        href="#" + input_id(path),
    )


def mask(text: str) -> str:
    """A personal value with all but its last characters hidden, however long it is."""
    kept = text[-3:] if len(text) > 6 else ""
    return "•••••" + kept if text else ""
