"""One random walk through one random drawing, taken by the engine and by a plain reading side by side."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.bpmn import door
from rules.crossing import Months
from tests.unit.bpmn.blocks import Draughtsman
from tests.unit.bpmn.drawings import file, process
from tests.unit.bpmn.reference import Endless, Reading, conditions, random_graph
from tests.unit.bpmn.running import Row
from tests.unit.bpmn.walk import Walk

FLOWS = ("userTask", "userTask", "userTask", "exclusiveGateway", "parallelGateway") + ("inclusiveGateway",) * 3
QUANTITIES = ("countingTask",) * 4 + ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "inclusiveGateway")
COMPLEX = ("userTask",) * 4 + ("exclusiveGateway", "parallelGateway", "inclusiveGateway") + ("complexGateway",) * 3
MOST_TOKENS = 60
CARRIED: tuple[Any, ...] = (
    None, 2**60, 1.0, "\u2028 Đỗ", [[], {}], {"$": {"v": 1}}, {"b": [Decimal("1E+3")], "a": {"$dt": date(1, 1, 1)}},
    date(2026, 2, 28), datetime(2026, 2, 28, 23, 59, 1, 5, tzinfo=UTC), timedelta(days=-2, seconds=3), Months(13),
    Decimal("0.10"), time(8, 30),
)  # fmt: skip
"""Values that are answered beside the conditions, for every step to keep exactly."""


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
            assert sorted(walk.trace) == sorted(plain.trace)  # a join may fire before or after its neighbours
            assert walk.ended == plain.ended
            assert {incident.element_id for incident in walk.last.incidents} == plain.stuck
            if not plain.open:
                return "stuck" if plain.stuck else "ended"
            task, given = pen.choice(sorted(set(plain.open))), conditions(pen, graph)
            plain.complete(task, given)
            if len(plain.tokens) + len(plain.open) > MOST_TOKENS:
                return "crowded"
            walk.complete(task, **given, carried=pen.choice(CARRIED))
    except Endless:
        return "endless"
    return "unfinished"


def stroll(seed: int, depth: int = 4, steps: int = 200) -> str:
    """Walk a block-structured process; what waits must be what its blocks say after every step."""
    pen = Draughtsman(seed)
    parts, body = pen.whole(depth)
    models = {"p.bpmn": file(pen.definitions, process("p", *parts), *pen.others)}
    walk, plain = Walk(models).start(**pen.variables), Row([lambda: body.read("")])
    for _ in range(steps):
        waits = _waits(walk)
        assert [name for name, _ in waits] == sorted(plain.open())
        assert (walk.last.incidents, walk.ended) == ((), plain.done())
        if walk.ended:
            return "ended"
        choice, token = pen.random.choice(waits)
        if pen.random.random() < 0.2:
            walk.deliver("warn").wait(days=1)
        name, place = choice.split("@")
        if name.startswith("ev"):
            walk.deliver(name, place)
        else:
            walk.act(door.complete, token, {"carried": pen.random.choice(CARRIED)})
        plain.complete(choice)
    return "unfinished"


def _waits(walk: Walk) -> list[tuple[str, str]]:
    """What a block-structured process waits for, by name and place, each with its token."""
    found = [(f"{w.element_id}@{w.candidate_groups[0]}", w.token) for w in walk.last.waiting if w.kind == "user"]
    heard = [w for w in walk.last.waiting if w.kind == "message" and (w.message or "").startswith("ev")]
    return sorted(found + [(f"{w.message}@{w.key}", w.token) for w in heard])
