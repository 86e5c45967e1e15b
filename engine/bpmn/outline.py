"""A drawing as text and as its original file, for people and screen readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.door import Definition
from engine.bpmn.model import Element, Scope
from engine.bpmn.opening import open_file
from engine.bpmn.zeebe import BPMN

LETTER = 7
"""The width of a letter in a drawing's own units, a little more than most take."""


@dataclass(frozen=True)
class Way:
    """A way on from a node: the label of the flow, its condition as written, and where it leads."""

    label: str
    condition: str | None
    target: str


@dataclass(frozen=True)
class Node:
    """One line of the outline.

    `depth` counts the sub-processes around it; `attached_to` is what a boundary event watches. `within` is the call
    activity of the drawing inside which a called process, another drawing, has this node; None on the drawing itself.
    `type` is the BPMN kind (userTask, exclusiveGateway, …); `event` what an event is about (message, timer, none, …).
    """

    element_id: str
    name: str
    type: str
    lane: str | None
    next: tuple[Way, ...]
    depth: int = 0
    event: str = "none"
    attached_to: str | None = None
    parent: str | None = None
    within: str | None = None


_Line = tuple[Scope, Element, int, str | None, str | None]


def outline(definition: Definition, process_id: str | None = None) -> tuple[Node, ...]:
    """The nodes of a process (the first one by default) in the order a token meets them, those it calls inside them.

    A process that calls itself is told once.
    """
    lines: list[Node] = []
    first = _process(definition, process_id)
    told = {first.id}
    todo: list[_Line] = [(s, e, 0, None, None) for s, e in _in_order(first)]
    while todo:
        scope, element, depth, around, within = todo.pop(0)
        flows = [scope.flows[flow] for flow in element.outgoing]
        ways = tuple(Way(flow.name, flow.condition, flow.target) for flow in flows)
        parent = scope.id if scope.parent is not None else around
        event = element.event.kind
        attached = element.attached_to
        names = (element.id, element.name, element.kind, element.lane)
        lines.append(Node(*names, ways, depth, event, attached, parent, within))
        if element.scope is not None:
            todo[:0] = [(inner, e, depth + 1, around, within) for inner, e in _in_order(element.scope)]
        called = definition.drawing.processes.get(element.extensions.called_process or "")
        if element.kind == "callActivity" and called is not None and called.id not in told:
            told.add(called.id)
            todo[:0] = [(inner, e, depth + 1, element.id, within or element.id) for inner, e in _in_order(called)]
    return tuple(lines)


def diagram(definition: Definition, process_id: str | None = None, labels: Mapping[str, str] | None = None) -> bytes:
    """The BPMN file that holds a process (the first one by default), byte for byte as it was loaded.

    With `labels` the names that stand there are written in other words (another language) for the reader; what stands
    beside a shape gets room for its longest word.
    """
    source = definition.drawing.sources[_process(definition, process_id).file]
    if not labels:
        return source
    root = open_file(source)
    renamed = {}
    for node in root.iter(f"{{{BPMN}}}*"):
        name = labels.get(node.get("name", ""))
        if name:
            node.set("name", name)
            renamed[node.get("id")] = max(name.split(), key=len)
    for label in root.iter("{*}BPMNLabel"):
        word = renamed.get(label.getparent().get("bpmnElement"))
        for place in label.iter("{*}Bounds") if word else ():
            place.set("width", str(max(float(place.get("width", 0)), len(word or "") * LETTER)))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _process(definition: Definition, process_id: str | None) -> Scope:
    return definition.drawing.processes[process_id or definition.process_ids[0]]


def _in_order(scope: Scope) -> list[tuple[Scope, Element]]:
    """Breadth first along the flows from the start events, boundary events after what they watch, the rest last."""
    seen: dict[str, Element] = {}
    watching: dict[str | None, list[str]] = {}
    for element in scope.elements.values():
        watching.setdefault(element.attached_to, []).append(element.id)
    todo = [e.id for e in [*scope.starts(), *scope.instantiating()]]
    while todo:
        node = todo.pop(0)
        if node in seen:
            continue
        element = seen[node] = scope.elements[node]
        todo += [scope.flows[flow].target for flow in element.outgoing]
        todo += watching.get(node, ())
    rest = [e for e in scope.elements.values() if e.id not in seen]
    return [(scope, element) for element in [*seen.values(), *rest] if not element.implicit]
