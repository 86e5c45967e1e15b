"""Events: start and end, waiting and throwing, at the edge of an activity, and those that open a sub-process."""

from __future__ import annotations

from typing import Any

from engine.bpmn.calls_and_sheets import open_sheet, start_call
from engine.bpmn.case import Case, Sheet
from engine.bpmn.catching import (
    all_came,
    listen_on_sheet,
    listening,
    next_round,
    no_longer_waits,
    plans,
    wait_for_all_again,
)
from engine.bpmn.compensation import compensate
from engine.bpmn.data import take_data
from engine.bpmn.expressions import Trouble
from engine.bpmn.ground import Token
from engine.bpmn.model import Element, Flow
from engine.bpmn.nodes import CLOSING, ENTERING, Node, SheetSpec
from engine.bpmn.transactions import cancel
from rules.sentences import Sentence

LAST_THROWN = ("none", "link", "message", "signal", "compensate", "escalation", "cancel", "error", "terminate")


class StartEvent(Node):
    """Where a sheet begins: arms its event sub-processes, then passes on what it was started with."""

    def enter(self, token: Token) -> bool:
        """Let the event sub-processes of this sheet wait from now on."""
        rest = [event for at, event in enumerate(self.element.events) if at != token.notes.get("begun_by")]
        others = [(self, rest)] if self.element.all_of and "begun_by" in token.notes else []
        listen_on_sheet(token, others)
        return not others

    def happen(self, token: Token) -> None:
        """A condition has become true that has to come together with other events before the process begins."""
        happen(token, {})


class CatchEvent(Node):
    """Waits in the flow for a message, a moment or a signal; a link is only a bridge."""

    def enter(self, token: Token) -> bool:
        """Begin to wait."""
        if self.element.event.kind == "link":
            return True
        if len(self.element.events) > 1:
            events = [(self, self.element.events)]
            for node, notes in listening(token.workflow.top_workflow, events, token.visible()):
                token.workflow.arm(node, race=token.id, **notes)
            return False
        token.notes.update(plans(token.workflow.top_workflow, [self.element.event], token.visible)[0])
        return False

    def happen(self, token: Token) -> None:
        """Its condition has become true."""
        happen(token, {})


class BoundaryEvent(Node):
    """Watches an activity; interrupts it or runs beside it."""

    def happen(self, token: Token) -> None:
        """Its condition has become true."""
        happen(token, {})


class ThrowEvent(Node):
    """Does something to others and goes on: calls outside, signals, escalates, or jumps over a link."""

    def enter(self, token: Token) -> bool:
        """A message goes out as a call, a compensation is waited for; the rest happens on leaving."""
        ext, kind = self.element.extensions, self.element.event.kind
        take_data(token)
        if any(event.kind == "message" for event in self.element.events):
            token.data.update(self.engine(token).mappings(ext.inputs, token.visible))
            start_call(self, token)
            return False
        return compensate(token) if kind == "compensate" else True

    def choose(self, token: Token) -> list[Flow]:
        """A link leads to the catching link of the same name; an error must have somebody who catches it."""
        event, sheet = self.element.event, self.sheet
        if event.kind == "link":
            name = event.name
            target = next(e for e in sheet.scope.elements.values() if is_link_target(e) and e.event.name == name)
            return [Flow(f"{self.element.id}→{target.id}", "", self.element.id, target.id)]
        for error in self.element.events:
            if error.kind == "error" and find_catcher(token, "error", error.name) is None:
                raise Trouble(Sentence("Lỗi «%(error)s» không có ai bắt.", error=error.name), "uncaught-error")
        signals = [event.name for event in self.element.events if event.kind == "signal"]
        if signals:
            token.notes["throws"] = self.engine(token).values(signals, token.visible())
        return super().choose(token)

    def left(self, token: Token) -> None:
        """Let the others know."""
        ground = token.workflow
        case = ground.top_workflow
        for name in token.notes.get("throws", ()):
            case.signals.append(name)
            broadcast(case, name, {})
        # What ends the sheet comes after what only tells others.
        for event in sorted(self.element.events, key=lambda event: LAST_THROWN.index(event.kind)):
            if not ground.stands():
                return
            if event.kind == "terminate":
                ground.clear(keep=token)
            elif event.kind in ("error", "escalation"):
                throw(token, event.kind, event.name, dict(token.data))
            elif event.kind == "cancel":
                cancel(token)


class EventSubProcess(Node):
    """A sub-process that an event opens; it waits beside the flow as long as its sheet is alive."""

    def __init__(self, sheet: SheetSpec, element: Element) -> None:
        super().__init__(sheet, element)
        assert element.scope is not None
        self.start = element.scope.starts()[0]
        self.start_event = self.start.event
        self.start_events = self.start.events
        sheet.event_sheets.append(self)

    def enter(self, token: Token) -> bool:
        """Open the inner sheet; its start event has already happened."""
        given = token.notes.get("given") or {}
        open_sheet(token, f"{self.sheet.process.id}/{self.element.id}", {}, self.start.id, given)
        token.notes.pop("given", None)
        return False

    def choose(self, token: Token) -> list[Flow]:
        """It has no way out: its sheet goes on without it, or ends."""
        return []

    def happen(self, token: Token) -> None:
        """Its condition has become true."""
        happen(token, {})


