"""Whether a BPMN file keeps the structural rules of BPMN 2.0.2, whoever wrote it and whether we execute it or not."""

from __future__ import annotations

from lxml import etree

from engine.bpmn import structure_activities, structure_events, structure_file, structure_flows
from engine.bpmn.structure import Page
from rules.findings import Finding

ROOMS = (structure_file, structure_flows, structure_events, structure_activities)


def check_structure(root: etree._Element, file: str) -> list[Finding]:
    """Every structural rule a file breaks (see `engine.bpmn.rulebook`), each once for each element."""
    page = Page(root, file)
    for room in ROOMS:
        room.check(page)
    return list({(one.code, one.element, one.message): one for one in page.findings}.values())
