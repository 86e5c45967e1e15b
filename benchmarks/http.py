"""Completing user tasks as an official's browser does, against the same completions through the use case.

One side posts the task's form: session, form key of the page, validation, the act, 303. The other calls
`complete_task` with the same answers, as the same person. Both take their turns within the same dossiers, on one
PostgreSQL, so that a step is as far along its dossier on one side as on the other. What a page costs to be drawn and
what the redirect leads to belong to neither. A third figure asks the real server (Granian) over a socket.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import event, select

from benchmarks.completions import ANSWERS, LENGTH, prepare
from engine.cases.models import Task
from engine.composition import House, build_house
from engine.queries.people import actor_of
from engine.sample.base import ids
from engine.settings import read_settings
from engine.usecases.tasks import complete_task

CLERK = "lan"
"""Whose desk every step of the measured chain lies on."""
KEY = re.compile(r'name="csrf-token" content="([^"]+)"')
AFTERWARDS = "/privacy"
"""A page without questions: there a browser reads that the step is done, so that its cookie does not grow."""
OPENING = 30.0
"""Seconds a server may take to its first answer."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Way:
    """One way to complete a task: how often taken, and the middle of CPU and wall milliseconds and of statements."""

    completions: int
    cpu_ms: float
    wall_ms: float
    statements: float


@dataclass(frozen=True)
class Figures:
    """The three ways; what counts is a post against the use case. `served` has no count of statements."""

    use_case: Way
    post: Way
    served: Way

    @property
    def ratio(self) -> float:
        """CPU of a whole HTTP completion ÷ CPU of the use case alone."""
        return self.post.cpu_ms / self.use_case.cpu_ms

    @property
    def overhead_ms(self) -> float:
        """CPU milliseconds that HTTP adds to one completion."""
        return self.post.cpu_ms - self.use_case.cpu_ms


def house_at(url: str, data: Path) -> House:
    """A sample office on a given database: only there may one step into a role without a password."""
    return build_house(read_settings(environment_at(url, data)))


def environment_at(url: str, data: Path) -> dict[str, str]:
    """What the processes of a house on this database are told."""
    return {**os.environ, "DATABASE_URL": url, "MOTCUA_DATA": str(data), "MOTCUA_SAMPLE": "1"}


class Counter:
    """Counts what is asked of a database, the hidden questions of the pool aside."""

    def __init__(self, house: House) -> None:
        self.statements = 0
        event.listen(house.database, "before_cursor_execute", self._another)

    def _another(self, *_: Any) -> None:
        self.statements += 1


class Taken:
    """What single completions of one way took."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.cpu: list[float] = []
        self.wall: list[float] = []
        self.statements: list[int] = []

    @contextmanager
    def one(self) -> Iterator[None]:
        """Measure what happens inside as one completion."""
        before, cpu, wall = self.counter.statements, time.process_time(), time.perf_counter()
        yield
        self.cpu.append((time.process_time() - cpu) * 1000)
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.statements.append(self.counter.statements - before)

    def way(self) -> Way:
        """The middle of them."""
        return Way(
            len(self.cpu),
            statistics.median(self.cpu),
            statistics.median(self.wall),
            statistics.median(self.statements),
        )


def open_task(house: House, case: UUID) -> UUID:
    """The one step a dossier of the chain waits for."""
    with house.reading() as look:
        return look.session.scalars(select(Task.id).where(Task.case_id == case, Task.status == "open")).one()


def form_data(key: str) -> dict[str, str]:
    """The measured answers as a browser sends them."""
    (group, fields), *_ = ANSWERS.items()
    return {"csrf_token": key, **{f"{group}.{name}": value for name, value in fields.items()}}


def form_key(page: str) -> str:
    """The site's form key as a page carries it."""
    found = KEY.search(page)
    if found is None:
        raise LookupError("the page carries no form key")
    return found[1]


