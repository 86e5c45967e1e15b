"""A real worker process, killed in the middle: what was asked is done in the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from engine.composition import build_house
from engine.outbox import Job
from engine.work import SYSTEM
from tests.house.tree import HOUSE


@pytest.fixture
def worker(settings):
    """Starts worker processes of this installation; whatever still runs at the end is killed."""
    running: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        process = subprocess.Popen([sys.executable, "-m", "jobs.worker"], cwd=HOUSE, env=dict(os.environ))
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def statuses(house) -> list[str]:
    with house.reading(actor=SYSTEM) as look:
        return [job.status for job in look.session.query(Job).filter(Job.key.like("test:%"))]


def wait_for(condition, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the workers did not get there in time"
        time.sleep(0.05)


@pytest.mark.dialects("postgresql")  # the drill kills workers on SQLite
def test_jobs_survive_the_killing_of_their_worker(settings, worker):
    house = build_house(settings)
    with house.unit_of_work(actor=SYSTEM) as work:
        for number in range(20):
            work.defer("TidyOutbox", {}, key=f"test:{number}")
    first = worker()
    wait_for(lambda: statuses(house).count("done") >= 3)
    first.kill()
    first.wait()
    assert set(statuses(house)) <= {"done", "leased", "ready"}
    second = worker()
    wait_for(lambda: statuses(house) == ["done"] * 20)
    second.terminate()
    assert second.wait(timeout=20) == 0
    house.database.dispose()
