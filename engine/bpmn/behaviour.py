"""Events thrown by the finished instances of a multi-instance activity, for its boundary events to catch."""

from __future__ import annotations

from typing import Any

from engine.bpmn.case import Case
from engine.bpmn.events import broadcast, happen, throw, waits_for
from engine.bpmn.ground import Token


def announce(body: Token, kind: str, name: str, given: dict[str, Any]) -> None:
    """Throw one event for an activity whose instance has finished.

    A signal with a name is heard by all who wait for it, in this case and others; the default signal (no name), a
    message, an error and an escalation by a boundary event of the activity, the latter two also further outwards.
    """
    case: Case = body.workflow.top_workflow
    if kind in ("error", "escalation"):
        throw(body, kind, name, given, at_host=True)
    elif kind == "signal" and name:
        case.signals.append(name)
        broadcast(case, name, given)
    else:
        edges = [t for t in body.attached() if t.notes.get("host") == body.id and waits_for(t, kind, name)]
        for watching in sorted(edges, key=lambda t: t.id):
            if watching.id in case.index:
                happen(watching, dict(given))
