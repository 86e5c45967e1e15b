# ruff: noqa: E501  (a drawing reads best on one line)
"""Compensation after BPMN 2.0.2, 10.7 and 13.5.5: what was completed is undone, the latest first."""

import pytest

from engine.bpmn import door
from engine.bpmn.case import Limits
from tests.unit.bpmn.drawings import (
    boundary,
    call,
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
    user,
)  # fmt: skip
from tests.unit.bpmn.undoing import compensate, undo_event, undo_sheet, undoable, undoer
from tests.unit.bpmn.walk import Walk


def through(walk: Walk, *elements: str) -> Walk:
    """Complete one task after another, each the only one that is open."""
    for element in elements:
        assert walk.work == [element]
        walk.complete(element)
    return walk


def test_completed_activities_are_undone_in_reverse_order_and_the_event_waits() -> None:
    models = drawing(
        start(), undoable("a"), undoable("b"), user("plain"), compensate("t"), end(), flows("start a plain b t end")
    )
    walk = through(Walk(models).start(), "a", "plain", "b")
    assert walk.work == ["undo-b"]
    through(walk, "undo-b", "undo-a")
    assert walk.ended
    assert walk.trace == ["start", "a", "plain", "b", "c-b", "undo-b", "c-a", "undo-a", "t", "end"]


def test_what_was_not_completed_is_not_undone() -> None:
    models = drawing(start(), gateway("s", "parallel"), undoable("a"), undoable("b"), user("c"), compensate("t", tag="endEvent"),
                     end(), flows("start s", "s a end", "s b end", "s c t"))  # fmt: skip
    walk = Walk(models).start().complete("b").complete("c")
    assert walk.work == ["a", "undo-b"]
    walk.complete("undo-b")
    assert walk.work == ["a"]
    assert walk.complete("a").ended


def test_only_the_activity_named_is_undone() -> None:
    models = drawing(start(), undoable("a"), undoable("b"), compensate("t", "a"), end(), flows("start a b t end"))
    walk = through(Walk(models).start(), "a", "b", "undo-a")
    assert walk.ended


def test_naming_an_activity_that_was_not_completed_does_nothing() -> None:
    models = drawing(start(), gateway("x", default="x-t"), undoable("a"), gateway("m"), compensate("t", "a"), end(),
                     flows("start x", "a m t end"), flow("x", "a", "=false"), flow("x", "m", id="x-t"))  # fmt: skip
    assert Walk(models).start().trace == ["start", "x", "m", "t", "end"]


def test_nothing_is_undone_twice() -> None:
    models = drawing(start(), undoable("a"), compensate("t1"), compensate("t2", "a"), end(), flows("start a t1 t2 end"))
    assert through(Walk(models).start(), "a", "undo-a").ended


def test_each_round_of_a_loop_in_the_flow_is_undone_the_latest_first() -> None:
    done = user("a", ext=io({"n": "=round"})) + undo_event("c", "a", "u") + undoer("u", ext=io({"was": "=n"}))
    models = drawing(start(), gateway("m"), done, gateway("x", default="on"), compensate("t"), end(),
                     flows("start m a x", "t end"), flow("x", "m", "=round < 4"), flow("x", "t", id="on"))  # fmt: skip
    walk = Walk(models).start(round=1).complete("a", round=2).complete("a", round=3).complete("a", round=4)
    for was in (3, 2, 1):
        assert walk.waiting("u").inputs == {"was": was}
        walk.complete("u")
    assert walk.ended


def test_an_end_event_undoes_before_it_ends() -> None:
    models = drawing(start(), undoable("a"), compensate("t", tag="endEvent"), flows("start a t"))
    walk = through(Walk(models).start(), "a")
    assert not walk.ended
    assert through(walk, "undo-a").last.end_element == "t"


def test_an_event_that_does_not_wait_goes_on_beside_the_handlers() -> None:
    models = drawing(
        start(), undoable("a"), undoable("b"), compensate("t", wait=False), user("z"), end(), flows("start a b t z end")
    )
    walk = through(Walk(models).start(), "a", "b")
    assert walk.work == ["undo-b", "z"]
    walk.complete("z")
    assert walk.work == ["undo-b"], "the process is not over before everything is undone"
    assert through(walk, "undo-b", "undo-a").ended
    assert walk.trace.count("t") == 1


def test_a_handler_of_a_person_waits_and_sees_the_data_of_what_it_undoes() -> None:
    refund = user("refund", isForCompensation="true", ext=io({"back": "=amount"}))
    pay = service("pay", "fee.pay", ext=io({"amount": "=fee * 2"}, {"receipt": "=number"}))
    models = drawing(
        start(), pay, undo_event("c", "pay", "refund"), refund, compensate("t"), end(), flows("start pay t end")
    )
    walk = Walk(models).start(fee=50).complete("pay", number="B-1")
    assert (walk.waiting("refund").kind, walk.waiting("refund").inputs) == ("user", {"back": 100})
    walk.complete("refund", refunded=True)
    assert walk.ended
    assert walk.variables == {"fee": 50, "receipt": "B-1", "refunded": True}


