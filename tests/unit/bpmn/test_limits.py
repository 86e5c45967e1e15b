"""However large or greedy a drawing is, a case ends in an open task or an incident, never in a hang or a crash."""

import pytest

from engine.bpmn import door
from engine.bpmn.advance import Refused
from engine.bpmn.case import Limits
from engine.bpmn.saved import StateUnreadable
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
    loop,
    message,
    node,
    process,
    script,
    start,
    sub,
    user,
)  # fmt: skip
from tests.unit.bpmn.walk import Walk


def nested(levels: int) -> dict[str, bytes]:
    """A task inside so many sub-processes, the outermost watched by a message."""
    inner = start("s") + user("u") + end("e") + flows("s u e")
    for i in range(levels):
        inner = start(f"s{i}") + sub(f"x{i}", inner) + end(f"e{i}") + flows(f"s{i} x{i} e{i}")
    outermost = f"x{levels - 1}"
    watched = boundary("stop", outermost, event("message", "stop")) + end("stopped") + flows("stop stopped")
    return drawing(inner, watched, definitions=message("stop"))


def test_ten_thousand_tasks_in_a_line_are_executed_within_the_usual_limits() -> None:
    names = [f"t{i}" for i in range(10_000)]
    parts = [
        start(),
        *[node("task", n) for n in names],
        user("u"),
        end(),
        flows(" ".join(["start", *names, "u", "end"])),
    ]
    definition = door.load(drawing(*parts))
    advance = door.start(definition, "p", {}, now=NOW)
    assert ([w.element_id for w in advance.waiting], advance.incidents) == (["u"], ())
    assert len(advance.passed) == 10_001


def test_five_hundred_levels_of_nesting_are_executed_saved_and_cancelled() -> None:
    definition = door.load(nested(500))
    advance = door.start(definition, "p", {}, now=NOW)
    assert [w.element_id for w in advance.waiting] == ["stop", "u"]
    done = door.complete(definition, advance.state, advance.waiting[1].token, {"x": 1}, now=NOW)
    assert (done.ended, done.variables) == (True, {"x": 1})
    assert door.deliver(definition, advance.state, "stop", None, {}, now=NOW).end_element == "stopped"


def test_nesting_beyond_what_is_read_is_refused_by_name() -> None:
    with pytest.raises(Refused) as caught:
        door.load(nested(3_000))
    assert [finding.code for finding in caught.value.findings] == ["bpmn.xml"]


def test_a_process_that_calls_itself_twice_over_stops_at_the_limits() -> None:
    twice = call("c", "p", inner=loop("=[1,2]", "i"))
    models = {"a.bpmn": file(process("p", start(), twice, end(), flows("start c end")))}
    walk = Walk(models, limits=Limits(tokens=100, depth=5)).start()
    assert {i.code for i in walk.last.incidents} == {"limit"}
    assert not walk.ended


def test_a_loop_inside_a_loop_stops_at_the_number_of_tokens() -> None:
    inner = sub("s", start("s1"), user("u"), end("e"), flows("s1 u e"), inner=loop("=items", "j"))
    outer = sub("o", start("o1"), inner, end("oe"), flows("o1 s oe"), inner=loop("=items", "i"))
    definition = door.load(drawing(start(), outer, end(), flows("start o end")))
    advance = door.start(definition, "p", {"items": list(range(200))}, now=NOW)
    assert {i.code for i in advance.incidents} == {"limit"}
    assert len(advance.waiting) <= Limits().tokens


def test_conditions_that_wake_each_other_for_ever_stop_at_the_number_of_steps() -> None:
    on = "<bpmn:conditionalEventDefinition><bpmn:condition>=n = {}</bpmn:condition></bpmn:conditionalEventDefinition>"
    parts = [start(), user("a"), end(), flows("start a end")]
    for i in (0, 1):
        parts += [
            boundary(f"b{i}", "a", on.format(i), interrupting=False),
            script(f"s{i}", f"={1 - i}", "n"),
            end(f"e{i}"),
        ]
        parts.append(flows(f"b{i} s{i} e{i}"))
    walk = Walk(drawing(*parts), limits=Limits(steps=40)).start(n=0)
    assert {i.code for i in walk.last.incidents} == {"limit"}
    assert walk.work == ["a"]


def test_a_value_that_grows_without_end_is_an_incident() -> None:
    ways = flow("g", "m", "=true") + flow("g", "end", id="out")
    models = drawing(
        start(), gateway("m"), script("s", "=[x]", "x"), gateway("g", default="out"), end(), flows("start m s g"), ways
    )
    walk = Walk(models).start(x=1)
    assert len(walk.last.incidents) == 1
    assert not walk.ended


def test_a_value_nested_without_end_is_refused_before_anything_is_saved() -> None:
    definition = door.load(drawing(start(), user("u"), end(), flows("start u end")))
    state = door.start(definition, "p", {}, now=NOW)
    value: list[object] = []
    for _ in range(5_000):
        value = [value]
    with pytest.raises(StateUnreadable, match="lồng nhau"):
        door.complete(definition, state.state, state.waiting[0].token, {"x": value}, now=NOW)
