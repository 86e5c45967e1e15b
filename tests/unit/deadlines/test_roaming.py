"""What must be true of every due date, tried on random dossiers; ./motcua drill calendar tries thousands."""

import pytest

from tests.unit.deadlines.roaming import KINDS, roam

ROUNDS = 60


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_it_is_true_of_whatever_is_drawn(kind):
    for seed in range(ROUNDS):
        roam(kind, seed)
