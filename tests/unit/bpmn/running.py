"""The plain reading of a block-structured drawing: what is open in a block, and what happens when that is done.

A thing that is open is named by its task or message and by the place it belongs to, the numbers of the repeated
sub-processes around it ("u3@/1/2").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class Running:
    """A block on its way; nothing is open in an empty one."""

    def open(self) -> list[str]:
        return []

    def complete(self, name: str) -> None:
        raise AssertionError(name)

    def done(self) -> bool:
        return True


Read = Callable[[str], Running]
"""A block begun at a place."""


@dataclass
class One(Running):
    """A single task or message."""

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
class Race(Running):
    """The first message decides which block is gone on with."""

    ways: dict[str, Callable[[], Running]]
    taken: Running | None = None

    def open(self) -> list[str]:
        return list(self.ways) if self.taken is None else self.taken.open()

    def complete(self, name: str) -> None:
        if self.taken is None:
            self.taken = self.ways[name]()
        else:
            self.taken.complete(name)

    def done(self) -> bool:
        return self.taken is not None and self.taken.done()


@dataclass
class Guarded(Running):
    """A block that a message may cut short; then another is gone on with."""

    body: Running
    message: str
    instead: Callable[[], Running]
    cut: bool = False

    def open(self) -> list[str]:
        return self.body.open() + ([] if self.cut or self.body.done() else [self.message])

    def complete(self, name: str) -> None:
        if not self.cut and name == self.message:
            self.body, self.cut = self.instead(), True
        else:
            self.body.complete(name)

    def done(self) -> bool:
        return self.body.done()


@dataclass
class Quorum(Running):
    """Blocks at the same time; when so many of them are done, one more begins beside the others."""

    parts: list[Running]
    needs: int
    then: Callable[[], Running]
    after: Running | None = None

    def __post_init__(self) -> None:
        self._on()

    def _on(self) -> None:
        if self.after is None and sum(part.done() for part in self.parts) >= self.needs:
            self.after = self.then()

    def _all(self) -> list[Running]:
        return [*self.parts, *([] if self.after is None else [self.after])]

    def open(self) -> list[str]:
        return [name for part in self._all() for name in part.open()]

    def complete(self, name: str) -> None:
        next(part for part in self._all() if name in part.open()).complete(name)
        self._on()

    def done(self) -> bool:
        return self.after is not None and all(part.done() for part in self._all())
