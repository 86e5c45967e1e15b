"""A page asked for while nobody else works, and while a worker signs a batch of letters; both on one machine.

The worker is a process of its own, as in a running house. For each letter it signs as the leader, writes number and
date, seals, keeps the file and its row, and raises it to B-LTA through the same functions as the jobs do. Consents and
the steps of a diagram are left aside.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.http import environment_at, house_at, over_socket, step_in
from engine import performing
from engine.composition import House
from engine.db import new_id
from engine.dossiers.models import Document
from engine.letters.stamps import agency_stamp, person_stamp
from engine.sample.base import ids, load_base
from engine.sample.paper import LEADER, OFFICE, print_sample
from engine.usecases.levels import to_be_raised
from engine.usecases.signing_once import SignedOnce, consent_act, signed_once
from engine.work import SYSTEM

PAGE = "/cong-viec"
QUIET = 60
"""So many looks at the page before the batch begins."""
PAUSE = 0.05
OPENING = 240.0
"""Seconds the server may take to its first answer."""


@dataclass(frozen=True)
class Figures:
    """Milliseconds a page took (middle, and one in twenty) without and with the batch; seconds the batch took."""

    letters: int
    raised: int
    seconds: float
    looks: int
    quiet: float
    quiet_slow: float
    busy: float
    busy_slow: float


def measure(url: str, data: Path, *, letters: int) -> Figures:
    """On a migrated database: open the office, look at a page again and again, before and while the batch runs."""
    house = house_at(url, data)
    load_base(house)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "cli.serving.pages", "127.0.0.1", str(port)], env=environment_at(url, data)
    )
    try:
        ask = _opened(port)
        step_in(house, ask)
        for _ in range(10):
            ask(PAGE)
        quiet = [look_at(ask) for _ in range(QUIET)]
        batch = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.letters_batch", url, str(data), str(letters)],
            env=environment_at(url, data), stdout=subprocess.PIPE,
        )  # fmt: skip
        try:
            assert batch.stdout is not None
            batch.stdout.readline()  # it has loaded everything and begins
            busy = []
            while batch.poll() is None:
                busy.append(look_at(ask))
            told = json.loads(batch.stdout.read())
        finally:
            batch.kill()
            batch.wait()
    finally:
        server.terminate()
        server.wait(timeout=30)
    return Figures(letters, told["raised"], told["seconds"], len(busy), *middle_and_slow(quiet), *middle_and_slow(busy))


def _opened(port: int) -> Callable[..., tuple[int, str]]:
    """A browser at the server, which on a busy machine takes its time to open."""
    until = time.monotonic() + OPENING
    while True:
        try:
            return over_socket(port)
        except OSError:
            if time.monotonic() > until:
                raise


def look_at(ask: Callable[..., tuple[int, str]]) -> float:
    """Milliseconds the page took; then a moment passes."""
    began = time.perf_counter()
    status, _ = ask(PAGE)
    if status != 200:
        raise RuntimeError(f"{PAGE} was answered with {status}")
    taken = (time.perf_counter() - began) * 1000
    time.sleep(PAUSE)
    return taken


def middle_and_slow(times: list[float]) -> tuple[float, float]:
    """The middle of some times, and what one in twenty is above."""
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)]


def work(house: House, letters: int) -> dict[str, Any]:
    """The worker's part: sign, seal, keep and raise so many letters, one after the other."""
    offices, people = ids(house)
    leader, office = f"person:{people['dung']}", "office:bt"
    paper, desk = print_sample(house.clock.now()), house.ports.signatures
    prepared = desk.prepare(paper.pdf, paper.boxes)
    print("ready", flush=True)
    began, raised = time.perf_counter(), 0
    for number in range(1, letters + 1):
        now = house.clock.now()
        hand = person_stamp(LEADER, signed_at=now, box=paper.boxes["leader"], sample=True)
        seal = agency_stamp(OFFICE, place="TP. HCM", signed_at=now, box=paper.boxes["agency"], sample=True)
        signed = _signed(house, prepared, leader, "leader", hand, now)
        with house.ports.storage.open(signed.sha256) as file:
            pdf = desk.fill(file.read(), {"number": f"{number}/GP-UBND", "date": "ngày 23 tháng 11 năm 2026"})
        stored = _signed(house, pdf, office, "agency", seal, now)
        with house.unit_of_work(actor=SYSTEM) as work:
            document = Document(
                id=new_id(), letter="result", title="Giấy phép", office_id=offices["bt"], status="sealed",
                verify_code=str(new_id()), sha256=stored.sha256, size=stored.size, created_at=work.now,
                signed_at=work.now, sealed_at=work.now,
            )  # fmt: skip
            work.session.add(document)
            work.session.flush()
            to_be_raised(work, document)
        performing.raise_document(house, document.id)
        with house.reading(actor=SYSTEM) as look:
            raised += look.session.get_one(Document, document.id).level == "B-LTA"
    return {"seconds": time.perf_counter() - began, "raised": raised}


def _signed(house: House, pdf: bytes, holder: str, field: str, stamp: bytes, now: datetime) -> SignedOnce:
    """One signature as a worker has it made: prepared, kept, asked for once, embedded, kept."""

    def make() -> Any:
        return house.ports.signatures.prepared(pdf, holder, field=field, stamp=stamp, reason="Ký duyệt", now=now)

    return signed_once(house.ports, holder, act=consent_act(new_id()), make=make, now=now)


if __name__ == "__main__":
    database, folder, count = sys.argv[1:]
    os.chdir(Path(__file__).resolve().parent.parent)
    print(json.dumps(work(house_at(database, Path(folder)), int(count))))
