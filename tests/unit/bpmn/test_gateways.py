# ruff: noqa: E501  (a drawing reads best on one line)
"""Gateways: one way, several, all; joins that count tokens; the first of several events."""

from itertools import permutations

import pytest

from engine.bpmn import door
from tests.unit.bpmn.drawings import (
    NOW,
    drawing,
    end,
    event,
    flow,
    flows,
    gateway,
    message,
    node,
    script,
    start,
    timer,
    user,
)
from tests.unit.bpmn.walk import Walk


def test_the_exclusive_gateway_takes_the_first_true_way_in_drawing_order() -> None:
    ways = flow("g", "a", "=x > 1") + flow("g", "b", "=x > 0") + flow("g", "c", id="else")
    models = drawing(start(), gateway("g", default="else"), end("a"), end("b"), end("c"), flows("start g"), ways)
    assert [Walk(models).start(x=x).last.end_element for x in (2, 1, 0)] == ["a", "b", "c"]


def test_all_conditions_of_a_gateway_cross_the_border_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = flow("g", "a", "=x > 3") + flow("g", "b", "=x > 2") + flow("g", "c", "=x > 1") + flow("g", "d", id="else")
    ends = [end(name) for name in "abcd"]
    definition = door.load(drawing(start(), gateway("g", default="else"), *ends, flows("start g"), ways))
    from rules.feel import Feel

    calls: list[int] = []
    honest = Feel.perform
    monkeypatch.setattr(
        Feel, "perform", lambda self, jobs, *a, **k: calls.append(len(jobs)) or honest(self, jobs, *a, **k)
    )
    assert door.start(definition, "p", {"x": 2}, now=NOW).end_element == "c"
    assert calls == [3]


def test_a_later_condition_that_fails_does_not_matter_once_an_earlier_one_is_true() -> None:
    ways = flow("g", "a", "=x > 1") + flow("g", "b", "=unknown > 0")
    models = drawing(start(), gateway("g"), end("a"), end("b"), flows("start g"), ways)
    assert Walk(models).start(x=2).last.end_element == "a"
    assert Walk(models).start(x=0).last.incidents[0].element_id == "g"


def test_the_parallel_gateway_waits_for_every_branch() -> None:
    branches = flows("start s", "s a j", "s b j", "s c j", "j d end")
    models = drawing(start(), gateway("s", "parallel"), *map(user, "abcd"), gateway("j", "parallel"), end(), branches)
    for order in permutations("abc"):
        walk = Walk(models).start()
        for name in order:
            assert walk.work != ["d"]
            walk.complete(name)
        assert walk.work == ["d"]
        assert walk.complete("d").ended


def test_two_tokens_through_one_parallel_split_make_four_tasks() -> None:
    branches = flows("start s", "s m", "s m", "m t", "t a end", "t b end").replace('id="s-m"', 'id="s-m-1"', 1)
    models = drawing(
        start(), gateway("s", "parallel"), gateway("m"), gateway("t", "parallel"), user("a"), user("b"), end(), branches
    )
    assert sorted(Walk(models).start().work) == ["a", "a", "b", "b"]


def test_a_parallel_join_in_a_loop_fires_every_round() -> None:
    around = flows("start m s", "s a j", "s b j", "j g") + flow("g", "m", "=again") + flow("g", "end", id="out")
    gates = [gateway("m"), gateway("s", "parallel"), gateway("j", "parallel"), gateway("g", default="out")]
    walk = Walk(drawing(start(), *gates, user("a"), user("b"), end(), around)).start()
    for _ in range(3):
        assert walk.complete("b").complete("a", again=True).work == ["a", "b"]
    assert walk.complete("a").complete("b", again=False).ended


INCLUSIVE = drawing(
    start(), gateway("s", "inclusive", default="else"), *map(user, "abc"), gateway("j", "inclusive"), user("z"), end(),
    flows("start s", "a j", "b j", "c j", "j z end"), flow("s", "a", "=a"), flow("s", "b", "=b"), flow("s", "c", id="else"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "open_"), [(True, True, "ab"), (True, False, "a"), (False, True, "b"), (False, False, "c")]
)
def test_the_inclusive_gateway_takes_every_true_way_and_waits_for_those(a: bool, b: bool, open_: str) -> None:
    walk = Walk(INCLUSIVE).start(a=a, b=b)
    assert walk.work == list(open_)
    for name in reversed(open_):
        assert walk.work != ["z"]
        walk.complete(name)
    assert walk.work == ["z"]
    assert walk.complete("z").ended


