"""Plain BPMN of any tool, without the zeebe dialect, runs as the standard says."""

from __future__ import annotations

import re

from tests.unit.bpmn.drawings import (
    condition,
    drawing,
    end,
    event,
    file,
    flow,
    flows,
    gateway,
    message,
    node,
    process,
    start,
    timer,
)
from tests.unit.bpmn.walk import Walk


def test_a_call_nobody_named_waits_for_whoever_completes_it() -> None:
    tags = ("serviceTask", "sendTask", "businessRuleTask")
    names = [f"x{number}" for number, _ in enumerate(tags)]
    thrown = node("intermediateThrowEvent", "tell", inner=event("message", "m"))
    parts = [node(tag, name) for tag, name in zip(tags, names, strict=True)]
    road = flows(" ".join(["start", *names, "tell", "end"]))
    walk = Walk(drawing(start(), *parts, thrown, end(), road, definitions=message("m"))).start()
    for name in [*names, "tell"]:
        (waiting,) = walk.last.waiting
        assert (waiting.element_id, waiting.kind, waiting.type) == (name, "call", "")
        assert waiting.message == ("m" if name == "tell" else None)
        walk.complete(name)
    assert walk.last.ended


def test_conditions_of_flows_events_and_loops_need_no_leading_sign() -> None:
    ways = flow("g", "much", "amount > 5") + flow("g", "little", id="d")
    choice = drawing(start(), gateway("g", default="d"), end("much"), end("little"), flows("start g"), ways)
    assert Walk(choice).start(amount=6).last.end_element == "much"
    assert Walk(choice).start(amount=5).last.end_element == "little"
    waits = node("intermediateCatchEvent", "x", inner=condition("amount > 5"))
    walk = Walk(drawing(start(), waits, end(), flows("start x end"))).start(amount=1)
    assert [one.kind for one in walk.last.waiting] == ["condition"]
    loop = "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>loopCounter &lt; 3</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"  # noqa: E501
    walk = Walk(drawing(start(), node("userTask", "u", inner=loop), end(), flows("start u end"))).start()
    rounds = 0
    while not walk.last.ended:
        walk.complete("u")
        rounds += 1
    assert rounds == 3


def test_a_call_activity_follows_its_called_element() -> None:
    called = '<bpmn:callActivity id="x" calledElement="q"/>'
    models = {
        "p.bpmn": file(
            process("p", start(), called, end(), flows("start x end")),
            process("q", start("s2"), node("userTask", "u"), end("e2"), flows("s2 u e2")),
        )
    }
    walk = Walk(models).start()
    assert [one.element_id for one in walk.last.waiting] == ["u"]
    assert walk.complete("u").last.ended


def test_who_does_a_task_may_be_said_by_resources_of_the_file_or_by_expressions() -> None:
    owners = "".join(f"<bpmn:potentialOwner><bpmn:resourceRef>{one}</bpmn:resourceRef></bpmn:potentialOwner>" for one in ("r1", "r2"))  # fmt: skip # noqa: E501
    asked = "<bpmn:resourceAssignmentExpression><bpmn:formalExpression>boss.login</bpmn:formalExpression></bpmn:resourceAssignmentExpression>"  # noqa: E501
    alone = f"<bpmn:humanPerformer>{asked}</bpmn:humanPerformer>"
    resources = '<bpmn:resource id="r1" name="clerks"/><bpmn:resource id="r2" name="judges"/>'
    parts = [start(), node("userTask", "a", inner=owners), node("userTask", "b", inner=alone), end()]
    walk = Walk(drawing(*parts, flows("start a b end"), definitions=resources)).start(boss={"login": "an"})
    assert walk.last.waiting[0].candidate_groups == ("clerks", "judges")
    assert walk.complete("a").last.waiting[0].assignee == "an"


