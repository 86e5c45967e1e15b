"""What the engine costs, in one table: a step by itself, a completion through the use case, and one over HTTP."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import create_engine, text

from benchmarks import completions, http, steps
from benchmarks.rows import Row

HALF = 0.5
"""Completions through the use case, against hand-written SQL of the same size: 1 would be the dream."""
BLOCK = b"\0" * 8192


def rows(
    database: Callable[[], AbstractContextManager[str]], *, rounds: int, clients: int, cases: int
) -> Iterator[Row]:
    """Every figure as soon as it is known; `database` lends the URL of a fresh one, its tables made."""
    yield from steps.measure(rounds)
    with database() as url, tempfile.TemporaryDirectory() as data:
        yield _completions(completions.measure(url, Path(data), clients=clients, cases=cases))
    with database() as url, tempfile.TemporaryDirectory() as data:
        yield _http(http.measure(url, Path(data)))


def _completions(found: completions.Figures) -> Row:
    ours, by_hand = found.use_case, found.by_hand
    detail = (
        f"{ours.per_second:,.0f}/s ÷ {by_hand.per_second:,.0f}/s, {found.clients} clients"
        f" (of processor time {found.cpu_ratio:.2f})"
    )
    return Row("completions/s through the use case ÷ hand-written SQL", found.ratio, detail, least=HALF)


def _http(found: http.Figures) -> Row:
    detail = f"{found.post.cpu_ms:.2f} ms ÷ {found.use_case.cpu_ms:.2f} ms of processor time"
    return Row("a whole HTTP completion ÷ the use case", found.ratio, detail, most=3)


def baseline(server: str) -> Iterator[str]:
    """What this machine is by itself: cores, load, what else it runs, and how long its disk takes to be sure."""
    one, five, _ = os.getloadavg()
    load = f"load {one:.1f} now and {five:.1f} in five minutes"
    yield f"{os.cpu_count()} cores, {load}, Python {platform.python_version()}"
    engine = create_engine(server)
    with engine.connect() as connection:
        said = {name: connection.scalar(text(f"show {name}")) for name in ("server_version", "fsync", "data_directory")}
    engine.dispose()
    folder = Path(str(said["data_directory"])).parent
    yield f"PostgreSQL {said['server_version']}, fsync {said['fsync']}, one fsync {_fsync_ms(folder):.2f} ms there"


def _fsync_ms(folder: Path, times: int = 200) -> float:
    """The middle of so many small writes that are waited for, on the disk that holds a folder."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            began = time.perf_counter()
            file.write(BLOCK)
            file.flush()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000
