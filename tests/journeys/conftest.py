"""The whole sample office served as it is in life; everybody has a window of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.factories import Ward
from tests.journeys.window import Window
from tests.usecases.conftest import database, offices, ward
from tests.usecases.conftest import run_deferred as run_workers
from tests.web.designer.conftest import built_assets
from web.application import create_application

__all__ = ["built_assets", "database", "offices", "run_workers", "ward"]


@pytest.fixture
def run_deferred(run_workers: Callable[[], int]) -> Iterator[Callable[[], int]]:
    """The workers in a thread of their own: this one belongs to the browser."""
    with ThreadPoolExecutor(1) as workers:
        yield lambda: workers.submit(run_workers).result()


@pytest.fixture
def site(ward: Ward, serve: Callable[[Any], str]) -> str:
    """The address of the office: every room of it is open."""
    return serve(create_application(ward.house, config={"RATELIMIT_ENABLED": False}))


@pytest.fixture
def window(chromium: Any, site: str, ward: Ward) -> Iterator[Callable[..., Window]]:
    """`window("Phạm Thị Lan")`: a window in which this person has stepped in; without a name, a stranger's.

    At the end no window may have heard a complaint of its browser: broken policy, errors of scripts, requests to
    elsewhere.
    """
    opened: list[Window] = []

    def open_window(name: str = "", *, script: bool = True) -> Window:
        one = Window(chromium, site, ward, script=script)
        opened.append(one)
        if name:
            one.step_in(name)
        return one

    yield open_window
    complaints = [complaint for one in opened for complaint in one.complaints]
    for one in opened:
        one.close()
    assert not complaints
