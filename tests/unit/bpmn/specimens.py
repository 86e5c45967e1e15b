# ruff: noqa: E501  (a drawing reads best on one line)
"""One small valid drawing for every element of BPMN 2.0.2, by the name it has in docs/bpmn-and-dmn.md."""

from __future__ import annotations

from tests.unit.bpmn.drawings import (
    again,
    boundary,
    condition,
    drawing,
    end,
    error,
    escalation,
    event,
    file,
    flow,
    flows,
    gateway,
    loop,
    message,
    node,
    process,
    script,
    service,
    signal,
    start,
    sub,
    timer,
    user,
)

ROOTS = message("m") + signal("s") + error("e") + escalation("c")
DEFINITIONS = {
    "message": event("message", "m"),
    "signal": event("signal", "s"),
    "error": event("error", "e"),
    "escalation": event("escalation", "c"),
    "timer": timer("Duration", "P1D"),
    "conditional": condition("=go"),
    "link": event("link", "L"),
    "terminate": "<bpmn:terminateEventDefinition/>",
    "compensation": "<bpmn:compensateEventDefinition/>",
    "cancel": "<bpmn:cancelEventDefinition/>",
    "multiple": event("message", "m") + event("signal", "s"),
    "parallel multiple": event("message", "m") + event("signal", "s"),
    "none": "",
}
SEND = '<zeebe:taskDefinition type="t"/>'
INSIDE = start("s1") + user("in") + end("e1") + flows("s1 in e1")


def _more(kind: str) -> dict[str, str]:
    return {"parallelMultiple": "true"} if kind == "parallel multiple" else {}


def through(*parts: str, name: str = "x", roots: str = ROOTS) -> dict[str, bytes]:
    """A drawing start → x → end around one element."""
    return drawing(start(), *parts, end(), flows(f"start {name} end"), definitions=roots)


def start_of(kind: str) -> dict[str, bytes]:
    """A process that begins with an event."""
    return drawing(node("startEvent", "x", inner=DEFINITIONS[kind], **_more(kind)), end(), flows("x end"), definitions=ROOTS)  # fmt: skip


def sheet_start(kind: str, interrupting: bool = True) -> dict[str, bytes]:
    """A process with an event sub-process that begins with an event."""
    own = node(
        "startEvent", "x", inner=DEFINITIONS[kind], isInterrupting="true" if interrupting else "false", **_more(kind)
    )
    inside = sub("es", own, end("e2"), flows("x e2"), triggeredByEvent="true")
    if kind == "compensation":
        return drawing(start(), sub("sp", INSIDE, inside), end(), flows("start sp end"), definitions=ROOTS)
    return drawing(start(), user("u"), inside, end(), flows("start u end"), definitions=ROOTS)


def catch_of(kind: str) -> dict[str, bytes]:
    """A process that waits for an event on its way."""
    if kind == "link":
        return drawing(start(), node("intermediateThrowEvent", "l", inner=DEFINITIONS["link"]), node("intermediateCatchEvent", "x", inner=DEFINITIONS["link"]),
                       end(), flows("start l", "x end"))  # fmt: skip
    return through(node("intermediateCatchEvent", "x", inner=DEFINITIONS[kind], **_more(kind)))


def throw_of(kind: str) -> dict[str, bytes]:
    """A process that does something to others on its way."""
    if kind == "link":
        return catch_of("link")
    ext = SEND if kind in ("message", "multiple") else ""
    return through(node("intermediateThrowEvent", "x", ext=ext, inner=DEFINITIONS[kind]))


def end_of(kind: str) -> dict[str, bytes]:
    """A process that ends with an event."""
    ext = SEND if kind in ("message", "multiple") else ""
    last = node("endEvent", "x", ext=ext, inner=DEFINITIONS[kind])
    if kind == "cancel":
        inside = start("s1") + last + flows("s1 x")
        watching = boundary("b", "tr", DEFINITIONS["cancel"])
        return drawing(
            start(), node("transaction", "tr", inner=inside), watching, end(), flows("start tr end", "b end")
        )
    if kind == "error":
        caught = boundary("b", "sp", DEFINITIONS["error"])
        return drawing(start(), sub("sp", start("s1"), last, flows("s1 x")), caught, end(), flows("start sp end", "b end"), definitions=ROOTS)  # fmt: skip
    return drawing(start(), last, flows("start x"), definitions=ROOTS)


