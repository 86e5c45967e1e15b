"""What a drawing asks of the rest of its bundle: forms, groups, task types, letters, notices, terms, decisions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
DATA = ("dataObject", "dataObjectReference", "property", "dataInput", "dataOutput", "inputDataItem", "outputDataItem")


@dataclass(frozen=True)
class Element:
    """One element of a drawing with what its extensions say."""

    id: str
    name: str
    kind: str
    form_id: str
    groups: tuple[str, ...]
    task_type: str
    headers: Mapping[str, str]
    properties: Mapping[str, str]
    decision: str
    result: str


def elements(root: etree._Element) -> Iterator[Element]:
    """List the tasks and events of a drawing that say something in its extensions."""
    for node in root.iter():
        holder = node.find(f"{BPMN}extensionElements") if isinstance(node.tag, str) else None
        if holder is not None and node.tag.startswith(BPMN):
            yield _element(node, holder)


def conditions(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """List the conditions of flows: id, name, FEEL without the leading sign."""
    for flow in root.iter(f"{BPMN}sequenceFlow"):
        written = flow.find(f"{BPMN}conditionExpression")
        if written is not None:
            yield flow.get("id", ""), flow.get("name", ""), (written.text or "").strip().removeprefix("=")


def variables(root: etree._Element) -> set[str]:
    """The variables a drawing itself names: targets of mappings, what loops go through and fill, BPMN data."""
    found = {node.get("target", "").partition(".")[0] for node in root.iter(f"{ZEEBE}input", f"{ZEEBE}output")}
    for node in root.iter(f"{ZEEBE}loopCharacteristics"):
        found |= {node.get("inputElement", ""), node.get("outputCollection", "")}
    for node in root.iter(*(f"{BPMN}{name}" for name in DATA)):
        name, identifier = node.get("name", ""), node.get("id", "")
        found.add(name if name.isidentifier() else re.sub(r"\W", "_", identifier))
    return found - {""}


def _element(node: etree._Element, holder: etree._Element) -> Element:
    assignment = _attributes(holder, "assignmentDefinition")
    called = _attributes(holder, "calledDecision")
    script = _attributes(holder, "script")
    groups = assignment.get("candidateGroups", "")
    return Element(
        id=node.get("id", ""),
        name=node.get("name", ""),
        kind=etree.QName(node).localname,
        form_id=_attributes(holder, "formDefinition").get("formId", ""),
        groups=tuple(group.strip() for group in groups.split(",") if group.strip()),
        task_type=_attributes(holder, "taskDefinition").get("type", ""),
        headers=_pairs(holder, "taskHeaders", "header", "key"),
        properties=_pairs(holder, "properties", "property", "name"),
        decision=called.get("decisionId", ""),
        result=called.get("resultVariable", "") or script.get("resultVariable", ""),
    )


def _attributes(holder: etree._Element, name: str) -> dict[str, str]:
    found = holder.find(f"{ZEEBE}{name}")
    return {str(key): str(value) for key, value in found.attrib.items()} if found is not None else {}


def _pairs(holder: etree._Element, outer: str, inner: str, key: str) -> dict[str, str]:
    found = holder.find(f"{ZEEBE}{outer}")
    rows = found.findall(f"{ZEEBE}{inner}") if found is not None else []
    return {row.get(key, ""): row.get("value", "") for row in rows}
