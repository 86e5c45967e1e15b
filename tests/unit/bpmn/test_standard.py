# ruff: noqa: E501  (a drawing reads best on one line)
"""Every structural rule of BPMN 2.0.2 has a small drawing that breaks it, and names the element that does."""

from __future__ import annotations

import pytest

from engine.bpmn.lint import lint
from engine.bpmn.rulebook import HARMLESS, RULES
from tests.unit.bpmn.drawings import (
    boundary,
    condition,
    drawing,
    end,
    event,
    file,
    flow,
    flows,
    gateway,
    loop,
    message,
    node,
    process,
    signal,
    start,
    sub,
    timer,
    user,
)

ROOTS = message("m") + signal("s")
DAY = timer("Duration", "P1D")
COMPENSATE = "<bpmn:compensateEventDefinition/>"
INSIDE = start("s1") + user("in") + end("e1") + flows("s1 in e1")
POOLS = '<bpmn:collaboration id="col"><bpmn:participant id="pa" processRef="p"/><bpmn:participant id="pb"/>{}</bpmn:collaboration>'


def through(*parts: str, name: str = "x") -> dict[str, bytes]:
    return drawing(start(), *parts, end(), flows(f"start {name} end"), definitions=ROOTS)


def around(*parts: str, roots: str = ROOTS) -> dict[str, bytes]:
    return drawing(start(), user("u"), *parts, end(), flows("start u end"), definitions=roots)


def race(*targets: str, ways: str) -> dict[str, bytes]:
    return drawing(start(), node("eventBasedGateway", "g"), *targets, end(), flows("start g", *ways.split(", ")), definitions=ROOTS)  # fmt: skip


def catch(name: str, inner: str) -> str:
    return node("intermediateCatchEvent", name, inner=inner)


def throw(name: str, inner: str) -> str:
    return node("intermediateThrowEvent", name, inner=inner)


def pools(inside: str, *more: str) -> dict[str, bytes]:
    return {"p.bpmn": file(POOLS.format(inside), process("p", start(), user("u"), gateway("g"), *more, end(), flows("start u g end")))}  # fmt: skip


SHEET = start() + user("u") + end() + flows("start u end")
ALWAYS = boundary("x", "u", "<bpmn:errorEventDefinition/>", interrupting=False)

