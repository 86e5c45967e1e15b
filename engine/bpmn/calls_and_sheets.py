"""What activities and events both set going: a call to the outside, and the sheet inside a sub-process or call."""

from __future__ import annotations

from typing import Any

from engine.bpmn.correlation import initiate
from engine.bpmn.expressions import Trouble
from engine.bpmn.ground import Token
from engine.bpmn.nodes import Node
from rules.sentences import Sentence


def start_call(node: Node, token: Token) -> None:
    """Let a token wait for an outside call of the node's task type ("" where the drawing names none)."""
    kind = node.engine(token).values([node.element.extensions.task_type or ""], token.visible)[0]
    if not isinstance(kind, str):
        told = Sentence("Loại công việc không phải là chữ (%(text)s).", text=node.element.extensions.task_type)
        raise Trouble(told, "task-type")
    token.notes.update(kind="call", type=kind)
    initiate(token)


def open_sheet(token: Token, name: str, data: dict[str, Any], start: str | None = None, given: Any = None) -> None:
    """Open the inner sheet of an activity and put a token on its start event."""
    case = token.workflow.top_workflow
    case.room_for(2)
    spec = case.subprocess_specs[name]
    if spec.is_process:
        case.check_depth(token)
    sheet = case.unfold(token, name)
    sheet.data.update(data)
    for declared in spec.scope.declares if sheet.embedded else ():
        token.data.setdefault(declared, None)
    sheet.put(spec.node(start or spec.plain_start.name), given=given or {})
