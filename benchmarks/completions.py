"""Completing user tasks through the use case, against a hand-written SQL transaction of the same reads and writes.

Both run on one PostgreSQL in one run, in turns, with the same number of client processes that are warm. Each side has
dossiers of its own: their term runs, some steps ask a letter of a worker, every answer is another one. At the end both
sides must have written the same number of rows into every table.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import create_engine, select, text

from benchmarks.by_hand import Step, complete_by_hand, open_tasks
from benchmarks.chain import chain_files
from engine.cases.models import Task
from engine.composition import House, build_house
from engine.procedures.published import open_bundle
from engine.queries.people import actor_of
from engine.sample.applicants import sample_answers
from engine.sample.base import ids, load_base
from engine.settings import read_settings
from engine.usecases.submit import Filing, submit_dossier
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM

LENGTH = 10
LETTERS = (3, 6, 9)
"""After which steps of ten a worker is asked for a letter, as often as the shipped procedures do."""
ANSWERS = {"approval": {"outcome": "approve"}}
ROUNDS = 4
"""How often the two sides take turns."""
WARMING = 2
"""Dossiers each client completes before anything is measured."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Side:
    """What one side reached: completions per second, and processor milliseconds of one, client and server."""

    per_second: float
    client_ms: float
    server_ms: float

    @property
    def cpu_ms(self) -> float:
        """What one completion costs both processors together."""
        return self.client_ms + self.server_ms


@dataclass(frozen=True)
class Figures:
    """Both sides; what counts is the ratio of their speeds, beside it the one of their processor time."""

    clients: int
    completions: int
    use_case: Side
    by_hand: Side

    @property
    def ratio(self) -> float:
        """Completions per second through the use case ÷ by hand."""
        return self.use_case.per_second / self.by_hand.per_second

    @property
    def cpu_ratio(self) -> float:
        """Processor time by hand ÷ through the use case: the same ratio on a machine that does nothing else."""
        return self.by_hand.cpu_ms / self.use_case.cpu_ms


def answers_at(number: int) -> dict[str, Any]:
    """What is answered at a step: another text each time, so that the data of the case change."""
    return {"approval": {"outcome": "return", "comment": f"Bước {number}: làm rõ ngành nghề kinh doanh chính"}}


def house_at(url: str, data: Path) -> House:
    """An installation on a given database, as a client process opens it."""
    return build_house(read_settings({**os.environ, "DATABASE_URL": url, "MOTCUA_DATA": str(data)}))


def prepare(house: House, cases: int) -> list[UUID]:
    """Publish the chain and file so many dossiers under it; (case ids)."""
    from engine.procedures import published

    load_base(house)
    offices, people = ids(house)
    with house.reading() as look:
        clerk = actor_of(look, people["lan"])
    assert clerk is not None
    with house.unit_of_work(actor=SYSTEM) as work, _unchecked():
        row = published.publish(work, chain_files(LENGTH, letters_after=LETTERS), origin="office")
    with house.reading() as look:
        answers = sample_answers(open_bundle(look.session, row.id).application)
    found = []
    for number in range(cases):
        with house.unit_of_work(actor=clerk) as work:
            filing = Filing("9.000001", answers, "counter", offices["bt-pvhcc"], f"bench-{number}")
            found.append(submit_dossier(work, filing).case_id)
    return found


@contextmanager
def _unchecked() -> Iterator[None]:
    """The measuring bundle lacks what an office needs (letters unused, no drawing coordinates): publish it as it is."""
    from engine.procedures import published

    kept, published.check = published.check, lambda files: []  # type: ignore[assignment]
    try:
        yield
    finally:
        published.check = kept


Complete = Callable[[Sequence[UUID]], None]
"""Completes every step of some dossiers."""


def by_use_case(url: str, data: str) -> tuple[Complete, int]:
    """One client of the house: (what it does, its server process)."""
    house = house_at(url, Path(data))
    _, people = ids(house)
    with house.reading() as look:
        clerk = actor_of(look, people["lan"])
        server = look.session.execute(text("select pg_backend_pid()")).scalar_one()
        assert clerk is not None

    def complete(cases: Sequence[UUID]) -> None:
        for number in range(1, LENGTH + 1):
            with house.reading() as look:
                mine = select(Task.id).where(Task.case_id.in_(cases), Task.status == "open")
                tasks = look.session.scalars(mine).all()
            for task in tasks:
                with house.unit_of_work(actor=clerk) as work:
                    complete_task(work, task, answers_at(number))

    return complete, server


