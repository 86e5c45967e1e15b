"""Every box of a boxed expression, and what names each of them sees."""

from collections.abc import Iterator

from rules.decisions import (
    Box,
    Conditional,
    Context,
    Filter,
    Function,
    Invocation,
    Listing,
    Loop,
    Relation,
)


def boxes_in(box: Box) -> Iterator[Box]:
    """The box and every box inside it."""
    return (each for each, _ in boxes_with_names(box, frozenset()))


def boxes_with_names(box: Box, names: frozenset[str]) -> Iterator[tuple[Box, frozenset[str]]]:
    """Every box with the names defined around it by contexts, functions and loops, beside `names`."""
    yield box, names
    match box:
        case Context():
            seen = names
            for entry in box.entries:
                yield from boxes_with_names(entry.box, seen)
                seen |= {entry.name}
            if box.result is not None:
                yield from boxes_with_names(box.result, seen)
        case Listing():
            for item in box.items:
                yield from boxes_with_names(item, names)
        case Relation():
            for row in box.rows:
                for cell in row:
                    yield from boxes_with_names(cell, names)
        case Invocation():
            yield from boxes_with_names(box.called, names)
            for binding in box.bindings:
                yield from boxes_with_names(binding.box, names)
        case Function():
            yield from boxes_with_names(box.body, names | {name for name, _ in box.parameters})
        case Conditional():
            for part in (box.test, box.yes, box.no):
                yield from boxes_with_names(part, names)
        case Loop():
            yield from boxes_with_names(box.source, names)
            yield from boxes_with_names(box.each, names | {box.variable, "partial"})
        case Filter():
            yield from boxes_with_names(box.source, names)
            yield from boxes_with_names(box.match, names | {"item"})
        case _:
            return
