"""What begins without a start event: every node that has no way in (BPMN 2.0.2, 10.5.2 and 13.2), and global tasks."""

from __future__ import annotations

from engine.bpmn.model import Element, Flow, Scope

GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
"""Tasks defined once at the top of a file; a call activity calls them like a process of this one task."""


def begin_without_start(process: Scope) -> None:
    """Give every sheet that has neither start nor end events a start that nobody sees, before its first nodes.

    An embedded sub-process with nothing inside gets one too: it is done at once.
    """
    sheets = [process] + [element.scope for _, element in process.everything() if element.scope is not None]
    embedded = {element.id for _, element in process.everything() if element.scope and not element.by_event}
    ad_hoc = {element.id for _, element in process.everything() if element.ad_hoc is not None}
    for sheet in sheets:
        marked = any(e.kind in ("startEvent", "endEvent") or e.instantiate for e in sheet.elements.values())
        nodes = [e for e in sheet.elements.values() if not _beside(e)]
        first = [e for e in nodes if not e.incoming]
        empty = sheet.id in embedded and not nodes  # a sub-process drawn without its inside is done at once
        if marked or not (first or empty) or sheet.id in ad_hoc:
            continue
        start = Element(f"{sheet.id}#start", "", "startEvent", implicit=True)
        for element in first:
            flow = Flow(f"{start.id}→{element.id}", "", start.id, element.id)
            sheet.flows[flow.id] = flow
            start.outgoing.append(flow.id)
            element.incoming.append(flow.id)
        sheet.elements[start.id] = start


def _beside(element: Element) -> bool:
    link = element.kind == "intermediateCatchEvent" and element.event.kind == "link"
    return bool(link or element.attached_to or element.by_event or element.for_compensation)
