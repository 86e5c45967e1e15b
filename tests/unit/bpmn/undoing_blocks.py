"""Random processes with what undoes them, and a plain reading of the same blocks."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.unit.bpmn.drawings import drawing, end, flow, flows, gateway, script, start, sub, user
from tests.unit.bpmn.undoing import cancel_end, cancelled, compensate, transaction, undo_event, undo_sheet, undoable
from tests.unit.bpmn.walk import Walk

Log = list[Any]
"""What was completed in a scope, in order: a task's name, or (name, way of undoing, the log inside)."""


@dataclass
class Block:
    """A block as drawn, and its plain reading: what is open in it and what it leaves in the log of its scope."""

    parts: str
    first: str
    last: str

    def begin(self, log: Log) -> None:
        self.log = log

    def open(self) -> list[str]:
        raise NotImplementedError

    def complete(self, name: str) -> None:
        raise NotImplementedError


@dataclass
class Task(Block):
    undoable: bool = True
    finished: bool = False

    def open(self) -> list[str]:
        return [] if self.finished else [self.first]

    def complete(self, name: str) -> None:
        self.finished = True
        if self.undoable:
            self.log.append(name)


@dataclass
class Row(Block):
    blocks: list[Block] = field(default_factory=list)

    def begin(self, log: Log) -> None:
        self.log = log
        self.blocks[0].begin(log)

    def open(self) -> list[str]:
        return next((b.open() for b in self.blocks if hasattr(b, "log") and b.open()), [])

    def complete(self, name: str) -> None:
        at = next(i for i, b in enumerate(self.blocks) if hasattr(b, "log") and name in b.open())
        self.blocks[at].complete(name)
        if not self.blocks[at].open() and at + 1 < len(self.blocks):
            self.blocks[at + 1].begin(self.log)


@dataclass
class Fork(Block):
    blocks: list[Block] = field(default_factory=list)

    def begin(self, log: Log) -> None:
        self.log = log
        for block in self.blocks:
            block.begin(log)

    def open(self) -> list[str]:
        return [name for block in self.blocks for name in block.open()]

    def complete(self, name: str) -> None:
        next(block for block in self.blocks if name in block.open()).complete(name)


@dataclass
class Inside(Block):
    way: str = ""
    body: Block | None = None
    inner: Log = field(default_factory=list)

    def begin(self, log: Log) -> None:
        self.log = log
        assert self.body
        self.body.begin(self.inner)

    def open(self) -> list[str]:
        assert self.body
        return self.body.open()

    def complete(self, name: str) -> None:
        assert self.body
        self.body.complete(name)
        if not self.body.open():
            self.log.append((self.first, self.way, self.inner))


