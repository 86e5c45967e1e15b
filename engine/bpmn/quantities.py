"""Start quantity: how many tokens an activity takes before it begins (BPMN 2.0.2, sections 10.3 and 13.3.2)."""

from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.adhoc import admitted
from engine.bpmn.ground import Token


def gathered(token: Token) -> bool:
    """Whether an arriving token may begin its activity; several wait for each other, on whichever flow they came.

    With the last of them the oldest goes on for all.
    """
    node, ground = token.task_spec, token.workflow
    if node.element.takes == 1 or "flow" not in token.notes:
        return admitted(token)
    token._set_state(TaskState.WAITING)
    token.notes["joining"] = "quantity"
    waiting = [t for t in ground.tasks.values() if t.task_spec is node and t.notes.get("joining") == "quantity"]
    if len(waiting) < node.element.takes:
        return False
    first, *others = sorted(waiting, key=lambda t: t.id)[: node.element.takes]
    for other in others:
        ground.drop(other)
    del first.notes["joining"]
    first.notes.pop("incident", None)
    first._set_state(TaskState.WAITING)
    if admitted(first):
        first._ready()
    return False
