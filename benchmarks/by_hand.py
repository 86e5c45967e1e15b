"""Completing a user task by hand-written SQL: one transaction of the reads and rows that `complete_task` has.

It locks and reads the case, reads the task and which version of the calendar is in force, closes the task, writes where
the case stands, opens the next task, adds the acts with their personal values to the journal, the passages to the
history, and where a letter is asked for, the call and the job of a worker. Nothing is computed but the digest of each
act: no form is validated, no diagram read, no date reckoned.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from engine.db import new_id

Row = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """Which step of the chain is completed: its number, whether it is the last, whether a letter is asked for."""

    number: int
    last: bool
    letter: bool


def open_tasks(db: psycopg.Connection[Any], cases: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """The tasks some dossiers wait for: (case, task)."""
    found = db.execute("select case_id, id from tasks where case_id = any(%s) and status = 'open'", (list(cases),))
    tasks = [(case, task) for case, task in found]
    db.commit()
    return tasks


def complete_by_hand(
    db: psycopg.Connection[Any], case_id: UUID, task_id: UUID, step: Step, answers: Mapping[str, Any]
) -> None:
    """Close one task and open the next."""
    case = _one(db, "select * from cases where id = %s for update", case_id)
    task = _one(db, "select * from tasks where id = %s", task_id)
    if task["status"] != "open":
        raise LookupError("somebody was faster")
    kept = "select c.code, c.version from calendars c join offices o on o.calendar = c.code where o.id = %s"
    db.execute(kept, (task["office_id"],)).fetchone()
    db.execute(
        "update tasks set status = 'done', closed_at = now(), closed_by = %s, assignee_id = %s, outcome = 'return'"
        " where id = %s",
        (task["closed_by"], task["assignee_id"], task_id),
    )
    journal = _Journal(db, case)
    facts = {"task": str(task_id), "element": task["element_id"], "outcome": "return"}
    journal.add("task.completed", facts, {"answers": answers})
    _pass(db, case, task["element_id"], task["name"], "userTask")
    if step.last:
        _pass(db, case, "done", "Xong", "endEvent")
    else:
        if step.letter:
            _pass(db, case, f"beside_{step.number}", "Đồng thời", "parallelGateway")
            _ask_for_letter(db, case, step)
        following = {**task, "id": new_id(), "token": str(100 + step.number), "element_id": f"step_{step.number + 1}"}
        following["name"] = f"Bước {step.number + 1}"
        _insert(db, "tasks", following)
        journal.add("task.opened", {"task": str(following["id"]), "element": following["element_id"], "role": "x"})
    db.execute(
        "update cases set state = %s, data = %s, last_act_at = now(), passage_seq = %s, journal_seq = %s,"
        " journal_head = %s where id = %s",
        (
            case["state"],
            case["data"],
            case["passage_seq"],
            journal.seq,
            journal.head,
            case["id"],
        ),
    )
    db.commit()


def _one(db: psycopg.Connection[Any], text: str, key: Any) -> Row:
    found = db.execute(text, (key,))
    names = [column.name for column in found.description or ()]
    return dict(zip(names, found.fetchone() or (), strict=True))


def _insert(db: psycopg.Connection[Any], table: str, row: Row) -> None:
    values = [json.dumps(value) if isinstance(value, dict) else value for value in row.values()]
    places = ", ".join(["%s"] * len(row))
    db.execute(f"insert into {table} ({', '.join(row)}) values ({places})", values)


class _Journal:
    """The chain of acts of the locked case."""

    def __init__(self, db: psycopg.Connection[Any], case: Row) -> None:
        self.db, self.chain = db, f"case:{case['id']}"
        self.seq, self.head = case["journal_seq"], case["journal_head"]

    def add(self, verb: str, facts: Row, personal: Row | None = None) -> None:
        self.seq += 1
        text, beside, salt = json.dumps(facts), None, os.urandom(16)
        if personal is not None:
            values = json.dumps(personal)
            beside = hashlib.sha256(salt + values.encode()).digest()
            self.db.execute(
                "insert into journal_personal (chain, seq, salt, values) values (%s, %s, %s, %s)",
                (self.chain, self.seq, salt, values),
            )
        digest = hashlib.sha256(self.head + text.encode()).digest()
        self.db.execute(
            "insert into journal_entries (chain, seq, at, actor, verb, facts, personal_digest, previous, digest)"
            " values (%s, %s, now(), 'hand', %s, %s, %s, %s, %s)",
            (self.chain, self.seq, verb, text, beside, self.head, digest),
        )
        self.head = digest


def _pass(db: psycopg.Connection[Any], case: Row, element: str, name: str, kind: str) -> None:
    case["passage_seq"] += 1
    db.execute(
        "insert into passages (case_id, seq, element_id, name, type, at) values (%s, %s, %s, %s, %s, now())",
        (case["id"], case["passage_seq"], element, name, kind),
    )


def _ask_for_letter(db: psycopg.Connection[Any], case: Row, step: Step) -> None:
    call = new_id()
    db.execute(
        "insert into calls (id, case_id, token, element_id, name, type, headers, inputs, status, asked_at)"
        " values (%s, %s, %s, %s, %s, 'letter.render', %s, '{}', 'waiting', now())",
        (
            call,
            case["id"],
            str(200 + step.number),
            f"letter_{step.number}",
            f"Lập văn bản {step.number}",
            '{"letter": "result"}',
        ),
    )
    db.execute(
        "insert into jobs (id, kind, args, status, run_at, created_at, attempts)"
        " values (%s, 'PerformCall', %s, 'ready', now(), now(), 0)",
        (new_id(), json.dumps({"call": str(call)})),
    )
