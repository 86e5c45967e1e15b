"""A folder in memory for what the tests write: a test's database is forgotten with it and need not wait for a disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
"""Several times what a whole run writes (bytes)."""
_NAME = "motcua-test-"


@contextmanager
def folder_in_memory(memory: Path = MEMORY, room: int = ROOM) -> Iterator[str | None]:
    """Lend an empty folder there, gone with the run; None where the machine has no room in memory for it.

    Everybody may write into it, as into /tmp: PostgreSQL and the child that computes FEEL are other users.
    """
    if not has_room(memory, room):
        yield None
        return
    _forget_killed_runs(memory)
    prefix = f"{_NAME}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=memory, ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o1777)
        yield folder


def has_room(memory: Path = MEMORY, room: int = ROOM) -> bool:
    """Whether the folder has room and programs may lie in it; small containers forbid the one or the other."""
    try:
        found = os.statvfs(memory)
    except OSError:
        return False
    runs_programs = not found.f_flag & os.ST_NOEXEC
    return runs_programs and found.f_bavail * found.f_frsize >= room and os.access(memory, os.W_OK)


def _forget_killed_runs(memory: Path) -> None:
    for old in memory.glob(f"{_NAME}*-*"):
        pid = old.name.removeprefix(_NAME).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(old, ignore_errors=True)
