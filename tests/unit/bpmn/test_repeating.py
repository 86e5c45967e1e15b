# ruff: noqa: E501  (a drawing reads best on one line)
"""Repeated activities, sub-processes that end early, called processes chosen by FEEL."""

from engine.bpmn import door
from engine.bpmn.case import Limits
from tests.unit.bpmn.drawings import (
    COUNTING,
    again,
    boundary,
    call,
    drawing,
    end,
    event,
    file,
    flows,
    gateway,
    io,
    loop,
    message,
    process,
    script,
    start,
    sub,
    user,
)  # fmt: skip
from tests.unit.bpmn.walk import Walk


def test_a_sub_process_with_mappings_has_local_variables() -> None:
    inner = sub("s", start("s1"), script("x", "=local + 1", "local"), end("e"), flows("s1 x e"),
                ext=io({"local": "=n"}, {"result": "=local * 10"}))  # fmt: skip
    assert Walk(drawing(start(), inner, end(), flows("start s end"))).start(n=1).variables == {"n": 1, "result": 20}


def test_an_interrupted_sub_process_closes_everything_inside() -> None:
    inner = sub(
        "s", start("s1"), gateway("f", "parallel"), user("a"), user("b"), end("e"), flows("s1 f", "f a e", "f b e")
    )
    models = drawing(start(), inner, boundary("m", "s", event("message", "stop")), user("z"), end(), flows("start s end", "m z end"),
                     definitions=message("stop"))  # fmt: skip
    assert Walk(models).start().deliver("stop").open == ["z"]


def test_the_called_process_may_be_chosen_by_feel() -> None:
    caller = process("p", start(), call("c", "=which"), end(), flows("start c end"))
    models = {"a.bpmn": file(caller, COUNTING)}
    assert Walk(models).start(which="q", n=1).work == ["qa"]
    assert Walk(models).start(which="none", n=1).last.incidents[0].code == "called-process"


def test_consulting_several_offices_at_once_collects_their_answers_in_order() -> None:
    each = loop("=offices", "office", "opinions", "=opinion")
    consult = user("consult", groups="=[office]", inner=each)
    walk = Walk(drawing(start(), consult, end(), flows("start consult end"))).start(offices=["fire", "water", "roads"])
    assert [w.candidate_groups for w in walk.last.waiting] == [("fire",), ("water",), ("roads",)]
    assert [w.inputs["loopCounter"] for w in walk.last.waiting] == [1, 2, 3]
    tokens = [w.token for w in walk.last.waiting]
    for token, opinion in ((tokens[2], "c"), (tokens[0], "a"), (tokens[1], "b")):
        walk.act(door.complete, token, {"opinion": opinion})
    assert walk.ended
    assert walk.variables["opinions"] == ["a", "b", "c"]


def test_one_after_another() -> None:
    each = loop("=offices", "office", "seen", "=office + string(loopCounter)", sequential=True)
    walk = Walk(drawing(start(), user("a", inner=each), end(), flows("start a end"))).start(offices=["x", "y"])
    assert [w.inputs["office"] for w in walk.last.waiting] == ["x"]
    assert [w.inputs["office"] for w in walk.complete("a").last.waiting] == ["y"]
    assert walk.complete("a").variables == {"offices": ["x", "y"], "seen": ["x1", "y2"]}
    assert walk.ended


def test_an_empty_collection_passes_at_once() -> None:
    each = loop("=offices", "office", "seen", "=office")
    assert (
        Walk(drawing(start(), user("a", inner=each), end(), flows("start a end"))).start(offices=[]).variables["seen"]
        == []
    )


def test_a_boundary_event_ends_the_whole_loop() -> None:
    models = drawing(start(), user("a", inner=loop("=[1,2,3]", "i")), boundary("m", "a", event("message", "stop")), end(), end("x"),
                     flows("start a end", "m x"), definitions=message("stop"))  # fmt: skip
    walk = Walk(models).start()
    assert walk.open == ["a", "a", "a", "m"]
    assert walk.deliver("stop").last.end_element == "x"


def test_a_number_of_rounds() -> None:
    cardinality = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    for text in ("3", "=n"):
        walk = Walk(drawing(start(), user("a", inner=cardinality.format(text)), end(), flows("start a end"))).start(n=3)
        assert walk.work == ["a", "a", "a"]
        assert walk.complete("a").complete("a").complete("a").ended
    assert (
        Walk(drawing(start(), user("a", inner=cardinality.format("=n")), end(), flows("start a end")))
        .start(n=-1)
        .last.incidents[0]
        .code
        == "loop"
    )


def test_the_standard_loop_goes_on_while_its_condition_is_true() -> None:
    walk = Walk(drawing(start(), user("a", inner=again("=more")), end(), flows("start a end"))).start()
    assert walk.complete("a", more=True).complete("a", more=True).work == ["a"]
    assert walk.complete("a", more=False).ended
    assert walk.trace == ["start", "a", "a", "a", "end"]
    assert (
        Walk(drawing(start(), user("a", inner=again("=more", first=True)), end(), flows("start a end")))
        .start(more=False)
        .ended
    )
    walk = Walk(drawing(start(), user("a", inner=again("=true", most=2)), end(), flows("start a end"))).start()
    assert walk.complete("a").work == ["a"]
    assert walk.complete("a").ended


def test_an_endless_standard_loop_is_an_incident() -> None:
    walk = Walk(
        drawing(start(), script("a", "=1", "x", inner=again("=true")), end(), flows("start a end")),
        limits=Limits(instances=30),
    ).start()
    assert walk.last.incidents[0].code == "limit"