BREACHES: dict[str, tuple[dict[str, bytes], str]] = {
    "dangling-flow": (around(flow("u", "nowhere", id="x")), "x"),
    "flow-ends": (around('<bpmn:dataObjectReference id="data"/>', flow("u", "data", id="x")), "x"),
    "flow-across": (through(sub("x", INSIDE), flow("start", "in", id="f")), "f"),
    "incoming": (around(boundary("x", "u", DAY), flows("u x end")), "x"),
    "outgoing": (drawing(start(), end("x"), end(), flows("start x end")), "x"),
    "unreachable": (around(user("x"), flows("x end")), "x"),
    "dead-end": (around(user("x"), flows("u x")), "x"),
    "listed-flow": (through(user("x", inner="<bpmn:incoming>x-end</bpmn:incoming>")), "x"),
    "unlisted-flow": (through(user("x", inner="<bpmn:outgoing>other</bpmn:outgoing>")), "x"),
    "default": (through(gateway("x", default="start-x")), "x"),
    "default-place": (drawing(start(), gateway("x", "parallel", default="x-end"), end(), flows("start x end")), "x"),
    "default-condition": (drawing(start(), gateway("g", default="x"), end("a"), end("b"), flows("start g"), flow("g", "a", "=y"), flow("g", "b", "=z", id="x")), "x"),
    "condition": (drawing(start(), gateway("g", "parallel"), end("a"), end("b"), flows("start g", "g b"), flow("g", "a", "=y", id="x")), "x"),
    "only-conditional": (drawing(start(), user("u"), end(), flows("start u"), flow("u", "end", "=y", id="x")), "x"),
    "gateway-direction": (drawing(start(), node("exclusiveGateway", "x", gatewayDirection="Converging", default="d"), end("a"), end("b"), flows("start x"), flow("x", "a", "=y"), flow("x", "b", id="d")), "x"),
    "event-gateway": (race(user("x"), catch("c", DAY), ways="g x end, g c end"), "x"),
    "event-gateway-ways": (race(catch("c", DAY), ways="g c end"), "g"),
    "event-gateway-mixed": (race(node("receiveTask", "r", messageRef="message_m"), catch("c", event("message", "m")), ways="g r end, g c end"), "g"),
    "instantiate": (through(node("receiveTask", "x", messageRef="message_m", instantiate="true")), "x"),
    "event-kind": (through(catch("x", "<bpmn:terminateEventDefinition/>")), "x"),
    "event-none": (through(catch("x", "")), "x"),
    "boundary": (through(sub("x", INSIDE), boundary("b", "in", DAY), flows("b end")), "b"),
    "non-interrupting": (around(ALWAYS, flows("x end")), "x"),
    "event-sub-start": (around(sub("x", start("s1"), end("e1"), flows("s1 e1"), triggeredByEvent="true")), "x"),
    "sub-start": (through(sub("x", node("startEvent", "s1", inner=event("message", "m")), end("e1"), flows("s1 e1"))), "s1"),
    "link": (around(throw("x", event("link", "L")), flows("u x"), catch("a", event("link", "L")), catch("b", event("link", "L")), flows("a end", "b end")), "x"),
    "link-source": (around(catch("x", event("link", "L")), flows("x end")), "x"),
    "link-name": (around(throw("x", "<bpmn:linkEventDefinition/>"), flows("u x")), "x"),
    "timer-several": (through(catch("x", DAY.replace("</bpmn:timerE", "<bpmn:timeDate>2026-01-01</bpmn:timeDate></bpmn:timerE"))), "x"),
    "cancel": (drawing(start(), end("x", inner="<bpmn:cancelEventDefinition/>"), flows("start x")), "x"),
    "compensation-ref": (through(throw("x", '<bpmn:compensateEventDefinition activityRef="start"/>')), "x"),
    "compensation-handler": (around(boundary("x", "u", COMPENSATE)), "x"),
    "compensation-flows": (through(user("x", isForCompensation="true")), "x"),
    "events-order": (through(node("intermediateCatchEvent", "x", inner=DAY, parallelMultiple="true")), "x"),
    "loop-both": (through(user("x", inner=loop("=a", "b") + "<bpmn:standardLoopCharacteristics/>")), "x"),
    "loop-several": (through(user("x", inner=loop("=a", "b").replace("</bpmn:multi", "<bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multi"))), "x"),
    "loop-event": (through(user("x", inner=loop("=a", "b").replace("Characteristics>", 'Characteristics behavior="Complex">', 1))), "x"),
    "quantity-value": (through(user("x", startQuantity="0")), "x"),
    "adhoc-events": (through(node("adHocSubProcess", "x", inner=start("s1") + user("in") + flows("s1 in"))), "s1"),
    "adhoc-empty": (through(node("adHocSubProcess", "x")), "x"),
    "duplicate-id": (around(user("u")), "u"),
    "shared-id": ({"p.bpmn": file(process("p", SHEET), process("q", SHEET))}, "u"),
    "no-id": (around(node("userTask", "").replace(' id=""', "")), "p"),
    "id-form": (through(user("1 a"), name="1 a") | drawing(start(), user("1a"), end(), flows("start 1a end")), "1a"),
    "own-id": (through(user("#start"), name="#start"), "#start"),
    "unknown-element": (around('<bpmn:teapot id="x"/>'), "x"),
    "misplaced": (through(user("x", inner='<bpmn:userTask id="y"/>')), "y"),
    "attribute-value": (through(user("x", isForCompensation="maybe")), "x"),
    "attribute-place": (through(user("x", attachedToRef="start", triggeredByEvent="true")), "x"),
    "reference": (through(node("receiveTask", "x", messageRef="nowhere")), "x"),
    "reference-kind": (through(node("receiveTask", "x", messageRef="signal_s")), "x"),
    "lane-twice": (around('<bpmn:laneSet id="ls"><bpmn:lane id="a"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane><bpmn:lane id="x"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'), "x"),
    "message-flow": (pools('<bpmn:messageFlow id="x" sourceRef="u" targetRef="pa"/>'), "x"),
    "message-flow-ends": (pools('<bpmn:messageFlow id="x" sourceRef="g" targetRef="pb"/>'), "x"),
}  # fmt: skip


def test_every_rule_has_its_drawing() -> None:
    assert set(BREACHES) == set(RULES)


