# ruff: noqa: E501  (a drawing reads best on one line)
"""Small zeebe drawings for tests, written the way a modeler writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from itertools import pairwise

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def attributes(**values: str | None) -> str:
    """XML attributes of the values that are given."""
    return "".join(f' {name.rstrip("_")}="{escape(value)}"' for name, value in values.items() if value is not None)


def flow(source: str, target: str, condition: str | None = None, id: str | None = None) -> str:
    """A sequence flow, named after its ends unless told otherwise."""
    inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{id or f"{source}-{target}"}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def flows(*names: str) -> str:
    """Plain flows through nodes in a row: flows("start a end")."""
    rows = [row.split() for row in names]
    return "".join(flow(a, b) for row in rows for a, b in pairwise(row))


def node(tag: str, id: str, *, ext: str = "", inner: str = "", **attrs: str | None) -> str:
    """Any element with its zeebe extensions."""
    extension = f"<bpmn:extensionElements>{ext}</bpmn:extensionElements>" if ext else ""
    return f'<bpmn:{tag} id="{id}"{attributes(**{"name": id, **attrs})}>{extension}{inner}</bpmn:{tag}>'


def start(id: str = "start", **more: str) -> str:
    return node("startEvent", id, **more)


def end(id: str = "end", **more: str) -> str:
    return node("endEvent", id, **more)


def io(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """Input and output mappings: target → source."""
    rows = [f'<zeebe:input source="{escape(s)}" target="{t}"/>' for t, s in (inputs or {}).items()]
    rows += [f'<zeebe:output source="{escape(s)}" target="{t}"/>' for t, s in (outputs or {}).items()]
    return f"<zeebe:ioMapping>{''.join(rows)}</zeebe:ioMapping>"


def user(id: str, *, form: str = "f", groups: str = "handling.specialist", ext: str = "", **more: str) -> str:
    assigned = (
        f'<zeebe:formDefinition formId="{form}"/><zeebe:assignmentDefinition candidateGroups="{escape(groups)}"/>'
    )
    return node("userTask", id, ext=f"<zeebe:userTask/>{assigned}{ext}", **more)


def service(
    id: str, kind: str, *, tag: str = "serviceTask", ext: str = "", headers: dict[str, str] | None = None, **more: str
) -> str:
    rows = "".join(f'<zeebe:header key="{k}" value="{v}"/>' for k, v in (headers or {}).items())
    told = f'<zeebe:taskDefinition type="{escape(kind)}"/><zeebe:taskHeaders>{rows}</zeebe:taskHeaders>'
    return node(tag, id, ext=told + ext, **more)


def script(id: str, expression: str, variable: str, **more: str) -> str:
    told = f'<zeebe:script expression="{escape(expression)}" resultVariable="{variable}"/>'
    return node("scriptTask", id, ext=told, **more)


def gateway(id: str, kind: str = "exclusive", default: str | None = None) -> str:
    return node(f"{kind}Gateway", id, default=default)


def sub(id: str, *parts: str, ext: str = "", inner: str = "", **attrs: str) -> str:
    return node("subProcess", id, ext=ext, inner=inner + "".join(parts), **attrs)


def call(id: str, process: str, *, ext: str = "", inner: str = "", **attrs: str) -> str:
    given = attributes(**attrs)
    return node(
        "callActivity", id, ext=f'<zeebe:calledElement processId="{escape(process)}"{given}/>{ext}', inner=inner
    )


def timer(kind: str, value: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:time{kind}>{escape(value)}</bpmn:time{kind}></bpmn:timerEventDefinition>"


def event(kind: str, ref: str | None = None) -> str:
    """An event definition; messages, signals, errors and escalations refer to `{kind}_{ref}` (see `definitions`)."""
    if kind == "link":
        return f'<bpmn:linkEventDefinition name="{ref}"/>'
    reference = f' {kind}Ref="{kind}_{ref}"' if ref else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"


def boundary(id: str, host: str, inner: str, *, interrupting: bool = True, ext: str = "") -> str:
    cancel = None if interrupting else "false"
    return node("boundaryEvent", id, ext=ext, inner=inner, attachedToRef=host, cancelActivity=cancel)


def loop(
    collection: str,
    item: str,
    output: str | None = None,
    result: str | None = None,
    *,
    sequential: bool = False,
    done: str = "",
) -> str:
    """Multi-instance over a collection."""
    rows = attributes(inputCollection=collection, inputElement=item, outputCollection=output, outputElement=result)
    until = f"<bpmn:completionCondition>{escape(done)}</bpmn:completionCondition>" if done else ""
    mark = ' isSequential="true"' if sequential else ""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{mark}><bpmn:extensionElements><zeebe:loopCharacteristics{rows}/>"
        f"</bpmn:extensionElements>{until}</bpmn:multiInstanceLoopCharacteristics>"
    )


def message(name: str, key: str | None = None) -> str:
    inner = (
        f'<bpmn:extensionElements><zeebe:subscription correlationKey="{escape(key)}"/></bpmn:extensionElements>'
        if key
        else ""
    )
    return f'<bpmn:message id="message_{name}" name="{name}">{inner}</bpmn:message>'


def signal(name: str) -> str:
    return f'<bpmn:signal id="signal_{name}" name="{name}"/>'


def error(code: str) -> str:
    return f'<bpmn:error id="error_{code}" name="{code}" errorCode="{code}"/>'


def escalation(code: str) -> str:
    return f'<bpmn:escalation id="escalation_{code}" name="{code}" escalationCode="{code}"/>'


def process(id: str, *parts: str) -> str:
    return f'<bpmn:process id="{id}" name="{id}" isExecutable="true">{"".join(parts)}</bpmn:process>'


def file(*parts: str) -> bytes:
    """A whole BPMN file of processes and root definitions."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="http://example.test">'
        f"{''.join(parts)}</bpmn:definitions>"
    ).encode()


def drawing(*parts: str, definitions: str = "") -> dict[str, bytes]:
    """One file with one process "p"."""
    return {"p.bpmn": file(definitions, process("p", *parts))}


def condition(text: str) -> str:
    """A conditional event definition."""
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{escape(text)}</bpmn:condition></bpmn:conditionalEventDefinition>"


def again(while_: str | None = None, *, first: bool = False, most: int | None = None) -> str:
    """A standard loop: again while the condition is true."""
    asked = f"<bpmn:loopCondition>{escape(while_)}</bpmn:loopCondition>" if while_ else ""
    given = attributes(testBefore="true" if first else None, loopMaximum=str(most) if most else None)
    return f"<bpmn:standardLoopCharacteristics{given}>{asked}</bpmn:standardLoopCharacteristics>"


COUNTING = process("q", start("qs"), script("qx", "=n + 1", "n"), user("qa"), end("qe"), flows("qs qx qa qe"))
"""A process to be called: it counts n up, then a person has the task "qa"."""
