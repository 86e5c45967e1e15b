"""Which case a message is meant for: keys as the standard writes them (BPMN 2.0.2, 8.4.2), and what a message carries.

The dialect gives a message one key expression, asked of the case that waits and of the content of the message alike.
The standard gives it properties: a retrieval expression tells each from the content, a subscription of the process
from its data (context-based); without a subscription the message that began the case, or the first one it has sent,
sets the key (key-based).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lxml import etree

from engine.bpmn.case import Case
from engine.bpmn.expressions import FeelScriptEngine
from engine.bpmn.ground import Token
from engine.bpmn.model import Drawing, EventDefinition, Scope
from engine.bpmn.zeebe import BPMN
from rules.feel import is_expression
from rules.sentences import Sentence

CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})
SENDING = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})
Refuse = Callable[[str, etree._Element, Sentence, Sentence], None]


@dataclass
class Key:
    """One correlation key: its properties, and where a subscription takes each from (None: there is none)."""

    properties: list[str]
    data: dict[str, str] | None = None


def read_correlation(process: etree._Element, scope: Scope, refuse: Refuse) -> None:
    """Give the messages a process catches the keys the standard's correlation elements ask of them."""
    root = process.getroottree().getroot()
    retrievals = {node.get("id", ""): _retrievals(node) for node in root.iter(f"{{{BPMN}}}correlationProperty")}
    keys = {node.get("id", ""): Key(_properties(node)) for node in root.iter(f"{{{BPMN}}}correlationKey")}
    for node in process.iterfind(f"{{{BPMN}}}correlationSubscription"):
        bindings = {
            _name(binding.get("correlationPropertyRef")): _text(binding, "dataPath")
            for binding in node.iterfind(f"{{{BPMN}}}correlationPropertyBinding")
        }
        known = keys.setdefault(_name(node.get("correlationKeyRef")), Key(list(bindings)))
        known.data = bindings
    if not keys:
        return
    nodes = {node.get("id"): node for node in process.iter(f"{{{BPMN}}}*")}
    elements = [element for _, element in scope.everything() if element.kind in CATCHING | SENDING]
    sending = [element for element in elements if element.kind in SENDING]
    setters = [
        e for one in [*scope.starts(), *scope.instantiating(), *sending] for e in one.events if e.kind == "message"
    ]
    for element in elements:
        for at, event in enumerate(element.events):
            if event.kind == "message" and event.key is None:
                found = _keyed(event, keys, retrievals, setters)
                if found is None:
                    message = Sentence(
                        "Tin nhắn «%(name)s» có khóa tương quan mà quy trình không đặt.", name=event.name
                    )
                    advice = Sentence("Thêm correlationSubscription, hoặc bắt đầu quy trình bằng tin nhắn có khóa này.")
                    refuse("correlation", nodes[element.id], message, advice)
                else:
                    element.events[at] = found


def content_key(event: EventDefinition, content: Mapping[str, Any], now: datetime) -> str | None:
    """The key a message carries in its content; None if its drawing asks for none or it is not there."""
    text = event.content_key or event.key
    if text is None or not is_expression(text):
        return text
    value = FeelScriptEngine(now).lenient([(text, content)])[0].value
    return None if value is None or isinstance(value, bool | list | dict) else str(value)


def initiate(token: Token) -> None:
    """A message is sent: without a key so far, it sets that of the case."""
    case: Case = token.workflow.top_workflow
    for event in token.task_spec.element.events:
        if event.kind == "message" and event.by_beginning and case.begun_key is None:
            case.begun_key = content_key(event, token.visible(), case.now)


def caught(drawing: Drawing, message: str) -> EventDefinition | None:
    """The definition of a message some element of the drawings catches."""
    for process in drawing.processes.values():
        for _, element in process.everything():
            for event in element.events if element.kind in CATCHING else ():
                if event.kind == "message" and event.name == message:
                    return event
    return None


def _keyed(
    event: EventDefinition,
    keys: Mapping[str, Key],
    retrievals: Mapping[str, Mapping[str, str]],
    setters: list[EventDefinition],
) -> EventDefinition | None:
    """A message with its key; None where nothing of the process ever sets that key."""
    for key in keys.values():
        paths = [retrievals.get(name, {}).get(event.reference or "") for name in key.properties]
        if not paths or None in paths:
            continue
        content = _joined([path or "" for path in paths])
        if key.data is not None:
            return replace(
                event, key=_joined([key.data.get(name, "=null") for name in key.properties]), content_key=content
            )
        setting = [b.reference for b in setters if all(b.reference in retrievals.get(p, {}) for p in key.properties)]
        return replace(event, content_key=content, by_beginning=True) if setting else None
    return event


def _joined(parts: list[str]) -> str:
    """One FEEL text for a key of one or several parts."""
    if len(parts) == 1:
        return parts[0]
    return "=" + ' + "|" + '.join(f"string({part.removeprefix('=')})" for part in parts)


def _retrievals(node: etree._Element) -> dict[str, str]:
    """What tells a property from the content of each message."""
    found = node.iterfind(f"{{{BPMN}}}correlationPropertyRetrievalExpression")
    return {_name(each.get("messageRef")): _text(each, "messagePath", "formalExpression") for each in found}


def _properties(node: etree._Element) -> list[str]:
    return [_name(child.text) for child in node.iterfind(f"{{{BPMN}}}correlationPropertyRef")]


def _name(text: str | None) -> str:
    return (text or "").strip().split(":")[-1]


def _text(node: etree._Element, *tags: str) -> str:
    """An expression as FEEL; SpiffWorkflow's own examples write formalExpression for the standard's messagePath."""
    texts = [(child.text or "").strip() for tag in tags for child in node.iterfind(f"{{{BPMN}}}{tag}")]
    text = next((text for text in texts if text), "null")
    return text if is_expression(text) else f"={text}"