@pytest.mark.parametrize("code", BREACHES)
def test_a_breach_is_told_of_the_element_that_makes_it(code: str) -> None:
    models, element = BREACHES[code]
    found = {(one.element, one.code): one for one in lint(models, "bpmn")}
    assert (element, f"bpmn.{code}") in found
    told = found[element, f"bpmn.{code}"]
    assert told.severity == RULES[code].severity
    assert told.message
    assert told.advice
    assert "%(" not in told.message + told.advice


@pytest.mark.parametrize("code", BREACHES)
def test_a_drawing_that_is_documentation_keeps_the_same_rules(code: str) -> None:
    models, element = BREACHES[code]
    drawn = {name: source.replace(b'isExecutable="true"', b'isExecutable="false"') for name, source in models.items()}
    assert (element, f"bpmn.{code}") in {(one.element, one.code) for one in lint(drawn, "bpmn")}


@pytest.mark.parametrize("code", sorted(one.removeprefix("bpmn.") for one in HARMLESS))
def test_a_harmless_breach_leaves_no_doubt_how_the_drawing_is_executed(code: str) -> None:
    from engine.bpmn.door import load

    assert load(BREACHES[code][0]).process_ids


# What tools write in their own way and no rule forbids.

ODD = {
    "another prefix": {name: source.replace(b"bpmn:", b"semantic:").replace(b"xmlns:bpmn", b"xmlns:semantic") for name, source in around().items()},
    "no prefix": {name: source.replace(b"<bpmn:", b"<").replace(b"</bpmn:", b"</").replace(b"xmlns:bpmn=", b"xmlns=") for name, source in around().items()},
    "a byte order mark": {name: b"\xef\xbb\xbf" + source for name, source in around().items()},
    "UTF-16": {name: source.decode().replace("UTF-8", "UTF-16").encode("utf-16") for name, source in around().items()},
    "UTF-16 without its mark": {name: source.decode().replace('encoding="UTF-8"', "").encode("utf-16-le") for name, source in around().items()},
    "Vietnamese in windows-1258": {name: source.decode().replace("UTF-8", "windows-1258").replace('name="u"', 'name="Đơn"').encode("windows-1258") for name, source in around().items()},
    "foreign extensions of other tools": around(node("task", "t").replace("/>", "></bpmn:task>").replace("></bpmn:task>", '><bpmn:extensionElements><signavio:meta xmlns:signavio="http://www.signavio.com" id="u"/><camunda:properties xmlns:camunda="http://camunda.org/schema/1.0/bpmn"/></bpmn:extensionElements></bpmn:task>', 1), flows("u t end")),
    "foreign attributes": around(roots=ROOTS).__class__({"p.bpmn": around()["p.bpmn"].replace(b'<bpmn:userTask id="u"', b'<bpmn:userTask xmlns:activiti="http://activiti.org/bpmn" activiti:assignee="kermit" id="u"')}),
    "types of other schemas": around(roots=ROOTS + '<bpmn:itemDefinition id="i" xmlns:xsd="http://www.w3.org/2001/XMLSchema" structureRef="xsd:string"/><bpmn:dataStore id="ds" xmlns:xsd="http://www.w3.org/2001/XMLSchema" itemSubjectRef="xsd:string"/>'),
    "names with the prefix of the file": {name: source.replace(b' id="d" ', b' id="d" xmlns:tns="http://example.test" ').replace(b'messageRef="message_m"', b'messageRef="tns:message_m"') for name, source in through(node("receiveTask", "x", messageRef="message_m")).items()},
    "1 and 0 for true and false": {name: source.replace(b'cancelActivity="false"', b'cancelActivity="0"') for name, source in drawing(start(), user("u"), boundary("b", "u", DAY, interrupting=False), end(), flows("start u end", "b end")).items()},
    "a pool that is a black box, lanes, notes and data": {"p.bpmn": file(POOLS.format('<bpmn:messageFlow id="mf" sourceRef="pb" targetRef="u"/><bpmn:textAnnotation id="note"/><bpmn:association id="as" sourceRef="pb" targetRef="note"/>'), process("p", '<bpmn:laneSet id="ls"><bpmn:lane id="la"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>', SHEET, '<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dor" dataObjectRef="do"/>'))},
    "several processes, one of them documentation": {"p.bpmn": file(process("p", SHEET), process("q", start("s2"), node("complexGateway", "c"), end("e2"), flows("s2 c e2")).replace('isExecutable="true"', 'isExecutable="false"'))},
    "an empty pool of which nobody says whether it is executable": {"p.bpmn": file(process("p", SHEET), '<bpmn:process id="q" name="main"><bpmn:documentation/><bpmn:laneSet id="ls"/></bpmn:process>', '<bpmn:collaboration id="col"><bpmn:participant id="pa" processRef="p"/><bpmn:participant id="pq" processRef="q"/></bpmn:collaboration>')},
    "no isExecutable": {name: source.replace(b' isExecutable="true"', b"") for name, source in around().items()},
    "conditions without a leading sign": drawing(start(), gateway("g", default="d"), end("a"), end("b"), flows("start g"), flow("g", "a", "amount > 5"), flow("g", "b", id="d")),
    "a conditional event without a leading sign": through(catch("x", condition("amount > 5"))),
    "an activity that ends its way without an end event": drawing(start(), user("u"), flows("start u")),
    "a service task of which nobody says what it calls": through(node("serviceTask", "x")),
    "a message nobody says how to send": through(throw("x", event("message", "m"))),
    "a timer on a task that is done at once": drawing(start(), node("task", "t"), boundary("b", "t", DAY), end(), flows("start t end", "b end")),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_tools_write_in_their_own_way_is_valid_and_executable(name: str) -> None:
    from engine.bpmn.door import load

    assert [one for one in lint(ODD[name], "bpmn") if one.severity == "error"] == []
    assert load(ODD[name]).process_ids


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b'<?xml version="1.0" encoding="UTF-7"?><x/>', "bpmn.encoding"),
        (b'<?xml version="1.0" encoding="no-such-thing"?><x/>', "bpmn.encoding"),
        ('<!DOCTYPE x [<!ENTITY a "a">]><x/>'.encode("utf-16"), "bpmn.doctype"),
        (b"\xff", "bpmn.encoding"),
        (b"<x>", "bpmn.xml"),
        (b"<x/>", "bpmn.not-bpmn"),
        (b" " * (16 * 1024 * 1024 + 1), "bpmn.too-large"),
    ],
)
def test_what_cannot_be_opened_is_told_in_one_finding(xml: bytes, code: str) -> None:
    assert [one.code for one in lint({"x.bpmn": xml}, "bpmn")] == [code]


