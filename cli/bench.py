"""Measure what is claimed: figures as ratios against something in the same run.

`engine` is the table of the engine's targets: a step against bare SpiffWorkflow (processor time and bytes), large and
old cases against small and young ones, completions against hand-written SQL, HTTP against the use case. `completions`
and `feel` tell one of them in more detail. `letters` prints and signs against the libraries as they come, and asks for
a page while a batch is signed; `signing-list` has a leader sign a list with one confirmation. `screens` fills a
database with a city's dossiers (kept for the next run) and says what every screen costs there. `history`
seals and checks made-up chains of acts at two sizes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.letters_batch import Figures as BatchFigures
    from benchmarks.signing_list import Figures as ListFigures

NEEDS = ("packages", "developer", "assets", "letters", "postgresql")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure, and how long."""
    parser.add_argument(
        "what",
        nargs="?",
        default="engine",
        choices=["engine", "completions", "feel", "calendar", "letters", "signing-list", "screens", "history"],
    )
    parser.add_argument("--clients", type=int, default=4, help="client processes on each side (default 4)")
    parser.add_argument("--cases", type=int, default=80, help="dossiers, ten completions each (default 80)")
    parser.add_argument("--rounds", type=int, default=30, help="rounds of every way to calculate (default 30)")
    parser.add_argument("--letters", type=int, default=500, help="letters: how many are signed as one batch (500)")
    parser.add_argument("--papers", type=int, default=200, help="signing-list: how many papers are on it (200)")
    parser.add_argument("--sqlite", action="store_true", help="signing-list: on SQLite in place of PostgreSQL")
    parser.add_argument("--chains", type=int, default=200_000, help="history: chains of the larger house (200,000)")
    parser.add_argument("--full", action="store_true", help="screens: ten million dossiers in place of one")
    parser.add_argument("--dossiers", type=int, default=None, help="screens: another number of dossiers")


def run(args: argparse.Namespace) -> int:
    """What was asked for, said as ratios."""
    whats = {
        "engine": _engine,
        "completions": _completions,
        "feel": _feel,
        "calendar": _calendar,
        "letters": _letters,
        "signing-list": _signing_list,
        "screens": _screens,
        "history": _history,
    }
    return whats[args.what](args)


def _screens(args: argparse.Namespace) -> int:
    """What each screen costs at the database with a city's dossiers in it: time, statements, rows its plans read."""
    from benchmarks.screens import measure

    return measure(10_000_000 if args.full else args.dossiers or 1_000_000, rounds=min(args.rounds, 9))


