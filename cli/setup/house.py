"""Where things lie, how progress is shown, and how a step that was already done is recognised."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
BUILD = HOUSE / "build"
VENV = HOUSE / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOG = BUILD / "setup.log"
HEARTBEAT = 10.0


class SetupFailed(Exception):
    """Set-up cannot go on; the text says to a person what to do."""


def say(text: str) -> None:
    """A line of progress, on standard error so that a verb's own output stays clean."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show that something takes time, and how long it took."""
    say(f"→ {title} …")
    started = time.monotonic()
    yield
    say(f"  {title}: done in {time.monotonic() - started:.1f} s")


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, check: bool = True) -> str:
    """Run a program from the house's folder and return what it said; a failure shows its last lines.

    Output goes to build/setup.log as well; while it lasts a sign of life appears every ten seconds.
    """
    words = [str(word) for word in command]
    started = time.monotonic()
    with subprocess.Popen(
        words, cwd=HOUSE, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    ) as process:  # fmt: skip
        while True:
            try:
                output, _ = process.communicate(timeout=HEARTBEAT)
                break
            except subprocess.TimeoutExpired:
                say(f"  … {time.monotonic() - started:.0f} s")
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(words)}\n{output}\n")
    if check and process.returncode:
        tail = "\n".join(f"    {line}" for line in output.strip().splitlines()[-25:])
        raise SetupFailed(f"{Path(words[0]).name} failed ({process.returncode}); the whole of it: {LOG}\n{tail}")
    return output


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """A digest of the contents of files and of every file below folders; missing ones count as empty."""
    digest = hashlib.sha256()
    for path in sorted(_files(paths)):
        digest.update(f"{path.relative_to(HOUSE)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for text in more:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (below for below in path.rglob("*") if below.is_file() and "__pycache__" not in below.parts)
        elif path.is_file():
            yield path


def stamped(stamp: Path, mark: str) -> bool:
    """Whether this step was finished before with exactly the same input."""
    try:
        return stamp.read_text(encoding="utf-8").strip() == mark
    except OSError:
        return False


def put_stamp(stamp: Path, mark: str) -> None:
    """Remember that a step is finished; written aside and renamed, so a half-written stamp never exists."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    beside = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    beside.write_text(mark + "\n", encoding="utf-8")
    beside.replace(stamp)


@contextmanager
def alone() -> Iterator[None]:
    """Let one set-up at a time work in this folder; a second one waits and says so."""
    try:
        BUILD.mkdir(exist_ok=True)
        lock = (BUILD / "setup.lock").open("a")
    except PermissionError as error:
        raise SetupFailed(
            f"{HOUSE} cannot be written by this user ({error}).\nRun motcua as the folder's owner, or copy the folder."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("→ another ./motcua is getting ready in this folder; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
