"""Transactions and jobs: one place commits, every job asked for has somebody who does it."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

from tests.house.tree import HOUSE, ROOMS, Source, calls, sources, told


def test_only_the_unit_of_work_commits():
    broken = [
        f"{source.path}:{call.lineno} {name}()"
        for source in sources(*ROOMS)
        if not source.within("engine/work.py")
        for call, name in calls(source)
        if name.rpartition(".")[2] == "commit" or name.endswith(("session.begin", "Session.begin", "engine.begin"))
    ]
    assert not broken, told(broken, "Only engine/work.py commits; open a unit of work at the entry instead:")


def constants(source: Source) -> dict[str, ast.expr]:
    """Names a module gives to plain values at its top."""
    return {
        target.id: node.value
        for node in source.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def asked_kinds() -> dict[str, str]:
    """Every kind of job the code asks for, with one place that does."""
    kinds: dict[str, str] = {}
    for source in sources(*ROOMS):
        if source.within("engine/work.py", "engine/outbox.py", "jobs/schedule.py"):
            continue
        for call, name in calls(source):
            whose, _, word = name.rpartition(".")
            position = {"defer": 0, "ask": 1}.get(word)
            if position is None or not whose or (position == 1 and "outbox" not in name):
                continue  # `defer` of nobody is the ORM's word for a column left out
            kind = call.args[position] if len(call.args) > position else None
            kind = constants(source).get(kind.id) if isinstance(kind, ast.Name) else kind
            assert isinstance(kind, ast.Constant), f"{source.path}:{call.lineno} asks for a job whose kind is not plain"
            kinds[str(kind.value)] = f"{source.path}:{call.lineno}"
    return kinds


def known_acts() -> set[str]:
    for path in sorted((HOUSE / "jobs").glob("*.py")):
        if path.stem not in {"__init__", "worker"}:
            importlib.import_module(f"jobs.{path.stem}")
    return set(importlib.import_module("jobs.carrying").ACTS)


def test_every_job_has_a_worker():
    acts = known_acts()
    broken = [f"{kind} asked at {place}" for kind, place in asked_kinds().items() if kind not in acts]
    assert not broken, told(broken, "Jobs nobody carries out (add a module in jobs/ with @carries):")


def test_every_worker_has_work():
    scheduled = {entry.kind for entry in importlib.import_module("jobs.schedule").ENTRIES}
    idle = sorted(known_acts() - set(asked_kinds()) - scheduled)
    assert not idle, told(idle, "Kinds of jobs that nothing asks for and no schedule names:")


def test_every_module_of_jobs_that_carries_is_loaded_by_the_worker():
    loaded = set(importlib.import_module("jobs.app").app.conf.imports)
    broken = [
        source.path
        for source in sources("jobs")
        if any(name == "carries" for _, name in calls(source))
        and f"jobs.{Path(source.path).stem}" not in loaded
        and source.path != "jobs/carrying.py"
    ]
    assert not broken, told(broken, "Modules with jobs that jobs/app.py does not name in `imports`:")


def test_schedule_entries_bind():
    entries = importlib.import_module("jobs.schedule").ENTRIES
    acts = known_acts()
    broken = [f"{entry.name}: no worker for {entry.kind}" for entry in entries if entry.kind not in acts]
    broken += [
        f"{e.name}: exactly one of every/at must be given" for e in entries if (e.every is None) == (e.at is None)
    ]
    names = [entry.name for entry in entries]
    broken += [f"{name}: twice" for name in set(names) if names.count(name) > 1]
    assert not broken, told(broken, "Entries of jobs/schedule.py that would not run:")