def boundary_of(kind: str, interrupting: bool = True) -> dict[str, bytes]:
    """A process with an event at the edge of an activity."""
    cancel = None if interrupting else "false"
    if kind == "cancel":
        return end_of("cancel")
    own = node("boundaryEvent", "x", inner=DEFINITIONS[kind], attachedToRef="u", cancelActivity=cancel, **_more(kind))
    if kind == "compensation":
        undo = user("undo", isForCompensation="true")
        tie = '<bpmn:association id="tie" sourceRef="x" targetRef="undo" associationDirection="One"/>'
        return drawing(start(), user("u"), own, undo, tie, end(), flows("start u end"))
    return drawing(start(), user("u"), own, end(), flows("start u end", "x end"), definitions=ROOTS)


def around(inner: str) -> dict[str, bytes]:
    """A process with something drawn beside its flow."""
    return drawing(start(), user("u"), inner, end(), flows("start u end"))


def beside(root: str, inner: str = "") -> dict[str, bytes]:
    """A process with something at the top of its file."""
    return {"p.bpmn": file(root, process("p", start(), user("u"), inner, end(), flows("start u end")))}


def choosing(kind: str, *, first: str = "=a", **attrs: str) -> dict[str, bytes]:
    """A gateway that chooses between two ways."""
    ways = flow("g", "a", first, id="f") + flow("g", "b", id="d")
    return drawing(
        start(), node(f"{kind}Gateway", "g", default="d", **attrs), end("a"), end("b"), flows("start g"), ways
    )


def complex_gateway() -> dict[str, bytes]:
    """One of two ways is enough."""
    join = node(
        "complexGateway", "x", inner="<bpmn:activationCondition>=activationCount &gt;= 1</bpmn:activationCondition>"
    )
    return drawing(
        start(), gateway("g", "parallel"), user("a"), user("b"), join, end(), flows("start g a x end", "g b x")
    )


def race(**attrs: str) -> dict[str, bytes]:
    """An event gateway with two events behind it; it begins the process when it is told to."""
    waits = (
        node("intermediateCatchEvent", "a", inner=DEFINITIONS["message"]),
        node("intermediateCatchEvent", "b", inner=DEFINITIONS["signal"]),
    )
    before = ("", "") if attrs.get("instantiate") else (start(), flows("start x"))
    return drawing(
        *before, node("eventBasedGateway", "x", **attrs), *waits, end(), flows("x a end", "x b end"), definitions=ROOTS
    )


def several(inner: str) -> str:
    """Multi-instance characteristics with something in them."""
    return f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>{inner}</bpmn:multiInstanceLoopCharacteristics>"


def behaving(behavior: str, inner: str = "", **more: str) -> dict[str, bytes]:
    """A sub-process done three times that says when it tells of its instances."""
    given = "".join(f' {name}="{value}"' for name, value in more.items())
    marks = several(inner).replace("Characteristics>", f'Characteristics behavior="{behavior}"{given}>', 1)
    watching = boundary("b", "x", DEFINITIONS["signal"], interrupting=False)
    told = '<bpmn:signalEventDefinition id="told" signalRef="signal_s"/>' if more else ""
    return drawing(
        start(), sub("x", marks, INSIDE), watching, end(), flows("start x end", "b end"), definitions=ROOTS + told
    )


def global_task(kind: str, inner: str = "") -> dict[str, bytes]:
    """A task defined once at the top of the file and called."""
    called = '<bpmn:callActivity id="x" name="x" calledElement="gt"/>'
    return {
        "p.bpmn": file(
            f'<bpmn:{kind} id="gt" name="gt">{inner}</bpmn:{kind}>',
            process("p", start(), called, end(), flows("start x end")),
        )
    }


