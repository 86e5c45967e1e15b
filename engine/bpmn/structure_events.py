"""Rules about events: which kind may stand where, what belongs to it (BPMN 2.0.2, 10.5 and 10.7)."""

from __future__ import annotations

from collections import defaultdict

from lxml import etree

from engine.bpmn.structure import Page, children, container_of, is_true, local_name, tag
from engine.bpmn.vocabulary import ALL_ACTIVITIES, ALL_EVENTS, EVENT_KINDS, SUB_PROCESSES

_ALWAYS = frozenset({"error", "compensate", "cancel"})


def check(page: Page) -> None:
    """Every rule about events."""
    for node in page.nodes:
        if tag(node) in ALL_EVENTS:
            _kinds(page, node)
            _ways(page, node)
            _timers(page, node)
        if tag(node) == "boundaryEvent":
            _boundary(page, node)
    for container in page.containers():
        if tag(container) in SUB_PROCESSES:
            _starts(page, container)
        _links(page, container)
    _compensation(page)


def _is_event_sheet(node: etree._Element | None) -> bool:
    return node is not None and is_true(node, "triggeredByEvent")


def _kinds(page: Page, event: etree._Element) -> None:
    """Table 10.93: which definitions stand at which place, and which of them must interrupt."""
    name, kinds, holder = tag(event), page.kinds(event), container_of(event)
    place = name
    if name == "startEvent":
        place = "start of an event sub-process" if _is_event_sheet(holder) else "start of a process"
    allowed = EVENT_KINDS.get(place, frozenset())
    for kind in kinds:
        if kind not in allowed:
            page.say(
                "cancel" if kind == "cancel" and name in ("endEvent", "boundaryEvent") else "event-kind",
                event,
                kind=kind,
            )
        elif kind == "cancel" and not _in_transaction(page, event):
            page.say("cancel", event)
    if not kinds and name in ("intermediateCatchEvent", "boundaryEvent"):
        page.say("event-none", event)
    always = sorted(set(kinds) & _ALWAYS)
    keeps = name == "boundaryEvent" and not is_true(event, "cancelActivity", True) and "compensate" not in kinds
    keeps = keeps or (place == "start of an event sub-process" and not is_true(event, "isInterrupting", True))
    if keeps and always:
        page.say("non-interrupting", event, kind=always[0])
    if is_true(event, "parallelMultiple") and len(kinds) < 2:
        page.say("events-order", event)


def _in_transaction(page: Page, event: etree._Element) -> bool:
    if tag(event) == "boundaryEvent":
        host = page.find(event.get("attachedToRef"), event)
        return host is not None and tag(host) == "transaction"
    return any(tag(holder) == "transaction" for holder in event.iterancestors())


def _ways(page: Page, event: etree._Element) -> None:
    name, kinds = tag(event), page.kinds(event)
    link = "link" in kinds
    if page.came(event) and (name in ("startEvent", "boundaryEvent") or (link and name == "intermediateCatchEvent")):
        page.say("incoming", event)
    compensates = name == "boundaryEvent" and "compensate" in kinds
    if page.went(event) and (name == "endEvent" or compensates or (link and name == "intermediateThrowEvent")):
        page.say("outgoing", event)


def _timers(page: Page, event: etree._Element) -> None:
    for definition in (child for child in children(event) if tag(child) == "timerEventDefinition"):
        given = [child for child in children(definition) if tag(child) in ("timeDate", "timeDuration", "timeCycle")]
        if len(given) > 1:
            page.say("timer-several", event)


def _boundary(page: Page, event: etree._Element) -> None:
    host = page.find(event.get("attachedToRef"), event)
    fits = host is not None and tag(host) in ALL_ACTIVITIES and not _is_event_sheet(host)
    if not fits or host is None or container_of(host) is not container_of(event):
        page.say("boundary", event)


def _starts(page: Page, sheet: etree._Element) -> None:
    starts = page.inside(sheet, {"startEvent"})
    if tag(sheet) == "adHocSubProcess":
        return
    if _is_event_sheet(sheet):
        if len(starts) != 1 or not page.kinds(starts[0]):
            page.say("event-sub-start", sheet)
        if page.came(sheet):
            page.say("incoming", sheet)
        if page.went(sheet):
            page.say("outgoing", sheet)
        return
    for start in starts:
        if page.kinds(start):
            page.say("sub-start", start)


def _links(page: Page, container: etree._Element) -> None:
    """Each link has one landing place of its name in the same scope, and somebody who goes there."""
    leaving: dict[str, list[etree._Element]] = defaultdict(list)
    landing: dict[str, list[etree._Element]] = defaultdict(list)
    for event in page.inside(container, {"intermediateThrowEvent", "intermediateCatchEvent"}):
        link = next((child for child in children(event) if tag(child) == "linkEventDefinition"), None)
        if link is None:
            continue
        name = (link.get("name") or "").strip()
        if not name:
            page.say("link-name", event)
        else:
            (leaving if tag(event) == "intermediateThrowEvent" else landing)[name].append(event)
    for name, events in leaving.items():
        for event in events if len(landing[name]) != 1 else ():
            page.say("link", event)
    for name, events in landing.items():
        for event in events[1:]:
            page.say("link", event)
        if not leaving[name]:
            page.say("link-source", events[0])


def _compensation(page: Page) -> None:
    """Handlers hang on their event by an association and on nothing else; throw events name an activity (10.7)."""
    tied: dict[str, set[str]] = defaultdict(set)
    for tie in (node for node in page.elements if tag(node) == "association"):
        a, b = local_name(tie.get("sourceRef", "")), local_name(tie.get("targetRef", ""))
        tied[a].add(b)
        tied[b].add(a)
    for node in page.nodes:
        own = node.get("id", "")
        if is_true(node, "isForCompensation") and (page.came(node) or page.went(node)):
            page.say("compensation-flows", node)
        if tag(node) == "boundaryEvent" and "compensate" in page.kinds(node):
            others = [page.find(other, node) for other in tied[own]]
            handlers = [other for other in others if other is not None and is_true(other, "isForCompensation")]
            if len(handlers) != 1:
                page.say("compensation-handler", node)
        if tag(node) in ("endEvent", "intermediateThrowEvent"):
            for definition in (child for child in children(node) if tag(child) == "compensateEventDefinition"):
                _compensated(page, node, definition.get("activityRef", ""))


def _compensated(page: Page, event: etree._Element, reference: str) -> None:
    target = page.find(reference, event)
    if reference and (target is None or tag(target) not in ALL_ACTIVITIES):
        page.say("compensation-ref", event, reference=reference)
