"""Run every check of the house: format, lint, types, import rules, and all tests on SQLite and PostgreSQL.

Options this verb does not know go to pytest; with any such option only the quick stages and pytest run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from cli.setup.house import BUILD, HOUSE
from cli.setup.system import chromium_path
from cli.testing.memory import folder_in_memory
from cli.testing.postgres import server_of_tests
from cli.testing.report import Tally, read_junit

NEEDS = (
    "packages",
    "developer",
    "assets",
    "letters",
    "postgresql",
    "chromium",
    "poppler",
    "pdf-readers",
    "redis",
    "rabbitmq",
    "softhsm",
)
PASS_THROUGH = True
WORKERS = 3
"""One more than the cores of the smallest machine: a test often waits, for a browser, a server or a worker."""
IMPORT_RULES = (
    "import sys; from importlinter.cli import lint_imports_command as lint; sys.argv[0] = 'lint-imports'; lint()"
)
QUICK_STAGES: tuple[tuple[str, Sequence[str]], ...] = (
    ("format", ("-m", "ruff", "format", "--check", ".")),
    ("lint", ("-m", "ruff", "check", "--quiet", ".")),
)
SLOW_STAGES: tuple[tuple[str, Sequence[str]], ...] = (
    ("types", ("-m", "mypy", "--no-error-summary", ".")),
    ("collection", ("-m", "pytest", "--collect-only", "-qq")),
    ("import rules", ("-c", IMPORT_RULES, "--no-logo")),
)
"""Two at a time. Whatever collection compiles, each worker would otherwise compile for itself."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `test` is pytest's."""


def run(args: argparse.Namespace) -> int:
    """Run the stages, then the tests, all of them even when one fails; 1 when anything failed."""
    started = time.monotonic()
    tally = Tally()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # every process of the run would compile the house anew
    with ThreadPoolExecutor(2) as pool:
        stages = [
            pool.submit(run_stage, *stage) for stage in (QUICK_STAGES if args.rest else QUICK_STAGES + SLOW_STAGES)
        ]
    for stage in stages:
        if stage.result():
            tally.passed += 1
        else:
            tally.failed += 1
    tests, ended_well = run_pytest(args.rest)
    tally.passed += tests.passed
    tally.failed += tests.failed or (0 if ended_well else 1)
    tally.skipped += tests.skipped
    for reason in tally.skipped:
        print(f"skipped: {reason}")
    print(f"everything together: {time.monotonic() - started:.1f} s")
    print(tally.line(), flush=True)
    return 1 if tally.failed else 0


def run_stage(title: str, words: Sequence[str]) -> bool:
    """Run one tool over the whole house; its words are shown only when it complains."""
    started = time.monotonic()
    done = subprocess.run([sys.executable, *words], cwd=HOUSE, capture_output=True, text=True)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{title:<14}{verdict:<8}{time.monotonic() - started:6.1f} s", flush=True)
    if done.returncode:
        print(f"{done.stdout}{done.stderr}", flush=True)
    return done.returncode == 0


def run_pytest(rest: Sequence[str]) -> tuple[Tally, bool]:
    """All tests (or those asked for) beside a private PostgreSQL; what was counted, and whether pytest was content."""
    started = time.monotonic()
    results = BUILD / "test" / f"results-{os.getpid()}.xml"
    results.parent.mkdir(parents=True, exist_ok=True)
    words = ["-m", "pytest", f"--junitxml={results}", "-o", "junit_family=xunit2", *rest]
    if not rest:
        words += ["-q", "-n", str(WORKERS), "--dist", "worksteal"]
    environment = {**os.environ, "MOTCUA_CHROMIUM": chromium_path() or ""}
    with ExitStack() as stack:
        if memory := stack.enter_context(folder_in_memory()):
            environment["TMPDIR"] = memory
        environment.setdefault("DATABASE_URL_POSTGRES", "")
        if not environment["DATABASE_URL_POSTGRES"]:
            environment["DATABASE_URL_POSTGRES"] = stack.enter_context(server_of_tests())
        code = subprocess.run([sys.executable, *words], cwd=HOUSE, env=environment).returncode
    tally = read_junit(results)
    results.unlink(missing_ok=True)
    print(f"{'tests':<14}{'ok' if code == 0 else 'FAILED':<8}{time.monotonic() - started:6.1f} s", flush=True)
    return tally, code == 0
