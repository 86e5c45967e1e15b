# ruff: noqa: E501  (a drawing reads best on one line)
"""Who sees which variables and who writes them: a test for every sentence of docs/variables.md."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn import door
from tests.unit.bpmn.datadrawings import data_object, needs, reads, reference, transformed, writes
from tests.unit.bpmn.drawings import (
    COUNTING,
    NOW,
    boundary,
    call,
    condition,
    drawing,
    end,
    error,
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
from tests.unit.bpmn.undoing import compensate, undo_event, undo_sheet, undoer
from tests.unit.bpmn.walk import Walk

PAGE = Path(__file__).parents[3] / "docs" / "variables.md"


def look_inside(walk: Walk, element: str) -> dict[str, Any]:
    """Every variable an open element sees."""
    case = door.restore(walk.definition, walk.last.state, now=walk.now)
    return case.index[int(walk.waiting(element).token)].visible()


def test_every_sentence_of_the_page_has_its_test() -> None:
    sentences = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
    named = [re.findall(r"`(test_\w+)`", line) for line in sentences]
    assert all(len(names) == 1 for names in named), "each sentence names one test"
    written = set(re.findall(r"(?m)^def (test_\w+)", Path(__file__).read_text(encoding="utf-8")))
    assert {names[0] for names in named} == written - {"test_every_sentence_of_the_page_has_its_test"}


def test_a_sub_process_shares_the_variables_of_the_process() -> None:
    inner = sub("s", start("s1"), script("x", "=n + 1", "n"), user("a"), end("e"), flows("s1 x a e"))
    walk = Walk(drawing(start(), inner, end(), flows("start s end"))).start(n=1)
    assert walk.variables == {"n": 2}
    walk.complete("a", m=1)
    assert walk.ended
    assert walk.trace == ["start", "s1", "x", "a", "e", "s", "end"]
    assert walk.variables == {"n": 2, "m": 1}


@pytest.mark.parametrize(
    ("options", "ext", "given", "after"),
    [
        ({}, "", {"n": 6, "own": 1}, {"n": 6, "own": 1, "done": True}),
        ({"propagateAllChildVariables": "false"}, "", {"n": 6, "own": 1}, {"n": 5, "own": 1}),
        (
            {"propagateAllParentVariables": "false"},
            io({"n": "=own"}, {"back": "=n"}),
            {"n": 2},
            {"n": 5, "own": 1, "back": 2},
        ),
    ],
)
def test_a_called_process_sees_and_gives_back_what_the_drawing_says(
    options: dict, ext: str, given: dict, after: dict
) -> None:
    caller = process("p", start(), call("c", "q", ext=ext, **options), end(), flows("start c end"))
    walk = Walk({"a.bpmn": file(caller), "b.bpmn": file(COUNTING)}).start(n=5, own=1)
    assert walk.waiting("qa").inputs == {name: n for name, n in given.items() if {"n": 5, "own": 1}[name] != n}
    assert look_inside(walk, "qa") == given
    assert walk.complete("qa", done=True).variables == after
    assert walk.ended


def test_a_completion_condition_ends_the_loop_early() -> None:
    each = loop("=offices", "office", "votes", "=vote", done="=numberOfCompletedInstances >= 2")
    walk = Walk(drawing(start(), user("a", inner=each), end(), flows("start a end"))).start(offices=[1, 2, 3])
    assert walk.complete("a", vote="y").work == ["a", "a"]
    walk.complete("a", vote="n")
    assert walk.ended
    assert walk.variables["votes"] == ["y", "n", None]


def test_a_loop_over_a_sub_process_keeps_its_variables_apart() -> None:
    inner = sub("s", start("s1"), service("get", "x", ext=io({}, {"mine": "=answer"})), script("y", "=mine + 1", "mine"), end("e"),
                flows("s1 get y e"), ext=io({"mine": "=0"}), inner=loop("=[1,2]", "item", "all", "=mine"))  # fmt: skip
    walk = Walk(drawing(start(), inner, end(), flows("start s end"))).start()
    walk.complete("get", answer=10).complete("get", answer=20)
    assert walk.ended
    assert walk.variables == {"all": [11, 21]}


def test_local_variables_end_with_their_activity() -> None:
    inner = sub(
        "s", start("s1"), user("a", ext=io({"mine": "=n"})), end("e"), flows("s1 a e"), ext=io({"own": "=n + 1"})
    )
    walk = Walk(drawing(start(), inner, user("b", inner=loop("=[7]", "i")), end(), flows("start s b end"))).start(n=1)
    assert look_inside(walk, "a") == {"n": 1, "own": 2, "mine": 1}
    assert walk.variables == {"n": 1}
    walk.complete("a")
    assert look_inside(walk, "b") == {"n": 1, "i": 7, "loopCounter": 1}
    assert walk.complete("b").variables == {"n": 1}


def test_an_inner_variable_hides_an_outer_one() -> None:
    inner = sub(
        "s",
        start("s1"),
        user("a", ext=io({"x": "=x + 1"})),
        end("e"),
        flows("s1 a e"),
        ext=io({"x": "=x * 10", "y": "=5"}),
    )
    walk = Walk(drawing(start(), inner, end(), flows("start s end"))).start(x=1, y=2, z=3)
    assert look_inside(walk, "a") == {"x": 11, "y": 5, "z": 3}


def test_an_event_sub_process_sees_the_scope_it_stands_in() -> None:
    beside = sub("es", node("startEvent", "m1", inner=event("message", "m"), isInterrupting="false"), script("x", "=own + 1", "own"), end("ee"), flows("m1 x ee"),
                 triggeredByEvent="true")  # fmt: skip
    inner = sub(
        "s",
        start("s1"),
        user("a", ext=io({"seen": "=own"})),
        end("e"),
        flows("s1 a e"),
        beside,
        ext=io({"own": "=1"}, {"after": "=own"}),
    )
    walk = (
        Walk(drawing(start(), inner, end(), flows("start s end"), definitions=message("m")))
        .start()
        .deliver("m")
        .complete("a")
    )
    assert walk.variables == {"after": 2}


def test_flows_and_boundary_events_do_not_see_local_variables() -> None:
    ways = flow("a", "b", "=x = 1") + flow("a", "end", "=x = 2")
    models = drawing(start(), user("a", ext=io({"x": "=1"})), user("b"), end(), flows("start a", "b end"), ways)
    assert Walk(models).start(x=2).complete("a").ended
    edge = boundary("t", "a", timer("Duration", "=x"))
    models = drawing(start(), user("a", ext=io({"x": '="PT1H"'})), edge, end(), flows("start a end", "t end"))
    assert Walk(models).start(x="PT5H").waiting("t").due == NOW + timedelta(hours=5)


def test_an_unknown_name_is_an_incident_except_where_something_is_waited_for() -> None:
    walk = Walk(drawing(start(), script("x", "=nothing + 1", "y"), end(), flows("start x end"))).start()
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("x", "expression")]
    catch = node("intermediateCatchEvent", "c", inner=condition("=nothing > 1"))
    assert Walk(drawing(start(), catch, end(), flows("start c end"))).start().open == ["c"]


def test_every_result_becomes_a_variable() -> None:
    catch = node("intermediateCatchEvent", "m", inner=event("message", "m"))
    heard = node("intermediateCatchEvent", "h", inner=event("signal", "s"))
    parts = [
        user("a"),
        service("b", "x.y"),
        catch,
        heard,
        script("c", "=1", "worked"),
        service("d", "x.y"),
        boundary("e", "d", event("error", "E")),
    ]
    models = drawing(
        start(),
        *parts,
        end(),
        flows("start a b m h c d end", "e end"),
        definitions=message("m") + '<bpmn:signal id="signal_s" name="s"/>' + error("E"),
    )
    walk = (
        Walk(models)
        .start()
        .complete("a", person=1)
        .complete("b", program=2)
        .deliver("m", told=3)
        .signal("s", heard=4)
        .throw("d", "E", why=5)
    )
    assert walk.variables == {"person": 1, "program": 2, "told": 3, "heard": 4, "worked": 1, "why": 5}


def test_a_result_goes_where_its_name_already_is() -> None:
    inner = sub("s", start("s1"), user("a"), end("e"), flows("s1 a e"), ext=io({"here": "=0"}))
    walk = (
        Walk(drawing(start(), inner, end(), flows("start s end")))
        .start(outside=0)
        .complete("a", here=1, outside=2, new=3)
    )
    assert walk.variables == {"outside": 2, "new": 3}


def test_output_mappings_write_only_what_they_say() -> None:
    ext = io({"x": "=x + 1"}, {"x": "=x * 10", "kept": "=given"})
    walk = (
        Walk(drawing(start(), user("a", ext=ext), end(), flows("start a end")))
        .start(x=1)
        .complete("a", given=5, lost=6)
    )
    assert walk.variables == {"x": 20, "kept": 5}


def test_mappings_go_in_order_and_may_set_one_entry() -> None:
    ext = io({"a": "=n", "b": "=a + 1"}, {"person.phone": "=phone", "first": "=b", "second": "=first + 1"})
    walk = Walk(drawing(start(), user("u", ext=ext), end(), flows("start u end"))).start(
        n=1, person={"name": "An", "phone": "1"}
    )
    assert walk.waiting("u").inputs == {"a": 1, "b": 2}
    assert walk.complete("u", phone="2").variables == {
        "n": 1,
        "person": {"name": "An", "phone": "2"},
        "first": 2,
        "second": 3,
    }


FORK = flows("start s", "s a j", "s b j", "j end")


def test_branches_share_their_variables_and_the_last_writer_wins() -> None:
    models = drawing(start(), gateway("s", "parallel"), user("a"), user("b"), gateway("j", "parallel"), end(), FORK)
    walk = Walk(models).start(list=[1, 2, 3]).complete("b", x="b", list=[1]).complete("a", x="a")
    assert walk.ended
    assert walk.variables == {"x": "a", "list": [1]}


def test_a_branch_sees_at_once_what_another_wrote() -> None:
    catch = node("intermediateCatchEvent", "b", inner=condition("=paid"))
    models = drawing(start(), gateway("s", "parallel"), user("a"), catch, gateway("j", "parallel"), end(), FORK)
    assert Walk(models).start().complete("a", paid=True).ended


def test_each_round_has_its_own_variables() -> None:
    each = user("a", ext=io({"copy": "=i * 10"}), inner=loop("=[1,2]", "i", "votes", "=vote"))
    walk = Walk(drawing(start(), each, end(), flows("start a end"))).start(vote="-")
    assert [w.inputs["copy"] for w in walk.last.waiting] == [10, 20]
    assert [w.inputs["loopCounter"] for w in walk.last.waiting] == [1, 2]
    walk.complete("a", copy=5, vote="yes", shared="x").complete("a", vote="no", shared="y")
    assert walk.variables == {"vote": "-", "votes": ["yes", "no"], "shared": "y"}


def test_a_called_process_runs_on_its_own_copy() -> None:
    caller = process(
        "p", start(), gateway("s", "parallel"), call("a", "q"), user("b"), gateway("j", "parallel"), end(), FORK
    )
    walk = Walk({"a.bpmn": file(caller, COUNTING)}).start(n=1)
    assert (look_inside(walk, "qa")["n"], walk.variables["n"]) == (2, 1)
    walk.complete("b", n=50)
    assert look_inside(walk, "qa")["n"] == 2
    assert walk.complete("qa").variables["n"] == 2


def test_a_step_of_a_called_process_is_given_what_only_that_knows() -> None:
    caller = process("p", start(), call("a", "q", ext=io({"mine": "=n + 1"})), end(), flows("start a end"))
    walk = Walk({"a.bpmn": file(caller, COUNTING)}).start(n=1, m=5)
    (step,) = (one for one in walk.last.waiting if one.element_id == "qa")
    assert dict(step.inputs) == {"mine": 2, "n": 2}, "n was changed inside, m is known from the case"
    assert step.process_id == "q"


def test_an_error_brings_only_what_was_thrown_with_it() -> None:
    caller = process(
        "p", start(), call("c", "q"), boundary("b", "c", event("error", "E")), end(), flows("start c end", "b end")
    )
    walk = Walk({"a.bpmn": file(error("E"), caller, COUNTING)}).start(n=1).throw("qa", "E", why="no")
    assert walk.variables == {"n": 1, "why": "no"}


def test_a_handler_sees_the_local_variables_of_then_and_the_others_of_now() -> None:
    done = (
        user("a", ext=io({"mine": "=n"}))
        + undo_event("c", "a", "u")
        + undoer("u", ext=io({"then": "=mine", "now": "=n"}))
    )
    models = drawing(start(), done, script("x", "=99", "n"), compensate("t"), end(), flows("start a x t end"))
    assert Walk(models).start(n=1).complete("a").waiting("u").inputs == {"then": 1, "now": 99}


def test_each_round_is_undone_with_its_own_snapshot() -> None:
    undo = undo_sheet(
        "h",
        script("x", "=mine + 100", "mine"),
        user("back", ext=io({"mine": "=mine"})),
        end("eh"),
        flows("on-h x back eh"),
    )
    inner = sub(
        "s",
        start("s1"),
        user("a", ext=io({}, {"mine": "=got"})),
        end("e1"),
        flows("s1 a e1"),
        undo,
        ext=io({"mine": "=0"}),
        inner=loop("=[1,2]", "i"),
    )
    walk = (
        Walk(drawing(start(), inner, compensate("t"), end(), flows("start s t end")))
        .start()
        .complete("a", got=1)
        .complete("a", got=2)
    )
    assert walk.waiting("back").inputs == {"mine": 102}
    assert walk.complete("back").waiting("back").inputs == {"mine": 101}
    assert walk.complete("back").variables == {}


def test_a_called_process_is_undone_with_the_variables_it_ended_with() -> None:
    undo = undo_sheet(
        "h", script("x", "=n + 1", "n"), user("back", ext=io({"own": "=n"})), end("eh"), flows("on-h x back eh")
    )
    called = process("q", start("qs"), script("qx", "=n + 1", "n"), end("qe"), flows("qs qx qe"), undo)
    caller = process(
        "p",
        start(),
        call("c", "q", propagateAllChildVariables="false"),
        script("y", "=50", "n"),
        compensate("t"),
        end(),
        flows("start c y t end"),
    )
    walk = Walk({"a.bpmn": file(caller, called)}).start(n=1)
    assert walk.waiting("back").inputs == {"n": 3, "own": 3}
    assert walk.waiting("back").process_id == "q"
    assert walk.complete("back").variables == {"n": 50}


def test_what_a_handler_gives_is_a_result() -> None:
    done = user("a", ext=io({"mine": "=1"})) + undo_event("c", "a", "u") + undoer("u")
    walk = Walk(drawing(start(), done, compensate("t"), end(), flows("start a t end"))).start().complete("a")
    assert walk.complete("u", mine=2, refunded=True).variables == {"refunded": True}


FEE = data_object("d") + reference("r", "d", "fee")


def test_data_are_variables_of_their_scope() -> None:
    odd = data_object("data-1", "Hồ sơ giấy")
    told = needs("x", gives=("y",)) + reads("r", "in-x") + writes("out-y", "data-1")
    inner = sub(
        "s",
        data_object("in", "draft"),
        start("s1"),
        user("a", inner=told),
        user("b", inner=needs(gives=("z",)) + writes("out-z", "in")),
        end("e"),
        flows("s1 a b e"),
    )
    models = drawing(FEE, odd, '<bpmn:property id="pr" name="note"/>', start(), inner, end(), flows("start s end"))
    walk = Walk(models).start()
    assert walk.variables == {"fee": None, "data_1": None, "note": None}
    assert look_inside(walk, "a")["draft"] is None
    assert walk.complete("a", y=1).complete("b", z=2).variables == {"fee": None, "data_1": 1, "note": None}


def test_data_inputs_are_local_and_data_outputs_are_results() -> None:
    told = needs("amount", gives=("number",)) + reads("r", "in-amount") + writes("out-number", "r")
    walk = Walk(drawing(FEE, start(), user("a", inner=told), end(), flows("start a end"))).start(fee=5)
    assert look_inside(walk, "a") == {"fee": 5, "amount": 5}
    assert walk.complete("a", number=6, lost=7).variables == {"fee": 6}


def test_required_data_are_waited_for_or_missed() -> None:
    writer = user("a", inner=needs(gives=("v",)) + writes("out-v", "r"))
    reader = user("b", inner=needs("w") + reads("r", "in-w"))
    models = drawing(FEE, start(), gateway("s", "parallel"), writer, reader, gateway("j", "parallel"), end(), FORK)
    assert Walk(models).start().work == ["a"]
    assert Walk(models).start().complete("a", v=1).work == ["b"]
    assert [i.code for i in Walk(models).start().complete("a").last.incidents] == ["data-output"]
    late = drawing(FEE, start(), reader, writer, end(), flows("start b a end"))
    assert [i.code for i in Walk(late).start().last.incidents] == ["data"]
    alone = drawing(FEE, start(), reader, end(), flows("start b end"))
    assert Walk(alone).start().work == ["b"], "nobody else writes it"


def test_associations_come_before_mappings_and_once_for_a_loop() -> None:
    told = needs("amount", gives=("sum",)) + reads("r", "in-amount", transformed("fee + 1")) + writes("out-sum", "r")
    each = user("a", inner=told + loop("=[1,2]", "i", "sum", "=i * amount"), ext=io({"double": "=amount * 2"}))
    walk = Walk(drawing(FEE, start(), each, end(), flows("start a end"))).start(fee=4)
    assert [w.inputs["double"] for w in walk.last.waiting] == [10, 10]


def test_drawn_data_change_nothing() -> None:
    store = '<bpmn:dataStoreReference id="store" name="Kho"/>'
    told = (
        '<bpmn:property id="Property_1" name="__targetRef_placeholder"/>'
        + reads("r", "Property_1")
        + writes(None, "store")
    )
    assert Walk(drawing(FEE, store, start(), user("a", inner=told), end(), flows("start a end"))).start().complete(
        "a", x=1
    ).variables == {"x": 1}
    with pytest.raises(door.Refused, match="kho dữ liệu"):
        door.load(
            drawing(store, start(), user("a", inner=needs("w") + reads("store", "in-w")), end(), flows("start a end"))
        )
