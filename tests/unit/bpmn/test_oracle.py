"""Random block-structured processes, walked by the engine and by a plain reading of the same blocks.

The engine must show the same open tasks and messages after every step, saved and restored or not, and end when the
plain reading ends. `./motcua drill engine` walks many more.
"""

import pytest

from tests.unit.bpmn.damaging import stumble
from tests.unit.bpmn.rambling import stroll


@pytest.mark.parametrize("seed", range(40))
def test_the_engine_walks_as_the_blocks_are_read(seed: int) -> None:
    assert stroll(seed) in ("ended", "unfinished")


def test_damaged_drawings_are_refused_or_walked_without_a_crash() -> None:
    assert {stumble(seed) for seed in range(40)} >= {"refused", "walked"}
