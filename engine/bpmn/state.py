"""A running case put away and taken up again: its live tokens as text, its variables beside them, never the definition.

What is put away of a token is where it stands, its local variables and the engine's notes; sheets that hold none are
not kept at all. The bytes themselves are engine/bpmn/saved.py.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.case import Case, Limits
from engine.bpmn.ground import ROOT, Ground, Token
from engine.bpmn.saved import (
    Saved,
    StateUnreadable,
    check,
    checksum,
    decode,
    first_format,
    keep_values,
    pack,
    unpack,
    written,
)

_STATES = {"w": TaskState.WAITING, "r": TaskState.READY, "s": TaskState.STARTED, "e": TaskState.ERROR}
_LETTERS = {value: letter for letter, value in _STATES.items()}


def save(case: Case) -> Saved:
    """The state of a case, small enough for a row; the same case always gives the same bytes."""
    data = keep_values(case.data, case.kept) if case.opened else case.kept
    grounds: list[Any] = []
    for owner, ground in [(0, case), *sorted(case.subprocesses.items())]:
        tokens = [_token(t) for t in sorted(ground.tasks.values(), key=lambda t: t.id) if t.id != ROOT]
        called = "" if ground is case or ground.embedded else ground.spec.name
        grounds.append([owner, called, ground.data if called else None, tokens])
    picture = {"p": case.spec.name, "n": case.serial, "x": case.end_element, "c": case.completed, "g": grounds}
    picture["d"] = checksum(data)
    if case.begun_by is not None or case.begun_key is not None:
        picture["b"] = [case.begun_by, case.begun_key]
    if len(case.memory):
        picture["m"] = [[place, done] for place, done in case.memory.picture()]
    return Saved(pack(written(picture)), data)


def restore(definition: Any, state: Saved, *, now: datetime, limits: Limits | None = None) -> Case:
    """The case of a saved state.

    Raises StateUnreadable if it is of an unknown version, damaged, of two different moments, or does not fit the
    definition: nothing is restored in part.
    """
    try:
        if state.tokens[:1] == b"\x01":
            picture = decode(first_format(state.tokens))
            case = _restore(definition, picture, now, limits)
            case.data.update(picture["g"][0][2])
            return case
        text = unpack(state.tokens)
        picture = json.loads(text)
        if '"$"' in text:
            picture = decode(picture)
        if state.data:
            check(state.data)
        if checksum(state.data) != picture["d"]:
            raise StateUnreadable("Trạng thái và dữ liệu của hồ sơ không thuộc cùng một lúc.")
        case = _restore(definition, picture, now, limits)
        case.keep(state.data)
        return case
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, RecursionError) as error:
        raise StateUnreadable("Trạng thái hồ sơ bị hỏng.") from error


def _restore(definition: Any, picture: dict[str, Any], now: datetime, limits: Limits | None) -> Case:
    if picture["p"] not in definition.sheets:
        raise StateUnreadable("Định nghĩa không có quy trình «%(process)s».", process=picture["p"])
    case = Case(definition, picture["p"], now=now, limits=limits)
    case.serial, case.end_element, case.completed = picture["n"], picture["x"], picture["c"]
    for owner_id, called, data, tokens in picture["g"]:
        ground: Ground = case
        if owner_id:
            owner = case.index[owner_id]
            name = called or f"{owner.task_spec.sheet.process.id}/{owner.task_spec.element.id}"
            if name not in definition.sheets:
                raise StateUnreadable("Định nghĩa không có quy trình «%(process)s».", process=name)
            ground = case.unfold(owner, name)
            ground.data.update(data or {})
        for serial, element, letter, variables, notes in tokens:
            if element not in ground.spec.task_specs:
                raise StateUnreadable("Định nghĩa không có phần tử «%(element)s».", element=element)
            token = Token(ground, ground.spec.node(element), serial=serial, state=_STATES[letter])
            token.data, token.internal_data = variables, notes
            if letter == "r":
                case.agenda.append(token)
    case.begun_by, case.begun_key = picture.get("b", (None, None))
    for place, remembered in picture.get("m", ()):
        for done in remembered:
            case.memory.add(place, done)
    return case


def _token(token: Token) -> list[Any]:
    return [token.id, token.task_spec.element.id, _LETTERS[token.state], token.data, token.notes]
