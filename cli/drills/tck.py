"""The DMN technology compatibility kit, run against rules/: any folder of its test cases, level by level.

The kit (github.com/dmn-tck/tck) is fetched by whoever runs it and never kept here. A test file (`testCases`,
http://www.omg.org/spec/DMN/20160719/testcase) names a model beside it, gives input and says what a decision, a
decision service or a knowledge model has to answer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from rules.crossing import Written
from rules.decisions import DecisionError, Decisions, Function, Item
from rules.dmn import ask, parse_decisions
from rules.dmn_imports import with_imports
from rules.feel import Feel

_TESTS = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_NOW = datetime(2026, 2, 5, 1, 30, tzinfo=UTC)
_NEAR = 1e-8  # as far apart as the kit's own runners let two numbers be
_MOST_ELEMENTS = 5_000
_KINDS = {
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "duration": "duration",
    "dayTimeDuration": "duration",
    "yearMonthDuration": "months",
}
_FEEL_KINDS = {
    "number": "decimal",
    "date and time": "dateTime",
    "days and time duration": "duration",
    "years and months duration": "duration",
}


class Bare(str):
    """A value whose kind its test file does not say: going in, the model says it; coming out, the answer does."""


@dataclass
class Figures:
    """How many tests of one level passed, and what was wrong with the others, one line each."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)


def drill(folder: Path, *, only: str = "", say: Callable[[str], None] = print) -> dict[str, Figures]:
    """Run every test file under a folder whose path contains `only`; figures by compliance level, a folder's name."""
    found: dict[str, Figures] = {}
    engine = Feel(timeout_ms=5_000, memory_mb=256)
    try:
        for path in sorted(folder.rglob("*.xml")):
            if only not in str(path):
                continue
            level = next((part for part in path.parts if part.startswith("compliance-level")), folder.name)
            before = len(found.setdefault(level, Figures()).failed)
            count = _run_file(path, engine, found[level])
            failed = len(found[level].failed) - before
            if count:
                say(f"{count - failed:4d}/{count:<4d} {path.relative_to(folder)}")
    finally:
        engine.close()
    return found


def _run_file(path: Path, engine: Feel, figures: Figures) -> int:
    """Run one test file; how many results it asks for."""
    try:
        root = etree.parse(str(path)).getroot()
    except etree.XMLSyntaxError:
        return 0
    if root.tag != f"{_TESTS}testCases":
        return 0
    model: Decisions | None
    try:
        model = _model(path.parent / root.findtext(f"{_TESTS}modelName", "").strip())
    except (DecisionError, OSError) as error:
        model, broken = None, str(error)
    else:
        broken = ""
    count = 0
    for case in root.iterfind(f"{_TESTS}testCase"):
        for node in case.iterfind(f"{_TESTS}resultNode"):
            count += 1
            told = broken if model is None else _run_result(model, case, node, engine)
            if told:
                figures.failed.append(f"{path.stem} {case.get('id')} {node.get('name')}: {told}")
            else:
                figures.passed += 1
    return count


def _model(path: Path) -> Decisions:
    others = []
    for other in sorted(path.parent.rglob("*.dmn")):
        with contextlib.suppress(DecisionError):
            others.append(parse_decisions(other.read_bytes(), other.name, most=_MOST_ELEMENTS))
    return with_imports(parse_decisions(path.read_bytes(), path.name, most=_MOST_ELEMENTS), others)


def _run_result(model: Decisions, case: etree._Element, node: etree._Element, engine: Feel) -> str:
    """What is wrong with one result, "" when nothing is."""
    given: dict[str, Any] = {}
    types = _declared(model, case.get("invocableName", ""))
    wanted = node.find(f"{_TESTS}expected")
    try:
        for each in case.iterfind(f"{_TESTS}inputNode"):
            name = each.get("name", "")
            given[name] = _meant(_value(each), Item(types.get(name, "")), model)
        expected = None if wanted is None else _value(wanted)
    except ValueError as error:
        return f"a value of the test is not of the kind it says: {error}"
    problem, got = "", None
    try:
        got = _answer(model, case, node.get("name", ""), given, engine)
    except DecisionError as error:
        problem = str(error.message)
    return "" if _agree(expected, got) else f"expected {expected!r}, got {got!r} {problem}".strip()


def _answer(model: Decisions, case: etree._Element, name: str, given: Mapping[str, Any], engine: Feel) -> Any:
    """A decision's, service's or knowledge model's answer as the picture V8 made of it."""
    kind, invocable = case.get("type", "decision"), case.get("invocableName", "")
    asked = _named(model.decisions.values(), name)
    if kind != "decision" or asked is None:
        wanted = invocable or name
        called = _named(model.services.values(), wanted) or _named(model.knowledge.values(), wanted)
        if called is not None:
            answer = _picture(ask(model, called, given, now=_NOW, feel=engine, standard=True, invoke=True), name)
            several = called in model.services and len(model.services[called].outputs) > 1
            return answer[name] if several and asked is not None and isinstance(answer, dict) else answer
    if asked is None:
        raise DecisionError(name, "no such decision")
    return _picture(ask(model, asked, given, now=_NOW, feel=engine, standard=True), name)


