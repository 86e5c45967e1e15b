# ruff: noqa: E501  (a drawing reads best on one line)
"""What is not executed exactly as drawn is refused by id, name and reason."""

import pytest

from engine.bpmn import door
from engine.bpmn.advance import Refused
from engine.bpmn.lint import lint
from engine.procedures.checking import is_executable
from tests.unit.bpmn.drawings import (
    boundary,
    call,
    drawing,
    end,
    event,
    file,
    flow,
    flows,
    gateway,
    io,
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

STANDARD_LOOP = "<bpmn:standardLoopCharacteristics/>"
LISTENER = '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="x"/></zeebe:executionListeners>'
TWO = '<bpmn:startEvent id="s1"/><bpmn:startEvent id="s2"/>'


def through(*parts: str, id: str = "x", definitions: str = "") -> dict[str, bytes]:
    """A drawing start → x → end around one questionable element."""
    return drawing(start(), *parts, end(), flows(f"start {id} end"), definitions=definitions)


def refused(models: dict[str, bytes]) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        door.load(models)
    assert all(finding.message and finding.advice and finding.severity == "error" for finding in caught.value.findings)
    return {(finding.element, finding.code) for finding in caught.value.findings}


CASES = {
    "standard loop": (through(user("x", inner=STANDARD_LOOP)), ("x", "bpmn.loop")),
    "loop cardinality": (
        through(user("x", inner="<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>many rows +</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>")),
        ("x", "bpmn.feel"),
    ),
    "input mapping of an event": (through(node("intermediateCatchEvent", "x", inner=timer("Duration", "P1D"), ext=io({"a": "=1"}))), ("x", "bpmn.mapping")),
    "output mapping of a gateway": (through(node("exclusiveGateway", "x", ext=io({}, {"a": "=1"}))), ("x", "bpmn.mapping")),
    "task type of a person's task": (through(user("x", ext='<zeebe:taskDefinition type="t"/>')), ("x", "bpmn.no-call")),
    "parallel event gateway": (through(node("eventBasedGateway", "x", eventGatewayType="Parallel")), ("x", "bpmn.event-gateway")),
    "loop behaviour": (
        through(user("x", inner='<bpmn:multiInstanceLoopCharacteristics behavior="Some"/>')),
        ("x", "bpmn.loop"),
    ),
    "ad-hoc": (through(node("adHocSubProcess", "x", inner=user("a"))), ("x", "bpmn.ad-hoc")),
    "compensation handler in the flow": (through(user("x", isForCompensation="true")), ("x", "bpmn.compensation")),
    "condition that is not FEEL": (
        through(node("intermediateCatchEvent", "x", inner="<bpmn:conditionalEventDefinition><bpmn:condition>a == 1</bpmn:condition></bpmn:conditionalEventDefinition>")),
        ("x", "bpmn.feel"),
    ),
    "instantiating receive": (
        through(node("receiveTask", "x", instantiate="true", messageRef="message_m"), definitions=message("m")), ("x", "bpmn.instantiate")),
    "definition by reference": (
        through(node("intermediateCatchEvent", "x", inner="<bpmn:eventDefinitionRef>r</bpmn:eventDefinitionRef>")), ("x", "bpmn.reference")),
    "python script": (through(node("scriptTask", "x", inner="<bpmn:script>import os</bpmn:script>")), ("x", "bpmn.script")),
    "loop maximum that is no number": (
        through(user("x", inner='<bpmn:standardLoopCharacteristics loopMaximum="many"/>')),
        ("x", "bpmn.quantity-value"),
    ),
    "script not FEEL": (through(script("x", "os.system()", "y")), ("x", "bpmn.script")),
    "unknown function": (through(script("x", "=open(1)", "y")), ("x", "bpmn.feel-function")),
    "FEEL too long to be read": (through(script("x", "=" + "+".join(["1"] * 20_000), "y")), ("x", "bpmn.feel")),
    "unreadable FEEL where an ad-hoc sub-process ends": (
        through(node("adHocSubProcess", "x", inner=user("a") + "<bpmn:completionCondition>=1 +</bpmn:completionCondition>")), ("x", "bpmn.feel")),
    "unreadable FEEL": (through(script("x", "=1 +", "y")), ("x", "bpmn.feel")),
    "message without definition": (through(node("receiveTask", "x")), ("x", "bpmn.event-name")),
    "unknown message": (through(node("receiveTask", "x", messageRef="nowhere")), ("x", "bpmn.reference")),
    "decision nobody has": (
        through(node("businessRuleTask", "x", ext='<zeebe:calledDecision decisionId="d" resultVariable="r"/>')), ("x", "bpmn.unknown-decision")),
    "process nobody has": (through(call("x", "q")), ("x", "bpmn.unknown-process")),
    "listener": (through(user("x", ext=LISTENER)), ("x", "bpmn.extension")),
    "unknown extension": (through(user("x", ext="<zeebe:agent/>")), ("x", "bpmn.extension")),
    "version binding": (through(call("x", "p", bindingType="versionTag")), ("x", "bpmn.extension")),
    "bad target": (through(user("x", ext=io({"a-b": "=1"}))), ("x", "bpmn.variable")),
    "bad duration": (through(node("intermediateCatchEvent", "x", inner=timer("Duration", "3 days"))), ("x", "bpmn.timer")),
    "error that does not interrupt": (
        drawing(start(), user("a"), boundary("x", "a", "<bpmn:errorEventDefinition/>", interrupting=False), end(), flows("start a end", "x end")),
        ("x", "bpmn.non-interrupting"),
    ),
    "boundary of nothing": (drawing(start(), boundary("x", "zz", timer("Duration", "P1D")), end(), flows("start end", "x end")), ("x", "bpmn.boundary")),
    "two starts of a sub-process": (through(node("subProcess", "x", inner=TWO + end("end2") + flows("s1 end2", "s2 end2"))), ("x", "bpmn.starts")),
    "called process of two starts": (
        {"p.bpmn": file(process("p", start(), call("x", "q"), end(), flows("start x end")), process("q", TWO + end("e2") + flows("s1 e2", "s2 e2")))},
        ("x", "bpmn.called-process"),
    ),
    "no start": (drawing(end()), ("p", "bpmn.no-start")),
    "sub-process without start": (through(sub("x", end("e"))), ("x", "bpmn.no-start")),
    "flow into a boundary": (
        drawing(start(), user("a"), boundary("x", "a", timer("Duration", "P1D")), end(), flows("start a end", "a x end")), ("x", "bpmn.incoming")),
    "flow out of an end": (drawing(start(), end("x"), end(), flows("start x end")), ("x", "bpmn.outgoing")),
    "flow into nothing": (drawing(start(), flow("start", "nowhere", id="x")), ("x", "bpmn.dangling-flow")),
    "flow into a sub-process": (drawing(start(), sub("s", start("s1"), end("e"), flows("s1 e")), flow("start", "e", id="x")), ("x", "bpmn.flow-across")),
    "missing condition": (drawing(start(), gateway("g"), end("a"), end("b"), flows("start g"), flow("g", "a", "=x = 1"), flow("g", "b", id="x")),
                          ("x", "bpmn.missing-condition")),
    "condition not FEEL": (drawing(start(), gateway("g", default="d"), end("a"), end("b"), flows("start g"), flow("g", "a", "a == 1", id="x"), flow("g", "b", id="d")),
                           ("x", "bpmn.feel")),
    "condition of Java engines": (drawing(start(), gateway("g", default="d"), end("a"), end("b"), flows("start g"), flow("g", "a", "${a > 1}", id="x"), flow("g", "b", id="d")),
                                  ("x", "bpmn.not-feel")),
    "condition after parallel": (drawing(start(), gateway("g", "parallel"), end("a"), end("b"), flows("start g", "g b"), flow("g", "a", "=y", id="x")),
                                 ("x", "bpmn.condition")),
    "task after event gateway": (drawing(start(), gateway("g", "eventBased"), user("x"), end(), flows("start g x end")), ("x", "bpmn.event-gateway")),
    "link without landing": (drawing(start(), node("intermediateThrowEvent", "x", inner=event("link", "A")), flows("start x")), ("x", "bpmn.link")),
    "same id twice": (drawing(start(), user("x"), sub("s", start("s1"), user("x"), end("e"), flows("s1 x e")), end(), flows("start x s end")),
                      ("x", "bpmn.duplicate-id")),
    "same process twice": ({"a.bpmn": file(process("p", start(), end(), flows("start end"))), "b.bpmn": file(process("p", start(), end(), flows("start end")))},
                           ("p", "bpmn.duplicate-process")),
    "loop without collection": (through(user("x", inner="<bpmn:multiInstanceLoopCharacteristics/>")), ("x", "bpmn.loop")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_refused_by_id_and_reason(case: str) -> None:
    models, expected = CASES[case]
    assert expected in refused(models)


def test_what_the_engine_refuses_is_never_told_as_the_wish_of_an_office() -> None:
    """A drawing it cannot take must not come out of the check as executable."""
    models = {name: models for name, (models, _) in CASES.items()}
    called = '<zeebe:calledDecision decisionId="d"/>'
    models["decision without a result"] = through(node("businessRuleTask", "x", ext=called))
    found = {name: lint(each, "bpmn", decisions=()) for name, each in models.items() if not taken(each)}
    assert [name for name, findings in found.items() if is_executable(findings)] == []


def taken(models: dict[str, bytes]) -> bool:
    """Whether the engine takes a drawing in spite of what was found."""
    try:
        door.load(models)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        b"<not-xml",
        b"",
        b"<x/>",
        b"<a>" * 2_000 + b"</a>" * 2_000,
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
    ],
)
def test_a_file_that_is_no_drawing_or_reaches_outside_is_refused(xml: bytes) -> None:
    with pytest.raises(Refused):
        door.load({"x.bpmn": xml})


def test_the_refusal_is_one_readable_sentence() -> None:
    with pytest.raises(Refused, match=r"«Thẩm định».*Vòng lặp"):
        door.load(through(user("x", name="Thẩm định", inner=STANDARD_LOOP)))


def test_ids_that_are_words_of_the_executor_are_fine() -> None:
    from tests.unit.bpmn.walk import Walk

    walk = Walk(
        drawing(start("Start"), user("Root"), service("p.EndJoin", "x"), end("End"), flows("Start Root p.EndJoin End"))
    ).start()
    assert walk.complete("Root").complete("p.EndJoin").last.end_element == "End"
