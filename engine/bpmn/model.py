"""A BPMN drawing as plain values: what the file says, before anything is executed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Loop:
    """How often an activity is repeated: for a collection or a number (multi-instance), or while a condition holds.

    `cardinality` is a number or FEEL; `standard` is the loop that goes on while `condition` is true, `maximum` at most.
    """

    sequential: bool
    cardinality: str = ""
    standard: bool = False
    condition: str | None = None
    test_before: bool = False
    maximum: int | None = None
    collection: str = ""
    item: str = ""
    output_collection: str = ""
    output_item: str = ""
    completion: str | None = None


@dataclass
class EventDefinition:
    """What an event waits for or throws; `name` is the name or code of the message, signal, error or escalation.

    `activity` is what a compensation is thrown at (None: everything in sight), `wait` whether it is waited for.
    """

    kind: str
    name: str | None = None
    reference: str | None = None
    timer: str = ""
    expression: str = ""
    key: str | None = None
    activity: str | None = None
    wait: bool = True


@dataclass
class Extensions:
    """What the zeebe dialect adds to an element."""

    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due_date: str | None = None
    task_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    inputs: list[tuple[str, str]] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    called_process: str | None = None
    pass_parent: bool = True
    pass_child: bool = True
    decision_id: str | None = None
    result_variable: str | None = None
    script: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@dataclass
class Flow:
    """A sequence flow; `condition` is the text as written (with its leading "=")."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None = None
    line: int = 0


@dataclass
class Element:
    """A flow node; `kind` is its BPMN tag (userTask, exclusiveGateway, …).

    `handlers` of a boundary event are the activities associated with it, `method` is that of a transaction.
    """

    id: str
    name: str
    kind: str
    line: int = 0
    lane: str | None = None
    events: list[EventDefinition] = field(default_factory=list)
    extensions: Extensions = field(default_factory=Extensions)
    incoming: list[str] = field(default_factory=list)
    outgoing: list[str] = field(default_factory=list)
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    loop: Loop | None = None
    scope: Scope | None = None
    by_event: bool = False
    for_compensation: bool = False
    handlers: list[str] = field(default_factory=list)
    method: str = ""

    @property
    def event(self) -> EventDefinition:
        """What the event is about; a plain event is of kind "none"."""
        return self.events[0] if self.events else EventDefinition("none")


@dataclass
class Scope:
    """A process or sub-process with the nodes and flows that stand directly in it."""

    id: str
    name: str
    file: str
    parent: Scope | None = None
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)

    def everything(self) -> Iterator[tuple[Scope, Element]]:
        """Every node at every depth, with the scope it stands in."""
        todo = [self]
        while todo:
            scope = todo.pop(0)
            for element in scope.elements.values():
                yield scope, element
                if element.scope is not None:
                    todo.append(element.scope)

    def starts(self) -> list[Element]:
        """The start events of this scope."""
        return [e for e in self.elements.values() if e.kind == "startEvent"]


@dataclass
class Drawing:
    """All processes of a set of files."""

    processes: dict[str, Scope] = field(default_factory=dict)
    sources: dict[str, bytes] = field(default_factory=dict)
