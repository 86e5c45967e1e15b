"""Merkle trees of RFC 9162: known roots and proofs, every tree up to 40 leaves, and proofs that do not fit."""

from __future__ import annotations

import hashlib
import random

import pytest

from engine.merkle import (
    EMPTY,
    TILE,
    Edge,
    complete_of,
    consistency,
    folded,
    inclusion,
    is_consistent,
    leaf_hash,
    root,
    root_by_inclusion,
    tails_of,
)

INPUTS = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The vectors that Certificate Transparency's implementations test themselves with, by number of leaves."""

LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
MANY = [leaf_hash(str(number).encode()) for number in range(40)]


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size):
    assert root(size, complete_of(LEAVES)).hex() == ROOTS[size]


def test_known_inclusion_proofs():
    tree = complete_of(LEAVES)
    assert [step.hex()[:16] for step in inclusion(0, 8, tree)] == [
        "96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af",
    ]  # fmt: skip
    assert [step.hex()[:16] for step in inclusion(5, 8, tree)] == [
        "bc1a0643b12e4d2d", "ca854ea128ed050b", "d37ee418976dd957",
    ]  # fmt: skip


def test_known_consistency_proofs():
    tree = complete_of(LEAVES)
    assert [step.hex()[:16] for step in consistency(6, 8, tree)] == [
        "0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957",
    ]  # fmt: skip
    assert [step.hex()[:16] for step in consistency(2, 5, tree)] == ["5f083f0a1a33ca07", "bc1a0643b12e4d2d"]


def _by_definition(leaves):
    """MTH() word by word as the RFC writes it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + _by_definition(leaves[:k]) + _by_definition(leaves[k:])).digest()


def test_every_leaf_of_every_tree_is_proved_and_no_other():
    tree = complete_of(MANY)
    for size in range(1, len(MANY) + 1):
        top = root(size, tree)
        assert top == _by_definition(MANY[:size])
        for position in range(size):
            path = inclusion(position, size, tree)
            assert root_by_inclusion(MANY[position], position, size, path) == top
            assert root_by_inclusion(MANY[position - 1] if size > 1 else EMPTY, position, size, path) != top


def test_every_tree_begins_with_every_smaller_one():
    tree = complete_of(MANY)
    for size in range(len(MANY) + 1):
        for before in range(size + 1):
            path = consistency(before, size, tree)
            old, new = root(before, tree), root(size, tree)
            assert is_consistent(before, old, size, new, path)
            if 0 < before < size:
                assert not is_consistent(before, leaf_hash(b"other"), size, new, path)
                assert not is_consistent(before, old, size, leaf_hash(b"other"), path)
                assert not is_consistent(before, old, size, new, path[:-1])
                assert not is_consistent(before, old, size, new, [*path, EMPTY])


def test_a_leaf_cannot_pass_for_a_node():
    left, right = LEAVES[0], LEAVES[1]
    assert leaf_hash(left + right) != folded([left, right])


@pytest.mark.parametrize(("position", "size"), [(8, 8), (-1, 8), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(position, size):
    with pytest.raises(ValueError, match="is not in a tree"):
        inclusion(position, size, complete_of(LEAVES))
    assert root_by_inclusion(LEAVES[0], position, size, []) is None


def test_proofs_of_a_wrong_length_lead_nowhere():
    path = inclusion(3, 7, complete_of(LEAVES))
    assert root_by_inclusion(LEAVES[3], 3, 7, path[:-1]) is None
    assert root_by_inclusion(LEAVES[3], 3, 7, [*path, EMPTY]) is None
    assert not is_consistent(9, EMPTY, 8, EMPTY, [])
    assert not is_consistent(3, EMPTY, 8, EMPTY, [])


def test_the_edge_fills_tiles_as_the_whole_tree_has_them():
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(TILE * TILE + TILE + 3)]
    kept: dict[tuple[int, int], bytes] = {}
    edge, at = Edge(0, []), 0
    stops = [*sorted(random.Random(6).sample(range(len(leaves)), 4)), len(leaves)]  # taken up anew after each stop
    for stop in stops:
        tails = [
            leaves[first:last] if level == 0 else [kept[level, one] for one in range(first, last)]
            for level, first, last in tails_of(at)
        ]
        edge = Edge(at, tails)
        for leaf in leaves[at:stop]:
            kept |= {(level, index): full for level, index, full in edge.add(leaf)}
        at = stop
    assert edge.size == len(leaves)
    assert edge.root == root(len(leaves), complete_of(leaves))
    assert kept[1, 0] == folded(leaves[:TILE])
    assert kept[1, TILE] == folded(leaves[TILE * TILE : TILE * TILE + TILE])
    assert kept[2, 0] == folded(leaves[: TILE * TILE])
    assert len(kept) == TILE + 2


def test_the_edge_tells_the_root_after_every_leaf():
    edge = Edge(0, [])
    assert edge.root == EMPTY
    for size, leaf in enumerate(MANY, 1):
        edge.add(leaf)
        assert edge.root == root(size, complete_of(MANY))
