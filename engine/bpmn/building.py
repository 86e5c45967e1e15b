"""Makes SpiffWorkflow specifications of a drawing; each kind of node has one class, anything else is refused before."""

from __future__ import annotations

from engine.bpmn import activities, complexgateway, events, gateways
from engine.bpmn.model import Drawing, Element, Scope
from engine.bpmn.nodes import Node, SheetSpec

NODE_CLASSES: dict[str, type[Node]] = {
    "task": activities.Activity,
    "manualTask": activities.Activity,
    "userTask": activities.UserTask,
    "serviceTask": activities.CallTask,
    "sendTask": activities.CallTask,
    "receiveTask": activities.ReceiveTask,
    "scriptTask": activities.ScriptTask,
    "businessRuleTask": activities.DecisionTask,
    "subProcess": activities.SubProcess,
    "transaction": activities.SubProcess,
    "adHocSubProcess": activities.AdHocSubProcess,
    "callActivity": activities.CallActivity,
    "exclusiveGateway": gateways.ExclusiveGateway,
    "parallelGateway": gateways.ParallelGateway,
    "inclusiveGateway": gateways.InclusiveGateway,
    "eventBasedGateway": gateways.EventGateway,
    "complexGateway": complexgateway.ComplexGateway,
    "startEvent": events.StartEvent,
    "endEvent": events.ThrowEvent,
    "intermediateCatchEvent": events.CatchEvent,
    "intermediateThrowEvent": events.ThrowEvent,
    "boundaryEvent": events.BoundaryEvent,
}


def class_of(element: Element) -> type[Node]:
    """The specification class that executes an element."""
    if element.by_event:
        return events.EventSubProcess
    if element.kind in ("scriptTask", "businessRuleTask") and element.extensions.task_type:
        return activities.CallTask
    if element.kind == "scriptTask" and not element.extensions.script:
        return activities.Activity
    if element.kind == "businessRuleTask" and not element.extensions.decision_id:
        return activities.CallTask
    return NODE_CLASSES[element.kind]


def build_sheets(drawing: Drawing) -> dict[str, SheetSpec]:
    """One specification for each process ("process") and sub-process ("process/sub-process")."""
    sheets: dict[str, SheetSpec] = {}
    for process in drawing.processes.values():
        _build(process, process, sheets)
        for _, element in process.everything():
            if element.scope is not None:
                _build(element.scope, process, sheets)
    return sheets


def _build(scope: Scope, process: Scope, sheets: dict[str, SheetSpec]) -> None:
    name = scope.id if scope is process else f"{process.id}/{scope.id}"
    sheet = sheets[name] = SheetSpec(name, scope, process)
    for element in scope.elements.values():
        class_of(element)(sheet, element)
    for flow in scope.flows.values():
        sheet.node(flow.source).connect(sheet.node(flow.target))
    for element in scope.elements.values():
        if element.attached_to:
            host = sheet.node(element.attached_to)
            host.boundaries.append(sheet.node(element.id))
            if element.event.kind == "compensate":
                host.handler, host.undo_event = sheet.node(element.handlers[0]), element
