"""Rules about the file as a whole: ids, references, what may stand in what, pools and lanes."""

from __future__ import annotations

import re

from lxml import etree

from engine.bpmn.structure import Page, children, container_of, local_name, process_of, tag
from engine.bpmn.vocabulary import (
    ALL_ACTIVITIES,
    BOOLEANS,
    CHOREOGRAPHY,
    ELEMENTS,
    ENDS,
    FLOW_NODES,
    GLOBAL_TASKS,
    OWNERS,
    REFERENCES,
    VALUES,
)

_INSIDE = (FLOW_NODES | CHOREOGRAPHY | {"sequenceFlow"}) - {"choreography", "globalChoreographyTask"}
_NAME = re.compile(r"[^\W\d][\w.\-·]*")


def check(page: Page) -> None:
    """Every rule about the file as a whole."""
    _ids(page)
    has_imports = any(tag(node) == "import" for node in children(page.root))
    for node in page.elements:
        _place(page, node)
        _values(page, node)
        if not has_imports:
            _references(page, node)
    _lanes(page)
    _message_flows(page)


def _ids(page: Page) -> None:
    for node in page.elements:
        identifier = node.get("id")
        if not identifier:
            if tag(node) in FLOW_NODES | GLOBAL_TASKS | {"process"}:
                page.say("no-id", node, tag=tag(node))
        elif node is not page.root:
            other = page.has_other(node)
            if other:
                fatal = other == "process" or tag(node) == "process"
                page.say("duplicate-id" if fatal else "shared-id", node, id=identifier)
            if identifier.startswith("#"):
                page.say("own-id", node, id=identifier)
            elif not _NAME.fullmatch(identifier):
                page.say("id-form", node, id=identifier)


def _place(page: Page, node: etree._Element) -> None:
    """Elements nobody knows, and flow elements outside a process or sub-process."""
    name, holder = tag(node), node.getparent()
    if name not in ELEMENTS:
        page.say("unknown-element", node, tag=name)
    elif name in FLOW_NODES | CHOREOGRAPHY | {"sequenceFlow"} and name not in (
        "choreography",
        "globalChoreographyTask",
    ):
        if container_of(node) is None:
            page.say("misplaced", node, tag=name, holder=tag(holder) if holder is not None else "")
    elif name in ("process", "collaboration", "definitions") and holder is not None and holder is not page.root:
        page.say("misplaced", node, tag=name, holder=tag(holder))


def _values(page: Page, node: etree._Element) -> None:
    for attribute, value in node.attrib.items():
        allowed = ("true", "false") if attribute in BOOLEANS else VALUES.get(str(attribute))
        if allowed and value.strip() not in (*allowed, *(("1", "0") if attribute in BOOLEANS else ())):
            page.say("attribute-value", node, attribute=attribute, value=value, allowed=", ".join(allowed))
        owners = OWNERS.get(str(attribute))
        if owners is not None and tag(node) not in owners:
            page.say("attribute-place", node, tag=tag(node), attribute=attribute)


def _references(page: Page, node: etree._Element) -> None:
    """What an element names must be in the file and of the right kind."""
    for attribute, value in node.attrib.items():
        if attribute in REFERENCES:
            _reference(page, node, str(attribute), str(value))
    name, text = tag(node), (node.text or "").strip()
    if name in REFERENCES and text and len(node) == 0:
        _reference(page, node, name, text)
    if name in ENDS:
        for attribute in ("sourceRef", "targetRef"):
            _reference(page, node, attribute, node.get(attribute, ""))
    if name in ("sourceRef", "targetRef"):
        _reference(page, node, name, text)


def _reference(page: Page, node: etree._Element, attribute: str, value: str) -> None:
    value = value.strip()
    prefix = value.rpartition(":")[0]
    if not value or _is_foreign(page, node, prefix):
        return
    found = page.find(value, node)
    if found is None:
        found = page.find(local_name(value), node)
    wanted = REFERENCES.get(attribute)
    if found is None:
        page.say("reference", node, attribute=attribute, reference=value)
    elif wanted and tag(found) not in wanted:
        names = ", ".join(sorted(wanted)) if len(wanted) < 4 else attribute.removesuffix("Ref")
        page.say("reference-kind", node, attribute=attribute, reference=value, found=tag(found), wanted=names)


def _is_foreign(page: Page, node: etree._Element, prefix: str) -> bool:
    """Whether a qualified name means something outside this file."""
    return bool(prefix) and node.nsmap.get(prefix, "") != page.root.get("targetNamespace", "")


def _lanes(page: Page) -> None:
    for lanes in (node for node in page.elements if tag(node) == "laneSet"):
        placed: dict[str, str] = {}
        for lane in page.inside(lanes, {"lane"}):
            own = {(ref.text or "").strip() for ref in children(lane) if tag(ref) == "flowNodeRef"}
            for node in sorted(own):
                if placed.setdefault(node, lane.get("id", "")) != lane.get("id", ""):
                    page.say("lane-twice", lane, node=node)


def _message_flows(page: Page) -> None:
    pools = {
        node.get("id", ""): local_name(node.get("processRef", ""))
        for node in page.elements
        if tag(node) == "participant"
    }
    for flow in (node for node in page.elements if tag(node) == "messageFlow"):
        around = []
        for attribute in ("sourceRef", "targetRef"):
            end = page.find(flow.get(attribute), flow)
            if end is None:
                if not flow.get(attribute):
                    page.say("reference", flow, attribute=attribute, reference="")
                continue
            if not _takes_messages(page, end, attribute):
                page.say("message-flow-ends", flow, end=end.get("name") or end.get("id", ""), tag=tag(end))
            process = process_of(end)
            around.append(pools.get(end.get("id", "")) or (process.get("id", "") if process is not None else ""))
        if len(around) == 2 and around[0] and around[0] == around[1]:
            page.say("message-flow", flow)


def _takes_messages(page: Page, end: etree._Element, attribute: str) -> bool:
    """Whether a message flow may leave from (sourceRef) or arrive at (targetRef) an element (7.6.2)."""
    name, kinds = tag(end), page.kinds(end)
    if name in ALL_ACTIVITIES | CHOREOGRAPHY or name in ("participant", "conversation", "subConversation"):
        return True
    if attribute == "sourceRef":
        return name in ("endEvent", "intermediateThrowEvent") and (not kinds or "message" in kinds)
    return name in ("startEvent", "intermediateCatchEvent", "boundaryEvent") and (not kinds or "message" in kinds)
