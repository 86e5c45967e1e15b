"""What is kept of a case between two steps: its live tokens, and beside them the variables of its process instance.

Both are bytes of one format: version, a letter for how the text is written, CRC-32 of all the rest, then JSON (deflated
when it is long). They belong together: the tokens name the checksum of the variables they were saved with. The format
of version 1 had both in one; it is read and no longer written. See docs/engine.md.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from engine.errors import Invalid
from rules.crossing import Months

VERSION = 2
DEEPEST_VALUE = 200
SHORT = 2_000
"""Bytes that are not worth deflating: a row with less is kept in its table whole."""

_HEAD = 6
_WAYS: dict[bytes, Callable[[bytes], bytes]] = {b"j": bytes, b"z": zlib.decompress}
_PLAIN = frozenset({str, int, float, bool, type(None)})
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class StateUnreadable(Invalid):
    """The saved state is of an unknown version, damaged, or does not fit this definition."""

    code = "state_unreadable"


@dataclass(frozen=True)
class Saved:
    """A case as it is kept; `data` is only another object when a step has changed the variables.

    Of version 1 are `tokens` with the variables inside, `data` is empty then.
    """

    tokens: bytes
    data: bytes = b""

    @property
    def current(self) -> bool:
        """Whether this is the format that is written now."""
        return self.tokens[:1] == bytes([VERSION])

    @cached_property
    def variables(self) -> dict[str, Any]:
        """The variables of the process instance, to be looked at only. Raises StateUnreadable."""
        if self.tokens[:1] == b"\x01":
            try:
                return dict(decode(first_format(self.tokens)["g"][0][2]))
            except (LookupError, TypeError) as error:
                raise StateUnreadable("Trạng thái hồ sơ bị hỏng.") from error
        return values_of(self.data)


def pack(text: str) -> bytes:
    """A text of JSON in an envelope that shows when it is damaged."""
    try:
        body = text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON may bring
        raise StateUnreadable("Không lưu được chữ có ký tự hỏng.") from None
    way, body = (b"z", zlib.compress(body, 6)) if len(body) > SHORT else (b"j", body)
    return bytes([VERSION]) + way + zlib.crc32(body, zlib.crc32(way)).to_bytes(4, "big") + body


def check(kept: bytes) -> None:
    """Refuse (StateUnreadable) an envelope of another version, or one that is not as it was written."""
    if kept[:1] != bytes([VERSION]):
        raise StateUnreadable("Trạng thái hồ sơ thuộc phiên bản không biết (%(version)s).", version=kept[:1].hex())
    if zlib.crc32(kept[_HEAD:], zlib.crc32(kept[1:2])) != checksum(kept) or kept[1:2] not in _WAYS:
        raise StateUnreadable("Trạng thái hồ sơ bị hỏng.")


def unpack(kept: bytes) -> str:
    """The text in an envelope. Raises StateUnreadable, see `check`."""
    check(kept)
    return _WAYS[kept[1:2]](kept[_HEAD:]).decode()


def checksum(kept: bytes) -> int:
    """The checksum an envelope carries."""
    return int.from_bytes(kept[2:_HEAD], "big")


def values_of(kept: bytes) -> dict[str, Any]:
    """The variables in an envelope; none in an empty one. Raises StateUnreadable."""
    if not kept:
        return {}
    text = unpack(kept)
    values = json.loads(text)
    return decode(values) if '"$"' in text else values


def keep_values(values: Mapping[str, Any], before: bytes = b"") -> bytes:
    """An envelope of variables: the very one from before if nothing has changed. Raises StateUnreadable."""
    text = written(values)
    if before and unpack(before) == text:
        return before
    return pack(text) if values else b""


def written(value: Any) -> str:
    """A value as JSON text, its order kept; see `encode`."""
    return _write(value if _crosses(value) else encode(value))


def first_format(state: bytes) -> dict[str, Any]:
    """What a state of version 1 says. Raises StateUnreadable."""
    try:
        picture = json.loads(zlib.decompress(state[1:]))
    except (zlib.error, ValueError) as error:
        raise StateUnreadable("Trạng thái hồ sơ bị hỏng.") from error
    if not isinstance(picture, dict) or not picture.get("g"):
        raise StateUnreadable("Trạng thái hồ sơ bị hỏng.")
    return picture


def _crosses(value: Any) -> bool:
    """Whether JSON says a value exactly: only its own types, and no name that could be taken for a mark."""
    level, depth = [value], 0
    while level:
        below: list[Any] = []
        for one in level:
            kind = type(one)
            if kind in _PLAIN:
                continue
            if kind is dict:
                for key in one:
                    if type(key) is not str or key[:1] == "$":
                        return False
                below += one.values()
            elif kind is list:
                below += one
            else:
                return False
        level, depth = below, depth + 1
        if depth > DEEPEST_VALUE:
            return False
    return True


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
