"""Plays a sheet of a drawing with tokens alone, without data, to find joins that no run can ever bring together.

Every condition may be true and every event may come, as often as it likes, so everything that can really happen is
among what is played: a parallel join that never fires here never fires at all. More tokens can only make more joins
fire; that is why the playing may always take the way that leaves the most tokens, and counts more than two on one flow
as any number. A sub-process is one step; its own sheet is played separately.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import Element, Scope

MOST_MARKINGS = 3_000
MANY = 3
Marking = frozenset[tuple[str, int]]


def joins_that_never_fire(scope: Scope) -> list[Element]:
    """Parallel gateways that get a token but never one on every incoming flow; empty when there is too much to play."""
    joins = {e.id for e in scope.elements.values() if e.kind == "parallelGateway" and len(e.incoming) > 1}
    watching: dict[str, list[Element]] = {}
    for element in scope.elements.values():
        if element.attached_to:
            watching.setdefault(element.attached_to, []).append(element)
    todo = [_place({}, tuple(start.outgoing), ()) for start in scope.starts()]
    for begins in scope.instantiating():
        ways = [tuple(begins.outgoing)] if begins.together else _ways_out(scope, begins, [])
        todo += [_place({}, way, ()) for way in ways]
    seen: set[Marking] = set()
    fired: set[str] = set()
    while todo and not joins <= fired:
        marking = todo.pop()
        if marking in seen:
            continue
        seen.add(marking)
        if len(seen) > MOST_MARKINGS:
            return []
        for node, after in _steps(scope, dict(marking), watching):
            fired.add(node)
            todo.append(after)
    reached = {scope.flows[flow].target for marking in seen for flow, _ in marking}
    return [scope.elements[join] for join in sorted((joins - fired) & reached)]


def _place(tokens: dict[str, int], flows: tuple[str, ...], often: tuple[str, ...]) -> Marking:
    """The marking with one more token on each of `flows`, and any number on each of `often`."""
    after = dict(tokens)
    for flow in flows:
        after[flow] = min(after.get(flow, 0) + 1, MANY)
    after.update(dict.fromkeys(often, MANY))
    return frozenset((flow, count) for flow, count in after.items() if count)


def _steps(scope: Scope, tokens: dict[str, int], watchers: dict[str, list[Element]]) -> Iterator[tuple[str, Marking]]:
    """Every node that can go from here, with the marking after it."""
    for target in dict.fromkeys(scope.flows[flow].target for flow in tokens):
        element = scope.elements[target]
        arrived = [flow for flow in element.incoming if tokens.get(flow)]
        if not arrived or (element.kind == "parallelGateway" and len(arrived) < len(element.incoming)):
            continue
        watching = watchers.get(element.id, [])
        often = tuple(flow for e in watching if not e.interrupting for flow in e.outgoing)
        for taken in [arrived] if element.kind == "parallelGateway" else [[flow] for flow in arrived]:
            left = {flow: count - (flow in taken and count < MANY) for flow, count in tokens.items()}
            for out in _ways_out(scope, element, watching):
                yield element.id, _place(left, out, often)


def _ways_out(scope: Scope, element: Element, watching: list[Element]) -> list[tuple[str, ...]]:
    """Which flows a node may leave by; where it may take several, as many as can be."""
    if element.kind in ("exclusiveGateway", "eventBasedGateway"):
        return [(flow,) for flow in element.outgoing] or [()]
    if element.kind == "intermediateThrowEvent" and element.event.kind == "link":
        same = [e for e in scope.elements.values() if e.kind == "intermediateCatchEvent" and e.event.kind == "link"]
        return [tuple(e.outgoing) for e in same if e.event.name == element.event.name]
    edges = [tuple(e.outgoing) for e in watching if e.interrupting]
    return [*(way * element.gives for way in _taken_together(scope, element)), *edges]


def _taken_together(scope: Scope, element: Element) -> list[tuple[str, ...]]:
    """The most flows a node may leave by at once: the default one never goes with a condition that is true."""
    asked = {flow for flow in element.outgoing if scope.flows[flow].condition and flow != element.default}
    if not asked or element.default not in element.outgoing or element.kind == "complexGateway":
        return [tuple(element.outgoing)]
    return [
        tuple(flow for flow in element.outgoing if flow != element.default),
        tuple(flow for flow in element.outgoing if flow not in asked),
    ]
