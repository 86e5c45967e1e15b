"""Reads the zeebe dialect's extension elements; what it does not know is kept as a reason to refuse."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.model import Extensions, Loop

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


def extension_nodes(node: etree._Element) -> list[etree._Element]:
    """The zeebe elements directly in an element's extensionElements."""
    holder = node.find(f"{{{BPMN}}}extensionElements")
    return [c for c in (holder if holder is not None else ()) if etree.QName(c).namespace == ZEEBE]


def read_extensions(node: etree._Element) -> Extensions:
    """Everything the dialect says about one element."""
    ext = Extensions()
    for child in extension_nodes(node):
        reader = _READERS.get(_local(child))
        if reader is None:
            ext.refused.append(f"zeebe:{_local(child)}")
        else:
            reader(ext, child)
    return ext


def read_loop(node: etree._Element) -> Loop:
    """The multi-instance characteristics of an activity."""
    loop = Loop(sequential=node.get("isSequential") == "true")
    for child in extension_nodes(node):
        if _local(child) == "loopCharacteristics":
            loop.collection = child.get("inputCollection", "")
            loop.item = child.get("inputElement", "")
            loop.output_collection = child.get("outputCollection", "")
            loop.output_item = child.get("outputElement", "")
    cardinality = node.find(f"{{{BPMN}}}loopCardinality")
    if cardinality is not None:
        loop.cardinality = (cardinality.text or "").strip()
    completion = node.find(f"{{{BPMN}}}completionCondition")
    if completion is not None and (completion.text or "").strip():
        loop.completion = completion.text.strip()
    return loop


def read_standard_loop(node: etree._Element) -> Loop:
    """The standard loop of an activity: again while its condition is true."""
    loop = Loop(sequential=True, standard=True, test_before=node.get("testBefore") == "true")
    condition = node.find(f"{{{BPMN}}}loopCondition")
    if condition is not None and (condition.text or "").strip():
        loop.condition = condition.text.strip()
    maximum = node.get("loopMaximum", "").strip()
    loop.maximum = int(maximum) if maximum.isdigit() else None  # anything else is told by the structural rules
    return loop


def read_active_elements(node: etree._Element) -> str | None:
    """The FEEL text for the inner activities an ad-hoc sub-process begins at once."""
    for child in extension_nodes(node):
        if _local(child) == "adHoc":
            return child.get("activeElementsCollection") or None
    return None


def read_key(message: etree._Element) -> str | None:
    """The correlation key expression of a message definition."""
    for child in extension_nodes(message):
        if _local(child) == "subscription":
            return child.get("correlationKey") or None
    return None


def _form(ext: Extensions, node: etree._Element) -> None:
    ext.form_id = node.get("formId") or node.get("externalReference") or node.get("formKey")
    _binding(ext, node)


def _binding(ext: Extensions, node: etree._Element) -> None:
    if node.get("bindingType", "latest") not in ("latest", "deployment"):
        ext.refused.append(f'bindingType="{node.get("bindingType")}"')


def _assignment(ext: Extensions, node: etree._Element) -> None:
    ext.assignee = node.get("assignee") or None
    ext.candidate_groups = node.get("candidateGroups") or None
    ext.candidate_users = node.get("candidateUsers") or None


def _schedule(ext: Extensions, node: etree._Element) -> None:
    ext.due_date = node.get("dueDate") or None


def _task(ext: Extensions, node: etree._Element) -> None:
    ext.task_type = node.get("type") or None


def _headers(ext: Extensions, node: etree._Element) -> None:
    for child in node:
        if isinstance(child.tag, str) and _local(child) == "header":
            ext.headers[child.get("key", "")] = child.get("value", "")


def _mapping(ext: Extensions, node: etree._Element) -> None:
    for child in node:
        if not isinstance(child.tag, str):
            continue
        pair = (child.get("source", ""), child.get("target", ""))
        (ext.inputs if _local(child) == "input" else ext.outputs).append(pair)


def _called_element(ext: Extensions, node: etree._Element) -> None:
    ext.called_process = node.get("processId") or None
    ext.pass_parent = node.get("propagateAllParentVariables", "true") != "false"
    ext.pass_child = node.get("propagateAllChildVariables", "true") != "false"
    _binding(ext, node)


def _called_decision(ext: Extensions, node: etree._Element) -> None:
    ext.decision_id = node.get("decisionId") or None
    ext.result_variable = node.get("resultVariable") or None
    _binding(ext, node)


def _script(ext: Extensions, node: etree._Element) -> None:
    ext.script = node.get("expression") or None
    ext.result_variable = node.get("resultVariable") or None


def _properties(ext: Extensions, node: etree._Element) -> None:
    for child in node:
        if isinstance(child.tag, str) and _local(child) == "property":
            ext.properties[child.get("name", "")] = child.get("value", "")


def _nothing(ext: Extensions, node: etree._Element) -> None:
    """Marks that carry no behaviour here (a user task is always ours, a version tag is only shown)."""


_READERS = {
    "formDefinition": _form,
    "assignmentDefinition": _assignment,
    "taskSchedule": _schedule,
    "taskDefinition": _task,
    "taskHeaders": _headers,
    "ioMapping": _mapping,
    "calledElement": _called_element,
    "calledDecision": _called_decision,
    "script": _script,
    "properties": _properties,
    "userTask": _nothing,
    "versionTag": _nothing,
    "adHoc": _nothing,
    "priorityDefinition": _nothing,
    "userTaskForm": _nothing,
}
