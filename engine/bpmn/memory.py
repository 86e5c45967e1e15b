"""What a case remembers of activities it has completed, so that they can be undone (BPMN 2.0.2, 10.7 and 13.5.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict


class Done(TypedDict):
    """One completed activity that can be undone, with its data as they were at that moment.

    `number` is the token it was; what was completed inside it is remembered under that number. `order` grows with
    every completion. `called` and `variables` belong to a called process. An `instance` is one round of a loop;
    a `partial` one was still going on when its transaction was cancelled.
    """

    number: int
    element: str
    order: int
    data: dict[str, Any]
    called: str
    variables: dict[str, Any]
    instance: bool
    partial: bool


class Memory:
    """Completed activities by the place they stood in: 0 is the process instance, any other the token around them."""

    def __init__(self) -> None:
        self._places: dict[int, list[Done]] = {}

    def __len__(self) -> int:
        return sum(len(done) for done in self._places.values())

    def at(self, place: int) -> list[Done]:
        """What was completed in a place, in any order."""
        return self._places.get(place, [])

    def add(self, place: int, done: Done) -> None:
        """Remember one more activity."""
        self._places.setdefault(place, []).append(done)

    def take(self, place: int, element: str | None = None) -> list[Done]:
        """Take what was completed in a place (or only one activity's rounds) out of the memory, the latest first."""
        known = self._places.pop(place, [])
        taken = [done for done in known if element in (None, done["element"])]
        left = [done for done in known if element not in (None, done["element"])]
        if left:
            self._places[place] = left
        return sorted(taken, key=lambda done: -done["order"])

    def move(self, place: int, to: int) -> None:
        """What happened in one place is now found in another."""
        if place in self._places:
            self._places[to] = self._places.pop(place)

    def forget(self, place: int) -> None:
        """Forget what was completed in a place, and inside that."""
        todo = [place] if self._places else []
        while todo:
            todo += [done["number"] for done in self._places.pop(todo.pop(), [])]

    def picture(self) -> Iterator[tuple[int, list[Done]]]:
        """Everything, for saving."""
        yield from sorted(self._places.items())

    def clear(self) -> None:
        """Forget everything: the case has ended."""
        self._places.clear()
