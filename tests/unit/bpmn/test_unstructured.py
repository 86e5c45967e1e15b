"""Drawings without any structure, walked by the engine and by the plain reference; both must show the same.

The inclusive gateway is read from BPMN 2.0.2, table 13.3: it waits for a token that can come to an empty gate without
passing the gateway, unless that token can also come to a gate that has one.
"""

import pytest

from tests.unit.bpmn.drawings import (
    boundary,
    drawing,
    end,
    event,
    flow,
    flows,
    gateway,
    io,
    message,
    node,
    signal,
    start,
    sub,
    user,
)
from tests.unit.bpmn.rambling import COMPLEX, FLOWS, QUANTITIES, ramble
from tests.unit.bpmn.walk import Walk


@pytest.mark.parametrize("seed", range(50))
def test_the_engine_walks_any_drawing_as_the_reference_reads_it(seed: int) -> None:
    ramble(seed, FLOWS)


@pytest.mark.parametrize("seed", range(30))
def test_tasks_that_take_and_give_several_tokens_are_walked_as_read(seed: int) -> None:
    ramble(seed, QUANTITIES)


@pytest.mark.parametrize("seed", range(30))
def test_complex_gateways_are_walked_as_read(seed: int) -> None:
    ramble(seed, COMPLEX)


def test_an_inclusive_join_does_not_wait_for_a_token_that_can_also_come_to_the_full_gate() -> None:
    """The token in "b" may come to either gate: the standard lets the join go on with the one it has."""
    ways = flow("x", "j", "=straight", id="x-j") + flow("x", "m", id="x-m")
    parts = [
        start(),
        gateway("s", "parallel"),
        user("a"),
        user("b"),
        gateway("x", default="x-m"),
        gateway("m"),
        user("z"),
        end(),
    ]
    models = drawing(*parts, gateway("j", "inclusive"), flows("start s", "s a m j", "s b x", "j z end"), ways)
    walk = Walk(models).start().complete("a")
    assert walk.work == ["b", "z"]
    assert walk.complete("b", straight=True).work == ["z", "z"]


def test_two_inclusive_joins_that_wait_for_each_other_are_reported() -> None:
    """A token at each, and a way from each to the other: by the standard neither may go on."""
    gates = [
        gateway("s", "parallel"),
        gateway("j1", "inclusive"),
        gateway("j2", "inclusive"),
        gateway("f1", "parallel"),
        gateway("f2", "parallel"),
    ]
    models = drawing(start(), *gates, end(), flows("start s", "s j1 f1 j2 f2 j1", "s j2", "f1 end", "f2 end"))
    walk = Walk(models).start()
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("j1", "stuck"), ("j2", "stuck")]


def test_an_inclusive_join_at_the_head_of_a_loop_lets_every_round_through() -> None:
    ways = flow("g", "j", "=again") + flow("g", "end", id="out")
    models = drawing(
        start(), gateway("j", "inclusive"), user("a"), gateway("g", default="out"), end(), flows("start j a g"), ways
    )
    walk = Walk(models).start()
    for _ in range(3):
        assert walk.complete("a", again=True).work == ["a"]
    assert walk.complete("a", again=False).ended


def test_an_inclusive_join_takes_one_token_of_each_gate_and_leaves_the_rest_for_the_next_time() -> None:
    twice = flow("s", "a", id="s-a") + flow("s", "b", id="s-b") + flow("s", "c", id="s-c")
    parts = [start(), gateway("s", "parallel"), *map(user, "abcz"), gateway("m"), gateway("j", "inclusive"), end()]
    models = drawing(*parts, flows("start s", "a m", "b m", "m j", "c j", "j z end"), twice)
    walk = Walk(models).start().complete("a").complete("b")
    assert walk.work == ["c"]
    assert walk.complete("c").work == ["z", "z"]


def test_an_inclusive_join_waits_for_a_task_whose_boundary_event_leads_to_it() -> None:
    parts = [start(), gateway("s", "parallel"), user("a"), user("b"), boundary("late", "b", event("message", "late"))]
    parts += [
        gateway("j", "inclusive"),
        user("z"),
        end(),
        end("done"),
        flows("start s", "s a j", "s b done", "late j", "j z end"),
    ]
    models = drawing(*parts, definitions=message("late"))
    walk = Walk(models).start().complete("a")
    assert walk.work == ["b"]
    assert walk.deliver("late").work == ["z"]
    assert Walk(models).start().complete("a").complete("b").work == ["z"]


def test_joins_in_two_sub_processes_go_on_in_the_same_order_when_the_case_was_saved_between() -> None:
    """The first sub-process to be reached is opened last, because its data were wrong at first."""

    def inside(name: str) -> str:
        gates = gateway(f"f{name}", "inclusive") + gateway(f"j{name}", "inclusive")
        ways = flow(f"f{name}", f"a{name}", "=true") + flow(f"f{name}", f"b{name}", "=true")
        rows = flows(f"s{name} f{name}", f"a{name} j{name}", f"b{name} j{name}", f"j{name} z{name} e{name}")
        tasks = "".join(user(f"{task}{name}") for task in "az")
        tasks += node("intermediateCatchEvent", f"b{name}", inner=event("signal", "go"))
        return start(f"s{name}") + gates + tasks + end(f"e{name}") + ways + rows

    late = sub("late", inside("1"), ext=io({"local": "=given"}))
    parts = [start(), gateway("s", "parallel"), late, sub("soon", inside("2")), end()]
    parts.append(flows("start s", "s late end", "s soon end"))
    walk = Walk(drawing(*parts, definitions=signal("go"))).start()
    assert [i.element_id for i in walk.last.incidents] == ["late"]
    walk.retry(given=1).complete("a2").complete("a1")
    assert walk.signal("go").work == ["z2", "z1"]