FORMAL = 'xsi:type="bpmn:tFormalExpression" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
IO = (
    '<bpmn:ioSpecification id="io"><bpmn:dataInput id="din" name="a"/><bpmn:dataOutput id="dout" name="b"/>'
    '<bpmn:inputSet id="is"><bpmn:dataInputRefs>din</bpmn:dataInputRefs></bpmn:inputSet>'
    '<bpmn:outputSet id="os"><bpmn:dataOutputRefs>dout</bpmn:dataOutputRefs></bpmn:outputSet></bpmn:ioSpecification>'
)
DATA = '<bpmn:dataObject id="do" name="paper"/><bpmn:dataObjectReference id="dor" name="paper" dataObjectRef="do"/>'
DATA_IN = '<bpmn:dataInputAssociation id="dia"><bpmn:sourceRef>dor</bpmn:sourceRef><bpmn:targetRef>din</bpmn:targetRef>{}</bpmn:dataInputAssociation>'
DATA_OUT = '<bpmn:dataOutputAssociation id="doa"><bpmn:sourceRef>dout</bpmn:sourceRef><bpmn:targetRef>dor</bpmn:targetRef>{}</bpmn:dataOutputAssociation>'
ASSIGN = "<bpmn:assignment><bpmn:from>=paper</bpmn:from><bpmn:to>=a</bpmn:to></bpmn:assignment>"
POOLS = (
    '<bpmn:collaboration id="col"><bpmn:participant id="pa" name="A" processRef="p"/><bpmn:participant id="pb" name="B"/>'
    '<bpmn:messageFlow id="mf" sourceRef="u" targetRef="pb"/></bpmn:collaboration>'
)
ADHOC = user("in1") + user("in2") + "<bpmn:completionCondition>=done</bpmn:completionCondition>"
SHARED = '<bpmn:messageEventDefinition id="shared" messageRef="message_m"/>'

