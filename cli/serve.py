"""Serve the whole house on one port: pages, workers, relay and schedule, until Ctrl-C.

On first start the sample office is loaded behind the open page; --empty starts without it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from cli.main import PREPARED
from cli.serving.premises import Refused, check_host, check_port, check_settings, hold
from cli.serving.supervisor import Child, Supervisor, say
from cli.setup.house import HOUSE

WORKERS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, where to keep things, with or without the sample office."""
    parser.add_argument("--port", type=int, default=8080, help="default 8080")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1: this machine alone")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")
    parser.add_argument("--empty", action="store_true", help="a real, empty office instead of the sample one")
    parser.add_argument(
        "--allow-remote-sample",
        action="store_true",
        help="let other machines reach the sample office, knowing the risk",
    )


def run(args: argparse.Namespace) -> int:
    """Check, lock, migrate, start, watch; 0 after an ordered end, 2 when it was refused."""
    os.umask(0o077)  # dossiers, keys and the database are for the owner of this process alone
    data = (args.data or Path(os.environ.get("MOTCUA_DATA") or HOUSE / "data")).expanduser().absolute()
    sample = not args.empty and os.environ.get("MOTCUA_SAMPLE", "1").lower() in ("1", "true", "yes", "on")
    address = f"http://{f'[{args.host}]' if ':' in args.host else args.host}:{args.port}"
    try:
        check_host(args.host, sample=sample, allowed=args.allow_remote_sample)
        lock = hold(data, f"process {os.getpid()}, {address}")
        with lock:
            check_port(args.host, args.port)
            environment = environment_for(data, address, sample=sample)
            check_settings(environment)
            return serve(args, address, data, environment, sample=sample)
    except Refused as refusal:
        say(f"motcua: {refusal}")
        return 2


def environment_for(data: Path, address: str, *, sample: bool) -> dict[str, str]:
    """What every process of the tree is told, on top of what this one was told."""
    told = {"MOTCUA_DATA": str(data), "MOTCUA_SAMPLE": "1" if sample else "0", "PYTHONUNBUFFERED": "1"}
    told["MOTCUA_SIGNER"] = "1"  # keys lie unlocked in one process of this tree, which all others ask
    told["MOTCUA_PUBLIC_URL"] = os.environ.get("MOTCUA_PUBLIC_URL", address)
    return {**os.environ, **told}


def serve(args: argparse.Namespace, address: str, data: Path, environment: dict[str, str], *, sample: bool) -> int:
    """One tree, from migration to the ordered end."""
    started = time.monotonic()
    shutil.rmtree(data / "broker", ignore_errors=True)  # old messages; the outbox knows what is to be done
    if subprocess.run(own_verb("schema"), env=environment).returncode:
        say("motcua: the database could not be brought up to date, see above; nothing was started.")
        return 1
    tree = Supervisor(children_for(args.host, args.port), environment)
    tree.install()
    tree.start()
    opening = Child("the opening of the sample office", own_verb("sample"), errand=True)
    if sample:
        tree.send(opening)
    if wait_until_open(tree, address, opening if sample else None):
        say(welcome(address, data, sample=sample, seconds=time.monotonic() - started))
    tree.watch()
    say("motcua: ending …")
    tree.end()
    say("motcua: ended.")
    return 0


def own_verb(name: str) -> list[str]:
    """The words that start another verb of this house as a process."""
    return [sys.executable, str(HOUSE / "motcua"), PREPARED, name]


def children_for(host: str, port: int) -> list[Child]:
    """The pages, the workers (one job at a time each, so there are two) and, ended last, the keeper of the keys."""
    workers = int(os.environ.get("MOTCUA_WORKERS", WORKERS))
    return [
        Child("the web server", [sys.executable, "-m", "cli.serving.pages", host, str(port)]),
        *(Child(f"worker {number}", [sys.executable, "-m", "jobs.worker"]) for number in range(1, workers + 1)),
        Child("the signer", [sys.executable, "-m", "cli.serving.signer"], last=True),
    ]


def wait_until_open(tree: Supervisor, address: str, errand: Child | None) -> bool:
    """Watch the tree until the first page answers and the errand is done; False when asked to end before that."""
    while not tree.asked_to_end:
        tree.turn()
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}/", timeout=5):
                answers = True
        except urllib.error.HTTPError:
            answers = True
        except OSError:
            answers = False
        if answers and (errand is None or errand.finished):
            return True
        time.sleep(0.1)
    return False


def welcome(address: str, data: Path, *, sample: bool, seconds: float) -> str:
    """The lines a person reads when the house is open."""
    sign_in = (
        f"Sign in     {address}/signin   choose a role of the sample office, no password needed\n"
        "            (its dossiers appear behind the open page during the first minutes)"
        if sample
        else f"Sign in     {address}/signin   with login and password\n"
        f"Set up      ./motcua setup-office FILE.toml --data {data}\n"
        "            offices, people and procedures come from a file like docs/examples/ward.toml"
    )
    lines = (f"Address     {address}", sign_in, f"Data        {data}", "End         Ctrl-C")
    return "\n".join(("", f"motcua is open after {seconds:.1f} s", "", *lines, ""))
