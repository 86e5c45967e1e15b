"""Rules about activities: loops, quantities, ad-hoc sub-processes (BPMN 2.0.2, 10.3)."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.structure import Page, children, tag
from engine.bpmn.vocabulary import ALL_ACTIVITIES
from engine.bpmn.zeebe import extension_nodes


def check(page: Page) -> None:
    """Every rule about activities."""
    for node in page.nodes:
        if tag(node) not in ALL_ACTIVITIES:
            continue
        for attribute in ("startQuantity", "completionQuantity"):
            _quantity(page, node, attribute, node.get(attribute, "1"))
        _loops(page, node)
        if tag(node) == "adHocSubProcess":
            _ad_hoc(page, node)


def _quantity(page: Page, node: etree._Element, attribute: str, text: str) -> None:
    value = text.strip()
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        page.say("quantity-value", node, attribute=attribute, value=value)


def _loops(page: Page, node: etree._Element) -> None:
    loops = [child for child in children(node) if tag(child).endswith("LoopCharacteristics")]
    if len(loops) > 1:
        page.say("loop-both", node)
    for loop in loops:
        _quantity(page, node, "loopMaximum", loop.get("loopMaximum", "1"))
        if tag(loop) != "multiInstanceLoopCharacteristics":
            continue
        parts = {tag(child) for child in children(loop)}
        own = [child for child in extension_nodes(loop) if child.get("inputCollection")]
        if "loopCardinality" in parts and ("loopDataInputRef" in parts or own):
            page.say("loop-several", node)
        behavior = loop.get("behavior", "All")
        if behavior == "Complex" and "complexBehaviorDefinition" not in parts:
            page.say("loop-event", node, behavior=behavior)


def _ad_hoc(page: Page, node: etree._Element) -> None:
    for event in page.inside(node, {"startEvent", "endEvent"}):
        page.say("adhoc-events", event)
    if not page.inside(node, ALL_ACTIVITIES):
        page.say("adhoc-empty", node)
