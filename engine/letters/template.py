"""Filling a letter: {{ FEEL }} in text and attributes, data-if="FEEL", data-each="item in FEEL"."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from engine.letters import markup
from engine.letters.errors import LetterError
from rules.feel import LONGEST_EXPRESSION, Feel, FeelError, Outcome
from rules.feel import feel as own_feel
from rules.findings import Finding
from rules.sentences import Sentence

LEGAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MAX_ROWS = 2_000
MAX_FILLED = 2_000_000  # characters of rows and values: more than the longest letter that is printed
_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_EACH = re.compile(r"\s*([^\W\d]\w*)\s+in\s+(.+)", re.DOTALL)
_LITERAL_ATTRIBUTES = frozenset({"class", "style", "data-part", "data-each", "data-if"})


@dataclass
class _Scope:
    """A part of the letter whose expressions see the same data."""

    root: etree._Element
    data: Mapping[str, Any]


@dataclass
class _Hole:
    """One place to be filled: the text, the tail or an attribute of an element, or a condition, or a repetition."""

    element: etree._Element
    kind: str
    template: str
    expressions: tuple[str, ...]
    name: str = ""


def fill_template(html: str, data: Mapping[str, Any], *, now: datetime, feel: Feel | None = None) -> str:
    """The letter with its holes filled from `data`, as XHTML; values are always text, never markup.

    One crossing to the FEEL engine for the letter and one more for each level of data-each. `data-each="x in list"`
    also names the running number `x_no`, from 1. Dates are written 05/02/2026, moments 15:30 05/02/2026 in Vietnamese
    time, null as nothing. Raises `LetterError` with the expression at fault.
    """
    engine = feel or own_feel()
    tree = markup.read_template(html)
    scopes = [_Scope(tree, data)]
    rows, room = 0, _Room()
    while scopes:
        found = [(scope, hole) for scope in scopes for hole in _holes(scope.root)]
        asked = [(expression, scope.data) for scope, hole in found for expression in hole.expressions]
        try:
            outcomes = iter(engine.evaluate_all(asked, now=now))
        except FeelError as error:
            raise LetterError(error.message, expression=error.expression) from error
        answered = [(scope, hole, [next(outcomes) for _ in hole.expressions]) for scope, hole in found]
        scopes = _settle(answered, room)
        rows += len(scopes)
        if rows > MAX_ROWS:
            raise LetterError(Sentence("Văn bản có quá %(max_rows)s dòng lặp.", max_rows=MAX_ROWS))
    return markup.write(tree)


def check_template(html: str, file: str = "") -> list[Finding]:
    """What is wrong with a letter before any data is there: XHTML, FEEL, and what the house does not let through."""
    try:
        tree = markup.read_template(html)
    except LetterError as error:
        return [_finding("letter.xhtml", "error", file, "", error.message, Sentence("Sửa lại cho đúng XHTML."))]
    findings = [
        _finding(
            "letter.not-allowed",
            "error",
            file,
            f"dòng {one.line}",
            Sentence("Mẫu văn bản dùng %(what)s, không được phép.", what=one.what),
            Sentence("Bỏ phần này; phông chữ, hình nền và khung do bố cục của hệ thống lo."),
        )
        for one in markup.dropped(html)
    ]
    found = expressions(tree)
    bodies = [expression.partition(" in ")[2] if kind == "data-each" else expression for _, kind, expression in found]
    own_feel().parse_all([body for body in bodies if len(body) <= LONGEST_EXPRESSION])  # all together, then one by one
    for element, kind, expression in found:
        if kind == "data-each":
            match = _EACH.fullmatch(expression)
            if match is None:
                text = Sentence("data-each “%(expression)s” phải có dạng “tên in danh sách”.", expression=expression)
                findings.append(
                    _finding(
                        "letter.each", "error", file, element.tag, text, Sentence('Viết như data-each="dong in bang".')
                    )
                )
                continue
            expression = match[2]
        problem = own_feel().parse(expression).error
        if problem:
            text = Sentence("Biểu thức “%(expression)s”: %(problem)s", expression=expression, problem=problem)
            findings.append(
                _finding("letter.feel", "error", file, element.tag, text, Sentence("Sửa lại biểu thức FEEL."))
            )
    return findings


def expressions(tree: etree._Element) -> list[tuple[etree._Element, str, str]]:
    """Every expression of a letter with the element it stands in and what it is for."""
    found: list[tuple[etree._Element, str, str]] = []
    for element in tree.iter():
        for name in ("data-each", "data-if"):
            if element.get(name) is not None:
                found.append((element, name, str(element.get(name))))
        texts = [element.text or "", element.tail or ""]
        texts += [str(value) for name, value in element.attrib.items() if name not in _LITERAL_ATTRIBUTES]
        found += [(element, "text", match.strip()) for text in texts for match in _HOLE.findall(text)]
    return found


def _finding(code: str, severity: Any, file: str, element: str, message: Sentence, advice: Sentence) -> Finding:
    return Finding(code=code, severity=severity, file=file, element=element, name="", message=message, advice=advice)


def _holes(root: etree._Element) -> list[_Hole]:
    """The holes of one scope, outermost first; what stands inside a data-each belongs to its rows."""
    found: list[_Hole] = []
    _collect(root, found, is_root=True)
    return found


def _collect(element: etree._Element, found: list[_Hole], *, is_root: bool) -> None:
    each = element.get("data-each")
    if each is not None and not is_root:
        match = _EACH.fullmatch(each)
        if match is None:
            raise LetterError(Sentence("data-each phải có dạng “tên in danh sách”."), expression=each)
        found.append(_Hole(element, "each", each, (match[2].strip(),), match[1]))
    else:
        condition = element.get("data-if")
        if condition is not None:
            found.append(_Hole(element, "if", condition, (condition.strip(),)))
        for name, value in element.attrib.items():
            if name not in _LITERAL_ATTRIBUTES and "{{" in value:
                found.append(_Hole(element, "attribute", str(value), _asked(str(value)), str(name)))
        if element.text and "{{" in element.text:
            found.append(_Hole(element, "text", element.text, _asked(element.text)))
        for child in element:
            _collect(child, found, is_root=False)
    # The text after an element belongs to the scope around it.
    if not is_root and element.tail and "{{" in element.tail:
        found.append(_Hole(element, "tail", element.tail, _asked(element.tail)))


def _asked(template: str) -> tuple[str, ...]:
    return tuple(expression.strip() for expression in _HOLE.findall(template))


class _Room:
    """How much may still be filled in, so that no row and no value swells a letter beyond printing."""

    def __init__(self) -> None:
        self.left = MAX_FILLED

    def take(self, characters: int, hole: _Hole) -> None:
        self.left -= characters
        if self.left < 0:
            raise LetterError(
                Sentence("Văn bản sau khi điền dài quá %(most)s ký tự.", most=MAX_FILLED),
                expression=hole.expressions[0],
            )


def _settle(answered: Sequence[tuple[_Scope, _Hole, list[Outcome]]], room: _Room) -> list[_Scope]:
    """Write the answers in; what a condition took out asks for nothing any more. Gives the scopes of new rows."""
    opened: list[_Scope] = []
    gone: list[etree._Element] = []
    for scope, hole, outcomes in answered:
        owner = hole.element.getparent() if hole.kind == "tail" else hole.element
        if any(_inside(owner, taken) for taken in gone):
            continue
        if hole.kind == "if":
            del hole.element.attrib["data-if"]
            if _value(hole, outcomes[0]) is not True:
                gone.append(hole.element)
        elif hole.kind == "each":
            opened += _rows(scope, hole, _value(hole, outcomes[0]), room)
            gone.append(hole.element)
        else:
            values = [_text(_value(hole, outcome, at), hole, at) for at, outcome in enumerate(outcomes)]
            room.take(sum(map(len, values)), hole)
            _write_in(hole, values)
    for element in gone:
        markup.take_out(element)
    return opened


def _inside(element: etree._Element | None, taken: etree._Element) -> bool:
    while element is not None:
        if element is taken:
            return True
        element = element.getparent()
    return False


def _value(hole: _Hole, outcome: Outcome, at: int = 0) -> Any:
    if outcome.error is not None:
        raise LetterError(outcome.error, expression=hole.expressions[at])
    return outcome.value


def _rows(scope: _Scope, hole: _Hole, value: Any, room: _Room) -> list[_Scope]:
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    if len(items) > MAX_ROWS:
        raise LetterError(
            Sentence("Danh sách dài quá %(max_rows)s dòng.", max_rows=MAX_ROWS), expression=hole.expressions[0]
        )
    pattern = copy.deepcopy(hole.element)
    pattern.tail = None
    del pattern.attrib["data-each"]
    room.take(len(etree.tostring(pattern, encoding="unicode")) * len(items), hole)
    made = []
    for number, item in enumerate(items, start=1):
        row = copy.deepcopy(pattern)
        hole.element.addprevious(row)
        made.append(_Scope(row, {**scope.data, hole.name: item, f"{hole.name}_no": number}))
    return made


def _write_in(hole: _Hole, values: list[str]) -> None:
    parts = iter(values)
    text = markup.plain(_HOLE.sub(lambda _: next(parts), hole.template))
    if hole.kind == "attribute":
        hole.element.set(hole.name, text)
    elif hole.kind == "text":
        hole.element.text = text
    else:
        hole.element.tail = text


def _text(value: Any, hole: _Hole, at: int) -> str:
    """A value as it is written on paper in Viet Nam."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, datetime):
        return value.astimezone(LEGAL_ZONE).strftime("%H:%M %d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, list):
        return ", ".join(_text(one, hole, at) for one in value)
    if isinstance(value, str | int | timedelta):
        return str(value)
    raise LetterError(
        Sentence("Giá trị này là cả một nhóm dữ liệu, không in thành chữ được."), expression=hole.expressions[at]
    )
