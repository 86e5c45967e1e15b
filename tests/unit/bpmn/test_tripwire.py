# ruff: noqa: E501  (a drawing reads best on one line)
"""No text of a model ever reaches Python's eval, exec or compile, and no clock is read on a case's way."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

import pytest

from engine.bpmn import definition as parsed
from engine.bpmn import door
from engine.letters.template import check_template, fill_template
from forms.definition import parse_form
from forms.validation import validate
from rules import closures
from rules.dmn import evaluate, parse_decisions
from rules.feel import feel
from tests.house.tree import HOUSE
from tests.unit.bpmn.datadrawings import assigned, data_object, needs, reads
from tests.unit.bpmn.drawings import (
    NOW,
    boundary,
    call,
    drawing,
    end,
    event,
    file,
    flow,
    flows,
    gateway,
    io,
    loop,
    message,
    node,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.unit.bpmn.undoing import compensate, undo_event

_watching: list[list[str]] = []
_hooked = False


ROOMS = tuple(f"{HOUSE}/{room}/" for room in ("engine", "rules", "forms", "processes"))


def _from_models(frame: FrameType | None) -> str:
    """The frame of SpiffWorkflow or of a room that handles models below the one that compiles or executes.

    Python importing a module does not count.
    """
    while frame is not None:
        name = frame.f_code.co_filename
        if "importlib" in name:
            return ""
        if "SpiffWorkflow" in name or name.startswith(ROOMS):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _hook(kind: str, args: tuple[Any, ...]) -> None:
    if _watching and kind in ("compile", "exec"):
        where = _from_models(sys._getframe(1))
        if where:
            _watching[-1].append(f"{kind} from {where}")


@contextmanager
def tripwire() -> Iterator[list[str]]:
    """Collects every compile and exec (eval raises both) that comes from SpiffWorkflow or a room of the house."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True
    seen: list[str] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.pop()


def test_the_tripwire_sees_spiffs_own_python_engine() -> None:
    from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment

    with tripwire() as seen:
        assert TaskDataEnvironment().evaluate("1 + 1", {}) == 2
    assert seen


DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x"><decision id="fee" name="fee">
<literalExpression id="l"><text>base * 2</text></literalExpression></decision></definitions>"""


def everything() -> dict[str, bytes]:
    """One drawing with every place a model can carry text."""
    ask = node("businessRuleTask", "ask", ext='<zeebe:calledDecision decisionId="fee" resultVariable="fee"/>')
    caught = node("intermediateCatchEvent", "later", inner=timer("Duration", '="PT1H"'))
    event_sub = sub("es", node("startEvent", "asked", inner=event("message", "m"), isInterrupting="false"), user("answer"), end("ee"),
                    flows("asked answer ee"), triggeredByEvent="true")  # fmt: skip
    inner = sub("s", start("s1"), service("do", "x.y", ext=io({"a": "=base"}, {"b": "=a + 1"})), end("e1"), flows("s1 do e1"),
                inner=loop("=[1,2]", "i", "all", "=b", sequential=True, done="=false"))  # fmt: skip
    ways = flow("g", "c", "=fee > 1") + flow("g", "end", id="out")
    undo = (
        undo_event("undo", "calc", "uncalc")
        + script("uncalc", "=n - 1", "n", isForCompensation="true")
        + compensate("back")
    )
    undo += data_object("d", "paper")
    told = needs("sheet") + reads(None, "in-sheet", assigned("base * 2", "sheet.size"))
    main = process(
        "p", start(), script("calc", "=base + 1", "n"), undo, ask, user("u", groups="=[string(n)]", inner=told),
        boundary("w", "u", event("message", "m"), interrupting=False), boundary("t", "u", timer("Cycle", "R2/P1D"), interrupting=False),
        gateway("g", default="out"), call("c", '="q"'), inner, caught, end(), end("we"), event_sub,
        flows("start calc ask u g", "c s later back end", "w we", "t we"), ways,
    )  # fmt: skip
    called = process("q", start("qs"), user("qa"), end("qe"), flows("qs qa qe"))
    return {"all.bpmn": file(message("m", "=string(base)"), main, called)}


def test_a_whole_life_never_evaluates_python() -> None:
    decisions = {"d.dmn": parse_decisions(DMN)}
    parsed._loaded.clear()
    with tripwire() as seen:
        definition = door.load(everything(), decisions)
        advance = door.start(definition, "p", {"base": 5}, now=NOW)
        advance = door.deliver(
            definition, advance.state, "m", "5", {"note": "__import__('os').system('true')"}, now=NOW
        )
        advance = door.deliver(definition, advance.state, "m", "5", {}, now=NOW)
        advance = door.pass_time(definition, advance.state, now=NOW + timedelta(days=3))
        later = NOW + timedelta(days=4)
        for _ in range(20):
            work = [w for w in advance.waiting if w.kind in ("user", "call")]
            if work:
                advance = door.complete(definition, advance.state, work[0].token, {}, now=later)
            else:
                later += timedelta(days=1)
                advance = door.pass_time(definition, advance.state, now=later)
            assert not advance.incidents
            if advance.ended:
                break
        assert advance.ended
        assert advance.variables["all"] == [6, 6]
    assert seen == []


def test_forms_letters_decisions_and_closures_never_evaluate_python() -> None:
    python = "__import__('os').system('true')"
    asked = {"components": [{"type": "textfield", "key": "a", "label": f"={python}", "conditional": {"hide": '=b > 1 and b != "x"'}},
                            {"type": "number", "key": "b", "validate": {"max": "=a.b.c"}}]}  # fmt: skip
    with tripwire() as seen:
        form = parse_form(json.dumps(asked))
        validate(form, {"a": python, "b": "2"}, now=NOW)
        assert "Có" in fill_template(
            '<p data-if="b = 2 and not(b > 3)">{{ b &lt; 5 }}{{ string(b) }}</p>', {"b": 2}, now=NOW
        )
        assert check_template(f"<p>{{{{ {python} }}}}</p>")
        assert evaluate(parse_decisions(DMN), "fee", {"base": 2}, now=NOW).value == 4
        for text in (python, "().__class__", "b == 1", "b = 1 or b.__class__ = 2"):
            feel().evaluate_all([(text, {"b": 1})], now=NOW)
    assert seen == []


def test_the_tripwire_sees_the_rooms_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closures, "_number", lambda text: eval(text))
    with tripwire() as seen:
        assert closures.compiled("4321") is not None
    assert seen


def test_model_text_that_is_python_does_not_run() -> None:
    models = drawing(start(), script("x", '=__import__("os")', "y"), end(), flows("start x end"))
    try:
        door.load(models)
    except door.Refused:
        return
    assert door.start(door.load(models), "p", {}, now=NOW).incidents


def test_no_source_of_this_room_reads_a_clock_or_knows_spiffs_timers() -> None:
    from pathlib import Path

    import engine.bpmn

    for path in Path(engine.bpmn.__path__[0]).glob("*.py"):
        text = path.read_text()
        for word in ("datetime.now", "date.today", "time.time", "utcnow", "TimerEventDefinition(", "eval(", "exec("):
            assert word not in text, f"{word} in {path.name}"
