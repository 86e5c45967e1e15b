"""The tests of one column of a decision table as sets: the values it tells apart, and which of them each row takes.

Only what the texts certainly say: literals, comparisons, intervals, lists of these and their negation, of numbers,
texts, yes and no, dates, times and days-and-time durations. Everything else is opaque: nothing is known about it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.crossing import CannotCross, from_feel

_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_MOMENT = re.compile(r'(?:@|(date and time|date|time|duration)\s*\()\s*"([^"]*)"\s*\)?')
_COMPARED = re.compile(r"(<=|>=|<|>|=|!=)\s*(.+)", re.DOTALL)
_INTERVAL = re.compile(r"([\[(\]])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])\[])", re.DOTALL)
_NEGATED = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_MOST_POINTS = 400
_KINDS = {"duration": "duration", "date": "date", "time": "time", "date and time": "date and time"}


class Opaque(Exception):
    """A test whose set of values the text alone does not tell."""


@dataclass(frozen=True)
class Part:
    """A stretch of a column, or one value: from `low` to `high` (None is without end), ends included or not."""

    low: Any
    high: Any
    low_in: bool
    high_in: bool


@dataclass(frozen=True)
class Column:
    """A column told apart: an example (FEEL text) for each distinct value, and per row the values it takes as bits.

    A row that is opaque here has None.
    """

    examples: tuple[str, ...]
    rows: tuple[int | None, ...]


def column_of(tests: Sequence[str], kind: str, allowed: str) -> Column | None:
    """What the tests of a column say, over the values `allowed` (a unary test, "" for all); None for nothing."""
    read: list[list[Part] | None] = []
    for test in tests:
        try:
            read.append(_parts(test))
        except Opaque:
            read.append(None)
    try:
        within = _parts(allowed)
    except Opaque:
        within = _parts("")
    known = [part for parts in [*read, within] if parts is not None for part in parts]
    values = [end for part in known for end in (part.low, part.high) if end is not None]
    kinds = {_kind(value) for value in values}
    if len(kinds) > 1 or (not kinds and kind != "boolean"):
        return None
    of = kinds.pop() if kinds else "boolean"
    if len(set(map(repr, values))) > _MOST_POINTS:
        return None
    points = list(_regions(of, values))
    points = [point for point in points if any(_holds(part, point) for part in within)]
    if not points:
        return None
    rows = tuple(None if parts is None else _bits(parts, points) for parts in read)
    return Column(tuple(_text(point) for point in points), rows)


def _bits(parts: Sequence[Part], points: Sequence[Any]) -> int:
    """Which of the points lie in any of the parts."""
    return sum(1 << at for at, point in enumerate(points) if any(_holds(part, point) for part in parts))


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Decimal):
        return "number"
    if isinstance(value, str):
        return "text"
    return type(value).__name__


def _parts(test: str) -> list[Part]:
    """The stretches a unary test accepts; raises Opaque."""
    text = test.strip()
    if text in ("", "-"):
        return [Part(None, None, False, False)]
    negated = _NEGATED.fullmatch(text)
    if negated:
        return _complement([part for each in _split(negated[1]) for part in _parts(each)])
    pieces = list(_split(text))
    if len(pieces) > 1:
        return [part for piece in pieces for part in _parts(piece)]
    compared, interval = _COMPARED.fullmatch(text), _INTERVAL.fullmatch(text)
    if interval:
        low, high = _literal(interval[2]), _literal(interval[3])
        if _kind(low) != _kind(high):
            raise Opaque
        return [Part(low, high, interval[1] == "[", interval[4] == "]")]
    if compared:
        return _beyond(compared[1], _literal(compared[2]))
    value = _literal(text)
    return [Part(value, value, True, True)]


def _beyond(operator: str, value: Any) -> list[Part]:
    if operator in ("=", "!="):
        one = [Part(value, value, True, True)]
        return one if operator == "=" else _complement(one)
    if isinstance(value, bool | str):
        raise Opaque
    if operator.startswith("<"):
        return [Part(None, value, False, operator == "<=")]
    return [Part(value, None, operator == ">=", False)]


def _complement(parts: list[Part]) -> list[Part]:
    """Everything but these single values or stretches; texts and yes-or-no by naming what is left out."""
    if any(part.low is None and part.high is None for part in parts):
        return []
    if any(isinstance(part.low, bool | str) for part in parts):
        raise Opaque  # what else there may be is not known here
    ordered = sorted(parts, key=lambda part: (part.low is not None, part.low if part.low is not None else 0))
    left: list[Part] = []
    low: Any = None
    low_in, open_end = False, True
    for part in ordered:
        if part.low is not None and (low is None or part.low > low or (part.low == low and low_in and not part.low_in)):
            left.append(Part(low, part.low, low_in, not part.low_in))
        if part.high is None:
            open_end = False
            break
        if low is None or part.high >= low:
            low, low_in = part.high, not part.high_in
    return [*left, Part(low, None, low_in, False)] if open_end else left


def _split(text: str) -> Iterator[str]:
    """The pieces between commas that stand in no quotes and no brackets."""
    depth, begun, quoted = 0, 0, False
    for at, sign in enumerate(text):
        if sign == '"' and (at == 0 or text[at - 1] != "\\"):
            quoted = not quoted
        elif not quoted and sign == "(":
            depth += 1
        elif not quoted and sign == ")":
            depth -= 1
        elif not quoted and sign == "," and depth <= 0:
            yield text[begun:at]
            begun = at + 1
    yield text[begun:]


def _literal(written: str) -> Any:
    """A literal's value; raises Opaque for anything else."""
    text = written.strip()
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if text in ("true", "false"):
        return text == "true"
    quoted = _TEXT.fullmatch(text)
    if quoted and "\\" not in text:
        return quoted[1]
    moment = _MOMENT.fullmatch(text)
    if moment is None or (moment[1] is None) == text.endswith(")"):
        raise Opaque
    kind = moment[1] or _kind_of_text(moment[2])
    try:
        value = from_feel({"$feel": [_KINDS[kind], moment[2]]})
    except (CannotCross, KeyError) as error:
        raise Opaque from error
    if (isinstance(value, datetime | time) and value.tzinfo is not None) or (kind == "duration" and "Y" in moment[2]):
        raise Opaque
    return value


