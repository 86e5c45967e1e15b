"""A leader signs a list with one confirmation: what page, confirmation and each paper cost, and what others notice.

The papers are results of real dossiers that wait for the head. Choosing, looking and confirming go through the whole
stack of pages; then a worker in a process of its own carries the confirmation to each paper, has the signer process
sign it and keeps it. Meanwhile somebody else looks at their list of tasks again and again, as they did before.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from benchmarks.http import Counter, Taken, browser, environment_at, form_key, house_at, over_socket, step_in
from benchmarks.letters_batch import PAGE, QUIET, look_at, middle_and_slow
from cli.drills.desk import Desk
from engine.cases.models import Task
from engine.composition import House
from engine.dossiers.models import Document
from engine.dossiers.signing import SigningList
from engine.sample.base import load_base
from engine.work import SYSTEM
from jobs.app import load_every_kind
from jobs.carrying import carry_out
from jobs.relay import Relay

HEAD = "an"
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')
SIGNER = {"MOTCUA_SIGNER": "1"}


@dataclass(frozen=True)
class Part:
    """What one part costs: processor milliseconds and statements; of the worker's, for each paper."""

    cpu_ms: float
    statements: float


@dataclass(frozen=True)
class Figures:
    """The parts in their order; seconds until every paper was signed; a page (ms: middle, one in twenty) and looks."""

    papers: int
    signed: int
    chosen: Part
    shown: Part
    confirmed: Part
    each: Part
    seconds: float
    looks: int
    quiet: float
    quiet_slow: float
    busy: float
    busy_slow: float


def measure(url: str, data: Path, *, papers: int, say: Callable[[str], None]) -> Figures:
    """On a migrated database: bring so many dossiers to the head, look at a page, have the list signed, look again."""
    os.environ.update(environment_at(url, data) | SIGNER)
    house = house_at(url, data)
    load_base(house)
    with _running("cli.serving.signer"):
        tasks = _waiting(house, papers, say)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with _running("cli.serving.pages", "127.0.0.1", str(port)):
            ask = over_socket(port)
            step_in(house, ask)
            for _ in range(10):
                ask(PAGE)
            quiet = [look_at(ask) for _ in range(QUIET)]
            parts = _confirm(house, tasks)
            busy, told = _signed_meanwhile(url, data, ask)
    with house.reading(actor=SYSTEM) as look:
        signed = look.session.scalar(select(func.count()).where(Document.signed_at.is_not(None))) or 0
    house.database.dispose()
    each = Part(told["cpu_ms"] / papers, told["statements"] / papers)
    slow = (*middle_and_slow(quiet), *middle_and_slow(busy))
    return Figures(papers, signed, *parts, each, told["seconds"], len(busy), *slow)


def _waiting(house: House, papers: int, say: Callable[[str], None]) -> list[str]:
    """File so many dossiers and handle them until each waits for the head's signature; the tasks."""
    desk = Desk(house, Random(papers))
    for number in range(1, papers + 1):
        desk.file()
        if number % 50 == 0:
            say(f"{number} dossiers filed")
    while True:
        drain(house)
        with house.reading(actor=SYSTEM) as look:
            tasks = look.session.scalars(select(Task).where(Task.status == "open", Task.case_id.in_(desk.filed))).all()
        others = [task for task in tasks if task.element_id != "approve"]
        if not others:
            return [str(task.id) for task in tasks]
        say(f"{len(others)} tasks before the head's")
        for task in others:
            desk.complete(task)


def _confirm(house: House, tasks: list[str]) -> tuple[Part, Part, Part]:
    """Choose all, look at the list, confirm it: three requests, as the head's browser sends them."""
    ask, counter = browser(house, login=HEAD), Counter(house)
    key = form_key(ask(PAGE, None)[1])
    parts: list[Part] = []
    pages: list[str] = []
    address = "/cong-viec/ky-nhieu"
    for step in range(3):
        form: Any = [{"csrf_token": key, "task": tasks}, None, {"csrf_token": key}][step]
        if step == 2:
            found = DIGEST.search(pages[1])
            assert found is not None, "the list shows no digest"
            form["digest"], address = found[1], f"{address}/xac-nhan"
        taken = Taken(counter)
        with taken.one():
            status, page = ask(address, form)
        assert status == (200 if step == 1 else 303), f"{address} was answered with {status}: {page[:300]}"
        parts.append(Part(taken.cpu[0], taken.statements[0]))
        pages.append(page)
        if step == 0:
            with house.reading(actor=SYSTEM) as look:
                address = f"/cong-viec/ky/{look.session.scalars(select(SigningList.id)).one()}"
    return parts[0], parts[1], parts[2]


def _signed_meanwhile(url: str, data: Path, ask: Callable[..., tuple[int, str]]) -> tuple[list[float], dict[str, Any]]:
    words = [sys.executable, "-m", "benchmarks.signing_list", url, str(data)]
    worker = subprocess.Popen(words, env=environment_at(url, data), stdout=subprocess.PIPE)
    try:
        assert worker.stdout is not None
        worker.stdout.readline()  # it has loaded everything and begins
        busy = []
        while worker.poll() is None:
            busy.append(look_at(ask))
        return busy, json.loads(worker.stdout.read())
    finally:
        worker.kill()
        worker.wait()


@contextmanager
def _running(*module: str) -> Iterator[None]:
    """A process of the house for as long as it is needed; it finds database and folder in the environment."""
    process = subprocess.Popen([sys.executable, "-m", *module])
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def drain(house: House) -> None:
    """Carry out what is asked of the workers until nothing is left."""
    load_every_kind()
    relay = Relay(house, lambda _kind, job_id, holder: carry_out(house, job_id, holder), entries=())
    while relay.turn():
        pass


def work(house: House) -> dict[str, Any]:
    """The worker's part: everything that the confirmation asks for."""
    counter = Counter(house)
    house.ports.signatures.keys.signer.unlocked()
    print("ready", flush=True)
    began, cpu = time.perf_counter(), time.process_time()
    drain(house)
    return {
        "seconds": time.perf_counter() - began,
        "cpu_ms": (time.process_time() - cpu) * 1000,
        "statements": counter.statements,
    }


if __name__ == "__main__":
    print(json.dumps(work(house_at(sys.argv[1], Path(sys.argv[2])))))
