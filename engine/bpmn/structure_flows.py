"""Rules about sequence flows and gateways (BPMN 2.0.2, 7.6.1, 10.2, 10.6)."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.structure import Page, children, container_of, is_true, tag
from engine.bpmn.vocabulary import ALL_ACTIVITIES, ALL_GATEWAYS, CHOREOGRAPHIES, CHOREOGRAPHY, FLOW_NODES

_CHOOSING = ALL_ACTIVITIES | {"exclusiveGateway", "inclusiveGateway", "complexGateway"}
_ENDS = FLOW_NODES | CHOREOGRAPHY


def check(page: Page) -> None:
    """Every rule about sequence flows and gateways."""
    for flow in page.flows:
        _ends(page, flow)
    for node in page.nodes:
        _listed(page, node)
        _default(page, node)
        _conditions(page, node)
        if tag(node) in ALL_GATEWAYS:
            _direction(page, node)
        if tag(node) == "eventBasedGateway":
            _race(page, node)
        if is_true(node, "instantiate") and page.came(node):
            page.say("instantiate", node)
    for container in page.containers():
        _loose(page, container)


def _ends(page: Page, flow: etree._Element) -> None:
    ends = [page.find(flow.get(name), flow) for name in ("sourceRef", "targetRef")]
    for name, end in zip(("sourceRef", "targetRef"), ends, strict=True):
        if end is None:
            page.say("dangling-flow", flow, missing=flow.get(name, "") or name)
        elif tag(end) not in _ENDS:
            page.say("flow-ends", flow, end=end.get("name") or end.get("id", ""))
    home = container_of(flow)
    if all(end is not None and tag(end) in _ENDS for end in ends) and any(
        container_of(e) is not home for e in ends if e is not None
    ):
        page.say("flow-across", flow)


def _listed(page: Page, node: etree._Element) -> None:
    """The incoming and outgoing children must tell the same as the flows."""
    for name, real in (("incoming", page.came(node)), ("outgoing", page.went(node))):
        listed = {(child.text or "").strip().rpartition(":")[2] for child in children(node) if tag(child) == name}
        drawn = {flow.get("id", "") for flow in real}
        for flow in sorted(listed - drawn):
            page.say("listed-flow", node, flow=flow)
        for flow in sorted(drawn - listed) if listed else ():
            page.say("unlisted-flow", node, flow=flow)


def _default(page: Page, node: etree._Element) -> None:
    default = node.get("default")
    if not default:
        return
    if tag(node) not in _CHOOSING:
        page.say("default-place", node)
        return
    flow = next((flow for flow in page.went(node) if flow.get("id") == default), None)
    if flow is None:
        page.say("default", node)
    elif _condition(flow):
        page.say("default-condition", flow)


def _condition(flow: etree._Element) -> str:
    found = next((child for child in children(flow) if tag(child) == "conditionExpression"), None)
    return "" if found is None else "".join(found.itertext()).strip()


def _conditions(page: Page, node: etree._Element) -> None:
    out = page.went(node)
    conditional = [flow for flow in out if _condition(flow)]
    if conditional and tag(node) not in _CHOOSING:
        for flow in conditional:
            page.say("condition", flow)
    elif conditional and len(out) == 1 and tag(node) in ALL_ACTIVITIES:
        page.say("only-conditional", conditional[0])


def _direction(page: Page, node: etree._Element) -> None:
    direction = node.get("gatewayDirection", "Unspecified")
    came, went = len(page.came(node)), len(page.went(node))
    kept = {"Converging": went <= 1, "Diverging": came <= 1, "Mixed": came > 1 and went > 1}.get(direction, True)
    if not kept:
        page.say("gateway-direction", node, direction=direction, incoming=came, outgoing=went)


def _race(page: Page, gateway: etree._Element) -> None:
    """An event gateway leads to at least two events or receive tasks, each with this one way in (10.6.6)."""
    targets = [page.find(flow.get("targetRef"), flow) for flow in page.went(gateway)]
    if len(targets) < 2:
        page.say("event-gateway-ways", gateway)
    receiving = False
    messages = False
    for target in targets:
        if target is None:
            continue
        kinds = page.kinds(target)
        receives = tag(target) == "receiveTask" and not page.watching(target)
        waits = tag(target) == "intermediateCatchEvent" and set(kinds) <= {"message", "timer", "signal", "conditional"}
        if not (receives or waits) or len(page.came(target)) != 1:
            page.say("event-gateway", target)
        receiving = receiving or receives
        messages = messages or (waits and "message" in kinds)
    if receiving and messages:
        page.say("event-gateway-mixed", gateway)


def _loose(page: Page, container: etree._Element) -> None:
    """Beside start and end events every other node has a way in and a way out (10.5.2, 10.5.3)."""
    if tag(container) == "adHocSubProcess" or tag(container) in CHOREOGRAPHIES:
        return
    nodes = page.inside(container, FLOW_NODES)
    has_start = any(tag(node) == "startEvent" for node in nodes)
    has_end = any(tag(node) == "endEvent" for node in nodes)
    for node in nodes:
        name, kinds = tag(node), page.kinds(node)
        aside = is_true(node, "triggeredByEvent") or is_true(node, "isForCompensation")
        begins = name in ("startEvent", "boundaryEvent") or is_true(node, "instantiate")
        if (
            has_start
            and not page.came(node)
            and not (aside or begins or (name == "intermediateCatchEvent" and "link" in kinds))
        ):
            page.say("unreachable", node)
        ends = name == "endEvent" or (name == "intermediateThrowEvent" and "link" in kinds)
        watches = name == "boundaryEvent" and "compensate" in kinds
        if has_end and not page.went(node) and not (aside or ends or watches):
            page.say("dead-end", node)
