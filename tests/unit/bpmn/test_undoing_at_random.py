"""Random processes, done in random order, then undone: as a plain reading of the same blocks says."""

import pytest

from tests.unit.bpmn.undoing_blocks import cancel, cut_off, undo


@pytest.mark.parametrize("seed", range(40))
def test_what_was_done_in_any_order_is_undone_in_reverse(seed: int) -> None:
    undo(seed)


@pytest.mark.parametrize("seed", range(20))
def test_a_transaction_cancelled_at_any_moment_undoes_what_it_had_completed(seed: int) -> None:
    cancel(1_000 + seed)


@pytest.mark.parametrize("seed", range(15))
def test_a_transaction_cancelled_while_it_is_undoing_completes_each_handler_once(seed: int) -> None:
    cut_off(2_000 + seed)
