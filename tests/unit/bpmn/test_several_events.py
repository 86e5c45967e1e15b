# ruff: noqa: E501  (a drawing reads best on one line)
"""Events of several definitions (BPMN 2.0.2, 10.5.5): multiple takes the first that comes, parallel multiple waits for all."""

from datetime import timedelta

import pytest

from tests.unit.bpmn.drawings import (
    NOW,
    boundary,
    condition,
    drawing,
    end,
    error,
    escalation,
    event,
    flows,
    gateway,
    message,
    node,
    service,
    signal,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.unit.bpmn.walk import Walk

PAID, CLOSED = event("message", "paid"), event("signal", "closed")
DEFINITIONS = message("paid") + signal("closed") + error("E") + escalation("UP")


def caught(*, all_of: bool = False, inner: str = PAID + CLOSED) -> Walk:
    hears = node("intermediateCatchEvent", "hears", inner=inner, parallelMultiple="true" if all_of else None)
    return Walk(drawing(start(), hears, user("z"), end(), flows("start hears z end"), definitions=DEFINITIONS)).start()


def test_a_multiple_event_in_the_flow_goes_on_with_the_first_that_comes() -> None:
    walk = caught()
    assert [(w.element_id, w.kind, w.message) for w in walk.last.waiting] == [
        ("hears", "message", "paid"),
        ("hears", "signal", "closed"),
    ]
    walk.signal("closed", by="x")
    assert (walk.open, walk.trace, walk.variables) == (["z"], ["start", "hears"], {"by": "x"})
    assert not walk.deliver("paid").last.moved
    assert caught().deliver("paid").open == ["z"]


def test_a_parallel_multiple_event_in_the_flow_waits_for_all_in_any_order() -> None:
    walk = caught(all_of=True).signal("closed", by="x")
    assert [w.message for w in walk.last.waiting] == ["paid"]
    assert not walk.signal("closed").last.moved
    walk.deliver("paid", amount=5)
    assert (walk.open, walk.trace, walk.variables) == (["z"], ["start", "hears"], {"by": "x", "amount": 5})
    walk = caught(all_of=True).deliver("paid").signal("closed")
    assert walk.complete("z").ended


def test_a_timer_and_a_condition_may_be_among_them() -> None:
    walk = caught(inner=timer("Duration", "P1D") + PAID)
    assert walk.wait(days=1).open == ["z"]
    walk = caught(all_of=True, inner=timer("Duration", "P1D") + condition("=amount > 3") + PAID)
    assert {w.kind for w in walk.last.waiting} == {"timer", "condition", "message"}
    assert [w.kind for w in walk.wait(days=1).last.waiting] == ["condition", "message"]
    assert walk.deliver("paid", amount=5).open != ["z"]
    # What came is kept with the event until all have: the condition has not seen the amount yet.
    assert [w.kind for w in walk.last.waiting] == ["condition"]


def watched(inner: str, *, all_of: bool = False, interrupting: bool = True, definitions: str = DEFINITIONS) -> Walk:
    host = service("a", "x")
    edge = node("boundaryEvent", "edge", inner=inner, attachedToRef="a", cancelActivity=None if interrupting else "false",
                parallelMultiple="true" if all_of else None)  # fmt: skip
    parts = [start(), host, edge, user("z"), end(), end("e2"), flows("start a end", "edge z e2")]
    return Walk(drawing(*parts, definitions=definitions)).start()


def test_a_multiple_boundary_event_interrupts_with_any_of_its_events() -> None:
    assert watched(PAID + CLOSED).deliver("paid").open == ["z"]
    assert watched(PAID + CLOSED).signal("closed").open == ["z"]
    assert watched(PAID + event("error", "E")).throw("a", "E").open == ["z"]
    assert watched(PAID + CLOSED).complete("a").ended


def test_a_multiple_boundary_event_beside_its_task_hears_each_as_often_as_it_comes() -> None:
    walk = watched(PAID + CLOSED + event("escalation", "UP"), interrupting=False)
    walk.deliver("paid").signal("closed").deliver("paid").throw("a", "UP", escalation=True)
    assert walk.work == ["a", "z", "z", "z", "z"]
    assert walk.open.count("edge") == 2


def test_a_parallel_multiple_boundary_event_interrupts_when_all_have_come() -> None:
    walk = watched(PAID + CLOSED, all_of=True).deliver("paid", amount=5)
    assert sorted(walk.open) == ["a", "edge"]
    assert (walk.signal("closed").open, walk.variables) == (["z"], {"amount": 5})
    assert watched(PAID + CLOSED, all_of=True).deliver("paid").complete("a").ended


def test_a_parallel_multiple_boundary_event_beside_its_task_waits_for_all_again() -> None:
    walk = watched(PAID + CLOSED, all_of=True, interrupting=False).deliver("paid", n=1).signal("closed")
    assert (walk.work, walk.open.count("edge"), walk.variables) == (["a", "z"], 2, {"n": 1})
    assert walk.deliver("paid").work == ["a", "z"]
    assert walk.signal("closed").work == ["a", "z", "z"]


def test_a_repeating_timer_in_a_parallel_multiple_event_ends_it_with_its_last_round() -> None:
    walk = watched(PAID + timer("Cycle", "R2/P1D"), all_of=True, interrupting=False).deliver("paid").wait(days=1)
    assert walk.work == ["a", "z"]
    assert next(w.due for w in walk.last.waiting if w.kind == "timer") == NOW + timedelta(days=2)
    assert walk.wait(days=1).deliver("paid").work == ["a", "z", "z"]
    assert "edge" not in walk.open


def test_an_event_gateway_lets_a_multiple_event_compete() -> None:
    def models(all_of: bool) -> Walk:
        either = node(
            "intermediateCatchEvent", "either", inner=PAID + CLOSED, parallelMultiple="true" if all_of else None
        )
        late = node("intermediateCatchEvent", "late", inner=timer("Duration", "P3D"))
        parts = [
            start(),
            gateway("g", "eventBased"),
            either,
            late,
            end("ok"),
            end("no"),
            flows("start g", "g either ok", "g late no"),
        ]
        return Walk(drawing(*parts, definitions=DEFINITIONS)).start()

    walk = models(False).signal("closed")
    assert (walk.last.end_element, walk.trace) == ("ok", ["start", "g", "either", "ok"])
    walk = models(True).signal("closed")
    assert sorted(walk.open) == ["either", "late"]
    assert walk.deliver("paid").last.end_element == "ok"
    assert models(True).signal("closed").wait(days=3).last.end_element == "no"


def started(all_of: bool) -> Walk:
    begins = node("startEvent", "begins", inner=PAID + CLOSED, parallelMultiple="true" if all_of else None)
    return Walk(drawing(begins, user("z"), end(), flows("begins z end"), definitions=DEFINITIONS))


def test_a_multiple_start_begins_the_process_with_any_of_its_events() -> None:
    walk = started(False).start_by_message("paid", amount=5)
    assert (walk.open, walk.variables) == (["z"], {"amount": 5})
    assert started(False).start_by_signal("closed").open == ["z"]


@pytest.mark.parametrize("message_first", [True, False])
def test_a_parallel_multiple_start_begins_the_process_when_all_have_come(message_first: bool) -> None:
    walk = started(True)
    if message_first:
        walk.start_by_message("paid", amount=5)
        assert [(w.element_id, w.kind) for w in walk.last.waiting] == [("begins", "signal")]
        walk.signal("closed", by="x")
    else:
        walk.start_by_signal("closed", by="x").deliver("paid", amount=5)
    assert (walk.open, walk.trace, walk.variables) == (["z"], ["begins"], {"amount": 5, "by": "x"})


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("all_of", [True, False])
def test_an_event_sub_process_may_begin_with_several_events(all_of: bool, interrupting: bool) -> None:
    begins = node("startEvent", "on", inner=PAID + CLOSED, parallelMultiple="true" if all_of else None,
                  isInterrupting=None if interrupting else "false")  # fmt: skip
    beside = sub("es", begins, user("x"), end("xe"), flows("on x xe"), triggeredByEvent="true")
    inner = sub("s", start("s1"), user("a"), end("e"), beside, flows("s1 a e"))
    walk = (
        Walk(drawing(start(), inner, end(), flows("start s end"), definitions=DEFINITIONS)).start().deliver("paid", n=1)
    )
    assert walk.work == (["a"] if all_of else ["x"] if interrupting else ["a", "x"])
    if all_of:
        assert walk.signal("closed").work == (["x"] if interrupting else ["a", "x"])
    assert walk.variables == {"n": 1}
    if not interrupting:
        assert walk.deliver("paid").signal("closed").work.count("x") == (2 if all_of else 3)


def test_a_multiple_throw_event_throws_everything_it_names() -> None:
    throws = service(
        "tells", "notice.send", tag="intermediateThrowEvent", inner=PAID + CLOSED + event("escalation", "UP")
    )
    inner = sub("s", start("s1"), throws, end("e"), flows("s1 tells e"))
    parts = [
        start(),
        inner,
        boundary("up", "s", event("escalation", "UP"), interrupting=False),
        user("z"),
        end(),
        end("e2"),
    ]
    walk = Walk(drawing(*parts, flows("start s end", "up z e2"), definitions=DEFINITIONS)).start()
    assert (walk.waiting("tells").type, walk.signals) == ("notice.send", [])
    walk.complete("tells")
    assert (walk.signals, walk.work) == (["closed"], ["z"])


def test_a_multiple_end_event_tells_the_others_before_its_error_ends_the_sheet() -> None:
    ends = end("fails", inner=event("error", "E") + CLOSED + event("escalation", "UP"))
    inner = sub(
        "s",
        start("s1"),
        gateway("f", "parallel"),
        user("a"),
        user("b"),
        ends,
        end("e"),
        flows("s1 f", "f a fails", "f b e"),
    )
    edges = [
        boundary("up", "s", event("escalation", "UP"), interrupting=False),
        boundary("bad", "s", event("error", "E")),
    ]
    parts = [
        start(),
        inner,
        *edges,
        user("y"),
        user("z"),
        end(),
        end("e2"),
        end("e3"),
        flows("start s end", "up y e2", "bad z e3"),
    ]
    walk = Walk(drawing(*parts, definitions=DEFINITIONS)).start().complete("a")
    assert (walk.signals, walk.work) == (["closed"], ["y", "z"])


def test_a_multiple_end_event_may_terminate() -> None:
    ends = end("stop", inner=CLOSED + "<bpmn:terminateEventDefinition/>")
    parts = [
        start(),
        gateway("f", "parallel"),
        user("a"),
        user("b"),
        ends,
        end(),
        flows("start f", "f a stop", "f b end"),
    ]
    walk = Walk(drawing(*parts, definitions=DEFINITIONS)).start().complete("a")
    assert (walk.ended, walk.signals) == (True, ["closed"])