def _named(elements: Any, name: str) -> str | None:
    return next((each.id for each in elements if each.name == name), None)


def _picture(answer: dict[str, Any], name: str) -> Any:
    if answer.get("error"):
        raise DecisionError(name, str(answer["error"]))
    value = answer["value"]
    return value["steps"][-1]["value"] if value.get("steps") else value.get("value")


# values of the kit, and what V8 answered, on common ground


def _value(node: etree._Element) -> Any:
    """A value of the kit: a plain one, a list, or a context by components."""
    child = node.find(f"{_TESTS}list")
    if child is not None:
        return None if _is_nil(child) else [_value(item) for item in child.iterfind(f"{_TESTS}item")]
    components = list(node.iterfind(f"{_TESTS}component"))
    if components:
        return {each.get("name", ""): None if _is_nil(each) else _value(each) for each in components}
    child = node.find(f"{_TESTS}value")
    if child is None or _is_nil(child):
        return None
    text, kind = child.text or "", child.get(f"{_XSI}type")
    return Bare(text) if kind is None else _plain(text, kind.rpartition(":")[2])


def _declared(model: Decisions, called: str) -> dict[str, str]:
    """The types of what a test may give: results of decisions, data, parameters of the knowledge model called."""
    types = {each.name: each.kind.name for each in model.decisions.values()}
    types |= {each.name: each.kind.name for each in model.data.values()}
    for knowledge in model.knowledge.values():
        if knowledge.name == called and isinstance(knowledge.logic, Function):
            types.update(knowledge.logic.parameters)
    return types


def _meant(value: Any, item: Item, model: Decisions) -> Any:
    """A value of a test file with what it does not say of its kinds taken from the model."""
    named = model.items.get(item.type) if not item.components else None
    if isinstance(value, list) and (item.many or named is None):
        return [_meant(each, replace(item, many=False), model) for each in value]
    if isinstance(value, dict) and named is None:
        inner = dict(item.components)
        return {key: _meant(each, inner.get(key, Item()), model) for key, each in value.items()}
    if named is not None and named.type != item.type:
        return _meant(value, named, model)
    return _plain(value, _FEEL_KINDS.get(item.type, item.type)) if isinstance(value, Bare) else value


def _is_nil(node: etree._Element) -> bool:
    return node.get(f"{_XSI}nil") in ("true", "1")


def _plain(text: str, kind: str) -> Any:
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in ("decimal", "double", "integer", "int", "long", "float"):
        return float(text)
    if kind in _KINDS:
        written = _KINDS[kind]
        if kind == "duration" and ("Y" in text or "M" in text.partition("T")[0]):
            written = "months"
        return Written(written, text.strip())
    return str(text)


def _agree(expected: Any, got: Any) -> bool:
    if isinstance(expected, Bare):
        return _agree(_like(expected, got), got)
    if isinstance(expected, Written):
        return isinstance(got, dict) and "$feel" in got and _same_moment(expected, *got["$feel"])
    if isinstance(expected, bool) or isinstance(got, bool) or expected is None:
        return expected is got
    if isinstance(expected, float):
        return isinstance(got, int | float) and abs(expected - got) < _NEAR
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and all(map(_agree, expected, got))
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and expected.keys() == got.keys()
            and all(_agree(expected[key], got[key]) for key in got)
        )
    return expected == got


def _like(bare: Bare, got: Any) -> Any:
    """What a value without a kind says if it is of the kind of the answer; nothing is null or an empty text."""
    if got is None and not bare:
        return None
    if isinstance(got, dict) and "$feel" in got:
        return Written(got["$feel"][0], bare.strip())
    if isinstance(got, bool):
        return {"true": True, "1": True, "false": False, "0": False}.get(bare.strip(), str(bare))
    kind = "decimal" if isinstance(got, int | float) else "string"
    with contextlib.suppress(ValueError):
        return _plain(bare, kind)
    return str(bare)


def _same_moment(expected: Written, kind: str, text: str) -> bool:
    """Whether two written moments or durations are one, as FEEL's own reading of them says."""
    return kind == expected.kind and (text == expected.text or _canonical(expected) == text)


_reading: dict[Written, str] = {}


def _canonical(written: Written) -> str:
    """How FEEL itself writes what was written by hand, such as PT24H or 10:00:00+00:00."""
    if written not in _reading:
        job = {"kind": "expression", "text": "x", "strict": False, "standard": True}
        answer = _own_feel().perform([job], [{"x": written}], now=_NOW)[0]["value"]
        _reading[written] = answer["$feel"][1] if isinstance(answer, dict) else ""
    return _reading[written]


def _own_feel() -> Feel:
    from rules.feel import feel

    return feel()


def lines(found: Mapping[str, Figures]) -> Iterator[str]:
    """The figures of every level as a person reads them."""
    for level, figures in sorted(found.items()):
        whole = figures.passed + len(figures.failed)
        share = 100 * figures.passed / whole if whole else 0
        yield f"{level}: {figures.passed} of {whole} passed ({share:.1f} %)"
