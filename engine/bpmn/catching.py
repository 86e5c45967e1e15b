"""What an event waits for, worked out at the moment it starts waiting: message name and key, timer moment, signal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from engine.bpmn.case import Case
from engine.bpmn.expressions import Seen, Trouble
from engine.bpmn.ground import Token
from engine.bpmn.model import EventDefinition
from engine.bpmn.timers import Moment, following, moment_of
from rules.sentences import Sentence

ARMED_KINDS = frozenset({"message", "timer", "signal", "conditional"})


def listening(
    case: Case, nodes: Sequence[tuple[Any, Sequence[EventDefinition]]], context: Seen
) -> list[tuple[Any, dict[str, Any]]]:
    """What each node with its events begins to wait for, one (node, notes) an event; room for so many is asked for."""
    pairs = [(node, event) for node, events in nodes for event in events if event.kind in ARMED_KINDS]
    if not pairs:
        return []
    planned = plans(case, [event for _, event in pairs], context)
    case.room_for(len(pairs))
    return [(node, notes) for (node, _), notes in zip(pairs, planned, strict=True)]


def listen_on_sheet(token: Token, others: Sequence[tuple[Any, Sequence[EventDefinition]]] = ()) -> None:
    """Let the event sub-processes of a sheet wait from now on, and `others` compete for the token that begins it."""
    ground = token.workflow
    sheets = [(node, node.start_events) for node in ground.spec.event_sheets]

    def seen() -> dict[str, Any]:
        return {**token.visible(), **(token.notes.get("given") or {})}

    for node, notes in listening(ground.top_workflow, [*sheets, *others], seen):
        ground.arm(node, **notes, **({"race": token.id} if any(node is other for other, _ in others) else {}))


def all_came(token: Token, waits_for_all: bool, given: dict[str, Any]) -> dict[str, Any] | None:
    """What came with all events of a parallel multiple event, None while some are missing; `token` just came.

    Each definition waits under a token of its own; those that came keep what they were given until the last has come.
    """
    if not waits_for_all:
        return given
    others = _companions(token)
    if any("came" not in other.notes for other in others):
        token.notes["came"], token.notes["had"] = given, token.notes.pop("kind")
        return None
    merged: dict[str, Any] = {}
    for other in others:
        merged.update(other.notes["came"])
    return merged | given


def wait_for_all_again(token: Token) -> bool:
    """Let a parallel multiple event that runs beside its activity wait for all its events once more; False if it can't.

    It cannot when one of them is a timer that was its last round: then none of them waits any longer.
    """
    ground, others = token.workflow, _companions(token)
    again = {other.id: next_round(other) for other in [token, *others] if "due" in other.notes}
    for other in others:
        del other.notes["came"]
        other.notes["kind"] = other.notes.pop("had")
        other.notes.update(again.get(other.id) or {})
    exhausted = None in again.values()
    for other in others if exhausted else ():
        ground.drop(other)
    return not exhausted


def _companions(token: Token) -> list[Token]:
    """The other armed definitions of the same event at the same place, oldest first."""
    keys, ground = ("host", "race"), token.workflow
    same = [t for t in ground.tasks.values() if t.task_spec is token.task_spec and t.notes.get("armed")]
    found = [t for t in same if t is not token and all(t.notes.get(key) == token.notes.get(key) for key in keys)]
    return sorted(found, key=lambda t: t.id)


def plans(case: Case, events: Sequence[EventDefinition], context: Seen) -> list[dict[str, Any]]:
    """What each event waits for, all expressions in one crossing; Trouble if one cannot be worked out."""
    texts: list[str | None] = []
    for event in events:
        # A condition is asked whenever the case has moved, see Case.test_conditions; not here.
        texts += [event.expression, None] if event.kind == "timer" else [event.name, event.key]
    values = case.script_engine.values(texts, context)
    keys = [case.begun_key if event.by_beginning else values[2 * i + 1] for i, event in enumerate(events)]
    return [_plan(event, values[2 * i], keys[i], case.now) for i, event in enumerate(events)]


def _plan(event: EventDefinition, first: Any, key: Any, now: datetime) -> dict[str, Any]:
    if event.kind == "timer":
        return timer_notes(moment_of(event.timer, first, now))
    if event.kind == "signal" and event.name is None:
        return {"kind": "signal", "name": ""}  # the default signal of a multi-instance, see engine.bpmn.behaviour
    if event.kind == "conditional":
        return {"kind": "condition", "text": event.expression, "was": False}
    if not isinstance(first, str) or not first:
        raise Trouble(Sentence("Tên của sự kiện «%(event)s» không phải là chữ.", event=event.name), "event-name")
    if event.kind == "signal":
        return {"kind": "signal", "name": first}
    if event.key is not None and (key is None or isinstance(key, bool | list | dict)):
        told = Sentence(
            "Khóa tương quan của tin nhắn «%(message)s» không có giá trị (%(key)s).", message=first, key=event.key
        )
        raise Trouble(told, "correlation-key")
    return {"kind": "message", "name": first, "key": None if key is None else str(key)}


def timer_notes(moment: Moment) -> dict[str, Any]:
    """A timer as kept with its token."""
    return {"kind": "timer", "due": moment.due, "rest": moment.rest, "every": moment.every}


def next_round(token: Token) -> dict[str, Any] | None:
    """The next round of a repeating timer, or None when it was the last."""
    notes = token.notes
    try:
        after = following(Moment(notes["due"], notes["rest"], notes["every"]))
    except Trouble:  # beyond the end of the calendar
        return None
    return timer_notes(after) if after else None


WAITING_NOTES = ("kind", "name", "key", "text", "was", "due", "rest", "every", "armed", "host", "race", "came", "had")


def no_longer_waits(token: Token) -> None:
    """Forget what a token waited for; from here on it travels like any other."""
    for note in WAITING_NOTES:
        token.notes.pop(note, None)