def test_an_unbalanced_inclusive_join_does_not_wait_for_a_branch_that_left() -> None:
    ways = flow("s", "a", "=true") + flow("s", "b", "=true") + flow("g", "j", "=stay") + flow("g", "away", id="leave")
    parts = [gateway("s", "inclusive"), user("a"), user("b"), gateway("g", default="leave"), gateway("j", "inclusive")]
    models = drawing(start(), *parts, user("z"), end(), end("away"), flows("start s", "a j", "b g", "j z end"), ways)
    walk = Walk(models).start().complete("a")
    assert walk.work == ["b"]
    assert walk.complete("b", stay=False).work == ["z"]
    walk = Walk(models).start().complete("a").complete("b", stay=True)
    assert walk.work == ["z"]
    assert walk.complete("z").ended


def test_nested_inclusive_gateways() -> None:
    ways = flow("s", "a", "=true") + flow("s", "s2", "=true") + flow("s2", "b", "=true") + flow("s2", "c", "=true")
    gates = [gateway(name, "inclusive") for name in ("s", "s2", "j2", "j")]
    models = drawing(
        start(), *gates, *map(user, "abcz"), end(), flows("start s", "b j2", "c j2", "a j", "j2 j", "j z end"), ways
    )
    walk = Walk(models).start().complete("b").complete("a")
    assert walk.work == ["c"]
    assert walk.complete("c").work == ["z"]


def test_an_inclusive_join_waits_for_a_token_that_can_come_back_by_a_loop() -> None:
    ways = flow("s", "a", "=true") + flow("s", "b", "=true") + flow("g", "b", "=again") + flow("g", "j", id="on")
    gates = [gateway("s", "inclusive"), gateway("g", default="on"), gateway("j", "inclusive")]
    models = drawing(start(), *gates, *map(user, "abz"), end(), flows("start s", "a j", "b g", "j z end"), ways)
    walk = Walk(models).start().complete("a").complete("b", again=True)
    assert walk.work == ["b"]
    assert walk.complete("b", again=False).work == ["z"]


def test_the_event_gateway_takes_the_first_event_and_forgets_the_others() -> None:
    events = [
        node("intermediateCatchEvent", "paid", inner=event("message", "paid")),
        node("intermediateCatchEvent", "late", inner=timer("Duration", "P3D")),
    ]
    parts = [
        start(),
        gateway("g", "eventBased"),
        *events,
        end("ok"),
        end("no"),
        flows("start g", "g paid ok", "g late no"),
    ]
    models = drawing(*parts, definitions=message("paid"))
    walk = Walk(models).start()
    assert sorted(walk.open) == ["late", "paid"]
    closed = {w.token for w in walk.last.waiting}
    walk.deliver("paid")
    assert (walk.last.end_element, set(walk.last.closed)) == ("ok", closed)
    walk = Walk(models).start().wait(days=2)
    assert not walk.last.moved
    assert walk.wait(days=1).last.end_element == "no"


def test_variables_of_parallel_branches_are_one_set() -> None:
    branches = flows("start s", "s a x j", "s b y j", "j end")
    tasks = [user("a"), user("b"), script("x", "=n + 1", "n"), script("y", "=n + 10", "n")]
    walk = Walk(drawing(start(), gateway("s", "parallel"), *tasks, gateway("j", "parallel"), end(), branches)).start(
        n=0
    )
    assert walk.complete("b").complete("a").variables["n"] == 11


def test_a_join_that_can_never_fire_is_an_incident_not_a_silent_stop() -> None:
    ways = flow("s", "a", "=true") + flow("s", "b", id="else")
    models = drawing(
        start(), gateway("s", default="else"), user("a"), user("b"), gateway("j", "parallel"), end(),
        flows("start s", "a j", "b j", "j end"), ways,
    )  # fmt: skip
    walk = Walk(models).start().complete("a")
    assert not walk.ended
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("j", "stuck")]


def test_a_stuck_join_inside_a_sub_process_is_an_incident_too() -> None:
    from tests.unit.bpmn.drawings import boundary, sub

    ways = flow("x", "a", "=true") + flow("x", "b", id="else")
    inner = sub("s", start("s1"), gateway("x", default="else"), user("a"), user("b"), gateway("j", "parallel"), end("e"),
                flows("s1 x", "a j", "b j", "j e"), ways)  # fmt: skip
    watched = boundary("m", "s", event("message", "m"))
    walk = (
        Walk(drawing(start(), inner, watched, end(), flows("start s end", "m end"), definitions=message("m")))
        .start()
        .complete("a")
    )
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("j", "stuck")]
    assert walk.deliver("m").ended


def test_joining_tokens_do_not_count_as_stuck_while_an_event_gateway_waits() -> None:
    late = node("intermediateCatchEvent", "late", inner=timer("Duration", "P1D"))
    models = drawing(start(), gateway("s", "parallel"), gateway("g", "eventBased"), late, user("a"), gateway("j", "parallel"), end(),
                     flows("start s", "s a j", "s g late j", "j end"))  # fmt: skip
    walk = Walk(models).start().complete("a")
    assert walk.last.incidents == ()
    assert walk.wait(days=1).ended
