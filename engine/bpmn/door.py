"""The door of the engine: load drawings, start a case, let things happen to it, look at it. Pure: Saved in, Saved out.

Every `now` is an aware datetime, the moment of the act; nothing here reads a clock. A failing expression never raises:
the Advance carries an Incident, everything else went on, and `retry` takes the failed step again. See
docs/variables.md for the scope rule of variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.adhoc import choose_enabled
from engine.bpmn.advance import Advance, Incident, NotStartable, NotWaiting, Refused, Waiting
from engine.bpmn.beginnings import Start, begin, entry_at, entry_for, message_key, plain_entry, starts
from engine.bpmn.case import Case, Limits
from engine.bpmn.correlation import caught
from engine.bpmn.definition import Definition, load
from engine.bpmn.events import broadcast, happen, waits_for
from engine.bpmn.events import throw as throw_outwards
from engine.bpmn.expressions import Trouble
from engine.bpmn.ground import Token
from engine.bpmn.saved import Saved
from engine.bpmn.state import restore, save
from engine.bpmn.waiting import waiting_of
from rules.sentences import Sentence

__all__ = [
    "Advance",
    "Definition",
    "Incident",
    "Limits",
    "NotStartable",
    "NotWaiting",
    "Refused",
    "Saved",
    "Start",
    "Waiting",
    "begin_activity",
    "complete",
    "deliver",
    "deliver_signal",
    "load",
    "look",
    "pass_time",
    "receive",
    "retry",
    "start",
    "start_at",
    "start_by_message",
    "start_by_signal",
    "starts",
    "throw",
]


def start(
    definition: Definition,
    process_id: str,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    limits: Limits | None = None,
) -> Advance:
    """Start a case at the process's plain start event. Raises NotStartable if it has none, or several (`start_at`)."""
    case = begin(definition, plain_entry(definition, process_id), variables, {}, _aware(now), limits)
    return _advance(case, ())


def start_by_message(
    definition: Definition, name: str, variables: Mapping[str, Any], *, now: datetime, limits: Limits | None = None
) -> Advance:
    """Start the one process that begins with this message. Raises NotStartable if none or several do."""
    case = begin(definition, entry_for(definition, "message", name), {}, dict(variables), _aware(now), limits)
    return _advance(case, ())


def start_by_signal(
    definition: Definition, name: str, variables: Mapping[str, Any], *, now: datetime, limits: Limits | None = None
) -> Advance:
    """Start the one process that begins with this signal. Raises NotStartable if none or several do."""
    case = begin(definition, entry_for(definition, "signal", name), {}, dict(variables), _aware(now), limits)
    return _advance(case, ())


def start_at(
    definition: Definition, process_id: str, element_id: str, variables: Mapping[str, Any], *, now: datetime,
    limits: Limits | None = None,
) -> Advance:  # fmt: skip
    """Start a case at one of the starts that `starts` lists, whatever it is: a timer that is due, a condition.

    Raises NotStartable if the process has no such start, or its condition is not true of `variables`.
    """
    entry = entry_at(definition, process_id, element_id, variables, _aware(now))
    return _advance(begin(definition, entry, variables, {}, now, limits), ())


def complete(
    definition: Definition, state: Saved, token: str, variables: Mapping[str, Any], *, now: datetime,
    limits: Limits | None = None,
) -> Advance:  # fmt: skip
    """Finish a user task or call with its results and go as far as possible. Raises NotWaiting."""

    def act(case: Case) -> bool:
        open_token = _open(case, token, ("user", "call"))
        open_token.task_spec.resume(open_token, dict(variables))
        return True

    return _act(definition, state, now, limits, act)


