"""One random walk through one random drawing, taken by the engine and by the reference side by side."""

from __future__ import annotations

import random

from tests.unit.bpmn.reference import Endless, Reading, conditions, random_graph
from tests.unit.bpmn.walk import Walk

FLOWS = ("userTask", "userTask", "userTask", "exclusiveGateway", "parallelGateway") + ("inclusiveGateway",) * 3
QUANTITIES = ("countingTask",) * 4 + ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "inclusiveGateway")
COMPLEX = ("userTask",) * 4 + ("exclusiveGateway", "parallelGateway", "inclusiveGateway") + ("complexGateway",) * 3
MOST_TOKENS = 60


def ramble(seed: int, kinds: tuple[str, ...], steps: int = 12) -> str:
    """Walk a drawing of these kinds of nodes; says how the walk came to its end, fails where the two differ."""
    pen = random.Random(seed)
    graph = random_graph(pen, list(kinds), pen.randint(3, 8))
    given = conditions(pen, graph)
    try:
        plain = Reading(graph, given)
        walk = Walk(graph.models()).start(**given)
        for _ in range(steps):
            assert sorted(walk.work) == sorted(plain.open)
            assert walk.ended == plain.ended
            assert {incident.element_id for incident in walk.last.incidents} == plain.stuck
            if not plain.open:
                return "stuck" if plain.stuck else "ended"
            task, given = pen.choice(sorted(set(plain.open))), conditions(pen, graph)
            plain.complete(task, given)
            if len(plain.tokens) + len(plain.open) > MOST_TOKENS:
                return "crowded"
            walk.complete(task, **given)
    except Endless:
        return "endless"
    return "unfinished"
