"""Examining a case that stands still: which tokens stopped and why, what trying again would give. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn import door
from engine.bpmn.advance import NotWaiting
from engine.bpmn.definition import Definition
from engine.bpmn.ground import Token
from engine.bpmn.saved import Saved
from engine.bpmn.state import restore
from rules.feel import expression_of, feel
from rules.sentences import Sentence

MISSING = object()
"""What stands for a variable that is not there at all, which is not the same as null."""


@dataclass(frozen=True)
class Stopped:
    """A token that cannot go on: where, why, what its expression speaks of, and whether it would go on now.

    `code` is the kind of trouble ("expression", "condition", "runaway", …), `message` what trying again says now (or
    said when it stopped, where it would go on), `text` the expression at fault ("" where there is none), `values` what
    the expression speaks of by path, MISSING for what is not there.
    """

    token: str
    element_id: str
    name: str
    code: str
    message: Sentence
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    would_go_on: bool = False


def stopped(definition: Definition, state: Saved, *, now: datetime) -> tuple[Stopped, ...]:
    """Every stopped token of a case, each tried again on paper. Raises StateUnreadable."""
    case = restore(definition, state, now=now)
    found = []
    for token in sorted(case.index.values(), key=lambda one: one.id):
        if "incident" not in token.notes:
            continue
        element, told = token.task_spec.element, token.notes["incident"]
        seen = _seen(token)
        again = trouble_after(definition, state, str(token.id), {}, now=now)
        message = again.message if again else told["message"]
        text = _text_in(message)
        found.append(
            Stopped(
                str(token.id),
                element.id,
                element.name,
                again.code if again else told["code"],
                Sentence.of(message),
                text,
                values_in(text, seen),
                again is None,
            )
        )
    return tuple(found)


def seen_by(definition: Definition, state: Saved, token: str, *, now: datetime) -> dict[str, Any]:
    """All variables a stopped token sees, what it was just given among them. Raises NotWaiting, StateUnreadable."""
    case = restore(definition, state, now=now)
    found = case.index.get(int(token)) if token.isdigit() else None
    if found is None or "incident" not in found.notes:
        raise NotWaiting(token)
    return _seen(found)


def _seen(token: Token) -> dict[str, Any]:
    return {**token.visible(), **(token.notes.get("given") or {})}


def trouble_after(
    definition: Definition, state: Saved, token: str, variables: Mapping[str, Any], *, now: datetime
) -> door.Incident | None:
    """What would still stop this token if it were tried again with these values put right; None when it would go on.

    Nothing is written: the state that comes of it is thrown away. Raises NotWaiting, StateUnreadable.
    """
    tried = door.retry(definition, state, token, now=now, variables=variables)
    return next((one for one in tried.incidents if one.token == token), None)


def values_in(text: str, seen: Mapping[str, Any]) -> dict[str, Any]:
    """What an expression speaks of, by dotted path, as it stands in the data it sees."""
    if not text:
        return {}
    read = feel().parse(expression_of(text))
    paths = {path for path in read.paths if not any(other.startswith(f"{path}.") for other in read.paths)}
    deep = {path.split(".")[0] for path in paths}
    wanted = sorted(paths | {name for name in read.names | read.maybe if name not in deep})
    return {path: value_at(seen, path) for path in wanted}


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, MISSING where the path ends in nothing."""
    found: Any = data
    for step in path.split("."):
        if not isinstance(found, Mapping) or step not in found:
            return MISSING
        found = found[step]
    return found


def put_at(data: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """{first name: whole new value} for one value put at a dotted path; nothing else of the variable changes."""
    name, *inner = path.split(".")
    if not inner:
        return {name: value}
    held = data.get(name)
    return {name: {**(held if isinstance(held, Mapping) else {}), **_inner(held, inner, value)}}


def _inner(held: Any, steps: list[str], value: Any) -> dict[str, Any]:
    return put_at(held if isinstance(held, Mapping) else {}, ".".join(steps), value)


def _text_in(message: object) -> str:
    """The expression a trouble quotes, however deep its sentence is put together."""
    if not isinstance(message, Sentence):
        return ""
    own = message.params.get("text")
    if isinstance(own, str) and own:
        return own
    return next((found for value in message.params.values() if (found := _text_in(value))), "")