def begin_activity(
    definition: Definition, state: Saved, token: str, *, now: datetime, limits: Limits | None = None
) -> Advance:
    """Begin an activity of an ad-hoc sub-process that waits as "enabled". Raises NotWaiting.

    One without incoming flows stays enabled beside it, unless its sub-process goes one activity after another.
    """

    def act(case: Case) -> bool:
        found = case.index.get(int(token)) if token.isdigit() else None
        if found is None or found.notes.get("kind") != "enabled":
            raise NotWaiting(token)
        choose_enabled(found)
        return True

    return _act(definition, state, now, limits, act)


def throw(
    definition: Definition, state: Saved, token: str, code: str, message: str = "",
    variables: Mapping[str, Any] | None = None, *, now: datetime, escalation: bool = False,
    limits: Limits | None = None,
) -> Advance:  # fmt: skip
    """Throw a BPMN error (or escalation) into an open user task or call.

    It goes to the innermost boundary event or event sub-process for `code`, then to one without a code; `variables` go
    along. An error nobody catches becomes an incident of the token with `message`; an escalation nobody catches does
    nothing (`moved` is False). Raises NotWaiting.
    """

    def act(case: Case) -> bool:
        open_token = _open(case, token, ("user", "call"))
        kind = "escalation" if escalation else "error"
        if throw_outwards(open_token, kind, code, dict(variables or {}), at_host=True):
            return True
        if escalation:
            return False
        text = Sentence("Lỗi «%(error)s» không có ai bắt.", error=code)
        text = Sentence("%(problem)s %(message)s", problem=text, message=message) if message else text
        case.stop(open_token, Trouble(text, "uncaught-error"))
        return True

    return _act(definition, state, now, limits, act)


def deliver(
    definition: Definition, state: Saved, message: str, key: str | None, variables: Mapping[str, Any], *, now: datetime,
    host: str | None = None, limits: Limits | None = None,
) -> Advance:  # fmt: skip
    """Hand a message to the one element that has waited longest for it.

    `key` is the correlation key as text; None means the case itself is addressed and any key fits. With `host`, the
    token of an open activity, only an event at the edge of that one hears it. `moved` is False when nothing in the
    case waits for it.
    """

    def fits(waiting: Token) -> bool:
        at = waiting.notes.get("host")
        return key in (None, waiting.notes.get("key")) and (host is None or str(at) == host)

    return _act(definition, state, now, limits, lambda case: _hand(case, message, variables, fits))


def receive(
    definition: Definition, cases: Mapping[str, Saved], message: str, variables: Mapping[str, Any], *, now: datetime,
    key: str | None = None, limits: Limits | None = None,
) -> tuple[str | None, Advance | None]:  # fmt: skip
    """Hand a message to whom it is for: the first running case that waits for it under its key, else a new case.

    `cases` are states under the caller's names, in the order in which they are asked. Without `key` the drawing tells
    it from the content (`variables`); NotStartable where that cannot be worked out. A case that was begun by this
    message under this key keeps a second one from beginning another (BPMN 2.0.2, 8.4.2). Gives the case's name (None:
    a new one) and how far it came; an Advance of None says that nobody takes the message.
    """
    event = caught(definition.drawing, message)
    key = key if key is not None or event is None else message_key(event, variables, _aware(now))
    for name, state in cases.items():
        advance = _act(
            definition, state, now, limits,
            lambda case: _hand(case, message, variables, lambda waiting: waiting.notes.get("key") in (None, key)),
        )  # fmt: skip
        if advance.moved:
            return name, advance
    held = [restore(definition, state, now=now) for state in cases.values()]
    if key is not None and any(c.begun_by == message and c.begun_key == key and not c.completed for c in held):
        return None, None
    try:
        return None, start_by_message(definition, message, variables, now=now, limits=limits)
    except NotStartable:
        return None, None


def deliver_signal(
    definition: Definition, state: Saved, name: str, variables: Mapping[str, Any], *, now: datetime,
    limits: Limits | None = None,
) -> Advance:  # fmt: skip
    """Let everything in the case that waits for a signal hear it; `moved` is False when nothing does."""
    return _act(definition, state, now, limits, lambda case: broadcast(case, name, dict(variables)) > 0)