class Pen:
    """Draws random blocks."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, depth: int) -> Block:
        kinds = [self.task, self.task] + ([self.row, self.fork, self.inside, self.inside] if depth else [])
        return self.random.choice(kinds)(depth - 1)

    def task(self, depth: int) -> Block:
        name, undone = self.name("u"), self.random.random() < 0.8
        return Task(undoable(name) if undone else user(name), name, name, undone)

    def row(self, depth: int) -> Row:
        made = [self.block(depth) for _ in range(self.random.randint(2, 3))]
        parts = "".join(b.parts for b in made) + "".join(flow(a.last, b.first) for a, b in pairwise(made))
        return Row(parts, made[0].first, made[-1].last, made)

    def fork(self, depth: int) -> Block:
        split, join, made = self.name("f"), self.name("j"), [self.block(depth) for _ in range(2)]
        parts = gateway(split, "parallel") + gateway(join, "parallel")
        parts += "".join(b.parts + flow(split, b.first) + flow(b.last, join) for b in made)
        return Fork(parts, split, join, made)

    def inside(self, depth: int) -> Block:
        name, first, last, body = self.name("s"), self.name("b"), self.name("e"), self.block(depth)
        way = self.random.choice(["", "", "edge", "sheet", "throw"])
        inner = start(first) + body.parts + end(last) + flow(first, body.first) + flow(body.last, last)
        sheet, again, gone = f"h-{name}", f"t-{name}", f"x-{name}"
        if way == "sheet":
            inner += undo_sheet(sheet, user(f"undo-{name}"), end(gone), flows(f"on-{sheet} undo-{name} {gone}"))
        elif way == "throw":
            line = flows(f"on-{sheet} {again} undo-{name} {gone}")
            inner += undo_sheet(sheet, compensate(again), user(f"undo-{name}"), end(gone), line)
        edge = undo_event(f"c-{name}", name, f"undo-{name}") + user(f"undo-{name}", isForCompensation="true")
        return Inside(sub(name, inner) + (edge if way == "edge" else ""), name, name, way, body)


def undoing(log: Log) -> list[str]:
    """The handlers in the order in which they are to run: the latest completed first."""
    row: list[str] = []
    for done in reversed(log):
        if isinstance(done, str):
            row.append(f"undo-{done}")
        else:
            name, way, inner = done
            row += undoing(inner) if way in ("", "throw") else []
            row += [f"undo-{name}"] if way else []
    return row


def do(walk: Walk, block: Block, pen: Pen) -> None:
    """Complete open tasks at random until the block is done."""
    while block.open():
        assert sorted(walk.work) == sorted(block.open())
        name = pen.random.choice(block.open())
        walk.complete(name)
        block.complete(name)


def undo(seed: int) -> str:
    """Do a random process in random order, then undo one activity by name and after it the rest."""
    pen = Pen(seed)
    log: Log = []
    body = pen.row(4)
    body.begin(log)
    one = next((b.first for b in body.blocks if isinstance(b, Inside) or (isinstance(b, Task) and b.undoable)), None)
    parts = [
        start(),
        body.parts,
        compensate("only", one) if one else script("only", "=1", "x"),
        compensate("all"),
        end(),
    ]
    walk = Walk(drawing(*parts, flows(f"start {body.first}", f"{body.last} only all end"))).start()
    do(walk, body, pen)
    first = [done for done in log if (done if isinstance(done, str) else done[0]) == one]
    expected = undoing(first) + undoing([done for done in log if done not in first])
    for handler in expected:
        assert walk.open == [handler]
        walk.complete(handler)
    assert walk.ended
    assert walk.last.incidents == ()
    return f"{min(len(expected), 9)} undone"


def cancel(seed: int) -> str:
    """Cancel a random transaction at a random moment: what it had completed is undone, then the flow goes on."""
    pen = Pen(seed)
    log: Log = []
    body = pen.row(4)
    body.begin(log)
    inner = start("b") + gateway("f", "parallel") + body.parts + user("stop") + cancel_end("no") + end("e")
    inner += flow("b", "f") + flow("f", body.first) + flow(body.last, "e") + flows("f stop no")
    whole = transaction("tr", inner) + cancelled("gone", "tr") + user("after")
    walk = Walk(drawing(start(), whole, end(), end("g"), flows("start tr end", "gone after g"))).start()
    for _ in range(pen.random.randint(0, 6)):
        if not body.open():
            break
        name = pen.random.choice(body.open())
        walk.complete(name)
        body.complete(name)
    walk.complete("stop")
    done = []
    while walk.work != ["after"]:
        assert len(walk.work) == 1, "one handler at a time"
        done.append(walk.work[0])
        walk.complete(walk.work[0])
    assert sorted(done) == sorted(undoing(completed_so_far(body, log)))
    assert walk.complete("after").last.end_element == "g"
    return f"{min(len(done), 9)} undone"


def cut_off(seed: int) -> str:
    """Cancel a random transaction while it is undoing itself: each handler is completed once all the same."""
    pen = Pen(seed)
    log: Log = []
    body = pen.row(4)
    body.begin(log)
    inner = (
        start("b")
        + gateway("f", "parallel")
        + body.parts
        + compensate("c")
        + user("stop")
        + cancel_end("no")
        + end("e")
    )
    inner += flow("b", body.first) + flow(body.last, "f") + flows("f c e", "f stop no")
    whole = transaction("tr", inner) + cancelled("gone", "tr")
    walk = Walk(drawing(start(), whole, end(), end("g"), flows("start tr end", "gone g"))).start()
    do(walk, body, pen)
    expected, done = undoing(log), []
    for _ in range(pen.random.randint(0, len(expected))):
        done += [name for name in walk.work if name != "stop"]
        walk.complete(done[-1])
    walk.complete("stop")
    while not walk.ended:
        assert len(walk.work) == 1, "one handler at a time"
        done += walk.work
        walk.complete(done[-1])
    assert sorted(done) == sorted(expected)
    assert walk.last.end_element == "g"
    return f"{min(len(done), 9)} undone"


def completed_so_far(block: Block, log: Log) -> Log:
    """The log with what is still going on added to it: its completed parts count, its own handlers do not."""
    return log + [(b.first, "", completed_so_far(b.body, b.inner)) for b in going_on(block) if b.body]


def going_on(block: Block) -> list[Inside]:
    """The sub-processes directly in a scope that were begun and are not done."""
    if isinstance(block, Inside):
        return [block] if hasattr(block, "log") and block.open() else []
    return [found for one in getattr(block, "blocks", []) for found in going_on(one)]