def browser(house: House, login: str = CLERK) -> Callable[[str, Mapping[str, str] | None], tuple[int, str]]:
    """The whole stack without a socket, somebody (the clerk) signed in: (path, form or None) to (status, page).

    The counter's room is closed: an act leads on to the next task of the desk, as on every desk but the counter's.
    """
    from web.application import AUDIENCES, create_application

    app = create_application(
        house, audiences=[name for name in AUDIENCES if name != "counter"], config={"RATELIMIT_ENABLED": False}
    )
    client = app.test_client()

    def ask(path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        answer = client.get(path) if form is None else client.post(path, data=form)
        return answer.status_code, answer.get_data(as_text=True)

    step_in(house, ask, login)
    return ask


def step_in(house: House, ask: Callable[[str, Mapping[str, str] | None], tuple[int, str]], login: str = CLERK) -> None:
    """Take the role of somebody of the sample office, as its front page offers it."""
    person = str(ids(house)[1][login])
    key = form_key(ask("/signin", None)[1])
    status, _ = ask("/signin/sample", {"csrf_token": key, "person": person})
    if status != 303:
        raise RuntimeError(f"stepping in was answered with {status}")


def complete_by_post(house: House, ask: Callable[..., tuple[int, str]], key: str, case: UUID, taken: Taken) -> None:
    """One step of a dossier by form."""
    address, form = f"/cong-viec/{open_task(house, case)}", form_data(key)
    with taken.one():
        status, page = ask(address, form)
    if status != 303:
        raise RuntimeError(f"{address} was answered with {status}: {page[:300]}")
    ask(AFTERWARDS, None)


def complete_by_use_case(house: House, case: UUID, taken: Taken) -> None:
    """One step of a dossier without a page; who acts is known already."""
    with house.reading() as look:
        clerk = actor_of(look, ids(house)[1][CLERK])
    task = open_task(house, case)
    assert clerk is not None
    with taken.one(), house.unit_of_work(actor=clerk) as work:
        complete_task(work, task, ANSWERS)


def measure(url: str, data: Path, *, cases: int = 20) -> Figures:
    """On a database that is already migrated: half of all steps by form, half by the use case, in turns.

    The first two dossiers warm everything up; as many again go through the server's socket. At least three.
    """
    house = house_at(url, data)
    found = prepare(house, cases + max(cases // 2, 3))
    inside, outside = found[:cases], found[cases:]
    counter = Counter(house)
    ask = browser(house)
    key = form_key(ask(f"/cong-viec/{open_task(house, inside[0])}", None)[1])
    ways = {"post": Taken(counter), "use_case": Taken(counter), "warming": Taken(counter)}
    for number, case in enumerate(inside):
        for step in range(LENGTH):
            by_post = (number + step) % 2 == 0
            into = ways["warming"] if number < 2 else ways["post" if by_post else "use_case"]
            if by_post:
                complete_by_post(house, ask, key, case, into)
            else:
                complete_by_use_case(house, case, into)
    return Figures(ways["use_case"].way(), ways["post"].way(), _served(house, url, data, outside))


def _served(house: House, url: str, data: Path, cases: list[UUID]) -> Way:
    """Every step of these dossiers through the real server; the first dossier warms it up."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "cli.serving.pages", "127.0.0.1", str(port)]
    process = subprocess.Popen(words, env=environment_at(url, data))
    try:
        ask = over_socket(port)
        step_in(house, ask)
        key = form_key(ask(f"/cong-viec/{open_task(house, cases[0])}", None)[1])
        cpu, wall = 0.0, []
        for number, case in enumerate(cases):
            for _ in range(LENGTH):
                address = f"/cong-viec/{open_task(house, case)}"
                before, began = _cpu_of(process.pid), time.perf_counter()
                status, page = ask(address, form_data(key))
                if status != 303:
                    raise RuntimeError(f"{address} was answered with {status}: {page[:300]}")
                if number:
                    wall.append((time.perf_counter() - began) * 1000)
                    cpu += _cpu_of(process.pid) - before
                ask(AFTERWARDS)
        return Way(len(wall), cpu / len(wall) * 1000, statistics.median(wall), 0)
    finally:
        process.terminate()
        process.wait(timeout=30)


def over_socket(port: int) -> Callable[..., tuple[int, str]]:
    """One browser on one connection, its cookies kept; waits for the server's first answer."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    kept: dict[str, str] = {}

    def ask(path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        method, body = ("GET", None) if form is None else ("POST", urlencode(form))
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
        except http.client.RemoteDisconnected:  # the server ended a line that was idle for long; a browser asks anew
            link.close()
            link.request(method, path, body, headers)
            answer = link.getresponse()
        for cookie in answer.msg.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            kept[name] = value
        return answer.status, answer.read().decode()

    until = time.monotonic() + OPENING
    while True:
        try:
            ask("/privacy")
            return ask
        except OSError:
            link.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _cpu_of(process: int) -> float:
    """CPU seconds of a process and its children so far, to the hundredth: sums of many are right."""
    spent = 0.0
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split() if folder.name.isdigit() else ()
        except OSError:  # ended in this moment
            continue
        if fields and process in {int(folder.name), int(fields[1])}:
            spent += (int(fields[11]) + int(fields[12])) / TICKS
    return spent
