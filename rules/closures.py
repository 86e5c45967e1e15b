"""The plainest FEEL, calculated without V8: literals, names, dotted paths, comparisons, and, or, not(…).

An expression is read once into a tree of Python closures, and each answers only where there is nothing to interpret:
numbers with numbers, texts with texts, yes and no, equality with null. Everything else, a name that is not there, a
date, values of different kinds, data whose own names could change how the text is read, is left to V8, so that nothing
here knows more than what FEEL certainly says. tests/unit/rules/test_closures.py holds both equal.
"""

import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from rules.crossing import EXACT

Scalar = None | bool | int | float | str
Closure = Callable[[Mapping[str, Any]], Scalar]

_LONGEST, _DEEPEST = 1_000, 20
_TOKEN = re.compile(
    r"""[ ]*(?:
    (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)(?=[ )=!<>]|\(|$)
    | (?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?=[ )=!<>]|$)
    | (?P<text>"[^"\\\x00-\x1f\x7f-\xa0\ud800-\U0010ffff]*")(?=[ )=!<>]|$)
    | (?P<sign>!=|<=|>=|=|<|>|\(|\)|-(?=[0-9]))
    )""",
    re.VERBOSE,
)
# Names that, in the data, could be taken for part of an expression read here, or cannot cross.
_OPERATORS = frozenset({"and", "or", "not", "true", "false", "null", "__proto__"})
# Words that mean something by themselves, or begin something that does: no names of variables here.
_RESERVED = _OPERATORS | set(
    re.findall(
        r"\w+",
        "if then else for in return some every satisfies between instance of function external "
        "date time duration days years months list context range item partial constructor prototype",
    )
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_plain_names: set[str] = set()
_MOST_NAMES = 20_000


class Beyond(Exception):
    """Not for closures to say; V8 will."""


class _NotPlain(Exception):
    """More than a closure can be made of."""


class Compiled:
    """One expression as a closure; `test` says whether it can also stand as a condition of a form (see `holds`)."""

    def __init__(self, closure: Closure, *, test: bool) -> None:
        self._closure = closure
        self._test = test

    def value(self, context: Mapping[str, Any]) -> Scalar:
        """The value over these variables, as JSON has it; raises Beyond where V8 has to be asked."""
        if type(context) is not dict or not _plain(context):
            raise Beyond
        found = self._closure(context)
        return int(found) if type(found) is float and found.is_integer() and abs(found) <= EXACT else found

    def holds(self, context: Mapping[str, Any]) -> bool:
        """Whether it passes as a test of nothing, as form conditions are read: true does, and null; raises Beyond."""
        if not self._test:
            raise Beyond
        found = self.value(context)
        if found is not None and not isinstance(found, bool):
            raise Beyond
        return found is not False


@lru_cache(maxsize=8192)
def compiled(text: str) -> Compiled | None:
    """The closure of an expression, None when it is more than the plainest FEEL."""
    try:
        return _Reading(text).whole()
    except _NotPlain:
        return None


class _Reading:
    """Reads one text into closures, by precedence: or, and, one comparison, operand."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise _NotPlain
        self.tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip(" "))
        while at < end:
            match = _TOKEN.match(text, at, end)
            if match is None or match.lastgroup is None:
                raise _NotPlain
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self.at = 0
        self.depth = 0
        self.logic = False

    def whole(self) -> Compiled:
        closure = self.either()
        if self.at != len(self.tokens):
            raise _NotPlain
        # At the head of a test `not(` negates the whole test, and a bare literal is compared with what is tested.
        first = self.tokens[0][1]
        bare = len(self.tokens) == 1 and (self.tokens[0][0] != "word" or first in _RESERVED)
        return Compiled(closure, test=self.tokens[0][0] == "word" and first != "not" and not bare)

    def peek(self) -> str:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind in ("word", "sign") else ""

    def take(self, text: str) -> None:
        if self.peek() != text:
            raise _NotPlain
        self.at += 1

    def either(self) -> Closure:
        closure = self.both()
        while self.peek() == "or":
            self.at += 1
            closure = _or(closure, self.both())
        return closure

    def both(self) -> Closure:
        closure = self.comparison()
        while self.peek() == "and":
            self.at += 1
            closure = _and(closure, self.comparison())
        return closure

    def comparison(self) -> Closure:
        left = self.operand()
        sign = self.peek()
        if sign not in _COMPARE:
            return left
        self.at += 1
        right = self.operand()
        if self.peek() in _COMPARE:
            raise _NotPlain
        return _equal(left, right, sign) if sign in ("=", "!=") else _ordered(left, right, sign)

    def operand(self) -> Closure:
        if self.at >= len(self.tokens):
            raise _NotPlain
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return _always(_number(text))
        if kind == "text":
            return _always(text[1:-1])
        if text == "-":
            self.at += 1
            return _always(0 - _number(self.tokens[self.at - 1][1]))
        if text == "(":
            return self.inside()
        if text == "not":
            self.take("(")
            return _not(self.inside())
        if kind != "word" or self.peek() == "(":
            raise _NotPlain
        if text in ("true", "false", "null"):
            return _always({"true": True, "false": False, "null": None}[text])
        return _path(text.split("."))

    def inside(self) -> Closure:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _NotPlain
        closure = self.either()
        self.take(")")
        self.depth -= 1
        return closure


def _number(text: str) -> int | float:
    if len(text.replace(".", "").lstrip("0")) > 15:
        raise _NotPlain
    return float(text) if "." in text else int(text)


def _always(value: Scalar) -> Closure:
    return lambda context: value


def _path(steps: list[str]) -> Closure:
    if not _RESERVED.isdisjoint(steps):
        raise _NotPlain
    first, *rest = steps

    def found(context: Mapping[str, Any]) -> Scalar:
        try:
            value = context[first]
            for step in rest:
                if type(value) is not dict or not _plain(value):
                    raise Beyond
                value = value[step]
        except KeyError:
            raise Beyond from None
        kind = type(value)
        if value is None or kind is bool:
            return value  # type: ignore[no-any-return]
        if kind is str:
            if not value.isascii() and max(value) > "\ud7ff":  # JavaScript orders such letters in another way
                raise Beyond
            return value  # type: ignore[no-any-return]
        if (kind is int and -EXACT <= value <= EXACT) or (kind is float and math.isfinite(value)):
            return value  # type: ignore[no-any-return]
        raise Beyond

    return found


def _plain(context: dict[str, Any]) -> bool:
    """Whether no name in the data can be taken for part of the expression, nor keep the data from crossing."""
    if _plain_names.issuperset(context):
        return True
    for name in context:
        if type(name) is not str or not name.isascii() or not name.isidentifier() or name in _OPERATORS:
            return False
        if len(_plain_names) < _MOST_NAMES:
            _plain_names.add(name)
    return True


def _of_one_kind(left: Scalar, right: Scalar) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool)
    return isinstance(left, str) == isinstance(right, str)


def _equal(left: Closure, right: Closure, sign: str) -> Closure:
    compare = _COMPARE[sign]

    def found(context: Mapping[str, Any]) -> Scalar:
        one, other = left(context), right(context)
        if one is not None and other is not None and not _of_one_kind(one, other):
            raise Beyond
        return compare(one, other)

    return found


def _ordered(left: Closure, right: Closure, sign: str) -> Closure:
    compare = _COMPARE[sign]

    def found(context: Mapping[str, Any]) -> Scalar:
        one, other = left(context), right(context)
        if one is None or other is None or isinstance(one, bool) or not _of_one_kind(one, other):
            raise Beyond
        return compare(one, other)

    return found


def _truth(value: Scalar) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise Beyond
    return value


def _and(left: Closure, right: Closure) -> Closure:
    def found(context: Mapping[str, Any]) -> Scalar:
        one, other = _truth(left(context)), _truth(right(context))
        if one is False or other is False:
            return False
        return True if one and other else None

    return found


def _or(left: Closure, right: Closure) -> Closure:
    def found(context: Mapping[str, Any]) -> Scalar:
        one, other = _truth(left(context)), _truth(right(context))
        if one or other:
            return True
        return False if one is False and other is False else None

    return found


def _not(inner: Closure) -> Closure:
    def found(context: Mapping[str, Any]) -> Scalar:
        value = inner(context)
        if not isinstance(value, bool):
            raise Beyond
        return not value

    return found
