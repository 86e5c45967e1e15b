"""A second, plain interpretation of flows, gateways and tasks, written from chapter 13 of BPMN 2.0.2 alone.

It knows nothing of the engine: tokens stand on sequence flows, a path is searched flow by flow, and every rule is the
sentence of the standard turned into a loop. Slow and small; it exists to disagree.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.unit.bpmn.drawings import attributes, drawing, flow, node, user

MOST_STEPS = 300


class Endless(Exception):
    """This drawing goes on without ever waiting; nothing can be compared."""


@dataclass
class Arrow:
    """A sequence flow; `condition` names the boolean variable it asks for, `default` marks the way out of nothing."""

    id: str
    source: str
    target: str
    condition: str = ""
    default: bool = False


@dataclass
class Point:
    """A node: its kind, how many tokens a task takes and gives, how many a complex gateway needs to go on."""

    id: str
    kind: str
    takes: int = 1
    gives: int = 1
    needs: int = 1


@dataclass
class Graph:
    """A drawing of points and arrows, as the reference reads it."""

    points: dict[str, Point] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)

    def into(self, point: str) -> list[Arrow]:
        return [arrow for arrow in self.arrows if arrow.target == point]

    def out(self, point: str) -> list[Arrow]:
        return [arrow for arrow in self.arrows if arrow.source == point]

    def models(self) -> dict[str, bytes]:
        """The same drawing for the engine."""
        parts = []
        for point in self.points.values():
            default = next((arrow.id for arrow in self.out(point.id) if arrow.default), None)
            if point.kind == "userTask":
                quantities = {"startQuantity": str(point.takes), "completionQuantity": str(point.gives)}
                given = {name: value for name, value in quantities.items() if value != "1"}
                parts.append(user(point.id, **given))
            elif point.kind == "complexGateway":
                asks = f"<bpmn:activationCondition>=activationCount &gt;= {point.needs}</bpmn:activationCondition>"
                parts.append(node(point.kind, point.id, inner=asks, default=default))
            else:
                parts.append(f'<bpmn:{point.kind} id="{point.id}"{attributes(default=default)}/>')
        for arrow in self.arrows:
            parts.append(flow(arrow.source, arrow.target, f"={arrow.condition}" if arrow.condition else None, arrow.id))
        return drawing(*parts)


@dataclass(eq=False)
class Mark:
    """A token on an arrow, or at a complex gateway that waits for its reset."""

    at: str
    arrow: Arrow | None = None


class Reading:
    """One run of a graph: tokens in the order in which they came to where they stand, and open tasks."""

    def __init__(self, graph: Graph, variables: dict[str, bool]) -> None:
        self.graph = graph
        self.variables = dict(variables)
        self.marks: list[Mark] = []
        self.open: list[str] = []
        self.spent: dict[str, set[str]] = {}  # complex gateways waiting for reset: arrows already consumed from
        self.agenda: deque[Mark] = deque()
        self.trace: list[str] = []
        self._leave("start", 1)
        self._settle()

    @property
    def stuck(self) -> set[str]:
        """Where tokens stand when no task is open: joins that will never fire."""
        return set() if self.open else {mark.at for mark in self.tokens}

    @property
    def tokens(self) -> list[Mark]:
        """The tokens that stand on arrows, the oldest first."""
        return [mark for mark in self.marks if mark.arrow is not None]

    @property
    def ended(self) -> bool:
        return not self.open and not self.marks

    def complete(self, task: str, variables: dict[str, bool]) -> None:
        self.variables.update(variables)
        self.open.remove(task)
        self._leave(task, self.graph.points[task].gives)
        self._settle()

    def _leave(self, point: str, times: int, reset: bool = False) -> None:
        self.trace.append(point)
        ways = self.graph.out(point)
        kind = self.graph.points[point].kind
        true = [a for a in ways if not a.default and (not a.condition or self.variables[a.condition])]
        if kind == "exclusiveGateway" and len(ways) > 1:
            true = true[:1]
        if len(ways) == 1:
            true = [] if reset else ways
        taken = true or [a for a in ways if a.default]
        if reset and not taken:
            self.trace.pop()  # nothing to see: the gateway only waits for its next start
        for arrow in taken:
            for _ in range(times):
                mark = Mark(arrow.target, arrow)
                self.marks.append(mark)
                self.agenda.append(mark)

    def _settle(self) -> None:
        for _ in range(MOST_STEPS):
            if self.agenda:
                mark = self.agenda.popleft()
                if mark in self.marks:
                    self._arrive(mark)
            elif not any(self._quiet(name) for name in dict.fromkeys(mark.at for mark in self.marks)):
                return
        raise Endless

    def _quiet(self, name: str) -> bool:
        """With every token at rest: a gateway that looks at the whole drawing goes on, or resets."""
        kind = self.graph.points[name].kind
        if kind == "inclusiveGateway" and self._may_fire(name):
            self._take(self._gates(name).values())
            self._leave(name, 1)
            return True
        if name in self.spent:
            return self._reset(name)
        gates = self._gates(name)
        return kind == "complexGateway" and self._go_on(name, next(iter(gates.values())))

    def _take(self, marks: Iterable[Mark]) -> None:
        for mark in list(marks):
            self.marks.remove(mark)

    def _arrive(self, mark: Mark) -> None:
        """A token came to a point that may act at once, without looking at the rest of the drawing."""
        name = mark.at
        point, came, gates = self.graph.points[name], [m for m in self.tokens if m.at == name], self._gates(name)
        if point.kind == "endEvent":
            self._take([mark])
            self.trace.append(name)
        elif point.kind == "userTask":
            if len(came) >= point.takes:
                self._take(came[: point.takes])
                self.open.append(name)
        elif point.kind == "exclusiveGateway" or (
            point.kind in ("parallelGateway", "inclusiveGateway") and len(self.graph.into(name)) == 1
        ):
            self._take([mark])
            self._leave(name, 1)
        elif point.kind == "complexGateway" and name not in self.spent:
            self._go_on(name, mark)
        elif point.kind == "parallelGateway" and len(gates) == len(self.graph.into(name)):
            self._take(gates.values())
            self._leave(name, 1)

    def _may_fire(self, name: str) -> bool:
        """Inclusive gateways, table 13.3: nothing is on its way to an empty gate unless it may come to a full one."""
        if self.graph.points[name].kind != "inclusiveGateway" or len(self.graph.into(name)) == 1:
            return False
        full = set(self._gates(name))
        empty = {a.id for a in self.graph.into(name)} - full
        return not self._on_its_way(name, empty, full)

    def _on_its_way(self, name: str, empty: set[str], full: set[str]) -> bool:
        """Whether a token may come to an empty gate without visiting the gateway, and may not come to a full one."""
        # A token inside an open task is read as one on its way into it: all its ways out belong to one path.
        standing = [[mark.arrow] for mark in self.marks if mark.arrow] + [self.graph.out(task) for task in self.open]
        ends = [self._paths(first, without=name) for first in standing]
        return any(found & empty and not found & full for found in ends)

    def _go_on(self, name: str, last: Mark) -> bool:
        """Complex gateways, table 13.5: enough tokens wait; one of each gate that has any is consumed, `last` first."""
        if sum(mark.at == name for mark in self.tokens) < self.graph.points[name].needs:
            return False
        gates = self._gates(name)
        assert last.arrow is not None
        gates[last.arrow.id] = last
        self.spent[name] = set(gates)
        self._take(gates.values())
        self.marks.append(Mark(name))
        self._leave(name, 1)
        return True

    def _reset(self, name: str) -> bool:
        """Complex gateways, table 13.5: the rest has come, or cannot come any more by the rule of the inclusive one."""
        gates, spent = self._gates(name), self.spent[name]
        had = spent | set(gates)
        if self._on_its_way(name, {a.id for a in self.graph.into(name)} - had, had):
            return False
        late = [mark for arrow, mark in gates.items() if arrow not in spent]
        del self.spent[name]
        self._take([*late, *(mark for mark in self.marks if mark.at == name and mark.arrow is None)])
        if late:
            self._leave(name, 1, reset=True)
        return True

    def _gates(self, name: str) -> dict[str, Mark]:
        """The oldest token of each incoming arrow that has one."""
        found: dict[str, Mark] = {}
        for mark in self.tokens:
            if mark.at == name and mark.arrow is not None:
                found.setdefault(mark.arrow.id, mark)
        return found

    def _paths(self, first: list[Arrow], without: str) -> set[str]:
        """Arrows on which a directed path that starts here and visits not this gateway may end."""
        seen: dict[str, Arrow] = {}
        todo = list(first)
        while todo:
            arrow = todo.pop()
            if arrow.id not in seen:
                seen[arrow.id] = arrow
                if arrow.target != without:
                    todo += self.graph.out(arrow.target)
        return set(seen)


def random_graph(pen: random.Random, kinds: list[str], size: int) -> Graph:
    """A drawing without any structure: every node can be reached and can reach the end, nothing else is promised."""
    graph = Graph({"start": Point("start", "startEvent")})
    names = [f"n{i}" for i in range(size)]
    for name in names:
        graph.points[name] = Point(name, pen.choice(kinds))
    graph.points["end"] = Point("end", "endEvent")
    order = ["start", *names, "end"]
    pairs = [(pen.choice(order[1 if i > 1 else 0 : i]), order[i]) for i in range(1, len(order))]
    inner = [name for name in names if graph.points[name].kind != "startEvent"]
    for name in inner:
        if not any(source == name for source, _ in pairs):
            pairs.append((name, pen.choice(order[order.index(name) + 1 :])))
    for _ in range(pen.randint(1, size)):
        pairs.append((pen.choice(inner), pen.choice([*inner, "end"])))
    for source, target in dict.fromkeys(pairs):
        if source != "start" or target == order[1]:
            graph.arrows.append(Arrow(f"{source}_{target}", source, target))
    _put_conditions(pen, graph)
    return graph


def _put_conditions(pen: random.Random, graph: Graph) -> None:
    for point in graph.points.values():
        ways = graph.out(point.id)
        if point.kind in ("exclusiveGateway", "inclusiveGateway", "complexGateway") and len(ways) > 1:
            for arrow in ways[:-1]:
                arrow.condition = f"c_{arrow.id}"
            ways[-1].default = True
        if point.kind == "countingTask":
            point.kind = "userTask"
            point.takes, point.gives = pen.choice([1, 1, 2]), pen.choice([1, 1, 2])
        if point.kind == "complexGateway":
            point.needs = pen.randint(1, max(1, len(graph.into(point.id))))


def conditions(pen: random.Random, graph: Graph) -> dict[str, Any]:
    """A fresh answer to every condition of a drawing."""
    return {arrow.condition: pen.random() < 0.5 for arrow in graph.arrows if arrow.condition}
