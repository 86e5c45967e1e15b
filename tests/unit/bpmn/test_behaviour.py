# ruff: noqa: E501  (a drawing reads best on one line)
"""What finished instances of a multi-instance throw (BPMN 2.0.2, table 10.30), caught at the activity's edge."""

import pytest

from tests.unit.bpmn.drawings import (
    attributes,
    boundary,
    drawing,
    end,
    error,
    escalation,
    event,
    flows,
    io,
    script,
    signal,
    start,
    user,
)
from tests.unit.bpmn.walk import Walk

SHARED = '<bpmn:signalEventDefinition id="told" signalRef="signal_seen"/><bpmn:escalationEventDefinition id="up" escalationRef="escalation_UP"/><bpmn:errorEventDefinition id="bad" errorRef="error_BAD"/>'
DEFINITIONS = signal("seen") + escalation("UP") + error("BAD") + SHARED


def several(inner: str = "", *, sequential: bool = False, collection: str = "=offices", **more: str) -> str:
    mark = "true" if sequential else None
    item = f'<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="{collection}" inputElement="office"/></bpmn:extensionElements>'
    return f"<bpmn:multiInstanceLoopCharacteristics{attributes(isSequential=mark, **more)}>{item}{inner}</bpmn:multiInstanceLoopCharacteristics>"


def consulting(loop: str, caught: str, *, interrupting: bool = False, ext: str = "") -> Walk:
    parts = [
        start(),
        user("ask", inner=loop),
        boundary("heard", "ask", caught, interrupting=interrupting, ext=ext),
        user("note"),
        end(),
        end("e2"),
    ]
    walk = Walk(drawing(*parts, flows("start ask end", "heard note e2"), definitions=DEFINITIONS))
    return walk.start(offices=["fire", "water", "roads"])


def test_none_throws_its_event_each_time_an_instance_is_done() -> None:
    walk = consulting(several(behavior="None", noneBehaviorEventRef="told"), event("signal", "seen"))
    assert walk.complete("ask").work.count("note") == 1
    assert walk.complete("ask").complete("ask").work == ["note", "note", "note"]
    assert walk.signals == ["seen"] * 3
    assert walk.complete("note").complete("note").complete("note").ended


def test_one_throws_its_event_the_first_time_only() -> None:
    walk = consulting(several(behavior="One", oneBehaviorEventRef="told"), event("signal", "seen"))
    assert sorted(walk.complete("ask").work) == ["ask", "ask", "note"]
    assert walk.complete("ask").complete("ask").work == ["note"]
    assert walk.signals == ["seen"]


def test_all_throws_nothing() -> None:
    walk = consulting(several(behavior="All"), event("signal", "seen"))
    assert walk.complete("ask").complete("ask").complete("ask").ended
    assert walk.signals == []


def test_an_interrupting_boundary_event_ends_the_instances_that_are_left() -> None:
    walk = consulting(several(behavior="One", oneBehaviorEventRef="told"), event("signal", "seen"), interrupting=True)
    assert walk.complete("ask").work == ["note"]
    assert walk.complete("note").ended


def test_without_a_reference_the_default_signal_is_thrown_and_carries_where_the_loop_stands() -> None:
    mapped = io({}, {"done": "=numberOfCompletedInstances", "of": "=numberOfInstances"})
    walk = (
        consulting(several(behavior="None"), "<bpmn:signalEventDefinition/>", ext=mapped)
        .complete("ask")
        .complete("ask")
    )
    assert walk.work.count("note") == 2
    assert walk.variables == {"offices": ["fire", "water", "roads"], "done": 2, "of": 3}
    assert walk.signals == []


def test_complex_throws_what_its_conditions_say() -> None:
    rules = (
        "<bpmn:complexBehaviorDefinition><bpmn:condition>=numberOfCompletedInstances = 2</bpmn:condition>"
        '<bpmn:event><bpmn:escalationEventDefinition escalationRef="escalation_UP"/></bpmn:event></bpmn:complexBehaviorDefinition>'
        '<bpmn:complexBehaviorDefinition><bpmn:condition>=answer = "no"</bpmn:condition>'
        "<bpmn:event><bpmn:eventDefinitionRef>told</bpmn:eventDefinitionRef></bpmn:event></bpmn:complexBehaviorDefinition>"
    )
    walk = consulting(several(rules, behavior="Complex"), event("escalation", "UP")).complete("ask", answer="no")
    assert (walk.signals, walk.work) == (["seen"], ["ask", "ask"])
    assert walk.complete("ask", answer="yes").work == ["ask", "note"]
    assert walk.signals == ["seen"]


def test_a_complex_condition_that_is_neither_true_nor_false_is_an_incident() -> None:
    rule = (
        "<bpmn:complexBehaviorDefinition><bpmn:condition>=answer</bpmn:condition>"
        "<bpmn:event><bpmn:eventDefinitionRef>told</bpmn:eventDefinitionRef></bpmn:event></bpmn:complexBehaviorDefinition>"
    )
    walk = consulting(several(rule, behavior="Complex"), event("signal", "seen")).complete("ask", answer="maybe")
    assert [i.code for i in walk.last.incidents] == ["loop"]
    assert walk.retry(answer=True).signals == ["seen"]


@pytest.mark.parametrize("sequential", [False, True])
def test_an_error_of_one_instance_ends_the_activity(sequential: bool) -> None:
    loop = several(behavior="One", oneBehaviorEventRef="bad", sequential=sequential)
    walk = consulting(loop, event("error", "BAD"), interrupting=True)
    assert walk.complete("ask").work == ["note"]


def test_instances_that_are_done_at_once_throw_too() -> None:
    loop = several(behavior="None", noneBehaviorEventRef="up", collection="=[1,2]")
    parts = [
        start(),
        script("count", "=office", "n", inner=loop),
        boundary("heard", "count", event("escalation", "UP"), interrupting=False),
    ]
    walk = Walk(
        drawing(
            *parts, user("note"), end(), end("e2"), flows("start count end", "heard note e2"), definitions=DEFINITIONS
        )
    ).start()
    assert walk.work == ["note", "note"]
