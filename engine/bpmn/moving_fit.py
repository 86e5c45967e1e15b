"""Whether a node of another drawing can take over what a live token does."""

from __future__ import annotations

from typing import Any

from engine.bpmn.activities import CallActivity, CallTask, ReceiveTask, SubProcess, UserTask
from engine.bpmn.events import BoundaryEvent, CatchEvent, EventSubProcess, StartEvent
from engine.bpmn.gateways import Join
from engine.bpmn.ground import Token
from engine.bpmn.model import Element, EventDefinition


def told(element: Element) -> str:
    """An element as people know it."""
    return element.name or element.id


def event_name(node: Any) -> str:
    """An event as people know it; one that opens a sub-process by its start event."""
    return told(node.start if isinstance(node, EventSubProcess) and node.start.name else node.element)


def kind_of(token: Token) -> str:
    """What a live token is doing, in one word."""
    notes = token.notes
    if "incident" in notes:
        return "incident"
    if "joining" in notes:
        return "joining"
    inside = "loop" in notes or token.id in token.workflow.top_workflow.subprocesses
    return str(notes.get("kind") or ("inside" if inside else "flow"))


def waits(token: Token) -> bool:
    """Whether a token waits in the flow for an event; one that waits for its data is no such token."""
    return token.notes.get("kind") in ("message", "timer", "signal", "condition") and "data" not in token.notes


def fits(token: Token, node: Any) -> bool:
    """Whether a node of the new drawing can hold a token as it is: the same kind of node, or the same kind of wait."""
    old, kind = token.task_spec, token.notes.get("kind")
    if kind == "user" and "incident" not in token.notes:
        return isinstance(node, UserTask)
    if kind == "call" and isinstance(old, CallTask):
        return isinstance(node, CallTask)
    if waits(token):
        wanted = "conditional" if kind == "condition" else kind
        catching = isinstance(node, CatchEvent | ReceiveTask) and not isinstance(node, BoundaryEvent)
        return catching and [event.kind for event in node.element.events] == [wanted]
    if isinstance(old, SubProcess | CallActivity | Join):
        return type(node) is type(old) and node.element.kind == old.element.kind and takes_same(old, node)
    return type(node) is type(old) and takes_same(old, node)


def takes_same(old: Any, node: Any) -> bool:
    """Whether as many tokens are waited for before a node begins."""
    return bool(old.element.takes == node.element.takes)


def same_loop(old: Element, new: Element) -> bool:
    """Whether a loop that is going on can go on in the new drawing."""
    a, b = old.loop, new.loop
    if a is None or b is None:
        return False
    kept = ("sequential", "standard", "item", "output_collection", "keeps")
    return all(getattr(a, name) == getattr(b, name) for name in kept)


def may_arrive(node: Any) -> bool:
    """Whether a token without a task may be sent to a node."""
    element = node.element
    beside = isinstance(node, BoundaryEvent | EventSubProcess | StartEvent) or element.for_compensation
    waits_for_others = isinstance(node, Join) and len(element.incoming) > 1
    return not beside and not waits_for_others and element.takes == 1


def events_of(node: Any) -> list[EventDefinition]:
    """What a node waits for; an event sub-process waits as its start event."""
    return list(node.start_events if isinstance(node, EventSubProcess) else node.element.events)


def signature(event: EventDefinition) -> tuple[Any, ...]:
    """What makes two event definitions the same one, whatever their ids are."""
    return event.kind, event.name, event.timer, event.expression, event.key, event.content_key, event.by_beginning
