"""Completing user tasks through the use case, against a hand-written SQL transaction of the same reads and writes.

Both run on one PostgreSQL in one run, with the same number of client processes. The hand-written side does, for each
completion, what the use case does to the database: lock and read the case, read task and bundle, close the task,
write the new state, open the next task, add two acts with their personal values to the journal and one passage to the
history; nothing is computed there but the digest of each act.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import select

from benchmarks.chain import chain_files
from engine.cases.models import Case, Task
from engine.composition import House, build_house
from engine.db import new_id
from engine.procedures.published import open_bundle
from engine.queries.people import actor_of
from engine.sample.applicants import sample_answers
from engine.sample.base import ids, load_base
from engine.settings import read_settings
from engine.usecases.submit import Filing, submit_dossier
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM

LENGTH = 10
ANSWERS = {"approval": {"outcome": "approve"}}


@dataclass(frozen=True)
class Figures:
    """Completions per second of both sides; what counts is their ratio."""

    clients: int
    completions: int
    use_case: float
    by_hand: float

    @property
    def ratio(self) -> float:
        return self.use_case / self.by_hand


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
        row = published.publish(work, chain_files(LENGTH), origin="office")
    with house.reading() as look:
        answers = sample_answers(open_bundle(look.session, row.id).application)
    found = []
    for number in range(cases):
        with house.unit_of_work(actor=clerk) as work:
            filing = Filing("9.000001", answers, "counter", offices["bt-pvhcc"], f"bench-{number}")
            found.append(submit_dossier(work, filing).case_id)
    return found


@contextmanager
def _unchecked() -> Any:
    """The measuring bundle lacks what an office needs (letters unused, no drawing coordinates): publish it as it is."""
    from engine.procedures import published

    kept, published.check = published.check, lambda files: []  # type: ignore[assignment]
    try:
        yield
    finally:
        published.check = kept


def by_use_case(url: str, data: str, cases: list[str], gate: Any, results: Any) -> None:
    """One client: every task of its cases, one after the other, through the use case."""
    house = house_at(url, Path(data))
    _, people = ids(house)
    with house.reading() as look:
        clerk = actor_of(look, people["lan"])
        assert clerk is not None
        open_bundle(look.session, look.session.scalars(select(Case.bundle_id).where(Case.id == UUID(cases[0]))).one())
    gate.wait()
    began = time.perf_counter()
    for case in cases:
        for _ in range(LENGTH):
            with house.reading() as look:
                task = look.session.scalars(
                    select(Task.id).where(Task.case_id == UUID(case), Task.status == "open")
                ).one()
            with house.unit_of_work(actor=clerk) as work:
                complete_task(work, task, ANSWERS)
    results.put((began, time.perf_counter()))


def by_hand(url: str, data: str, cases: list[str], gate: Any, results: Any) -> None:
    """One client: the same number of transactions, written by hand."""
    answers = json.dumps(ANSWERS)
    with psycopg.connect(url.replace("+psycopg", "")) as db:
        rows: dict[str, Any] = {}
        for case in cases:
            found = db.execute("select * from tasks where case_id = %s order by opened_at limit 1", (case,))
            names = [column.name for column in found.description or ()]
            rows[case] = dict(zip(names, found.fetchone() or (), strict=True))
        db.execute("update tasks set status = 'open' where id = any(%s)", ([row["id"] for row in rows.values()],))
        db.commit()
        gate.wait()
        began = time.perf_counter()
        for case in cases:
            task = rows[case]
            for number in range(LENGTH):
                db.execute("select id from tasks where case_id = %s and status = 'open'", (case,)).fetchone()
                task = _by_hand_once(db, case, task, number, answers)
        results.put((began, time.perf_counter()))


def _by_hand_once(db: psycopg.Connection[Any], case: str, task: dict[str, Any], number: int, answers: str) -> Any:
    held = db.execute("select * from cases where id = %s for update", (case,))
    names = [column.name for column in held.description or ()]
    row = dict(zip(names, held.fetchone() or (), strict=True))
    db.execute("select * from tasks where id = %s", (task["id"],)).fetchone()
    db.execute("select digest from bundles where id = %s", (row["bundle_id"],)).fetchone()
    db.execute(
        "update tasks set status = 'done', closed_at = now(), closed_by = %s, assignee_id = %s, outcome = 'approve'"
        " where id = %s",
        (row["id"], task["assignee_id"], task["id"]),
    )
    seq, head = row["journal_seq"], row["journal_head"]
    for verb in ("task.completed", "task.opened"):
        seq += 1
        facts = json.dumps({"task": str(task["id"]), "element": f"step_{number}", "outcome": "approve"})
        digest = hashlib.sha256(head + facts.encode()).digest()
        db.execute(
            "insert into journal_entries (chain, seq, at, actor, verb, facts, personal_digest, previous, digest)"
            " values (%s, %s, now(), 'hand', %s, %s, %s, %s, %s)",
            (f"case:{case}", seq, verb, facts, digest, head, digest),
        )
        head = digest
    db.execute(
        "insert into journal_personal (chain, seq, salt, values) values (%s, %s, %s, %s)",
        (f"case:{case}", seq - 1, os.urandom(16), answers),
    )
    db.execute(
        "insert into passages (case_id, seq, element_id, name, type, at) values (%s, %s, %s, %s, 'userTask', now())",
        (case, 1000 + seq, f"step_{number}", f"Bước {number}"),
    )
    following = {**task, "id": new_id(), "token": f"hand-{seq}", "status": "open", "closed_at": None}
    following = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in following.items()}
    columns = ", ".join(following)
    db.execute(
        f"insert into tasks ({columns}) values ({', '.join(['%s'] * len(following))})", tuple(following.values())
    )
    db.execute(
        "update cases set state = %s, variables = %s, last_act_at = now(), journal_seq = %s, journal_head = %s"
        " where id = %s",
        (row["state"], json.dumps(row["variables"]), seq, head, case),
    )
    db.commit()
    return following


def _race(side: Callable[..., None], url: str, data: Path, cases: list[UUID], clients: int) -> float:
    """Completions per second of so many clients at once, from the first one's start to the last one's end."""
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(clients), context.Queue()
    shares = [[str(case) for case in cases[client::clients]] for client in range(clients)]
    racers = [context.Process(target=side, args=(url, str(data), share, gate, results)) for share in shares]
    for racer in racers:
        racer.start()
    spans = [results.get(timeout=600) for _ in racers]
    for racer in racers:
        racer.join()
    elapsed = max(end for _, end in spans) - min(begin for begin, _ in spans)
    return len(cases) * LENGTH / elapsed


def measure(url: str, data: Path, *, clients: int, cases: int) -> Figures:
    """Prepare a database that is already migrated, then let both sides run, first the use case, then by hand."""
    found = prepare(house_at(url, data), cases)
    use_case = _race(by_use_case, url, data, found, clients)
    hand = _race(by_hand, url, data, found, clients)
    return Figures(clients, cases * LENGTH, use_case, hand)