def test_flows_need_no_ids() -> None:
    one = flow("g", "a", "x = 1") + flow("g", "b", "x = 2") + flows("start g", "a end", "b end")
    nameless = re.sub(r"<bpmn:sequenceFlow id=\"[^\"]*\"", "<bpmn:sequenceFlow", one)
    assert "sequenceFlow id" not in nameless
    tasks = node("userTask", "a") + node("userTask", "b")
    walk = Walk(drawing(start(), gateway("g"), tasks, end(), nameless)).start(x=2)
    assert walk.open == ["b"]
    assert walk.complete("b").last.ended


def test_space_around_ids_and_references_means_nothing() -> None:
    """XML Schema collapses it in ids, references and words (xsd:ID, IDREF, QName)."""
    edge = '<bpmn:boundaryEvent id=" b " attachedToRef=" a " cancelActivity=" false ">' + timer("Duration", "PT1H")
    parts = [start(), node("userTask", " a "), edge + "</bpmn:boundaryEvent>", node("userTask", "h"), end()]
    late = '<bpmn:sequenceFlow id="f" sourceRef=" b" targetRef="h "/>'
    listed = '<bpmn:userTask id="z"><bpmn:incoming>\n  g \n</bpmn:incoming></bpmn:userTask>'
    more = '<bpmn:sequenceFlow id="g" sourceRef="a" targetRef="z"/>'
    walk = Walk(drawing(*parts, listed, late, more, flows("start a", "z end"))).start()
    assert walk.open == ["a", "b"]
    assert walk.wait(hours=1).open == ["a", "h"]
    assert walk.complete("a").open == ["h", "z"]


def test_a_script_task_without_a_script_is_done_at_once() -> None:
    """10.3.3: "If a script is not included, then the Task will act as the equivalent of an Abstract Task"."""
    walk = Walk(drawing(start(), node("scriptTask", "x"), end(), flows("start x end"))).start()
    assert walk.last.ended
    assert [one.element_id for one in walk.last.passed].count("x") == 1


def test_the_value_of_a_plain_feel_script_names_the_variables_it_sets() -> None:
    script = "<bpmn:script>{total: price * 2, paid: false}</bpmn:script>"
    x = node("scriptTask", "x", scriptFormat="application/feel", inner=script)
    walk = Walk(drawing(start(), x, node("userTask", "u"), end(), flows("start x u end"))).start(price=4)
    assert walk.last.variables == {"price": 4, "total": 8, "paid": False}
    nameless = node("scriptTask", "x", scriptFormat="feel", inner="<bpmn:script>price * 2</bpmn:script>")
    walk = Walk(drawing(start(), nameless, end(), flows("start x end"))).start(price=4)
    assert [(one.element_id, one.code) for one in walk.last.incidents] == [("x", "script")]


def test_a_sub_process_drawn_without_its_inside_is_done_at_once() -> None:
    for tag in ("subProcess", "transaction"):
        walk = Walk(drawing(start(), node(tag, "x"), node("userTask", "u"), end(), flows("start x u end"))).start()
        assert [one.element_id for one in walk.last.waiting] == ["u"]
    beside = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"  # noqa: E501
    looped = node("subProcess", "x", inner=beside)
    assert Walk(drawing(start(), looped, end(), flows("start x end"))).start().last.ended


def test_what_tells_people_and_programs_how_to_look_is_left_as_drawn() -> None:
    shown = node("userTask", "x", inner='<bpmn:rendering id="r"/>')
    supported = "<bpmn:supportedInterfaceRef>i</bpmn:supportedInterfaceRef>"
    calls = '<bpmn:interface id="i" name="i"><bpmn:operation id="o" name="o"><bpmn:inMessageRef>message_m</bpmn:inMessageRef></bpmn:operation></bpmn:interface>'  # noqa: E501
    walk = Walk(
        drawing(supported, start(), shown, end(), flows("start x end"), definitions=message("m") + calls)
    ).start()
    assert [one.element_id for one in walk.last.waiting] == ["x"]
