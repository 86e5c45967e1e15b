"""Pieces of drawings with BPMN data: objects, inputs and outputs, the associations between them."""

from __future__ import annotations

from html import escape

from tests.unit.bpmn.drawings import attributes


def data_object(id: str, name: str | None = None) -> str:
    return f"<bpmn:dataObject{attributes(id=id, name=name)}/>"


def reference(id: str, of: str, name: str | None = None) -> str:
    return f"<bpmn:dataObjectReference{attributes(id=id, name=name, dataObjectRef=of)}/>"


def needs(
    *names: str, sets: list[str] | None = None, optional: tuple[str, ...] = (), gives: tuple[str, ...] = ()
) -> str:
    """An ioSpecification with inputs "in-name" and outputs "out-name"; each set is given as "name name"."""
    inputs = "".join(f"<bpmn:dataInput{attributes(id=f'in-{name}', name=name)}/>" for name in names)
    outputs = "".join(f"<bpmn:dataOutput{attributes(id=f'out-{name}', name=name)}/>" for name in gives)
    chosen = "".join(_set("Input", "in", one.split(), optional) for one in sets or [" ".join(names)])
    chosen += _set("Output", "out", gives, optional)
    return f"<bpmn:ioSpecification>{inputs}{outputs}{chosen}</bpmn:ioSpecification>"


def _set(kind: str, prefix: str, names: tuple[str, ...] | list[str], optional: tuple[str, ...]) -> str:
    refs = "".join(f"<bpmn:data{kind}Refs>{prefix}-{name}</bpmn:data{kind}Refs>" for name in names)
    refs += "".join(
        f"<bpmn:optional{kind}Refs>{prefix}-{name}</bpmn:optional{kind}Refs>" for name in names if name in optional
    )
    return f"<bpmn:{kind.lower()}Set>{refs}</bpmn:{kind.lower()}Set>"


def reads(source: str | None, target: str | None, *inner: str) -> str:
    return _association("dataInputAssociation", source, target, *inner)


def writes(source: str | None, target: str | None, *inner: str) -> str:
    return _association("dataOutputAssociation", source, target, *inner)


def _association(tag: str, source: str | None, target: str | None, *inner: str) -> str:
    ends = "".join(f"<bpmn:sourceRef>{one}</bpmn:sourceRef>" for one in (source or "").split())
    ends += f"<bpmn:targetRef>{target}</bpmn:targetRef>" if target else ""
    return f"<bpmn:{tag}>{ends}{''.join(inner)}</bpmn:{tag}>"


def transformed(text: str) -> str:
    return f"<bpmn:transformation>{escape(text)}</bpmn:transformation>"


def assigned(source: str, to: str) -> str:
    return f"<bpmn:assignment><bpmn:from>{escape(source)}</bpmn:from><bpmn:to>{escape(to)}</bpmn:to></bpmn:assignment>"
