"""Tells what a case waits for, from what its tokens were given when they began to wait."""

from __future__ import annotations

from typing import Any

from engine.bpmn.activities import is_open
from engine.bpmn.advance import Waiting
from engine.bpmn.case import Case
from engine.bpmn.events import EventSubProcess
from engine.bpmn.ground import Token
from engine.bpmn.model import Element


def waiting_of(case: Case) -> tuple[Waiting, ...]:
    """Everything open in a case, oldest first."""
    return tuple(_waiting(t) for t in sorted(case.index.values(), key=lambda t: t.id) if is_open(t))


def _sent(element: Element) -> str | None:
    """The name of the message a call is to send."""
    names = (event.name for event in element.events if event.kind == "message")
    return next(names, None)


def _given(token: Token) -> dict[str, Any]:
    """The local variables of a token; in a called process also what that has and the case has not, or has otherwise.

    Whoever does the work knows the case's own variables, and of a called process nothing but what it is told here. What
    a call hands over by a mapping is always told: the case may have something else under that name tomorrow.
    """
    ground = token.workflow
    while ground.embedded:
        ground = ground.owner.workflow
    case = ground.top_workflow
    if ground is case:
        return dict(token.data)
    known, told = case.data, {target.partition(".")[0] for target in _handed_over(ground)} | token.data.keys()
    return {
        name: value
        for name, value in token.visible().items()
        if name in told or name not in known or known[name] != value
    }


def _handed_over(ground: Any) -> list[str]:
    """The targets of the input mappings of the calls a process was called by, one within the other."""
    targets: list[str] = []
    while ground is not ground.top_workflow:
        caller = ground.owner
        targets += [target for _, target in caller.task_spec.element.extensions.inputs]
        ground = caller.workflow
    return targets


def _waiting(token: Token) -> Waiting:
    notes, node = token.notes, token.task_spec
    # An event sub-process waits as its start event, which is what the drawing shows waiting.
    element, kind = (node.start if isinstance(node, EventSubProcess) else node.element), notes["kind"]
    extensions = element.extensions
    attached = notes.get("host", notes.get("race"))
    return Waiting(
        token=str(token.id),
        kind=kind,
        element_id=element.id,
        name=element.name,
        type=notes.get("type", ""),
        headers=dict(extensions.headers),
        inputs=_given(token),
        form_id=notes.get("form"),
        assignee=notes.get("assignee"),
        candidate_groups=tuple(notes.get("groups", ())),
        candidate_users=tuple(notes.get("users", ())),
        properties=dict(extensions.properties),
        due=notes.get("due"),
        message=notes.get("name") if kind in ("message", "signal") else _sent(element) if kind == "call" else None,
        key=notes.get("key"),
        lane=element.lane,
        attached_to=None if attached is None else str(attached),
        process_id=node.sheet.process.id,
    )
