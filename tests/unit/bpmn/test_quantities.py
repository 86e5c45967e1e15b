# ruff: noqa: E501  (a drawing reads best on one line)
"""Start and completion quantity (BPMN 2.0.2, tables 10.3 and 13.1): tokens gather before an activity, and leave it in numbers."""

import pytest

from tests.unit.bpmn.drawings import (
    again,
    boundary,
    drawing,
    end,
    event,
    flow,
    flows,
    gateway,
    loop,
    message,
    node,
    script,
    start,
    sub,
    user,
)
from tests.unit.bpmn.walk import Walk


def test_an_activity_begins_when_enough_tokens_have_come_on_whichever_flow() -> None:
    parts = [start(), gateway("s", "parallel"), *map(user, "abc"), user("sign", startQuantity="3"), end()]
    walk = Walk(drawing(*parts, flows("start s", "s a sign", "s b sign", "s c sign end"))).start()
    assert walk.complete("b").work == ["a", "c"]
    assert walk.complete("a").work == ["c"]
    assert walk.complete("c").work == ["sign"]
    assert walk.complete("sign").ended
    assert walk.trace.count("sign") == 1


def test_tokens_may_come_on_one_flow_alone() -> None:
    parts = [start(), user("count", completionQuantity="4"), user("pack", startQuantity="2"), end()]
    walk = Walk(drawing(*parts, flows("start count pack end"))).start().complete("count")
    assert walk.work == ["pack", "pack"]
    assert walk.complete("pack").complete("pack").ended


def test_each_completion_sends_so_many_tokens_down_every_flow_taken() -> None:
    parts = [start(), user("copy", completionQuantity="3", default="other"), user("a"), user("b"), user("c"), end()]
    ways = flow("copy", "a", "=true") + flow("copy", "b", "=false") + flow("copy", "c", id="other")
    walk = Walk(drawing(*parts, flows("start copy", "a end", "b end", "c end"), ways)).start()
    assert walk.complete("copy").work == ["a", "a", "a"]
    assert walk.complete("a").complete("a").complete("a").ended


def test_a_boundary_event_sends_one_token_whatever_its_activity_gives() -> None:
    edge = boundary("late", "copy", event("message", "late"))
    parts = [start(), user("copy", completionQuantity="3"), edge, user("a"), user("b"), end(), end("e2")]
    walk = Walk(drawing(*parts, flows("start copy a end", "late b e2"), definitions=message("late"))).start()
    assert walk.deliver("late").work == ["b"]


@pytest.mark.parametrize("inner", [loop("=[1,2]", "i"), again("=false")])
def test_a_repeated_activity_gives_its_tokens_once_when_the_whole_is_done(inner: str) -> None:
    parts = [start(), user("copy", inner=inner, completionQuantity="2"), user("a"), end()]
    walk = Walk(drawing(*parts, flows("start copy a end"))).start()
    while "copy" in walk.work:
        walk.complete("copy")
    assert walk.work == ["a", "a"]


def test_a_sub_process_gathers_and_multiplies_too() -> None:
    inner = sub("s", start("s1"), user("u"), end("e"), flows("s1 u e"), startQuantity="2", completionQuantity="2")
    parts = [start(), gateway("f", "parallel"), *map(user, "ab"), inner, script("n", "=count + 1", "count"), end()]
    walk = (
        Walk(drawing(*parts, flows("start f", "f a s", "f b s", "s n end"))).start(count=0).complete("a").complete("b")
    )
    assert walk.complete("u").ended
    assert walk.variables == {"count": 2}


def test_too_few_tokens_are_reported_and_not_forgotten() -> None:
    walk = (
        Walk(drawing(start(), user("a"), user("sign", startQuantity="2"), end(), flows("start a sign end")))
        .start()
        .complete("a")
    )
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("sign", "stuck")]
    assert not walk.ended


def test_more_tokens_than_a_case_may_have_are_an_incident() -> None:
    from engine.bpmn.case import Limits

    parts = [start(), node("task", "copy", completionQuantity="1000"), user("a"), end(), flows("start copy a end")]
    walk = Walk(drawing(*parts), limits=Limits(tokens=100)).start()
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("copy", "limit")]
