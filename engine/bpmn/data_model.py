"""What an element does with BPMN data (10.4), as plain values: what is copied in and out, and what must be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Copy:
    """One value a data association carries: FEEL ("=…") into a variable (or an entry of one, "a.b").

    `items` are the data inputs or outputs it belongs to, `needs` the variables that have to be there first.
    """

    source: str
    target: str
    items: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """An input or output set: the ids of what belongs to it, and which of these may be missing."""

    items: frozenset[str]
    optional: frozenset[str] = frozenset()


@dataclass
class Data:
    """What an activity or event does with data; `takes` and `results` are its data inputs and outputs by id.

    `declares` are variables of its own (properties).
    """

    inputs: list[Copy] = field(default_factory=list)
    outputs: list[Copy] = field(default_factory=list)
    input_sets: list[DataSet] = field(default_factory=list)
    output_sets: list[DataSet] = field(default_factory=list)
    takes: dict[str, str] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    declares: list[str] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every (source, target), for those who check texts and names."""
        yield from ((copy.source, copy.target) for copy in [*self.inputs, *self.outputs])

    def ready(self, of: DataSet | None) -> str:
        """The condition under which the data of an input set are all there; empty when there is nothing to wait for."""
        taken = [c for c in self.inputs if of is None or (c.items <= of.items and not c.items & of.optional)]
        needs = dict.fromkeys(name for copy in taken for name in copy.needs)
        return "=" + " and ".join(f"{name} != null" for name in needs) if needs else ""
