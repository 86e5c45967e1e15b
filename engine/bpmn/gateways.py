"""Gateways: choosing one way, several or all; joining by counting tokens; waiting for the first of several events."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.catching import listen_on_sheet, listening
from engine.bpmn.expressions import Trouble
from engine.bpmn.ground import ROOT, Token
from engine.bpmn.model import Flow, Scope
from engine.bpmn.nodes import CLOSING, Node, truth
from rules.sentences import Sentence


class ExclusiveGateway(Node):
    """Takes the first way whose condition is true; passes every arriving token on."""

    def choose(self, token: Token) -> list[Flow]:
        """All conditions are asked in one crossing, the first true one in drawing order wins."""
        flows = [flow for flow in self.out if flow.id != self.element.default]
        if len(self.out) == 1:
            return self.out
        found = self.engine(token).outcomes([flow.condition or "" for flow in flows], token.visible())
        for flow, outcome in zip(flows, found, strict=True):
            if truth(flow, outcome):
                return [flow]
        return self.or_default([])


class Join(Node):
    """A gateway that waits for several tokens: each arrival waits until the gateway fires."""

    joining = ""

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.element.incoming) < 2:
            return True
        my_task._set_state(TaskState.WAITING)
        my_task.notes["joining"] = self.joining
        self.arrived(my_task)
        return False

    def arrived(self, token: Token) -> None:
        """A token came in."""

    def arrivals(self, ground: Any) -> dict[str, Token]:
        """The oldest waiting token of each incoming flow."""
        found: dict[str, Token] = {}
        for token in sorted(ground.tasks.values(), key=lambda t: t.id):
            if token.id != ROOT and token.task_spec is self and "joining" in token.notes:
                found.setdefault(token.notes["flow"], token)
        return found

    def merge(self, ground: Any, arrived: dict[str, Token]) -> None:
        """Make one token of those that arrived."""
        first, *others = sorted(arrived.values(), key=lambda t: t.id)
        for other in others:
            ground.drop(other)
        del first.notes["joining"]
        first.notes.pop("incident", None)
        first._set_state(TaskState.WAITING)
        first._ready()

    def on_its_way(self, ground: Any, empty: list[str], full: list[str]) -> bool:
        """Whether a token can come to an empty flow without going through this gateway, and cannot come to a full one.

        A boundary event counts through the activity it watches (BPMN 2.0.2, table 13.3).
        """
        others = [token for token in ground.tasks.values() if token.task_spec is not self and flows_on(token)]
        if not others or not empty:
            return False
        scope, own = self.sheet.scope, self.element.id
        blocking = upstream(scope, empty, own) - upstream(scope, full, own)
        return any(token.task_spec.element.id in blocking for token in others)


class ParallelGateway(Join):
    """Waits for one token on each incoming flow, then sends one out on each outgoing flow."""

    joining = "parallel"

    def arrived(self, token: Token) -> None:
        """Fire as soon as every incoming flow has a token."""
        found = self.arrivals(token.workflow)
        if len(found) == len(self.element.incoming):
            self.merge(token.workflow, found)

    def choose(self, token: Token) -> list[Flow]:
        """All ways."""
        return self.out


class InclusiveGateway(Join):
    """Takes every way whose condition is true; waits for every token that can still arrive (BPMN 2.0.2, 13.4.3)."""

    joining = "inclusive"

    def choose(self, token: Token) -> list[Flow]:
        """Every true way, else the default one."""
        return self.out if len(self.out) == 1 else super().choose(token)

    def try_quiet(self, ground: Any) -> bool:
        """Nothing else moves: fire unless some other token can still reach an incoming flow that has none yet."""
        found = self.arrivals(ground)
        if not found:
            return False
        if self.on_its_way(ground, [f for f in self.element.incoming if f not in found], list(found)):
            return False
        self.merge(ground, found)
        return True


def flows_on(token: Token) -> bool:
    """Whether a token belongs to the flow; what waits beside it, is only offered or remembers a reset does not."""
    return token.id != ROOT and not token.notes.get("armed") and "spent" not in token.notes


def upstream(scope: Scope, flows: list[str], gateway: str) -> set[str]:
    """Nodes from which a token can come to one of these flows without going through the gateway."""
    seen: set[str] = set()
    todo = [scope.flows[flow].source for flow in flows]
    while todo:
        node = todo.pop()
        if node in seen or node == gateway:
            continue
        seen.add(node)
        element = scope.elements[node]
        todo += [scope.flows[flow].source for flow in element.incoming]
        if element.attached_to:
            todo.append(element.attached_to)
        if element.kind == "intermediateCatchEvent" and element.event.kind == "link":
            todo += [e.id for e in scope.elements.values() if _throws_link(e, element.event.name)]
    return seen


def _throws_link(element: Any, name: str | None) -> bool:
    return element.kind == "intermediateThrowEvent" and element.event.kind == "link" and element.event.name == name


class EventGateway(Node):
    """Waits for the first of several events; the others are then forgotten."""

    def enter(self, token: Token) -> bool:
        """Arm all events behind the gateway; one that begins its process has had its first event already."""
        if "begun_by" in token.notes:
            listen_on_sheet(token)
            return True
        targets = [self.sheet.node(flow.target) for flow in self.out]
        events = [(node, node.element.events) for node in targets]
        for node, notes in listening(token.workflow.top_workflow, events, token.visible()):
            token.workflow.arm(node, race=token.id, **notes)
        return False

    def choose(self, token: Token) -> list[Flow]:
        """The way on is that of the event that came; see `happen` and, for the beginning of a process, `left`."""
        if "begun_by" in token.notes:
            return []
        raise Trouble(Sentence("Cổng sự kiện không tự chọn nhánh."), "gateway")

    def finish(self, token: Token) -> None:
        """What came with the first event belongs to that event."""
        if "begun_by" not in token.notes:
            super().finish(token)

    def left(self, token: Token) -> None:
        """At the beginning of a process: go on with the event that came, and wait for the others if all must come."""
        came = token.notes.get("begun_by")
        for flow in self.out if came is not None else ():
            if flow.target == came:
                given = token.notes.get("given") or {}
                token.workflow.put(self.sheet.node(flow.target), flow=flow.id, given=given, phase=CLOSING)
            elif self.element.together:
                token.workflow.put(self.sheet.node(flow.target), flow=flow.id)