def _history(args: argparse.Namespace) -> int:
    """What sealing and checking history costs a chain, an act, a leaf: in a house and in one a fifth of its size."""
    from benchmarks.history import Measured, measure, report
    from cli.testing.postgres import DURABLE, postgresql

    def house(chains: int) -> Measured:
        with _database(server) as url, tempfile.TemporaryDirectory() as folder:
            return measure(url, Path(folder), chains=chains)

    with postgresql("pg-durable", DURABLE) as server:
        small, large = house(max(args.chains // 5, 1_000)), house(max(args.chains, 5_000))
    return 0 if report(small, large, print) else 1


def _letters(args: argparse.Namespace) -> int:
    """Printed and signed per second and core ÷ the libraries as they come; a page's time while a batch is signed."""
    from benchmarks import letters, letters_batch
    from cli.testing.postgres import DURABLE, postgresql

    with tempfile.TemporaryDirectory() as folder:
        figures = letters.measure(Path(folder), rounds=args.rounds)
    print(f"one letter, {args.rounds} rounds in turn, the middle of them, processor time; per second and core")
    for name, cost in (
        ("printed here", figures.printed),
        ("printed by stock WeasyPrint", figures.printed_stock),
        ("signed here, RSA-3072, B-T", figures.signed_rsa),
        ("signed here, P-256, B-T", figures.signed_ec),
        ("signed by stock pyHanko, B-B", figures.signed_stock),
        ("the same, its key loaded", figures.signed_loaded),
        ("whole way after printing", figures.whole),
        ("raised to B-LTA", figures.raised),
    ):
        print(f"  {name:<30} {cost:8.2f} ms {1000 / cost:9.1f} /s")
    print(f"  printing here ÷ stock          {figures.printing:8.2f}")
    print(f"  signing here ÷ stock           {figures.signing:8.2f}  (at most {letters.TARGET:.2f})")
    with (
        postgresql("pg-durable", DURABLE) as server,
        _database(server) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        batch = letters_batch.measure(url, Path(folder), letters=args.letters)
    print(f"{batch.letters} letters signed, sealed and raised by one worker in {batch.seconds:.0f} s")
    _tell_pages(batch)
    return 0 if figures.signing <= letters.TARGET and batch.raised == batch.letters else 1


def _tell_pages(found: BatchFigures | ListFigures) -> None:
    """What another page took before and while papers were signed."""
    print(f"  a page while nothing is signed {found.quiet:8.1f} ms, one in twenty above {found.quiet_slow:.1f} ms")
    print(f"  a page meanwhile               {found.busy:8.1f} ms, one in twenty above {found.busy_slow:.1f} ms")
    print(f"  meanwhile ÷ before             {found.busy / found.quiet:8.2f}  ({found.looks} looks)")


def _signing_list(args: argparse.Namespace) -> int:
    """One confirmation for a list of papers: what page, confirmation and each paper cost; another page meanwhile."""
    from benchmarks.signing_list import measure
    from cli.schema import migrate
    from cli.testing.postgres import DURABLE, postgresql

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if args.sqlite:
            url = f"sqlite:///{folder / 'motcua.sqlite3'}"
            migrate(url)
        else:
            url = stack.enter_context(_database(stack.enter_context(postgresql("pg-durable", DURABLE))))
        found = measure(url, folder, papers=args.papers, say=lambda text: print(text, flush=True))
    print(f"a list of {found.papers} papers, signed with one confirmation; processor time and statements")
    for name, part in (
        ("chosen, all of them", found.chosen),
        ("shown, all of them", found.shown),
        ("confirmed", found.confirmed),
        ("signed and kept, each", found.each),
    ):
        print(f"  {name:<30} {part.cpu_ms:8.1f} ms {part.statements:9.1f}")
    print(f"{found.signed} signed by one worker in {found.seconds:.0f} s")
    _tell_pages(found)
    return 0 if found.signed == found.papers else 1


def _calendar(args: argparse.Namespace) -> int:
    """A due date by prefix sums ÷ by walking from day to day, and what its ledger costs beside it."""
    from benchmarks.calendar import QUESTIONS, measure

    figures = measure(args.rounds)
    print(f"{QUESTIONS} due dates of 1 to 60 working days, {args.rounds} rounds in turn, the middle of them")
    print(f"  from day to day          {figures.walk:8.2f} µs")
    print(f"  prefix sums              {figures.sums:8.2f} µs")
    print(f"  with its ledger          {figures.ledger:8.2f} µs")
    print(f"  with its ledger as kept  {figures.kept:8.2f} µs")
    print(f"  day to day ÷ sums        {figures.walk / figures.sums:8.2f}")
    print(f"  ledger ÷ sums            {figures.ledger / figures.sums:8.2f}")
    return _recounting(args)


def _recounting(args: argparse.Namespace) -> int:
    """A term counted anew after a change of the calendar ÷ a completed step, on one PostgreSQL, by processor time."""
    from benchmarks.recounting import measure
    from cli.testing.postgres import DURABLE, postgresql

    with (
        postgresql("pg-durable", DURABLE) as server,
        _database(server) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        figures = measure(url, Path(folder), cases=2 * args.cases)
    print(f"{figures.terms} running terms after a change of the calendar, processor time of client and PostgreSQL")
    print(f"  seen in advance          {figures.foreseen:8.3f} ms a term")
    print(f"  moved, in slices         {figures.sliced:8.2f} ms a term")
    print(f"  moved, one by one        {figures.alone:8.2f} ms a term")
    print(f"  no date can move         {figures.kept:8.3f} ms a term")
    print(f"  a completed step         {figures.completion:8.2f} ms")
    print(f"  slices ÷ one by one      {figures.sliced / figures.alone:8.2f}")
    print(f"  moved ÷ completed step   {figures.sliced / figures.completion:8.2f}")
    print(f"  unmoved ÷ moved          {figures.kept / figures.sliced:8.3f}")
    return 0


def _feel(args: argparse.Namespace) -> int:
    """A simple condition as a closure ÷ in V8, and V8 in its child process ÷ V8 inside this one."""
    from benchmarks.feel import TOGETHER, measure

    figures = measure(args.rounds)
    print(f"one simple condition, {args.rounds} rounds in turn, the middle of them")
    print(f"  closure                  {figures.closure:8.1f} µs")
    print(f"  V8 in its child process  {figures.child:8.1f} µs")
    print(f"  V8 inside this process   {figures.inside:8.1f} µs")
    print(f"  {TOGETHER} in one crossing       {figures.together:8.1f} µs")
    print(f"  closure ÷ child          {figures.closure / figures.child:8.4f}")
    print(f"  child ÷ inside           {figures.child / figures.inside:8.2f}")
    print(f"  {TOGETHER} together ÷ {TOGETHER} alone   {figures.together / figures.child / TOGETHER:8.2f}")
    print(f"a child process: {figures.start_ms:.0f} ms to its first answer, {figures.resident_mb:.0f} MB resident")
    return 0


def _engine(args: argparse.Namespace) -> int:
    """Every target of the engine in one run, on a PostgreSQL with fsync on; 1 where one is missed."""
    from benchmarks import engine
    from cli.testing.postgres import DURABLE, postgresql

    missed = 0
    with postgresql("pg-durable", DURABLE) as server:
        for line in engine.baseline(server):
            print(line)
        sizes = {"rounds": args.rounds, "clients": args.clients, "cases": args.cases}
        for row in engine.rows(lambda: _database(server), **sizes):
            print(row, flush=True)
            missed += not row.holds
    return 1 if missed else 0


@contextmanager
def _database(server: str) -> Iterator[str]:
    """A database of its own with all tables, gone afterwards."""
    from sqlalchemy import create_engine, text

    from cli.schema import migrate

    name = f"bench_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    try:
        url = f"{server.rpartition('/')[0]}/{name}"
        migrate(url)
        yield url
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        admin.dispose()


def _completions(args: argparse.Namespace) -> int:
    """Completions per second through the use case ÷ a hand-written SQL transaction, on one PostgreSQL."""
    from benchmarks.completions import measure
    from cli.testing.postgres import DURABLE, postgresql

    with (
        postgresql("pg-durable", DURABLE) as server,
        _database(server) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        figures = measure(url, Path(folder), clients=args.clients, cases=args.cases)
    print(f"user-task completions, PostgreSQL (fsync on), {figures.clients} clients, {figures.completions} completions")
    for name, side in (("through the use case", figures.use_case), ("hand-written SQL", figures.by_hand)):
        print(
            f"  {name:<24} {side.per_second:8.1f} /s,"
            f" processor {side.client_ms:.2f} ms in the client, {side.server_ms:.2f} ms in PostgreSQL"
        )
    print(f"  ratio                    {figures.ratio:8.2f}")
    print(f"  ratio of processor time  {figures.cpu_ratio:8.2f}")
    return 0