def test_a_condition_of_another_language_is_refused_by_its_name() -> None:
    models = drawing(start(), gateway("g", default="d"), end("a"), end("b"), flows("start g"), flow("g", "a", "${amount > 5}", id="x"), flow("g", "b", id="d"))  # fmt: skip
    assert [(one.element, one.code) for one in lint(models, "bpmn")] == [("x", "bpmn.not-feel")]
    assert "JUEL" in lint(models, "bpmn")[0].message
    named = {name: source.replace(b' id="d" ', b' id="d" expressionLanguage="http://www.w3.org/1999/XPath" ') for name, source in ODD["conditions without a leading sign"].items()}  # fmt: skip
    assert "XPath" in lint(named, "bpmn")[0].message
    marked = {name: source.replace(b"amount &gt; 5", b"=amount &gt; 5") for name, source in named.items()}
    assert lint(marked, "bpmn") == []


def test_ten_thousand_nodes_in_a_line_and_five_hundred_levels_are_checked_while_somebody_waits() -> None:
    from time import process_time

    names = [f"t{i}" for i in range(10_000)]
    line = drawing(start(), *[node("task", one) for one in names], end(), flows(" ".join(["start", *names, "end"])))
    deep = user("u")
    for level in range(500):
        s, e, inner = f"s{level}", f"e{level}", "u" if level == 0 else f"p{level - 1}"
        deep = sub(f"p{level}", start(s), deep, end(e), flows(f"{s} {inner} {e}"))
    began = process_time()
    assert lint(line, "bpmn") == []
    assert lint(drawing(start(), deep, end(), flows("start p499 end")), "bpmn") == []
    assert process_time() - began < 10


def test_every_finding_can_be_said_in_english() -> None:
    from engine.spoken import speaker
    from tests.unit.bpmn.test_refusals import CASES

    say, left = speaker("en"), []
    for models in [*(one for one, _ in BREACHES.values()), *(one for one, _ in CASES.values())]:
        for one in lint(models):
            words = one.message.said(say) + one.advice.said(say)
            if set(words.lower()) & set("ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"):
                left.append((one.code, words))
    assert left == []