def test_a_handler_may_be_a_sub_process_a_called_process_or_repeated() -> None:
    inner = sub("u-a", start("s1"), user("x"), end("e1"), flows("s1 x e1"), isForCompensation="true")
    called = call("u-b", "q")
    called = called.replace('id="u-b"', 'id="u-b" isForCompensation="true"')
    repeated = user("u-c", inner=loop("=[1,2]", "i"), isForCompensation="true")
    parts = [user("a"), undo_event("ca", "a", "u-a"), inner, user("b"), undo_event("cb", "b", "u-b"), called]
    parts += [user("c"), undo_event("cc", "c", "u-c"), repeated, compensate("t"), end()]
    models = {"p.bpmn": file(process("p", start(), *parts, flows("start a b c t end")),
                             process("q", start("qs"), user("y"), end("qe"), flows("qs y qe")))}  # fmt: skip
    walk = through(Walk(models).start(), "a", "b", "c")
    assert walk.work == ["u-c", "u-c"]
    walk.complete("u-c").complete("u-c")
    assert through(walk, "y", "x").ended


def test_a_completed_sub_process_is_undone_by_what_was_completed_inside() -> None:
    inner = sub("s", start("s1"), undoable("a"), undoable("b"), end("e1"), flows("s1 a b e1"))
    models = drawing(start(), undoable("z"), inner, compensate("t"), end(), flows("start z s t end"))
    walk = through(Walk(models).start(), "z", "a", "b")
    assert through(walk, "undo-b", "undo-a", "undo-z").ended
    assert walk.trace.count("s") == 1, "undoing a sub-process is not doing it again"


def test_the_boundary_handler_of_a_sub_process_undoes_it_as_a_whole() -> None:
    inner = sub("s", start("s1"), undoable("a"), end("e1"), flows("s1 a e1"))
    models = drawing(
        start(), inner, undo_event("c", "s", "u"), undoer("u"), compensate("t"), end(), flows("start s t end")
    )
    assert through(Walk(models).start(), "a", "u").ended


def test_a_compensation_event_sub_process_undoes_its_sub_process_with_the_data_it_had() -> None:
    undo = undo_sheet(
        "h",
        script("x", "=mine + 1", "seen"),
        user("back", ext=io({"mine": "=mine"})),
        end("eh"),
        flows("on-h x back eh"),
    )
    inner = sub(
        "s",
        start("s1"),
        user("a", ext=io({}, {"mine": "=number"})),
        end("e1"),
        flows("s1 a e1"),
        undo,
        ext=io({"mine": "=0"}),
    )
    models = drawing(
        start(), inner, script("later", "=99", "number"), compensate("t"), end(), flows("start s later t end")
    )
    walk = Walk(models).start().complete("a", number=7)
    assert walk.waiting("back").inputs == {"mine": 7}
    walk.complete("back")
    assert walk.ended
    assert walk.variables == {"number": 99, "seen": 8}
    assert walk.trace == ["start", "s1", "a", "e1", "s", "later", "on-h", "x", "back", "eh", "h", "t", "end"]


def test_a_compensation_event_sub_process_may_undo_what_was_completed_in_its_parent() -> None:
    undo = undo_sheet("h", compensate("again"), user("last"), end("eh"), flows("on-h again last eh"))
    inner = sub("s", start("s1"), undoable("a"), undoable("b"), end("e1"), flows("s1 a b e1"), undo)
    models = drawing(start(), inner, compensate("t", "s"), end(), flows("start s t end"))
    walk = through(Walk(models).start(), "a", "b")
    assert through(walk, "undo-b", "undo-a", "last").ended


def test_without_throwing_on_a_compensation_event_sub_process_is_all_that_undoes() -> None:
    undo = undo_sheet("h", user("only"), end("eh"), flows("on-h only eh"))
    inner = sub("s", start("s1"), undoable("a"), end("e1"), flows("s1 a e1"), undo)
    models = drawing(start(), inner, compensate("t"), end(), flows("start s t end"))
    assert through(Walk(models).start(), "a", "only").ended


def test_an_error_handler_inside_a_sub_process_undoes_what_that_had_completed() -> None:
    rescue = sub("rescue", node("startEvent", "on", inner=event("error", "E")), compensate("t"), end("er"), flows("on t er"),
                 triggeredByEvent="true")  # fmt: skip
    inner = sub(
        "s", start("s1"), undoable("a"), user("b"), end("bad", inner=event("error", "E")), flows("s1 a b bad"), rescue
    )
    models = drawing(start(), undoable("z"), inner, end(), flows("start z s end"), definitions=error("E"))
    walk = through(Walk(models).start(), "z", "a", "b")
    assert through(walk, "undo-a").ended, "what stands outside the sub-process is out of sight"


