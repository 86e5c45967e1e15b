"""A BPMN drawing as plain values: what the file says, before anything is executed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.bpmn.data_model import Data

ACTIVITIES = frozenset(
    {"task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"}
    | {"subProcess", "transaction", "adHocSubProcess", "callActivity"}
)


@dataclass
class Loop:
    """How often an activity is repeated: for a collection or a number (multi-instance), or while a condition holds.

    `behavior` says when a finished instance throws the events in `throws` (BPMN 2.0.2, table 10.30): None each time,
    One the first time, Complex whenever the condition that stands before them is true, All never.
    `keeps` leaves the collected output with the activity, whose data association carries it on.
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
    keeps: bool = False
    behavior: str = "All"
    throws: list[tuple[str | None, list[EventDefinition]]] = field(default_factory=list)


@dataclass
class EventDefinition:
    """What an event waits for or throws; `name` is the name or code of the message, signal, error or escalation.

    `key` is what a waiting case asks of a message, `content_key` what tells it from the message; with `by_beginning`
    the message that began the case has set it. `activity` is what a compensation is thrown at (None: everything in
    sight), `wait` whether it is waited for.
    """

    kind: str
    name: str | None = None
    reference: str | None = None
    timer: str = ""
    expression: str = ""
    key: str | None = None
    activity: str | None = None
    wait: bool = True
    content_key: str | None = None
    by_beginning: bool = False


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
    names_results: bool = False
    """The value of the script is a context whose entries are its results."""
    properties: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@dataclass
class AdHoc:
    """How an ad-hoc sub-process goes: one activity after another or side by side, until its condition holds.

    `active` is FEEL for the ids of the activities that are begun at once (zeebe's activeElementsCollection).
    """

    sequential: bool = False
    completion: str | None = None
    cancel_rest: bool = True
    active: str | None = None


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

    `handlers` of a boundary event are the activities associated with it, `method` is that of a transaction. `takes` and
    `gives` are start and completion quantity. An event with several definitions happens when all of them have
    (`all_of`, parallel multiple), otherwise with the first. `instantiate` marks a receive task or event gateway that
    begins the process, `together` a gateway all of whose events must come. `activation` is a complex gateway's
    condition. `implicit` is a start that is not drawn.
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
    data: Data | None = None
    for_compensation: bool = False
    handlers: list[str] = field(default_factory=list)
    method: str = ""
    takes: int = 1
    gives: int = 1
    all_of: bool = False
    instantiate: bool = False
    together: bool = False
    activation: str | None = None
    ad_hoc: AdHoc | None = None
    implicit: bool = False

    @property
    def event(self) -> EventDefinition:
        """What the event is about; a plain event is of kind "none"."""
        return self.events[0] if self.events else EventDefinition("none")


@dataclass
class Scope:
    """A process or sub-process with the nodes and flows that stand directly in it; `one_task` marks a global task."""

    id: str
    name: str
    file: str
    parent: Scope | None = None
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    declares: list[str] = field(default_factory=list)
    data: Data | None = None
    one_task: bool = False

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

    def starts_plainly(self) -> bool:
        """Whether it is clear where this begins when nobody names a start: one start event of no kind."""
        return sum(e.event.kind == "none" for e in self.starts()) == 1

    def beginners(self) -> Iterator[tuple[Element, Element | None]]:
        """Nodes where the process may begin, each with the instantiating gateway before it if there is one."""
        for element in self.elements.values():
            if element.kind == "startEvent" or (element.instantiate and element.kind == "receiveTask"):
                yield element, None
            elif element.instantiate:
                yield from ((self.elements[self.flows[flow].target], element) for flow in element.outgoing)

    def instantiating(self) -> list[Element]:
        """The receive tasks and event gateways that begin a process of themselves, without a start event."""
        return [e for e in self.elements.values() if e.instantiate]


@dataclass
class Drawing:
    """All processes of a set of files; `drawn_only` are those that say they are not to be executed."""

    processes: dict[str, Scope] = field(default_factory=dict)
    sources: dict[str, bytes] = field(default_factory=dict)
    drawn_only: list[Scope] = field(default_factory=list)