def _kind_of_text(text: str) -> str:
    if text.lstrip("-").startswith("P"):
        return "duration"
    return "date and time" if "T" in text else "time" if ":" in text else "date"


def _regions(kind: str, values: Sequence[Any]) -> Iterator[Any]:
    """One value of every region the given values tell apart: the values themselves, and what lies between them."""
    if kind == "boolean":
        yield from (True, False)
        return
    ordered = sorted(set(values))
    if kind == "text":
        yield from ordered
        return
    whole = kind == "number" and all(value == int(value) for value in ordered)
    first = _moved(ordered[0], -1)
    if first is not None:
        yield first
    for value, following in zip(ordered, [*ordered[1:], None], strict=True):
        yield value
        if following is None:
            last = _moved(value, 1)
            if last is not None:
                yield last
        else:
            between = _between(value, following, whole=whole)
            if between is not None:
                yield between


def _moved(value: Any, steps: int) -> Any:
    try:
        if isinstance(value, Decimal):
            return value + steps
        if isinstance(value, datetime):
            return value + timedelta(minutes=steps)
        if isinstance(value, date):
            return value + timedelta(days=steps)
        if isinstance(value, timedelta):
            return value + timedelta(days=steps)
    except OverflowError:
        return None
    shifted = datetime.combine(date(2000, 1, 2), value) + timedelta(minutes=steps)
    return shifted.time() if shifted.date() == date(2000, 1, 2) else None


def _between(low: Any, high: Any, *, whole: bool) -> Any:
    """A value strictly between two; None when the column's kind has none there (whole numbers, days)."""
    if isinstance(low, Decimal):
        if not whole:
            return (low + high) / 2
        return low + 1 if low + 1 < high else None
    moved = _moved(low, 1)
    return moved if moved is not None and moved < high else None


def _holds(part: Part, value: Any) -> bool:
    if part.low is not None and not (value > part.low or (value == part.low and part.low_in)):
        return False
    return part.high is None or value < part.high or (value == part.high and part.high_in)


def _text(value: Any) -> str:
    """A value as FEEL writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, timedelta):
        return f'duration("P{value.days}DT{value.seconds}S")' if value.seconds else f'duration("P{value.days}D")'
    kind = "date and time" if isinstance(value, datetime) else "date" if isinstance(value, date) else "time"
    return f'{kind}("{value.isoformat()}")'