def test_an_interrupted_sub_process_was_not_completed() -> None:
    inner = sub("s", start("s1"), undoable("a"), user("b"), end("e1"), flows("s1 a b e1"))
    models = drawing(start(), inner, boundary("m", "s", event("message", "stop")), compensate("t"), end(), end("n"),
                     flows("start s n", "m t end"), definitions=message("stop"))  # fmt: skip
    assert Walk(models).start().complete("a").deliver("stop").ended


def test_a_repeated_task_is_undone_once_for_all_its_rounds() -> None:
    ask = user("ask", inner=loop("=[1,2,3]", "i", "all", "=answer"))
    undo = undoer("u", ext=io({"what": "=all"}))
    models = drawing(start(), ask, undo_event("c", "ask", "u"), undo, compensate("t"), end(), flows("start ask t end"))
    walk = Walk(models).start()
    for answer in ("x", "y", "z"):
        walk.complete("ask", answer=answer)
    assert walk.waiting("u").inputs == {"what": ["x", "y", "z"]}
    assert through(walk, "u").ended


@pytest.mark.parametrize("sequential", [True, False])
def test_each_instance_of_a_sub_process_is_undone_with_its_own_data_the_latest_first(sequential: bool) -> None:
    undo = undo_sheet("h", user("back", ext=io({"i": "=i", "mine": "=mine"})), end("eh"), flows("on-h back eh"))
    inner = sub("s", start("s1"), user("a", ext=io({}, {"mine": "=n"})), end("e1"), flows("s1 a e1"), undo,
                ext=io({"mine": "=0"}), inner=loop('=["x","y"]', "i", sequential=sequential))  # fmt: skip
    models = drawing(start(), inner, compensate("t"), end(), flows("start s t end"))
    walk = Walk(models).start().complete("a", n=1).complete("a", n=2)
    assert walk.waiting("back").inputs == {"i": "y", "mine": 2}
    walk.complete("back")
    assert walk.waiting("back").inputs == {"i": "x", "mine": 1}
    assert walk.complete("back").ended


def test_instances_of_a_loop_that_was_interrupted_are_not_undone() -> None:
    inner = sub("s", start("s1"), undoable("a"), end("e1"), flows("s1 a e1"), inner=loop("=[1,2]", "i"))
    models = drawing(start(), inner, boundary("m", "s", event("message", "stop")), compensate("t"), end(), end("n"),
                     flows("start s n", "m t end"), definitions=message("stop"))  # fmt: skip
    assert Walk(models).start().complete("a").deliver("stop").ended


def test_a_called_process_without_a_handler_is_undone_by_what_was_completed_inside() -> None:
    called = process("q", start("qs"), undoable("a"), end("qe"), flows("qs a qe"))
    caller = process("p", start(), call("c", "q"), compensate("t"), end(), flows("start c t end"))
    assert through(Walk({"a.bpmn": file(caller, called)}).start(), "a", "undo-a").ended


def test_an_error_of_a_handler_goes_to_the_scope_that_undoes() -> None:
    models = drawing(start(), sub("s", start("s1"), undoable("a"), undoable("b"), compensate("t"), end("e1"), flows("s1 a b t e1")),
                     boundary("x", "s", event("error", "E")), end(), end("failed"), flows("start s end", "x failed"), definitions=error("E"))  # fmt: skip
    walk = through(Walk(models).start(), "a", "b").throw("undo-b", "E")
    assert walk.last.end_element == "failed"
    assert walk.open == []


def test_a_boundary_event_ends_the_undoing_with_its_scope() -> None:
    models = drawing(start(), sub("s", start("s1"), undoable("a"), compensate("t"), end("e1"), flows("s1 a t e1")),
                     boundary("m", "s", event("message", "stop")), end(), end("n"), flows("start s end", "m n"), definitions=message("stop"))  # fmt: skip
    walk = through(Walk(models).start(), "a").deliver("stop")
    assert (walk.last.end_element, walk.open) == ("n", [])


def test_what_cannot_be_undone_any_more_is_forgotten() -> None:
    inner = sub("s2", start("s2b"), undoable("a"), end("s2e"), flows("s2b a s2e"))
    boxed = (
        sub("s3", start("s3b"), undoable("c"), end("s3e"), flows("s3b c s3e"))
        + undo_event("c-s3", "s3", "u")
        + undoer("u")
    )
    outer = sub("s", start("s1"), inner, boxed, undoable("b"), compensate("t"), end("e1"), flows("s1 s2 s3 b t e1"))
    models = drawing(
        start(),
        outer,
        boundary("m", "s", event("message", "stop")),
        user("z"),
        end(),
        flows("start s end", "m z end"),
        definitions=message("stop"),
    )
    walk = through(Walk(models).start(), "a", "c")
    assert remembered(walk) == ["a", "s2", "s3"], "a black box keeps nothing of its inside"
    walk.complete("b").deliver("stop")
    assert walk.open == ["z"]
    assert remembered(walk) == []


