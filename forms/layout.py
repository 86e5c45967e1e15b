"""A form laid over the answers given so far: one node per element, and for each row of a list nodes of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.definition import KEYED, Component, Form, Page
from forms.paths import Path, get_at
from forms.problems import TooMuch

MAX_ROWS = 200
MAX_NODES = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One element at its place in the answers.

    `path` is where its answer lives (for a text: where its surroundings live); `rows` the rows of a dynamic list,
    `children` what stands in a group; `row` the path of the innermost row it stands in.
    """

    component: Component
    path: Path
    page: Page
    row: Path | None
    children: tuple["Node", ...] = ()
    rows: tuple[tuple["Node", ...], ...] = ()

    @property
    def is_answer(self) -> bool:
        """Whether an answer belongs to this node."""
        return self.component.type in KEYED

    def below(self) -> tuple["Node", ...]:
        """The nodes directly below, row after row."""
        return self.children + tuple(node for row in self.rows for node in row)

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in reading order."""
        yield self
        for node in self.below():
            yield from node.walk()


def lay_out(form: Form, answers: Mapping[str, Any]) -> tuple[Node, ...]:
    """The nodes of all pages; a page that is a group is one node with the rest as its children.

    Raises TooMuch for answers with more rows than any person types.
    """
    layer = _Layer(answers)
    nodes: list[Node] = []
    for page in form.pages:
        if page.group:
            nodes.append(layer.node(page.group, (), page, None))
        else:
            nodes.extend(layer.node(component, (), page, None) for component in page.components)
    return tuple(nodes)


class _Layer:
    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.count = 0

    def node(self, component: Component, base: Path, page: Page, row: Path | None) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise TooMuch("Câu trả lời có quá nhiều dòng")
        path = base + component.keys
        if component.type == "dynamiclist":
            rows = tuple(
                tuple(self.node(child, (*path, index), page, (*path, index)) for child in component.components)
                for index in range(row_count(component, get_at(self.answers, path)))
            )
            return Node(component, path, page, row, rows=rows)
        children = tuple(self.node(child, path, page, row) for child in component.components)
        return Node(component, path, page, row, children=children)


def row_count(component: Component, given: Any) -> int:
    """How many rows a dynamic list shows: those given, or as many as its designer starts with."""
    if isinstance(given, list):
        if len(given) > MAX_ROWS:
            raise TooMuch("Câu trả lời có quá nhiều dòng")
        return len(given)
    wanted = component.source.get("defaultRepetitions", 1)
    return min(max(wanted, 0), MAX_ROWS) if isinstance(wanted, int) and not isinstance(wanted, bool) else 1
