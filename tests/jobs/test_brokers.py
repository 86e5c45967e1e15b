"""The brokers of a city, really running: what was asked is done, whoever is killed and whatever a broker forgets."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from cli.testing.brokers import Broker, broker
from engine.composition import House, build_house
from engine.outbox import Job
from engine.settings import Settings
from engine.work import SYSTEM
from tests.house.tree import HOUSE

pytestmark = pytest.mark.dialects("sqlite")  # the way through a broker does not depend on the database


@pytest.fixture(scope="module", params=["redis", "rabbitmq"])
def running(request: pytest.FixtureRequest) -> Iterator[Broker]:
    with broker(request.param) as one:
        yield one


@pytest.fixture
def worker(settings: Settings, running: Broker) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts worker processes on that broker; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "jobs.worker"]
        started.append(subprocess.Popen(words, cwd=HOUSE, env={**os.environ, "BROKER_URL": running.url}))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def ask(house: House, first: int, last: int) -> None:
    with house.unit_of_work(actor=SYSTEM) as work:
        for number in range(first, last):
            work.defer("TidyOutbox", {}, key=f"test:{number}")


def statuses(house: House) -> Counter[str]:
    with house.reading(actor=SYSTEM) as look:
        return Counter(job.status for job in look.session.query(Job).filter(Job.key.like("test:%")))


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "the workers did not get there in time"
        time.sleep(0.05)


def test_a_worker_and_the_broker_itself_are_killed_and_every_job_is_done_once(settings, running, worker):
    house = build_house(settings)
    ask(house, 0, 15)
    first = worker()
    wait_until(lambda: statuses(house)["done"] >= 3)
    first.kill()
    first.wait()
    assert set(statuses(house)) <= {"done", "leased", "ready"}
    second = worker()
    wait_until(lambda: statuses(house) == {"done": 15})
    running.kill()
    ask(house, 15, 18)
    running.start()
    wait_until(lambda: statuses(house) == {"done": 18}, 120)
    second.terminate()
    assert second.wait(timeout=30) == 0
    house.database.dispose()
