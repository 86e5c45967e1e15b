# ruff: noqa: E501  (a drawing reads best on one line)
"""How a process begins: its own starts with their next moment, receive tasks and event gateways that begin it (BPMN 2.0.2, 10.5.2, 10.6.6, 13.3.3)."""

from datetime import timedelta

import pytest

from engine.bpmn import door
from engine.bpmn.advance import NotStartable
from tests.unit.bpmn.drawings import (
    NOW,
    boundary,
    condition,
    drawing,
    end,
    event,
    flows,
    gateway,
    io,
    message,
    node,
    signal,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.unit.bpmn.walk import Walk

DEFINITIONS = message("paid") + message("filed") + signal("closed") + message("more")


def begins(id: str, inner: str, **attrs: str) -> str:
    return node("startEvent", id, inner=inner, **attrs)


SEVERAL = drawing(
    start(), begins("daily", timer("Cycle", "R/P1D")), begins("once", timer("Date", "2026-03-05T08:00:00+07:00")),
    begins("soon", timer("Duration", "PT2H")), begins("full", condition("=used >= 100")),
    begins("paid", event("message", "paid")), begins("closed", event("signal", "closed")),
    user("a"), end(), gateway("m"), flows("start m a end", "daily m", "once m", "soon m", "full m", "paid m", "closed m"),
    definitions=DEFINITIONS,
)  # fmt: skip


def test_the_door_lists_every_start_with_its_next_moment() -> None:
    found = door.starts(door.load(SEVERAL), "p", since=NOW)
    assert [(s.element_id, s.kind) for s in found] == [
        ("start", "none"), ("daily", "timer"), ("once", "timer"), ("soon", "timer"), ("full", "conditional"),
        ("paid", "message"), ("closed", "signal"),
    ]  # fmt: skip
    by = {s.element_id: s for s in found}
    assert (by["paid"].message, by["closed"].message, by["full"].condition) == ("paid", "closed", "=used >= 100")
    assert by["daily"].due == NOW + timedelta(days=1)
    assert by["once"].due == NOW + timedelta(days=2, hours=23)
    assert by["soon"].due == NOW + timedelta(hours=2)


def test_the_next_moment_is_the_first_after_a_given_one() -> None:
    definition = door.load(SEVERAL)

    def due(**later: float) -> dict[str, object]:
        found = door.starts(definition, since=NOW, now=NOW + timedelta(**later))
        return {s.element_id: s.due for s in found if s.kind == "timer"}

    assert due(days=1)["daily"] == NOW + timedelta(days=2)
    assert due(days=400, hours=1) == {"daily": NOW + timedelta(days=401), "once": None, "soon": None}


@pytest.mark.parametrize(("cycle", "after", "due"), [
    ("R3/P1D", timedelta(days=2), timedelta(days=3)),
    ("R3/P1D", timedelta(days=3), None),
    ("R/PT1S", timedelta(days=1000, milliseconds=500), timedelta(days=1000, seconds=1)),
    ("R/P1M", timedelta(days=100), timedelta(days=122)),
    ("R2/2026-03-10T00:00:00Z/P1D", timedelta(0), timedelta(days=7, hours=22)),
])  # fmt: skip
def test_cycles_are_counted_not_walked(cycle: str, after: timedelta, due: timedelta | None) -> None:
    definition = door.load(drawing(begins("t", timer("Cycle", cycle)), user("a"), end(), flows("t a end")))
    found = door.starts(definition, since=NOW, now=NOW + after)
    assert [s.due for s in found] == [None if due is None else NOW + due]


def test_a_timer_without_a_moment_says_so() -> None:
    definition = door.load(drawing(begins("t", timer("Duration", "=nothing")), user("a"), end(), flows("t a end")))
    (found,) = door.starts(definition, since=NOW)
    assert found.due is None
    assert "nothing" in (found.trouble or "")


def test_a_case_starts_at_any_of_them() -> None:
    walk = Walk(SEVERAL).start_at("daily", office="fire")
    assert (walk.trace, walk.open, walk.variables) == (["daily", "m"], ["a"], {"office": "fire"})
    assert Walk(SEVERAL).start_at("full", used=100).trace == ["full", "m"]
    for used in (99, None):
        with pytest.raises(NotStartable):
            Walk(SEVERAL).start_at("full", used=used)
    with pytest.raises(NotStartable):
        Walk(SEVERAL).start_at("a")


def test_of_several_plain_starts_the_caller_names_one() -> None:
    two = drawing(start("mail"), start("desk"), user("a"), user("b"), end(), flows("mail a end", "desk b end"))
    assert [(s.element_id, s.kind) for s in door.starts(door.load(two), since=NOW)] == [
        ("mail", "none"),
        ("desk", "none"),
    ]
    assert Walk(two).start_at("desk").open == ["b"]
    with pytest.raises(NotStartable, match="mail, desk"):
        Walk(two).start()


RECEIVE = drawing(
    node("receiveTask", "filed", instantiate="true", messageRef="message_filed"), user("a"), end(), flows("filed a end"),
    sub("es", node("startEvent", "on", inner=event("message", "more"), isInterrupting="false"), user("x"), end("xe"),
        flows("on x xe"), triggeredByEvent="true"),
    definitions=DEFINITIONS,
)  # fmt: skip


def test_a_receive_task_may_begin_the_process() -> None:
    walk = Walk(RECEIVE).start_by_message("filed", code="1")
    assert (walk.trace, walk.work, walk.variables) == (["filed"], ["a"], {"code": "1"})
    assert walk.deliver("more").work == ["a", "x"], "what waits beside the flow waits from the beginning"
    with pytest.raises(NotStartable):
        Walk(RECEIVE).start()


def test_a_receive_task_that_begins_the_process_maps_what_it_was_given() -> None:
    receives = node(
        "receiveTask", "filed", ext=io({}, {"dossier": "=code"}), instantiate="true", messageRef="message_filed"
    )
    walk = Walk(drawing(receives, user("a"), end(), flows("filed a end"), definitions=DEFINITIONS))
    assert walk.start_by_message("filed", code="1").variables == {"dossier": "1"}


def begun(kind: str | None = None, *, edge: str = "") -> Walk:
    catch = node("intermediateCatchEvent", "paid", inner=event("message", "paid"))
    receive = node("receiveTask", "filed", messageRef="message_filed")
    parts = [node("eventBasedGateway", "g", instantiate="true", eventGatewayType=kind), catch, receive, edge]
    parts += [user("a"), user("b"), end(), end("e2"), flows("g paid a end", "g filed b e2")]
    return Walk(drawing(*parts, definitions=DEFINITIONS))


def test_an_exclusive_event_gateway_begins_the_process_with_one_of_its_events() -> None:
    walk = begun().start_by_message("paid", amount=5)
    assert (walk.trace, walk.open, walk.variables) == (["g", "paid"], ["a"], {"amount": 5})
    assert walk.complete("a").ended
    walk = begun().start_by_message("filed")
    assert (walk.trace, walk.open) == (["g", "filed"], ["b"])
    assert not walk.deliver("paid").last.moved


def test_a_parallel_event_gateway_begins_with_one_event_and_waits_for_the_others() -> None:
    walk = begun("Parallel").start_by_message("filed", code="1")
    assert (walk.trace, sorted(walk.open)) == (["g", "filed"], ["b", "paid"])
    assert not walk.complete("b").ended
    assert walk.deliver("paid", amount=5).open == ["a"]
    assert walk.complete("a").ended
    assert walk.variables == {"code": "1", "amount": 5}


def test_the_starts_of_receive_tasks_and_gateways_are_listed() -> None:
    found = door.starts(begun("Parallel").definition, since=NOW)
    assert [(s.element_id, s.kind, s.message, s.all_of) for s in found] == [
        ("paid", "message", "paid", True), ("filed", "message", "filed", True)]  # fmt: skip
    assert [s.element_id for s in door.starts(door.load(RECEIVE), since=NOW)] == ["filed"]


def test_a_boundary_event_of_the_receive_task_does_not_outlive_its_message() -> None:
    receives = node("receiveTask", "filed", instantiate="true", messageRef="message_filed")
    parts = [
        receives,
        boundary("late", "filed", timer("Duration", "P1D")),
        user("a"),
        end(),
        end("e2"),
        flows("filed a end", "late e2"),
    ]
    assert Walk(drawing(*parts, definitions=DEFINITIONS)).start_by_message("filed").open == ["a"]