def by_hand(url: str, data: str) -> tuple[Complete, int]:
    """One client with a connection and nothing else: (what it does, its server process)."""
    db = psycopg.connect(url.replace("+psycopg", ""))

    def complete(cases: Sequence[UUID]) -> None:
        for number in range(1, LENGTH + 1):
            step = Step(number, number == LENGTH, number in LETTERS)
            for case, task in open_tasks(db, cases):
                complete_by_hand(db, case, task, step, answers_at(number))

    return complete, db.info.backend_pid


def _client(side: Callable[..., Any], url: str, data: str, shares: list[list[UUID]], gate: Any, told: Any) -> None:
    """A client process: warm up with the first share, then take one more each time the gate opens."""
    complete, server = side(url, data)
    complete(shares[0])
    for share in shares[1:]:
        gate.wait()
        cpu, served, began = time.process_time(), _spent(server), time.perf_counter()
        complete(share)
        told.put((began, time.perf_counter(), time.process_time() - cpu, _spent(server) - served))


def _spent(process: int) -> float:
    """Processor seconds of a process so far, to the hundredth."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class _Team:
    """So many client processes of one side, and the dossiers they share."""

    def __init__(self, side: Callable[..., Any], url: str, data: Path, cases: list[UUID], clients: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.gate, self.told = context.Barrier(clients + 1), context.Queue()
        warming, racing = cases[: clients * WARMING], cases[clients * WARMING :]
        self.completions, self.clients = len(racing) * LENGTH, clients
        self.wall = self.client = self.server = 0.0
        for number in range(clients):
            own = racing[number::clients]
            shares = [warming[number::clients], *(own[turn::ROUNDS] for turn in range(ROUNDS))]
            words = (side, url, str(data), shares, self.gate, self.told)
            context.Process(target=_client, args=words, daemon=True).start()

    def race(self) -> None:
        """One turn of all clients at once, from the first one's start to the last one's end."""
        self.gate.wait(timeout=600)
        spans = [self.told.get(timeout=600) for _ in range(self.clients)]
        self.wall += max(span[1] for span in spans) - min(span[0] for span in spans)
        self.client += sum(span[2] for span in spans)
        self.server += sum(span[3] for span in spans)

    def side(self) -> Side:
        """What was reached in all turns."""
        each = 1000 / self.completions
        return Side(self.completions / self.wall, self.client * each, self.server * each)


def measure(url: str, data: Path, *, clients: int, cases: int) -> Figures:
    """On a database that is already migrated: so many dossiers on each side, the sides in turns.

    Raises AssertionError when they have not written the same rows.
    """
    share = cases + clients * WARMING
    found = prepare(house_at(url, data), 2 * share)
    mine, other = found[:share], found[share:]
    before = _rows(url, mine), _rows(url, other)
    house, hand = (_Team(by_use_case, url, data, mine, clients), _Team(by_hand, url, data, other, clients))
    for _ in range(ROUNDS):
        house.race()
        hand.race()
    written = [
        {table: rows - was[table] for table, rows in _rows(url, own).items()}
        for own, was in zip((mine, other), before, strict=True)
    ]
    assert written[0] == written[1], f"through the use case: {written[0]}, by hand: {written[1]}"
    return Figures(clients, house.completions, house.side(), hand.side())


def _rows(url: str, cases: list[UUID]) -> dict[str, int]:
    """How many rows there are of some dossiers, by table; jobs by the calls they are for."""
    chains = "select 'case:' || id from cases where id = any(:cases)"
    mine = {
        "tasks": "case_id = any(:cases)",
        "done": "case_id = any(:cases) and status = 'done'",
        "passages": "case_id = any(:cases)",
        "calls": "case_id = any(:cases)",
        "jobs": "args ->> 'call' in (select id::text from calls where case_id = any(:cases))",
        "journal_entries": f"chain in ({chains})",
        "journal_personal": f"chain in ({chains})",
    }
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {
            name: connection.execute(
                text(f"select count(*) from {'tasks' if name == 'done' else name} where {where}"), {"cases": cases}
            ).scalar_one()
            for name, where in mine.items()
        }
    engine.dispose()
    return rows
