"""How a process begins: its own starts, which of them a message or signal means, and the first step from there.

Nothing here waits for a clock: whoever keeps one asks for the next moment of a timer start and starts the process then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.advance import NotStartable
from engine.bpmn.case import Case, Limits
from engine.bpmn.correlation import content_key
from engine.bpmn.definition import Definition
from engine.bpmn.expressions import FeelScriptEngine, Trouble
from engine.bpmn.model import Element, EventDefinition
from engine.bpmn.timers import moment_of, next_after


@dataclass(frozen=True)
class Start:
    """One way in which a process begins.

    `kind` is none (somebody starts it), message, signal, timer or conditional. `message` is the name of the message
    or signal, `condition` the FEEL text that has to become true, `due` the next aware instant of a timer; it is None
    when the timer has gone off for the last time, or when `trouble` says (in Vietnamese) why it has no moment.
    `all_of` says that all kinds listed for this element must come, not only this one.
    """

    process_id: str
    element_id: str
    name: str
    kind: str
    message: str | None = None
    due: datetime | None = None
    condition: str | None = None
    all_of: bool = False
    trouble: str | None = None


@dataclass(frozen=True)
class Entry:
    """Where a token is put when a process begins, and which of the node's events brought it there."""

    process_id: str
    element: Element
    event: EventDefinition
    at: int
    gateway: Element | None = None


def starts(
    definition: Definition, process_id: str | None = None, *, since: datetime, now: datetime | None = None
) -> tuple[Start, ...]:
    """How a process (or every process) of a definition begins, in drawing order.

    Timers count from `since`, the aware instant from which the definition is in force; their `due` is the next moment
    after `now` (the same instant when not given).
    """
    found = []
    for entry in _entries(definition, process_id):
        event, element = entry.event, entry.element
        due, trouble = _next_moment(event, since, now or since) if event.kind == "timer" else (None, None)
        found.append(
            Start(
                process_id=entry.process_id,
                element_id=element.id,
                name=element.name,
                kind=event.kind,
                message=event.name if event.kind in ("message", "signal") else None,
                due=due,
                condition=event.expression if event.kind == "conditional" else None,
                all_of=element.all_of or bool(entry.gateway and entry.gateway.together),
                trouble=trouble,
            )
        )
    return tuple(found)


def entry_for(definition: Definition, kind: str, name: str) -> Entry:
    """The one place where this message or signal begins a process. Raises NotStartable if there is none or several."""
    found = [e for e in _entries(definition, None) if e.event.kind == kind and e.event.name == name]
    if len(found) != 1:
        raise NotStartable("Có %(count)s quy trình bắt đầu bằng «%(name)s», cần đúng một.", count=len(found), name=name)
    return found[0]


def entry_at(
    definition: Definition, process_id: str, element_id: str, variables: Mapping[str, Any], now: datetime
) -> Entry:
    """The start of this id. Raises NotStartable if the process has none, or its condition is not true."""
    found = [e for e in _entries(definition, process_id) if e.element.id == element_id]
    if not found:
        raise NotStartable("Không có sự kiện bắt đầu «%(element)s».", element=element_id)
    # Of several events in one start a message or signal has a verb of its own.
    entry = next((e for e in found if e.event.kind not in ("message", "signal")), found[0])
    if entry.event.kind == "conditional" and not entry.element.all_of:
        try:
            true = FeelScriptEngine(now).lenient([(entry.event.expression, variables)])[0].value is True
        except Trouble:
            true = False
        if not true:
            raise NotStartable("Điều kiện bắt đầu «%(element)s» chưa đúng.", element=element_id)
    return entry


def begin(
    definition: Definition, entry: Entry, variables: Mapping[str, Any], given: dict[str, Any], now: datetime,
    limits: Limits | None,
) -> Case:  # fmt: skip
    """A new case with its first token taken as far as it goes; `given` came with the event."""
    case = Case(definition, entry.process_id, now=now, limits=limits)
    case.data.update(variables)
    if entry.event.kind == "message":
        case.begun_by, case.begun_key = entry.event.name, message_key(entry.event, given, now)
    sheet = definition.sheets[entry.process_id]
    if entry.gateway is not None:
        case.put(sheet.node(entry.gateway.id), begun_by=entry.element.id, given=given)
    elif entry.event.kind == "none":
        case.put(sheet.node(entry.element.id), given=given)
    else:
        case.put(sheet.node(entry.element.id), begun_by=entry.at, given=given)
    case.carry_on()
    return case


def message_key(event: EventDefinition, content: Mapping[str, Any], now: datetime) -> str | None:
    """The key a message carries. Raises NotStartable where it cannot be worked out in time: it is then for nobody."""
    try:
        return content_key(event, content, now)
    except Trouble as trouble:
        raise NotStartable("Không tính được khóa của tin nhắn «%(name)s».", name=event.name) from trouble


def plain_entry(definition: Definition, process_id: str) -> Entry:
    """The plain start of a process. Raises NotStartable if it has none or several."""
    if process_id in definition.drawing.processes:
        plain = [entry for entry in _entries(definition, process_id) if entry.event.kind == "none"]
        if len(plain) > 1:
            named = ", ".join(entry.element.id for entry in plain)
            raise NotStartable("Quy trình có nhiều sự kiện bắt đầu thường, phải chọn một: %(starts)s.", starts=named)
        if plain:
            return plain[0]
    raise NotStartable("Không có quy trình «%(process)s» để bắt đầu.", process=process_id)


def _entries(definition: Definition, process_id: str | None) -> Iterator[Entry]:
    for process, scope in definition.drawing.processes.items():
        if process_id in (None, process) and not scope.one_task:
            for element, gateway in scope.beginners():
                events = element.events or [element.event]
                yield from (Entry(process, element, event, at, gateway) for at, event in enumerate(events))


def _next_moment(event: EventDefinition, since: datetime, after: datetime) -> tuple[datetime | None, str | None]:
    try:
        value = FeelScriptEngine(since).values([event.expression], {})[0]
        return next_after(moment_of(event.timer, value, since), after), None
    except Trouble as trouble:
        return None, trouble.message