SPECIMENS: dict[str, dict[str, bytes]] = {
    "process": through(user("x")),
    "process isExecutable=false beside an executable one": {"p.bpmn": file(process("p", start(), user("u"), end(), flows("start u end")), '<bpmn:process id="q" isExecutable="false"><bpmn:task id="drawn"/></bpmn:process>')},
    "collaboration, participant, messageFlow": beside(POOLS),
    "laneSet, lane": around('<bpmn:laneSet id="ls"><bpmn:lane id="la" name="A"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'),
    "choreography": beside('<bpmn:choreography id="cho"/>'),
    "conversation": beside('<bpmn:collaboration id="col"><bpmn:participant id="pa" processRef="p"/><bpmn:participant id="pb"/><bpmn:conversation id="con"><bpmn:participantRef>pa</bpmn:participantRef><bpmn:participantRef>pb</bpmn:participantRef></bpmn:conversation></bpmn:collaboration>'),
    "task": through(node("task", "x")),
    "manualTask": through(node("manualTask", "x")),
    "userTask": through(user("x")),
    "serviceTask": through(service("x", "t")),
    "sendTask": through(service("x", "t", tag="sendTask")),
    "receiveTask": through(node("receiveTask", "x", messageRef="message_m")),
    "receiveTask instantiate": drawing(node("receiveTask", "x", messageRef="message_m", instantiate="true"), end(), flows("x end"), definitions=ROOTS),
    "scriptTask": through(script("x", "=1 + 1", "r")),
    "scriptTask without a script": through(node("scriptTask", "x")),
    "scriptTask with a script in FEEL": through(node("scriptTask", "x", scriptFormat="application/feel", inner="<bpmn:script>{r: 1 + 1}</bpmn:script>")),
    "scriptTask with a script of another language": through(node("scriptTask", "x", scriptFormat="javascript", inner="<bpmn:script>1 + 1</bpmn:script>")),
    "businessRuleTask": through(service("x", "t", tag="businessRuleTask")),
    "globalTask": global_task("globalTask"),
    "globalUserTask": global_task("globalUserTask"),
    "globalManualTask": global_task("globalManualTask"),
    "globalScriptTask": global_task("globalScriptTask", '<bpmn:extensionElements><zeebe:script expression="=1" resultVariable="r"/></bpmn:extensionElements>'),
    "globalBusinessRuleTask": global_task("globalBusinessRuleTask", f"<bpmn:extensionElements>{SEND}</bpmn:extensionElements>"),
    "callActivity": {"p.bpmn": file(process("p", start(), '<bpmn:callActivity id="x" calledElement="q"/>', end(), flows("start x end")), process("q", start("s2"), user("u"), end("e2"), flows("s2 u e2")))},
    "subProcess": through(sub("x", INSIDE)),
    "subProcess triggeredByEvent": sheet_start("message"),
    "transaction": end_of("cancel"),
    "adHocSubProcess": through(node("adHocSubProcess", "x", inner=ADHOC)),
    "adHocSubProcess ordering=Sequential": through(node("adHocSubProcess", "x", inner=ADHOC, ordering="Sequential")),
    "multiInstanceLoopCharacteristics, parallel": through(user("x", inner=loop("=rows", "row"))),
    "multiInstanceLoopCharacteristics, sequential": through(user("x", inner=loop("=rows", "row", sequential=True))),
    "loopCardinality": through(user("x", inner=several(""))),
    "completionCondition of a multi-instance": through(user("x", inner=several("<bpmn:completionCondition>=enough</bpmn:completionCondition>"))),
    "loopDataInputRef, inputDataItem": drawing(DATA, start(), user("x", inner=IO + DATA_IN.format("") + '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>din</bpmn:loopDataInputRef><bpmn:inputDataItem id="one" name="one"/></bpmn:multiInstanceLoopCharacteristics>'), end(), flows("start x end")),
    "behavior=None": behaving("None", noneBehaviorEventRef="told"),
    "behavior=One": behaving("One", oneBehaviorEventRef="told"),
    "behavior=Complex": behaving("Complex", '<bpmn:complexBehaviorDefinition id="cb"><bpmn:condition>=numberOfCompletedInstances = 2</bpmn:condition><bpmn:event id="told"><bpmn:signalEventDefinition signalRef="signal_s"/></bpmn:event></bpmn:complexBehaviorDefinition>'),
    "standardLoopCharacteristics": through(user("x", inner=again("=more"))),
    "startQuantity": through(user("x", startQuantity="2")),
    "completionQuantity": through(user("x", completionQuantity="2")),
    "isForCompensation": boundary_of("compensation"),
    "exclusiveGateway": choosing("exclusive"),
    "inclusiveGateway": choosing("inclusive"),
    "parallelGateway": drawing(start(), gateway("g", "parallel"), user("a"), user("b"), gateway("j", "parallel"), end(), flows("start g a j end", "g b j")),
    "complexGateway": complex_gateway(),
    "eventBasedGateway": race(),
    "eventBasedGateway instantiate": race(instantiate="true"),
    "eventBasedGateway instantiate, eventGatewayType=Parallel": race(instantiate="true", eventGatewayType="Parallel"),
    **{f"startEvent, {kind}": start_of(kind) for kind in ("none", "message", "timer", "conditional", "signal", "multiple", "parallel multiple")},
    **{f"startEvent of an event sub-process, {kind}": sheet_start(kind) for kind in ("message", "timer", "error", "escalation", "compensation", "conditional", "signal", "multiple", "parallel multiple")},
    **{f"startEvent of an event sub-process, {kind}, not interrupting": sheet_start(kind, False) for kind in ("message", "timer", "escalation", "conditional", "signal", "multiple", "parallel multiple")},
    **{f"intermediateCatchEvent, {kind}": catch_of(kind) for kind in ("message", "timer", "conditional", "link", "signal", "multiple", "parallel multiple")},
    **{f"intermediateThrowEvent, {kind}": throw_of(kind) for kind in ("none", "message", "escalation", "link", "compensation", "signal", "multiple")},
    **{f"boundaryEvent, {kind}": boundary_of(kind) for kind in ("message", "timer", "error", "escalation", "cancel", "compensation", "conditional", "signal", "multiple", "parallel multiple")},
    **{f"boundaryEvent, {kind}, not interrupting": boundary_of(kind, False) for kind in ("message", "timer", "escalation", "conditional", "signal", "multiple", "parallel multiple")},
    **{f"endEvent, {kind}": end_of(kind) for kind in ("none", "message", "error", "escalation", "cancel", "compensation", "signal", "terminate", "multiple")},
    "eventDefinitionRef": {"p.bpmn": file(ROOTS, SHARED, process("p", start(), node("intermediateCatchEvent", "x", inner="<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>"), end(), flows("start x end")))},
    "timeDate": through(node("intermediateCatchEvent", "x", inner=timer("Date", "2026-12-31T17:00:00+07:00"))),
    "timeDuration": through(node("intermediateCatchEvent", "x", inner=timer("Duration", "PT1H"))),
    "timeCycle": drawing(start(), user("u"), boundary("x", "u", timer("Cycle", "R3/P1D"), interrupting=False), end(), flows("start u end", "x end")),
    "sequenceFlow": through(user("x")),
    "sequenceFlow, several out of an activity": drawing(start(), user("u"), end("a"), end("b"), flows("start u a", "u b")),
    "conditionExpression in FEEL, “=amount > 5”": choosing("exclusive", first="=amount > 5"),
    "conditionExpression in FEEL without “=”, “amount > 5”": choosing("exclusive", first="amount > 5"),
    "conditionExpression of another language, “${amount > 5}”": choosing("exclusive", first="${amount > 5}"),
    "expressionLanguage other than FEEL": {"p.bpmn": choosing("exclusive", first="amount &gt; 5")["p.bpmn"].replace(b'id="d" ', b'id="d" expressionLanguage="http://groovy-lang.org" ', 1)},
    "default": choosing("exclusive"),
    "association": around('<bpmn:textAnnotation id="ta"/><bpmn:association id="as" sourceRef="u" targetRef="ta"/>'),
    "textAnnotation": around('<bpmn:textAnnotation id="ta"><bpmn:text>…</bpmn:text></bpmn:textAnnotation>'),
    "group, category": {"p.bpmn": file('<bpmn:category id="cat"><bpmn:categoryValue id="cv" value="A"/></bpmn:category>', process("p", start(), user("u"), '<bpmn:group id="gr" categoryValueRef="cv"/>', end(), flows("start u end")))},
    "dataObject, dataObjectReference": around(DATA),
    "dataStoreReference": around('<bpmn:dataStoreReference id="dsr" name="archive"/>'),
    "dataStore": beside('<bpmn:dataStore id="ds" name="archive"/>', '<bpmn:dataStoreReference id="dsr" dataStoreRef="ds"/>'),
    "ioSpecification, dataInput, dataOutput of a process": drawing(IO, start(), user("x"), end(), flows("start x end")),
    "ioSpecification of an activity": through(user("x", inner=IO)),
    "dataInputAssociation": drawing(DATA, start(), user("x", inner=IO + DATA_IN.format("")), end(), flows("start x end")),
    "dataInputAssociation with assignment": drawing(DATA, start(), user("x", inner=IO + DATA_IN.format(ASSIGN)), end(), flows("start x end")),
    "dataOutputAssociation": drawing(DATA, start(), user("x", inner=IO + DATA_OUT.format("")), end(), flows("start x end")),
    "transformation of a data association": drawing(DATA, start(), user("x", inner=IO + DATA_IN.format("<bpmn:transformation>=paper</bpmn:transformation>")), end(), flows("start x end")),
    "property": drawing('<bpmn:property id="pr" name="a"/>', start(), user("x"), end(), flows("start x end")),
    "property of an activity": through(user("x", inner='<bpmn:property id="pr" name="a"/>')),
    "itemDefinition": beside('<bpmn:itemDefinition id="item" structureRef="string"/>'),
    "message, signal, error, escalation": beside(ROOTS),
    "correlationProperty": beside('<bpmn:correlationProperty id="cp" name="k"><bpmn:correlationPropertyRetrievalExpression messageRef="message_m"><bpmn:messagePath>=k</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>' + ROOTS),
    "correlationSubscription": beside('<bpmn:collaboration id="col"><bpmn:participant id="pa" processRef="p"/><bpmn:correlationKey id="ck"/></bpmn:collaboration>', '<bpmn:correlationSubscription id="cs" correlationKeyRef="ck"/>'),
    "interface, operation": beside(ROOTS + '<bpmn:interface id="if" name="i"><bpmn:operation id="op" name="o"><bpmn:inMessageRef>message_m</bpmn:inMessageRef></bpmn:operation></bpmn:interface>'),
    "resource": beside('<bpmn:resource id="res" name="clerk"/>'),
    "potentialOwner": {"p.bpmn": file('<bpmn:resource id="res" name="clerk"/>', process("p", start(), node("userTask", "x", inner='<bpmn:potentialOwner id="po"><bpmn:resourceRef>res</bpmn:resourceRef></bpmn:potentialOwner>'), end(), flows("start x end")))},
    "humanPerformer, performer": through(node("userTask", "x", inner='<bpmn:humanPerformer id="hp"><bpmn:resourceAssignmentExpression><bpmn:formalExpression>boss.login</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:humanPerformer>')),
    "resourceRole, performers of other elements": through(node("task", "x", inner='<bpmn:performer id="pe"><bpmn:resourceRef>res</bpmn:resourceRef></bpmn:performer>'), roots='<bpmn:resource id="res" name="clerk"/>'),
    "partnerEntity, partnerRole, endPoint, relationship": beside('<bpmn:endPoint id="ep"/><bpmn:partnerEntity id="pe" name="x"/>'),
    "import": beside('<bpmn:import importType="http://www.w3.org/2001/XMLSchema" location="x.xsd" namespace="urn:x"/>'),
    "auditing, monitoring": through(user("x", inner="<bpmn:auditing/><bpmn:monitoring/>")),
}  # fmt: skip
"""The element that matters is called x where it has an id of its own."""
