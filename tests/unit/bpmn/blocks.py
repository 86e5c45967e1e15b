# ruff: noqa: E501  (a drawing reads best on one line)
"""Draws random block-structured processes together with their plain reading; every choice is a variable of the start."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.unit.bpmn.drawings import (
    again,
    boundary,
    call,
    end,
    event,
    flow,
    flows,
    gateway,
    io,
    loop,
    message,
    node,
    process,
    script,
    start,
    sub,
    timer,
    user,
)
from tests.unit.bpmn.running import Beside, Guarded, One, Quorum, Race, Read, Row, Running


@dataclass
class Drawn:
    """A block as drawn: its parts, its first and last node, and its plain reading."""

    parts: str
    first: str
    last: str
    read: Read


def in_turn(*blocks: Read) -> Read:
    """Blocks one after another at the same place."""
    return lambda place: Row([_at(block, place) for block in blocks])


def _at(block: Read, place: str) -> Callable[[], Running]:
    return lambda: block(place)


def one(name: str) -> Read:
    """A task or message, open at its place."""
    return lambda place: One(f"{name}@{place}")


class Draughtsman:
    """Draws blocks of every kind; a task is assigned to its place, a message has its place as its key."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.variables: dict[str, Any] = {"place": ""}
        self.definitions = message("warn")
        self.others: list[str] = []

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, depth: int) -> Drawn:
        small = [self.task] * 4 + [self.rounds, self.copies, self.both_messages, self.global_task]
        large = [self.row, self.choice, self.fork, self.several, self.again, self.inside, self.race, self.guarded,
                 self.each, self.called, self.quorum, self.ad_hoc, self.interrupted]  # fmt: skip
        return self.random.choice(small + large * 2 if depth else small)(depth - 1)

    def blocks(self, depth: int) -> list[Drawn]:
        return [self.block(depth) for _ in range(self.random.randint(2, 3))]

    def person(self, name: str, **more: str) -> str:
        return user(name, groups="=[place]", **more)

    def hears(self, name: str) -> str:
        """A message of this name that a case asks for by its place."""
        self.definitions += message(name, "=place")
        return event("message", name)

    # small blocks

    def task(self, depth: int) -> Drawn:
        name = self.name("u")
        return Drawn(self.person(name), name, name, one(name))

    def rounds(self, depth: int) -> Drawn:
        name, times = self.name("u"), self.random.randint(1, 3)
        return Drawn(self.person(name, inner=again("=true", most=times)), name, name, in_turn(*[one(name)] * times))

    def copies(self, depth: int) -> Drawn:
        """One task gives two tokens, each is worked on, and the last task takes both."""
        first, middle, last = self.name("u"), self.name("u"), self.name("u")
        parts = self.person(first, completionQuantity="2") + self.person(middle) + self.person(last, startQuantity="2")
        twice: Read = lambda place: Beside([one(middle)(place), one(middle)(place)])  # noqa: E731
        return Drawn(parts + flows(f"{first} {middle} {last}"), first, last, in_turn(one(first), twice, one(last)))

    def both_messages(self, depth: int) -> Drawn:
        name, a, b = self.name("c"), self.name("ev"), self.name("ev")
        catch = node("intermediateCatchEvent", name, inner=self.hears(a) + self.hears(b), parallelMultiple="true")
        return Drawn(catch, name, name, lambda place: Beside([one(a)(place), one(b)(place)]))

    def global_task(self, depth: int) -> Drawn:
        name, task = self.name("c"), self.name("u")
        self.definitions += self.person(task).replace("bpmn:userTask", "bpmn:globalUserTask")
        # A call hands all its variables back by default, also those others have changed meanwhile; not here.
        return Drawn(call(name, task, propagateAllChildVariables="false"), name, name, one(task))

    # blocks of blocks

    def row(self, depth: int) -> Drawn:
        made = self.blocks(depth)
        parts = "".join(b.parts for b in made) + "".join(flow(a.last, b.first) for a, b in pairwise(made))
        return Drawn(parts, made[0].first, made[-1].last, in_turn(*[b.read for b in made]))

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
        return Drawn(parts, split, join, lambda place: Beside([b.read(place) for b in made]))

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
        return Drawn(parts, split, join, lambda place: Beside([b.read(place) for b in taken]))

    def again(self, depth: int) -> Drawn:
        into, count, out, body = self.name("m"), self.name("s"), self.name("x"), self.block(depth)
        times, landing, begin = self.random.randint(1, 3), self.name("n"), self.name("b")
        self.variables[count] = 0
        parts = (
            script(begin, "=0", count)
            + flow(begin, into)
            + gateway(into)
            + body.parts
            + script(count, f"={count} + 1", count)
            + gateway(out, default=f"{out}-on")
        )
        parts += node("task", landing) + flow(into, body.first) + flow(body.last, count) + flow(count, out)
        parts += flow(out, into, f"=modulo({count}, {times}) != 0", id=f"{out}-back") + flow(
            out, landing, id=f"{out}-on"
        )
        return Drawn(parts, begin, landing, in_turn(*[body.read] * times))

    def sheet(self, body: Drawn) -> str:
        first, last = self.name("start"), self.name("end")
        return start(first) + body.parts + end(last) + flow(first, body.first) + flow(body.last, last)

    def inside(self, depth: int) -> Drawn:
        name, body = self.name("sub"), self.block(depth)
        edge, side, gone = self.name("w"), self.name("n"), self.name("end")
        watched = boundary(edge, name, event("message", "warn"), interrupting=False) + node("task", side) + end(gone)
        return Drawn(sub(name, self.sheet(body)) + watched + flows(f"{edge} {side} {gone}"), name, name, body.read)

    def race(self, depth: int) -> Drawn:
        split, join, made = self.name("g"), self.name("m"), self.blocks(depth)
        heard = [(self.name("c"), self.name("ev"), b) for b in made]
        parts = gateway(split, "eventBased") + gateway(join)
        for catch, said, b in heard:
            parts += node("intermediateCatchEvent", catch, inner=self.hears(said)) + b.parts
            parts += flow(split, catch) + flow(catch, b.first) + flow(b.last, join)
        return Drawn(
            parts, split, join, lambda place: Race({f"{said}@{place}": _at(b.read, place) for _, said, b in heard})
        )

    def guarded(self, depth: int) -> Drawn:
        name, edge, said, join = self.name("sub"), self.name("c"), self.name("ev"), self.name("m")
        body, instead = self.block(depth), self.block(depth)
        parts = sub(name, self.sheet(body)) + boundary(edge, name, self.hears(said)) + instead.parts + gateway(join)
        parts += flow(name, join) + flow(edge, instead.first) + flow(instead.last, join)
        return Drawn(
            parts, name, join, lambda place: Guarded(body.read(place), f"{said}@{place}", _at(instead.read, place))
        )

    def interrupted(self, depth: int) -> Drawn:
        """An event sub-process that takes the place of what goes on around it."""
        name, said, on, inner = self.name("sub"), self.name("ev"), self.name("c"), self.name("es")
        body, instead, last = self.block(depth), self.block(depth), self.name("end")
        begins = node("startEvent", on, inner=self.hears(said)) + instead.parts + end(last)
        beside = sub(inner, begins, flow(on, instead.first), flow(instead.last, last), triggeredByEvent="true")
        return Drawn(sub(name, self.sheet(body), beside), name, name,
                     lambda place: Guarded(body.read(place), f"{said}@{place}", _at(instead.read, place)))  # fmt: skip

    def each(self, depth: int) -> Drawn:
        """A sub-process repeated side by side or in turn; its counters are its own."""
        before = set(self.variables)
        name, body, times = self.name("sub"), self.block(depth), self.random.randint(1, 3)
        in_order = self.random.random() < 0.5
        own = {key: "=0" for key in self.variables if key not in before and key.startswith("s")}
        mapped = io({"place": '=place + "/" + string(loopCounter)'} | own, {"each": "=0"})
        inner = loop(f"=[{', '.join(map(str, range(times)))}]", "item", sequential=in_order)
        places: Callable[[str], list[str]] = lambda place: [f"{place}/{i + 1}" for i in range(times)]  # noqa: E731

        def read(place: str) -> Running:
            made = [_at(body.read, inner_place) for inner_place in places(place)]
            return Row(made) if in_order else Beside([begin() for begin in made])

        return Drawn(sub(name, self.sheet(body), ext=mapped, inner=inner), name, name, read)

    def called(self, depth: int) -> Drawn:
        name, other, body = self.name("c"), self.name("p"), self.block(depth)
        self.others.append(process(other, self.sheet(body)))
        return Drawn(call(name, other, propagateAllChildVariables="false"), name, name, body.read)

    def quorum(self, depth: int) -> Drawn:
        """Several side by side; a complex gateway goes on when some of them are done."""
        name, split, join, after, made = (
            self.name("sub"),
            self.name("f"),
            self.name("k"),
            self.block(depth),
            self.blocks(depth),
        )
        first, last, needs = self.name("start"), self.name("end"), self.random.randint(1, len(made))
        asks = f"<bpmn:activationCondition>=activationCount &gt;= {needs}</bpmn:activationCondition>"
        parts = (
            start(first)
            + gateway(split, "parallel")
            + node("complexGateway", join, inner=asks)
            + after.parts
            + end(last)
        )
        parts += "".join(b.parts + flow(split, b.first) + flow(b.last, join) for b in made)
        parts += flow(first, split) + flow(join, after.first) + flow(after.last, last)
        return Drawn(
            sub(name, parts),
            name,
            name,
            lambda place: Quorum([b.read(place) for b in made], needs, _at(after.read, place)),
        )

    def ad_hoc(self, depth: int) -> Drawn:
        """Sub-processes that all begin at once, as zeebe's ad-hoc sub-process has them."""
        name, made = self.name("ah"), self.blocks(depth)
        names = [self.name("sub") for _ in made]
        listed = ", ".join(f"&quot;{each}&quot;" for each in names)
        parts = "".join(sub(each, self.sheet(b)) for each, b in zip(names, made, strict=True))
        drawn = node("adHocSubProcess", name, ext=f'<zeebe:adHoc activeElementsCollection="=[{listed}]"/>', inner=parts)
        return Drawn(drawn, name, name, lambda place: Beside([b.read(place) for b in made]))

    def whole(self, depth: int) -> tuple[list[str], Drawn]:
        """A whole process, and the block it is made of; a daily reminder hangs on its first task."""
        body = self.block(depth)
        parts = [start(), body.parts, end(), flow("start", body.first), flow(body.last, "end")]
        if body.first.startswith("u"):
            parts += [
                boundary("tick", body.first, timer("Cycle", "R/P1D"), interrupting=False),
                end("ticked"),
                flow("tick", "ticked"),
            ]
        return parts, body
