"""What an event waits for, worked out at the moment it starts waiting: message name and key, timer moment, signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.bpmn.case import Case, Token
from engine.bpmn.expressions import Trouble
from engine.bpmn.model import EventDefinition
from engine.bpmn.timers import Moment, following, moment_of

ARMED_KINDS = frozenset({"message", "timer", "signal", "conditional"})


def plans(case: Case, events: Sequence[EventDefinition], context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each event waits for, all expressions in one crossing; Trouble if one cannot be worked out."""
    texts: list[str | None] = []
    for event in events:
        # A condition is asked whenever the case has moved, see Case.test_conditions; not here.
        texts += [event.expression, None] if event.kind == "timer" else [event.name, event.key]
    values = case.script_engine.values(texts, context)
    return [_plan(event, values[2 * i], values[2 * i + 1], case.now) for i, event in enumerate(events)]


def _plan(event: EventDefinition, first: Any, key: Any, now: datetime) -> dict[str, Any]:
    if event.kind == "timer":
        return timer_notes(moment_of(event.timer, first, now))
    if event.kind == "conditional":
        return {"kind": "condition", "text": event.expression, "was": False}
    if not isinstance(first, str) or not first:
        raise Trouble(f"Tên của sự kiện «{event.name}» không phải là chữ.", "event-name")
    if event.kind == "signal":
        return {"kind": "signal", "name": first}
    if event.key is not None and (key is None or isinstance(key, bool | list | dict)):
        raise Trouble(f"Khóa tương quan của tin nhắn «{first}» không có giá trị ({event.key}).", "correlation-key")
    return {"kind": "message", "name": first, "key": None if event.key is None else str(key)}


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


WAITING_NOTES = ("kind", "name", "key", "text", "was", "due", "rest", "every", "armed", "host", "race")


def no_longer_waits(token: Token) -> None:
    """Forget what a token waited for; from here on it travels like any other."""
    for note in WAITING_NOTES:
        token.notes.pop(note, None)