def pass_time(definition: Definition, state: Saved, *, now: datetime, limits: Limits | None = None) -> Advance:
    """Let every timer go off that is due at `now`, earliest first.

    After 1,000 of them it stops with the rest still due; call again.
    """

    def act(case: Case) -> bool:
        fired, before = 0, state if state.current else save(case)
        case.carry_on()  # conditions may ask for the time
        while fired < 1_000:
            due = [t for t in case.index.values() if t.notes.get("kind") == "timer" and t.notes["due"] <= now]
            if not due:
                break
            happen(min(due, key=lambda t: (t.notes["due"], t.id)), {})
            case.carry_on()
            fired += 1
        return fired > 0 or bool(case.passed) or save(case) != before

    return _act(definition, state, now, limits, act)


def retry(
    definition: Definition, state: Saved, token: str, *, now: datetime, variables: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> Advance:  # fmt: skip
    """Take the failed step of an incident again, after setting `variables` to put its data right.

    A variable the failed step was just given (a form's answer) is corrected there, any other one where the step sees
    it. A task somebody's error had stopped is opened again under a new token. Raises NotWaiting if nothing failed here.
    """

    def act(case: Case) -> bool:
        stopped = case.index.get(int(token)) if token.isdigit() else None
        if stopped is None or "incident" not in stopped.notes:
            raise NotWaiting(token)
        given = stopped.notes.get("given") or {}
        given.update({name: value for name, value in (variables or {}).items() if name in given})
        stopped.write({name: value for name, value in (variables or {}).items() if name not in given})
        case.go_again(stopped)
        return True

    return _act(definition, state, now, limits, act)


def look(definition: Definition, state: Saved, *, now: datetime | None = None) -> Advance:
    """The case as it stands; nothing moves and nothing is calculated."""
    moment = now or datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    case = restore(definition, state, now=moment)
    return _advance(case, waiting_of(case), state, moved=False)


def _act(
    definition: Definition, state: Saved, now: datetime, limits: Limits | None, act: Callable[[Case], bool]
) -> Advance:
    case = restore(definition, state, now=_aware(now), limits=limits)
    before = waiting_of(case)
    moved = act(case)
    if moved:
        case.carry_on()
    return _advance(case, before, None if moved else state, moved=moved)


def _advance(case: Case, before: tuple[Waiting, ...], state: Saved | None = None, *, moved: bool = True) -> Advance:
    waiting = waiting_of(case)
    earlier, later = {w.token for w in before}, {w.token for w in waiting}
    return Advance(
        state=save(case) if state is None else state,
        waiting=waiting,
        opened=tuple(w for w in waiting if w.token not in earlier),
        closed=tuple(w.token for w in before if w.token not in later),
        passed=tuple(case.passed),
        ended=case.completed,
        end_element=case.end_element if case.completed else None,
        incidents=tuple(_incident(t) for t in sorted(case.index.values(), key=lambda t: t.id) if "incident" in t.notes),
        moved=moved,
        signals=tuple(case.signals),
        key=case.begun_key,
    )


def _incident(token: Token) -> Incident:
    element, told = token.task_spec.element, token.notes["incident"]
    return Incident(element.id, element.name, told["message"], str(token.id), told["code"])


def _hand(case: Case, message: str, variables: Mapping[str, Any], fits: Callable[[Token], bool]) -> bool:
    """Give a message to the fitting element that has waited longest for it; False if none does."""
    for waiting in sorted(case.index.values(), key=lambda t: t.id):
        if waits_for(waiting, "message", message) and fits(waiting):
            happen(waiting, dict(variables))
            return True
    return False


def _open(case: Case, token: str, kinds: tuple[str, ...]) -> Token:
    found = case.index.get(int(token)) if token.isdigit() else None
    if found is None or found.notes.get("kind") not in kinds or found.state != TaskState.STARTED:
        raise NotWaiting(token)
    return found


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    return now
