"""Merkle trees as RFC 9162, section 2.1, defines them (SHA-256; the same hashes as RFC 6962), pure.

A tree only grows. It is kept as its leaves and the hashes of its complete subtrees of 256, 256² … leaves, so that
adding a leaf looks at its right edge only and a proof reads some tiles of 256 hashes, however many leaves there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

TILE_LEVELS = 8
TILE = 1 << TILE_LEVELS
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""

Complete = Callable[[int, int], bytes]
"""The hash of complete subtree number `index` of 2^`level` leaves: called with (level, index)."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf; its first byte keeps a leaf from ever passing for a node."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees together."""
    return hashlib.sha256(b"\1" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over 1, 2, 4, 8 … subtrees of one size."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def complete_of(leaves: Sequence[bytes]) -> Complete:
    """The complete subtrees over leaf hashes that are all at hand."""
    return lambda level, index: folded(leaves[index << level : (index + 1) << level])


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(start: int, end: int, complete: Complete) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return complete(level, start >> level)
    middle = start + _split(size)
    return node_hash(_over(start, middle, complete), _over(middle, end, complete))


def root(size: int, complete: Complete) -> bytes:
    """The root of the first `size` leaves."""
    return _over(0, size, complete) if size else EMPTY


def inclusion(position: int, size: int, complete: Complete) -> list[bytes]:
    """The proof that the leaf at `position` (from 0) stands in the tree of the first `size` leaves, from below."""
    if not 0 <= position < size:
        raise ValueError(f"leaf {position} is not in a tree of {size}")
    start, end, path = 0, size, list[bytes]()
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            path.append(_over(middle, end, complete))
            end = middle
        else:
            path.append(_over(start, middle, complete))
            start = middle
    return path[::-1]


def consistency(before: int, size: int, complete: Complete) -> list[bytes]:
    """The proof that the tree of the first `size` leaves begins with the tree of the first `before` of them."""
    if not 0 <= before <= size:
        raise ValueError(f"a tree of {size} does not begin with one of {before}")
    if before in (0, size):
        return []
    start, end, whole, path = 0, size, True, list[bytes]()
    while before != end:
        middle = start + _split(end - start)
        if before <= middle:
            path.append(_over(middle, end, complete))
            end = middle
        else:
            path.append(_over(start, middle, complete))
            start, whole = middle, False
    if not whole:
        path.append(_over(start, end, complete))
    return path[::-1]


def root_by_inclusion(leaf: bytes, position: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """The root that a leaf hash and its proof lead to (RFC 9162, 2.1.3.2); None when the proof has a wrong length."""
    if not 0 <= position < size:
        return None
    place, last, found = position, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(before: int, old: bytes, size: int, new: bytes, path: Sequence[bytes]) -> bool:
    """Whether a tree of `size` with root `new` begins with the tree of `before` and root `old` (RFC 9162, 2.1.4.2)."""
    if before == 0 or before == size:
        return not path and (old == EMPTY if before == 0 else old == new)
    if not 0 < before < size or not path:
        return False
    steps = list(path) if before & (before - 1) else [old, *path]
    place, last = before - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old and second == new


class Edge:
    """The right edge of a growing tree: of each level of tiles, the hashes whose tile is not full yet."""

    def __init__(self, size: int, tails: Sequence[Sequence[bytes]]) -> None:
        self.size = size
        self._tails = [list(tail) for tail in tails]

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Put a leaf hash behind the others; the tiles it has filled, as (level of tiles, index, root of the tile)."""
        self.size += 1
        full, level, found = list[tuple[int, int, bytes]](), 0, leaf
        while True:
            if level == len(self._tails):
                self._tails.append([])
            tail = self._tails[level]
            tail.append(found)
            if len(tail) < TILE:
                return full
            found, level = folded(tail), level + 1
            tail.clear()
            full.append((level, (self.size >> (TILE_LEVELS * level)) - 1, found))

    @property
    def root(self) -> bytes:
        """The root of all leaves so far."""
        found: bytes | None = None
        for tail in self._tails:
            end = len(tail)
            for block in (1 << bit for bit in range(TILE_LEVELS) if len(tail) >> bit & 1):
                whole = folded(tail[end - block : end])
                found = whole if found is None else node_hash(whole, found)
                end -= block
        return found or EMPTY


def tails_of(size: int) -> list[tuple[int, int, int]]:
    """What the right edge of a tree of `size` leaves consists of: (level of tiles, first, last + 1) on each level."""
    found, level, count = [], 0, size
    while count:
        found.append((level, count - count % TILE, count))
        level, count = level + 1, count >> TILE_LEVELS
    return found
