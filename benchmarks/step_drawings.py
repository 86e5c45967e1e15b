"""Drawings for measuring steps: a procedure both engines can run, a chain of any length, a ring without an end."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.chain import BPMN, ZEEBE

ROW = (
    "filed u1 noted fork u2 heard join u3 told fork2 u5 asked join2 u6 weighed u7 sealed u8 sent u9 kept archived done"
)
BESIDE = ("fork u4 answered seen join", "fork2 written join2")
GATE = "weighed"
BEFORE_GATE = 5
"""Steps before the one that leads through the gate."""
LISTED = '=count(papers) &gt;= 2 and papers[1].name != ""'
COUNTED = "len(papers) >= 2 and papers[0]['name'] != ''"


def procedure(condition: str | None = None) -> bytes:
    """Nine tasks of people in 27 nodes, twice two ways at once; with a condition one event is a gateway instead.

    The condition holds, so that the same way is gone.
    """
    nodes, flows = _row(ROW.split())
    for way in BESIDE:
        more = way.split()
        nodes |= {name: _node(name) for name in more if name not in nodes}
        flows += list(pairwise(more))
    drawn = [_flow(a, b) for a, b in flows]
    if condition is not None:
        nodes[GATE] = f'<bpmn:exclusiveGateway id="{GATE}" default="{GATE}-done"/>'
        place = drawn.index(_flow(GATE, "u7"))
        drawn[place] = _flow(GATE, "u7", condition)
        drawn.append(_flow(GATE, "done"))
    return _file(nodes, drawn)


def chain(length: int) -> bytes:
    """So many nodes in a row: all but the first and last are tasks."""
    nodes, flows = _row(["filed", *(f"u{number}" for number in range(length - 2)), "done"])
    return _file(nodes, [_flow(a, b) for a, b in flows])


def ring() -> bytes:
    """Eight tasks that follow each other round and round."""
    tasks = [f"u{number}" for number in range(8)]
    nodes, flows = _row(["filed", "again", *tasks])
    return _file(nodes, [_flow(a, b) for a, b in [*flows, (tasks[-1], "again")]])


def _row(names: list[str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    return {name: _node(name) for name in names}, list(pairwise(names))


def _node(name: str) -> str:
    if name == "filed":
        tag = "startEvent"
    elif name == "done":
        tag = "endEvent"
    elif name == "again":
        tag = "exclusiveGateway"
    elif name.startswith(("fork", "join")):
        tag = "parallelGateway"
    elif name[0] == "u" and name[1:].isdigit():
        return (
            f'<bpmn:userTask id="{name}" name="Bước {name[1:]}"><bpmn:extensionElements><zeebe:userTask/>'
            '<zeebe:formDefinition formId="approve"/>'
            '<zeebe:assignmentDefinition candidateGroups="receiving.counter_clerk"/>'
            "</bpmn:extensionElements></bpmn:userTask>"
        )
    else:
        tag = "intermediateThrowEvent"
    return f'<bpmn:{tag} id="{name}" name="{name}"/>'


def _flow(source: str, target: str, condition: str | None = None) -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}'
        "</bpmn:sequenceFlow>"
    )


def _file(nodes: dict[str, str], flows: list[str]) -> bytes:
    return (
        f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:zeebe="{ZEEBE}" id="d" targetNamespace="urn:bench">'
        f'<bpmn:process id="p" isExecutable="true">{"".join(nodes.values())}{"".join(flows)}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()
