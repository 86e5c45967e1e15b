"""A short drill: workers are killed at random moments, and in the end nothing is lost and nothing was done twice."""

from __future__ import annotations

import os

import pytest

from cli.drills.kill9 import drill


@pytest.mark.dialects("sqlite")  # the drill itself, `./motcua drill kill9`, takes either
@pytest.mark.timeout(240)
def test_killed_workers_lose_nothing_and_double_nothing(ward):
    found = drill(ward.house.settings, os.environ, rounds=3, seed=3, say=lambda text: None)
    assert found.broken == []
    assert found.figures["dossiers filed"] == found.figures["workers killed"] == 3
