"""Regular expressions of a designer, matched without backtracking so that none can hang the office.

`(a+)+$` takes a backtracking matcher years; here every pattern is a set of states walked once over the text
(Thompson 1968), in time that grows with the text and never explodes. The price: no look-around and no back-references,
which `check_pattern` refuses when the form is drawn. The syntax is JavaScript's as far as designers use it; `$` is the
very end, `\\d` and `\\w` are ASCII.
"""

# The parser of Python's own `re` is used and nothing else of it: it yields the syntax tree and matches nothing.
import re
import re._constants as syntax  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

MAX_PATTERN = 500
MAX_STATES = 1_000
MAX_TEXT = 10_000
MAX_WORK = 2_000_000  # states looked at; a second or two at the very worst

Test = Callable[[str], bool]
Border = Callable[[str, str], bool]


class BadPattern(ValueError):
    """A pattern that cannot be read, or that asks for more than a walk through states can do."""


@dataclass(slots=True)
class _State:
    """A place in the pattern: `test` consumes a character, `border` looks between two, neither just goes on."""

    test: Test | None = None
    border: Border | None = None
    following: list[int] = field(default_factory=list)


class Pattern:
    """A pattern ready to be tried on texts."""

    def __init__(self, source: str) -> None:
        if len(source) > MAX_PATTERN:
            raise BadPattern(source)
        try:
            tree = parser.parse(source)
        except (re.error, ValueError, OverflowError, RecursionError) as error:
            raise BadPattern(source) from error
        if tree.state.flags & ~syntax.SRE_FLAG_UNICODE:
            raise BadPattern(source)
        self._states: list[_State] = []
        self._source = source
        start = self._new()
        self._start, self._end = start, self._sequence(tree, start)

    def fits(self, text: str) -> bool:
        """Whether the pattern is found anywhere in the text, as JavaScript's `RegExp.test` says it.

        A text longer than 10 000 characters, or one that would take more than MAX_WORK, counts as not fitting.
        """
        if len(text) > MAX_TEXT:
            return False
        work = 0
        cache: dict[tuple[frozenset[int], str, str], frozenset[int]] = {}
        here = self._spread(frozenset({self._start}), "", text[:1])
        for place, character in enumerate(text):
            if self._end in here:
                return True
            after = text[place + 1 : place + 2]
            key = (here, character, after)
            if key not in cache:
                work += len(here)
                if work > MAX_WORK:
                    return False
                stepped = {
                    target
                    for number in here
                    if (test := self._states[number].test) and test(character)
                    for target in self._states[number].following
                }
                cache[key] = self._spread(frozenset({*stepped, self._start}), character, after)
            here = cache[key]
        return self._end in here

    def _spread(self, numbers: frozenset[int], before: str, after: str) -> frozenset[int]:
        reached, waiting = set(numbers), list(numbers)
        while waiting:
            state = self._states[waiting.pop()]
            if state.test or (state.border and not state.border(before, after)):
                continue
            fresh = [number for number in state.following if number not in reached]
            reached.update(fresh)
            waiting.extend(fresh)
        return frozenset(reached)

    def _new(self, *before: int, test: Test | None = None, border: Border | None = None) -> int:
        if len(self._states) >= MAX_STATES:
            raise BadPattern(self._source)
        self._states.append(_State(test, border))
        for number in before:
            self._states[number].following.append(len(self._states) - 1)
        return len(self._states) - 1

    def _sequence(self, items: Any, start: int) -> int:
        for op, argument in items:
            start = self._one(op, argument, start)
        return start

    def _one(self, op: Any, argument: Any, start: int) -> int:
        if op in (syntax.MAX_REPEAT, syntax.MIN_REPEAT):
            return self._repeat(argument, start)
        if op is syntax.BRANCH:
            ends = [self._sequence(branch, self._new(start)) for branch in argument[1]]
            return self._new(*ends)
        if op is syntax.SUBPATTERN:
            if argument[1] or argument[2]:
                raise BadPattern(self._source)
            return self._sequence(argument[3], start)
        if op is syntax.AT:
            return self._new(self._new(start, border=_border(argument, self._source)))
        return self._new(self._new(start, test=_test(op, argument, self._source)))

    def _repeat(self, argument: Any, start: int) -> int:
        least, most, items = argument
        if least > MAX_STATES:
            raise BadPattern(self._source)
        for _ in range(least):
            start = self._sequence(items, start)
        if most is syntax.MAXREPEAT:
            loop = self._new(start)
            end = self._sequence(items, loop)
            self._states[end].following.append(loop)
            return self._new(loop)
        done = [start]
        for _ in range(int(most) - least):
            start = self._sequence(items, start)
            done.append(start)
        return self._new(*done)


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _border(where: Any, source: str) -> Border:
    if where in (syntax.AT_BEGINNING, syntax.AT_BEGINNING_STRING):
        return lambda before, after: not before
    if where in (syntax.AT_END, syntax.AT_END_STRING):
        return lambda before, after: not after
    if where is syntax.AT_BOUNDARY:
        return lambda before, after: _is_word(before) != _is_word(after)
    if where is syntax.AT_NON_BOUNDARY:
        return lambda before, after: _is_word(before) == _is_word(after)
    raise BadPattern(source)


_CATEGORIES: dict[Any, Test] = {
    syntax.CATEGORY_DIGIT: lambda c: "0" <= c <= "9",
    syntax.CATEGORY_NOT_DIGIT: lambda c: not "0" <= c <= "9",
    syntax.CATEGORY_SPACE: lambda c: c.isspace() or c == "\ufeff",
    syntax.CATEGORY_NOT_SPACE: lambda c: not (c.isspace() or c == "\ufeff"),
    syntax.CATEGORY_WORD: _is_word,
    syntax.CATEGORY_NOT_WORD: lambda c: not _is_word(c),
}


def _test(op: Any, argument: Any, source: str) -> Test:
    if op is syntax.LITERAL:
        return lambda c: ord(c) == argument
    if op is syntax.NOT_LITERAL:
        return lambda c: ord(c) != argument
    if op is syntax.ANY:
        return lambda c: c not in "\n\r\u2028\u2029"
    if op is syntax.RANGE:
        low, high = argument
        return lambda c: low <= ord(c) <= high
    if op is syntax.CATEGORY and argument in _CATEGORIES:
        return _CATEGORIES[argument]
    if op is syntax.IN:
        negated = bool(argument) and argument[0][0] is syntax.NEGATE
        tests = [_test(inner, value, source) for inner, value in argument[negated:]]
        return lambda c: any(test(c) for test in tests) is not negated
    raise BadPattern(source)


@lru_cache(maxsize=512)
def pattern(source: str) -> Pattern:
    """The pattern of that source, made once; raises BadPattern."""
    return Pattern(source)