def is_link_target(element: Element) -> bool:
    """Whether an element is the landing place of a link."""
    return element.kind == "intermediateCatchEvent" and element.event.kind == "link"


def happen(token: Token, given: dict[str, Any]) -> None:
    """What a waiting token waited for has come."""
    node, ground, notes = token.task_spec, token.workflow, token.notes
    came = all_came(token, _drawn(node).all_of, given)
    if came is None:
        return
    given = came
    if isinstance(node, BoundaryEvent):
        _strike(token, ground.tasks[notes["host"]], node.element.interrupting, given, CLOSING)
    elif isinstance(node, EventSubProcess):
        _strike(token, None, node.start.interrupting, given, ENTERING)
    else:
        race = notes.get("race")
        no_longer_waits(token)
        if race is not None:
            gate = ground.tasks[race]
            if gate.task_spec is node:  # an event of several definitions: each competes for it
                given = {**(gate.notes.get("given") or {}), **given}
            else:
                ground.top_workflow.record(gate)
            ground.withdraw(gate)
        node.resume(token, given)


def _drawn(node: Any) -> Element:
    """The event as drawn: that of an event sub-process is its start event."""
    return node.start if isinstance(node, EventSubProcess) else node.element


def _strike(token: Token, host: Token | None, interrupting: bool, given: dict[str, Any], phase: str) -> None:
    """A boundary event or event sub-process goes off, ending what it watches or beside it."""
    ground, node = token.workflow, token.task_spec
    if interrupting:
        no_longer_waits(token)
        if host is not None:
            ground.withdraw(host)
        else:
            ground.clear(keep=token)
        token.notes.update(given=given, phase=phase)
        token._ready()
        return
    waits: dict[str, Any] = {
        key: token.notes[key] for key in ("host", "kind", "name", "key", "text", "was") if key in token.notes
    }
    if _drawn(node).all_of and not wait_for_all_again(token):
        ground.drop(token)
    elif token.notes["kind"] == "timer":
        again = next_round(token)
        ground.drop(token)
        if again is not None:
            ground.arm(node, **(waits | again))
    ground.put(node, given=given, phase=phase)


def broadcast(case: Case, signal: str, given: dict[str, Any]) -> int:
    """Let every token that waits for a signal hear it; how many did."""
    heard = [t for t in sorted(case.index.values(), key=lambda t: t.id) if waits_for(t, "signal", signal)]
    for token in heard:
        if token.id in case.index:
            happen(token, dict(given))
    return len(heard)


def waits_for(token: Token, kind: str, name: str) -> bool:
    """Whether a token waits for this message or signal."""
    return token.notes.get("kind") == kind and token.notes.get("name") == name and "incident" not in token.notes


def find_catcher(
    token: Token, kind: str, code: str | None, at_host: bool = False
) -> tuple[Any, Token | None, Any] | None:
    """Who catches an error or escalation: the innermost boundary event or event sub-process, a named code first.

    Gives the node, the activity it watches (None for an event sub-process) and the sheet it stands on.
    """
    host: Token | None = token if at_host else None
    ground = token.workflow
    while True:
        if host is not None:
            body = host.notes.get("body")
            host = ground.tasks[body] if body is not None else host
            watching = [] if "reopened" in host.notes else getattr(host.task_spec, "boundaries", [])
            found = _matching([(b, event) for b in watching for event in b.element.events], kind, code)
            if found is not None:
                return found, host, ground
            inside_event_sheet = host.task_spec if isinstance(host.task_spec, EventSubProcess) else None
        else:
            inside_event_sheet = None
        over = inside_event_sheet or (isinstance(ground, Sheet) and "reopened" in ground.owner.notes)
        sheets = [] if over else [(n, event) for n in ground.spec.event_sheets for event in n.start_events]
        found = _matching(sheets, kind, code)
        if found is not None:
            return found, None, ground
        host = getattr(ground, "owner", None)
        if host is None:
            return None
        ground = host.workflow


def _matching(candidates: list[tuple[Any, Any]], kind: str, code: str | None) -> Any:
    fitting = [(node, event) for node, event in candidates if event.kind == kind and event.name in (None, code)]
    return next((n for n, e in fitting if e.name is not None), fitting[0][0] if fitting else None)


def throw(token: Token, kind: str, code: str | None, given: dict[str, Any], at_host: bool = False) -> bool:
    """Throw an error or escalation from a token outwards; False if nobody catches it."""
    caught = find_catcher(token, kind, code, at_host)
    if caught is None:
        return False
    node, host, ground = caught
    interrupting = node.element.interrupting if host is not None else node.start.interrupting
    phase = CLOSING if host is not None else ENTERING
    if interrupting and host is not None:
        ground.withdraw(host)
    elif interrupting:
        ground.clear()
        ground.over = False
    ground.put(node, given=given, phase=phase)
    return True
