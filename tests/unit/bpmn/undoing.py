"""Pieces of drawings that undo: an activity with its compensation, events that throw it, transactions."""

from __future__ import annotations

from tests.unit.bpmn.drawings import attributes, node, service, user


def undo_event(id: str, host: str, handler: str) -> str:
    """A compensation boundary event, associated with the activity that undoes its host."""
    watching = node("boundaryEvent", id, inner="<bpmn:compensateEventDefinition/>", attachedToRef=host)
    return (
        watching
        + f'<bpmn:association id="{id}-{handler}" associationDirection="One" sourceRef="{id}" targetRef="{handler}"/>'
    )


def undoable(id: str, **more: str) -> str:
    """A task of a person with a call that undoes it."""
    return user(id, **more) + undo_event(f"c-{id}", id, f"undo-{id}") + undoer(f"undo-{id}")


def undoer(id: str, *, ext: str = "") -> str:
    return service(id, f"undo.{id}", ext=ext, isForCompensation="true")


def compensate(id: str, activity: str | None = None, *, tag: str = "intermediateThrowEvent", wait: bool = True) -> str:
    told = attributes(activityRef=activity, waitForCompletion=None if wait else "false")
    return node(tag, id, inner=f"<bpmn:compensateEventDefinition{told}/>")


def undo_sheet(id: str, *parts: str) -> str:
    """A compensation event sub-process; its start event is "on-{id}"."""
    opened = node("startEvent", f"on-{id}", inner="<bpmn:compensateEventDefinition/>")
    return node("subProcess", id, inner=opened + "".join(parts), triggeredByEvent="true")


def transaction(id: str, *parts: str, inner: str = "") -> str:
    return node("transaction", id, inner=inner + "".join(parts))


def cancel_end(id: str) -> str:
    return node("endEvent", id, inner="<bpmn:cancelEventDefinition/>")


def cancelled(id: str, host: str) -> str:
    return node("boundaryEvent", id, inner="<bpmn:cancelEventDefinition/>", attachedToRef=host)