def remembered(walk: Walk) -> list[str]:
    case = door.restore(walk.definition, walk.last.state, now=walk.now)
    return sorted(done["element"] for _, known in case.memory.picture() for done in known)


def test_undoing_from_an_event_sub_process_beside_the_flow() -> None:
    asked = node("startEvent", "asked", inner=event("message", "undo"), isInterrupting="false")
    beside = sub("es", asked, compensate("t"), end("ee"), flows("asked t ee"), triggeredByEvent="true")
    models = drawing(
        start(), undoable("a"), user("b"), end(), beside, flows("start a b end"), definitions=message("undo")
    )
    walk = through(Walk(models).start(), "a").deliver("undo")
    assert walk.work == ["b", "undo-a"]
    walk.complete("b").complete("undo-a")
    assert walk.ended


def test_too_much_to_remember_is_an_incident() -> None:
    models = drawing(start(), gateway("m"), undoable("a"), gateway("x", default="on"), end(),
                     flows("start m a x"), flow("x", "m", "=again"), flow("x", "end", id="on"))  # fmt: skip
    walk = Walk(models, limits=Limits(remembered=3)).start()
    for _ in range(4):
        walk.complete("a", again=True)
    assert [i.code for i in walk.last.incidents] == ["limit"]


def test_a_deeply_nested_sub_process_is_undone_without_a_recursion_error() -> None:
    depth = 480
    inner = undoable("a")
    for level in range(depth):
        inside = "a" if level == 0 else f"s{level - 1}"
        inner = sub(f"s{level}", start(f"b{level}"), inner, end(f"e{level}"), flows(f"b{level} {inside} e{level}"))
    walk = Walk(drawing(start(), inner, compensate("t"), end(), flows(f"start s{depth - 1} t end"))).start()
    assert through(walk, "a", "undo-a").ended


def test_nothing_is_kept_where_nothing_can_be_undone() -> None:
    models = drawing(
        start(), sub("s", start("s1"), user("a"), end("e1"), flows("s1 a e1")), user("z"), end(), flows("start s z end")
    )
    walk = through(Walk(models).start(), "a")
    assert remembered(walk) == []


def test_an_ad_hoc_sub_process_is_undone_by_what_was_completed_in_it() -> None:
    inner = node("adHocSubProcess", "s", inner=undoable("a") + undoable("b"))
    inner = inner.replace(
        "</bpmn:adHocSubProcess>", "<bpmn:completionCondition>=done</bpmn:completionCondition></bpmn:adHocSubProcess>"
    )
    walk = Walk(drawing(start(), inner, compensate("t"), end(), flows("start s t end"))).start(done=False)
    for element, done in (("b", False), ("a", True)):
        walk.act(door.begin_activity, walk.waiting(element).token)
        token = next(w.token for w in walk.last.waiting if w.element_id == element and w.kind == "user")
        walk.act(door.complete, token, {"done": done})
    assert walk.open == ["undo-a"]
    assert walk.complete("undo-a").open == ["undo-b"]
    assert walk.complete("undo-b").ended


def test_an_error_inside_a_compensation_event_sub_process_leaves_the_scope_that_undoes() -> None:
    undo = undo_sheet("h", end("bad", inner=event("error", "E")), flows("on-h bad"))
    rescue = sub(
        "r",
        node("startEvent", "on-r", inner=event("error", "E")),
        user("never"),
        end("er"),
        flows("on-r never er"),
        triggeredByEvent="true",
    )
    done = sub("s", start("s1"), user("a"), end("e1"), flows("s1 a e1"), undo, rescue)
    outer = sub("o", start("o1"), done, compensate("t"), end("eo"), flows("o1 s t eo"))
    models = drawing(
        start(),
        outer,
        boundary("x", "o", event("error", "E")),
        end(),
        end("failed"),
        flows("start o end", "x failed"),
        definitions=error("E"),
    )
    walk = through(Walk(models).start(), "a")
    assert (walk.last.end_element, walk.open) == ("failed", [])


def test_a_handler_is_no_beginning_of_a_sub_process_without_a_start_event() -> None:
    inner = sub("s", undoable("a"))
    walk = Walk(drawing(start(), inner, compensate("t"), end(), flows("start s t end"))).start()
    assert walk.work == ["a"]
    assert through(walk, "a", "undo-a").ended
