"""A case as bytes: format version, then compressed JSON of its live tokens and variables; never the definition."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.advance import StateUnreadable
from engine.bpmn.case import ROOT, Case, Ground, Limits, Token
from rules.crossing import Months

VERSION = 1
DEEPEST_VALUE = 200
_STATES = {"w": TaskState.WAITING, "r": TaskState.READY, "s": TaskState.STARTED, "e": TaskState.ERROR}
_LETTERS = {value: letter for letter, value in _STATES.items()}


def save(case: Case) -> bytes:
    """The state of a case, small enough for a column; the same case always gives the same bytes."""
    grounds: list[Any] = []
    for owner, ground in [(0, case), *sorted(case.subprocesses.items())]:
        tokens = [_token(t) for t in sorted(ground.tasks.values(), key=lambda t: t.id) if t.id != ROOT]
        called = "" if ground is case or ground.embedded else ground.spec.name
        grounds.append([owner, called, encode(ground.data) if called or ground is case else None, tokens])
    picture = {"p": case.spec.name, "n": case.serial, "x": case.end_element, "c": case.completed, "g": grounds}
    if case.begun_by is not None or case.begun_key is not None:
        picture["b"] = [case.begun_by, case.begun_key]
    if len(case.memory):
        picture["m"] = [[place, encode(done)] for place, done in case.memory.picture()]
    text = json.dumps(picture, ensure_ascii=False, separators=(",", ":"))
    try:
        return bytes([VERSION]) + zlib.compress(text.encode(), 6)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON may bring
        raise StateUnreadable("Không lưu được chữ có ký tự hỏng.") from None


def restore(definition: Any, state: bytes, *, now: datetime, limits: Limits | None = None) -> Case:
    """The case of a saved state; raises StateUnreadable if it is of another version or does not fit the definition."""
    if not state or state[0] != VERSION:
        raise StateUnreadable("Trạng thái hồ sơ thuộc phiên bản không biết (%(version)s).", version=state[:1].hex())
    try:
        picture = json.loads(zlib.decompress(state[1:]))
    except (zlib.error, ValueError) as error:
        raise StateUnreadable("Trạng thái hồ sơ bị hỏng.") from error
    try:
        return _restore(definition, picture, now, limits)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
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
        if data is not None:
            ground.data.update(decode(data))
        for serial, element, letter, variables, notes in tokens:
            if element not in ground.spec.task_specs:
                raise StateUnreadable("Định nghĩa không có phần tử «%(element)s».", element=element)
            token = Token(ground, ground.spec.node(element), serial=serial, state=_STATES[letter])
            token.data, token.internal_data = decode(variables), decode(notes)
            if letter == "r":
                case.agenda.append(token)
    case.begun_by, case.begun_key = picture.get("b", (None, None))
    for place, remembered in picture.get("m", ()):
        for done in decode(remembered):
            case.memory.add(place, done)
    return case


def _token(token: Token) -> list[Any]:
    letter = _LETTERS[token.state]
    return [token.id, token.task_spec.element.id, letter, encode(token.data), encode(token.notes)]


def encode(value: Any, depth: int = 0) -> Any:
    """A value as JSON; moments, durations and decimals are marked, order of entries is kept."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if depth > DEEPEST_VALUE:
        raise StateUnreadable("Dữ liệu lồng nhau quá %(levels)s cấp.", levels=DEEPEST_VALUE)
    if isinstance(value, Mapping):
        pairs = [(key, encode(entry, depth + 1)) for key, entry in value.items()]
        if any(not isinstance(key, str) for key, _ in pairs):
            raise StateUnreadable("Tên mục dữ liệu phải là chữ: %(keys)s", keys=str(list(value))[:200])
        if any(key.startswith("$") for key, _ in pairs):
            return {"$": "m", "v": [[key, entry] for key, entry in pairs]}
        return dict(pairs)
    if isinstance(value, list | tuple):
        return [encode(entry, depth + 1) for entry in value]
    return {"$": _kind(value), "v": _text(value)}


def decode(value: Any) -> Any:
    """The value `encode` made a picture of."""
    if isinstance(value, list):
        return [decode(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    mark = value.get("$")
    if mark is None:
        return {key: decode(entry) for key, entry in value.items()}
    if mark == "m":
        return {key: decode(entry) for key, entry in value["v"]}
    return _READ[mark](value["v"])


def _kind(value: Any) -> str:
    for kind, letter in _KINDS:
        if isinstance(value, kind):
            return letter
    raise StateUnreadable("Không lưu được giá trị kiểu %(kind)s.", kind=type(value).__name__)


def _text(value: Any) -> Any:
    if isinstance(value, timedelta):
        return [value.days, value.seconds, value.microseconds]
    if isinstance(value, Months):
        return value.count
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is UTC:
        return value.replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat()


_KINDS: tuple[tuple[type, str], ...] = (
    (datetime, "dt"), (date, "d"), (time, "t"), (timedelta, "td"), (Months, "mo"), (Decimal, "n"),
)  # fmt: skip
_READ: dict[str, Any] = {
    "dt": datetime.fromisoformat,
    "d": date.fromisoformat,
    "t": time.fromisoformat,
    "td": lambda parts: timedelta(*parts),
    "mo": Months,
    "n": Decimal,
}
