"""Gateways that wait for several branches, looked at after a move: none may wait for a branch that can never come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.case import Case
from engine.bpmn.gateways import ParallelGateway, flows_on, upstream
from engine.bpmn.ground import ROOT, Ground
from rules.sentences import Sentence


def deadlocks(before: Case, after: Case, mapping: Mapping[str, str]) -> Iterator[tuple[Sentence, str]]:
    """Parallel gateways one branch of which can still be reached while another cannot, unless that was so before."""
    known = {(_where(ground, mapping), gate) for ground in before.grounds() for gate, _ in _starving(ground, mapping)}
    for ground in after.grounds():
        for gate, flow in _starving(ground, {}):
            if (_where(ground, {}), gate) in known:
                continue
            scope = ground.spec.scope
            source = scope.elements[scope.flows[flow].source]
            element = scope.elements[gate]
            text = Sentence(
                "Cổng «%(gate)s» của bản mới sẽ chờ mãi nhánh từ «%(step)s»: hồ sơ đã qua chỗ rẽ vào nhánh đó.",
                gate=element.name or element.id,
                step=source.name or source.id,
            )
            yield text, gate


def wake_joins(after: Case) -> None:
    """Let gateways that have every branch by now go on."""
    for ground in after.grounds():
        gates = {t.task_spec for t in ground.tasks.values() if t.id != ROOT and t.notes.get("joining") == "parallel"}
        for gate in sorted(gates, key=lambda node: str(node.name)):
            first = next(iter(gate.arrivals(ground).values()), None)
            if first is not None:
                gate.arrived(first)


def _where(ground: Ground, mapping: Mapping[str, str]) -> str:
    owner = getattr(ground, "owner", None)
    if owner is None:
        return ""
    return f"{owner.id}"


def _starving(ground: Ground, mapping: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(gateway, incoming flow) that nothing can reach any more although another way into the gateway can be."""
    scope: Any = ground.spec.scope
    standing = {t.task_spec.element.id for t in ground.tasks.values() if flows_on(t)}
    for node in ground.spec.task_specs.values():
        if not isinstance(node, ParallelGateway) or len(node.element.incoming) < 2:
            continue
        arrived = set(node.arrivals(ground))
        ways = {
            f: f in arrived or bool(upstream(scope, [f], node.element.id) & standing) for f in node.element.incoming
        }
        if any(ways.values()) and not all(ways.values()):
            flow = next(f for f, reached in ways.items() if not reached)
            yield mapping.get(node.element.id, node.element.id), flow
