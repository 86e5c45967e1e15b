"""Random block-structured processes, walked by the engine and by a plain reading of the same blocks.

The engine must show the same open tasks after every step, and end when the plain reading ends.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from tests.unit.bpmn.drawings import (
    boundary,
    drawing,
    end,
    event,
    flow,
    gateway,
    message,
    node,
    script,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.unit.bpmn.walk import Walk


class Running:
    """The plain reading of one block: which tasks are open in it, and what finishing one does."""

    def open(self) -> list[str]:
        return []

    def complete(self, name: str) -> None:
        raise AssertionError(name)

    def done(self) -> bool:
        return True


@dataclass
class One(Running):
    name: str
    finished: bool = False

    def open(self) -> list[str]:
        return [] if self.finished else [self.name]

    def complete(self, name: str) -> None:
        self.finished = True

    def done(self) -> bool:
        return self.finished


@dataclass
class Row(Running):
    """Blocks one after another."""

    blocks: list[Callable[[], Running]]
    at: int = 0
    now: Running = field(default_factory=Running)

    def __post_init__(self) -> None:
        self._on()

    def _on(self) -> None:
        while self.now.done() and self.at < len(self.blocks):
            self.now = self.blocks[self.at]()
            self.at += 1

    def open(self) -> list[str]:
        return self.now.open()

    def complete(self, name: str) -> None:
        self.now.complete(name)
        self._on()

    def done(self) -> bool:
        return self.now.done() and self.at == len(self.blocks)


@dataclass
class Beside(Running):
    """Blocks at the same time."""

    parts: list[Running]

    def open(self) -> list[str]:
        return [name for part in self.parts for name in part.open()]

    def complete(self, name: str) -> None:
        next(part for part in self.parts if name in part.open()).complete(name)

    def done(self) -> bool:
        return all(part.done() for part in self.parts)


@dataclass
class Drawn:
    """A block as drawn: its parts, its first and last node, and its plain reading."""

    parts: str
    first: str
    last: str
    read: Callable[[], Running]


class Draughtsman:
    """Draws random blocks; every choice is a variable set at the start."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.variables: dict[str, object] = {}
        self.flows: list[str] = [""]

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, depth: int) -> Drawn:
        kinds = [self.task] * 3 + (
            [self.row, self.choice, self.fork, self.several, self.again, self.inside] if depth else []
        )
        return self.random.choice(kinds)(depth - 1)

    def blocks(self, depth: int) -> list[Drawn]:
        return [self.block(depth) for _ in range(self.random.randint(2, 3))]

    def task(self, depth: int) -> Drawn:
        name = self.name("u")
        return Drawn(user(name), name, name, lambda: One(name))

    def row(self, depth: int) -> Drawn:
        made = self.blocks(depth)
        parts = "".join(b.parts for b in made)
        for a, b in pairwise(made):
            parts += flow(a.last, b.first)
        return Drawn(parts, made[0].first, made[-1].last, lambda: Row([b.read for b in made]))

    def choice(self, depth: int) -> Drawn:
        split, join, made = self.name("x"), self.name("m"), self.blocks(depth)
        chosen = self.random.randrange(len(made))
        self.variables[split] = chosen
        parts = gateway(split, default=f"{split}-else") + gateway(join)
        for i, b in enumerate(made):
            last = i == len(made) - 1
            parts += b.parts + flow(b.last, join)
            parts += flow(
                split, b.first, None if last else f"={split} = {i}", id=f"{split}-else" if last else f"{split}-{i}"
            )
        return Drawn(parts, split, join, made[chosen].read)

    def fork(self, depth: int) -> Drawn:
        split, join, made = self.name("f"), self.name("j"), self.blocks(depth)
        parts = gateway(split, "parallel") + gateway(join, "parallel")
        parts += "".join(b.parts + flow(split, b.first) + flow(b.last, join) for b in made)
        return Drawn(parts, split, join, lambda: Beside([b.read() for b in made]))

    def several(self, depth: int) -> Drawn:
        split, join, made = self.name("o"), self.name("i"), self.blocks(depth)
        chosen = [self.random.random() < 0.5 for _ in made[:-1]]
        self.variables[split] = chosen
        parts = gateway(split, "inclusive", default=f"{split}-else") + gateway(join, "inclusive")
        for i, b in enumerate(made):
            last = i == len(made) - 1
            parts += b.parts + flow(b.last, join)
            parts += flow(
                split, b.first, None if last else f"={split}[{i + 1}]", id=f"{split}-else" if last else f"{split}-{i}"
            )
        taken = [b for b, yes in zip(made, chosen, strict=False) if yes] or made[-1:]
        return Drawn(parts, split, join, lambda: Beside([b.read() for b in taken]))

    def again(self, depth: int) -> Drawn:
        into, count, out, body = self.name("m"), self.name("s"), self.name("x"), self.block(depth)
        times = self.random.randint(1, 3)
        self.variables[count] = 0
        parts = gateway(into) + body.parts + script(count, f"={count} + 1", count) + gateway(out, default=f"{out}-on")
        landing = self.name("n")
        parts += node("task", landing) + flow(into, body.first) + flow(body.last, count) + flow(count, out)
        parts += flow(out, into, f"=modulo({count}, {times}) != 0", id=f"{out}-back") + flow(
            out, landing, id=f"{out}-on"
        )
        return Drawn(parts, into, landing, lambda: Row([body.read] * times))

    def inside(self, depth: int) -> Drawn:
        name, first, last, body = self.name("sub"), self.name("start"), self.name("end"), self.block(depth)
        inner = start(first) + body.parts + end(last) + flow(first, body.first) + flow(body.last, last)
        edge, side, gone = self.name("w"), self.name("n"), self.name("end")
        watched = boundary(edge, name, event("message", "warn"), interrupting=False) + node("task", side) + end(gone)
        return Drawn(sub(name, inner) + watched + flow(edge, side) + flow(side, gone), name, name, body.read)


@pytest.mark.parametrize("seed", range(60))
def test_the_engine_walks_as_the_blocks_are_read(seed: int) -> None:
    pen = Draughtsman(seed)
    body = pen.block(4)
    tick = (
        boundary("tick", body.first, timer("Cycle", "R/P1D"), interrupting=False) if body.first.startswith("u") else ""
    )
    parts = [start(), body.parts, end(), flow("start", body.first), flow(body.last, "end"), tick]
    parts.append(end("ticked") + flow("tick", "ticked") if tick else "")
    walk = Walk(drawing(*parts, definitions=message("warn"))).start(**pen.variables)
    plain = Row([body.read])
    for _ in range(200):
        assert sorted(walk.work) == sorted(plain.open())
        assert walk.last.incidents == ()
        assert walk.ended == plain.done()
        if walk.ended:
            break
        choice = pen.random.choice(walk.work)
        if pen.random.random() < 0.2:
            walk.deliver("warn")
            walk.wait(days=1)
        walk.complete(choice)
        plain.complete(choice)
    else:
        pytest.fail("the walk did not end")
