# ruff: noqa: E501  (a drawing reads best on one line)
"""The complex gateway (BPMN 2.0.2, 10.6.5 and table 13.5): goes on by its condition, then waits for the rest and resets."""

from html import escape

import pytest

from engine.bpmn import door
from engine.bpmn.advance import Refused
from tests.unit.bpmn.drawings import drawing, end, flow, flows, gateway, node, script, start, sub, user
from tests.unit.bpmn.walk import Walk


def complex_(id: str, condition: str | None, default: str | None = None) -> str:
    inner = f"<bpmn:activationCondition>{escape(condition)}</bpmn:activationCondition>" if condition else ""
    return node("complexGateway", id, inner=inner, default=default)


def two_of_three(condition: str = "=activationCount >= 2", out: str = "") -> dict[str, bytes]:
    branches = flow("a", "g", id="f1") + flow("b", "g", id="f2") + flow("c", "g", id="f3")
    parts = [start(), gateway("s", "parallel"), *map(user, "abcz"), complex_("g", condition), end()]
    return drawing(*parts, flows("start s", "s a", "s b", "s c", "z end"), branches, out or flow("g", "z"))


def test_two_opinions_of_three_are_enough_and_the_third_changes_nothing() -> None:
    walk = Walk(two_of_three()).start()
    assert walk.complete("b").work == ["a", "c"]
    assert walk.complete("c").work == ["a", "z"]
    assert walk.complete("a").work == ["z"]
    assert walk.complete("z").ended
    assert walk.trace.count("g") == 1


def test_the_case_is_not_over_before_the_rest_has_come() -> None:
    walk = Walk(two_of_three()).start().complete("a").complete("b").complete("z")
    assert (walk.ended, walk.work) == (False, ["c"])
    assert walk.complete("c").ended


@pytest.mark.parametrize(("condition", "enough"), [
    ("=f1 + f2 >= 2", "ab"), ("=f3 >= 1", "c"), ('=get value(activationCounts, "f2") >= 1', "b"), ("=activationCount >= needed", "abc"),
])  # fmt: skip
def test_the_condition_may_speak_of_each_flow_and_of_variables(condition: str, enough: str) -> None:
    walk = Walk(two_of_three(condition)).start(needed=3)
    for name in enough:
        assert "z" not in walk.work
        walk.complete(name)
    assert "z" in walk.work


def test_outgoing_conditions_are_asked_in_both_phases() -> None:
    out = (
        flow("g", "z", "=waitingForStart")
        + flow("g", "late", "=not(waitingForStart)")
        + user("late")
        + flow("late", "end")
    )
    walk = Walk(two_of_three(out=out)).start().complete("a").complete("b")
    assert walk.work == ["c", "z"]
    assert walk.complete("c").work == ["z", "late"]
    assert walk.complete("late").complete("z").ended


def test_the_default_flow_is_taken_when_no_condition_is_true() -> None:
    parts = [
        start(),
        gateway("s", "parallel"),
        *map(user, "abyz"),
        complex_("g", "=activationCount >= 1", default="else"),
        end(),
    ]
    ways = flow("g", "y", "=yes") + flow("g", "z", id="else")
    models = drawing(*parts, flows("start s", "s a g", "s b g", "y end", "z end"), ways)
    assert Walk(models).start(yes=True).complete("a").work == ["b", "y"]
    assert Walk(models).start(yes=False).complete("a").work == ["b", "z"]
    assert Walk(models).start(yes=False).complete("a").complete("b").work == ["z", "z"]


def test_no_true_way_and_no_default_is_an_incident_the_first_time_only() -> None:
    out = flow("g", "z", "=yes and waitingForStart")
    walk = Walk(two_of_three(out=out)).start(yes=False).complete("a").complete("b")
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("g", "no-way-out")]
    walk.retry(yes=True)
    assert walk.work == ["c", "z"]
    assert walk.complete("c").complete("z").ended


def test_a_branch_that_went_another_way_is_not_waited_for_at_the_reset() -> None:
    parts = [
        start(),
        gateway("s", "parallel"),
        *map(user, "abcz"),
        gateway("x", default="away"),
        complex_("g", "=activationCount >= 2"),
        end(),
        end("e2"),
    ]
    ways = flow("x", "g", "=stay") + flow("x", "e2", id="away")
    models = drawing(*parts, flows("start s", "s a g", "s b g", "s c x", "g z end"), ways)
    walk = Walk(models).start().complete("a").complete("b").complete("z")
    assert not walk.ended
    assert walk.complete("c", stay=False).ended


def test_after_its_reset_the_gateway_waits_for_the_next_round() -> None:
    parts = [start(), gateway("m"), gateway("s", "parallel"), user("a"), user("b"), complex_("g", "=activationCount >= 1"),
             script("n", "=n + 1", "n"), gateway("x", default="out"), user("z"), end()]  # fmt: skip
    ways = flow("x", "m", "=n < 2") + flow("x", "z", id="out")
    walk = Walk(drawing(*parts, flows("start m s", "s a g", "s b g", "g n x", "z end"), ways)).start(n=0)
    assert walk.complete("a").work == ["b", "a", "b"]
    # The new round's token waits: the first round's other branch has not come yet.
    second_a = walk.last.waiting[1]
    assert second_a.element_id == "a"
    walk.act(door.complete, second_a.token, {})
    assert walk.work == ["b", "b"]
    assert walk.complete("b").work == ["b", "z"]


def test_a_condition_about_data_is_asked_again_when_the_data_change() -> None:
    parts = [
        start(),
        gateway("s", "parallel"),
        *map(user, "abz"),
        complex_("g", "=activationCount >= 2 or urgent"),
        end(),
        user("c"),
        end("e2"),
    ]
    walk = (
        Walk(drawing(*parts, flows("start s", "s a g", "s b g", "s c e2", "g z end"))).start(urgent=False).complete("a")
    )
    assert walk.work == ["b", "c"]
    assert walk.complete("c", urgent=True).work == ["b", "z"]


def test_too_few_tokens_are_reported() -> None:
    walk = Walk(two_of_three("=activationCount >= 4")).start().complete("a").complete("b").complete("c")
    assert {(i.element_id, i.code) for i in walk.last.incidents} == {("g", "stuck")}


def test_a_condition_that_is_neither_true_nor_false_is_an_incident_and_can_be_retried() -> None:
    walk = Walk(two_of_three("=enough")).start(enough=1).complete("a")
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("g", "condition")]
    assert walk.retry(enough=True).work == ["b", "c", "z"]


def test_a_gateway_that_only_chooses_needs_no_activation_condition() -> None:
    ways = flow("g", "a", "=x > 1") + flow("g", "b", "=x > 0") + flow("g", "c", id="else")
    models = drawing(
        start(),
        complex_("g", None, default="else"),
        *map(user, "abc"),
        end(),
        flows("start g", "a end", "b end", "c end"),
        ways,
    )
    assert [Walk(models).start(x=x).work for x in (2, 1, 0)] == [["a", "b"], ["b"], ["c"]]
    with pytest.raises(Refused, match="phức hợp"):
        door.load(two_of_three(""))


def test_each_sub_process_has_its_own_gateway() -> None:
    inner = sub("p1", start("s1"), gateway("f", "parallel"), user("a"), user("b"), complex_("g", "=activationCount >= 1"), user("z"), end("e"),
                flows("s1 f", "f a g", "f b g", "g z e"))  # fmt: skip
    walk = Walk(drawing(start(), inner, end(), flows("start p1 end"))).start().complete("b")
    assert walk.work == ["a", "z"]
    assert walk.complete("z").complete("a").ended
