"""A private PostgreSQL for tests and measurements, shared by everybody who runs them in this folder at once.

Each user holds a shared lock; the last one to leave stops the server. Locks vanish with their process, so a run
that was killed leaves at most a server that the next run finds, uses and stops.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from cli.setup.house import BUILD, HOUSE, SetupFailed
from cli.setup.system import postgresql_folder
from cli.testing.memory import MEMORY, has_room
from cli.testing.ports import free_port

OWNER = "motcua"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # a test database may be lost in a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
IN_MEMORY = {
    **SETTINGS,
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "log_checkpoints": "off",
}
"""For tests: the log takes little of the memory the server lies in."""
DURABLE = {**SETTINGS, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
"""For measuring: a commit lies on the disk before it is told, as in an office; lend it under a name of its own."""


@contextmanager
def postgresql(name: str = "pg", settings: Mapping[str, str] = SETTINGS, *, in_memory: bool = False) -> Iterator[str]:
    """Lend the URL of a running server's maintenance database, `postgresql+psycopg://motcua@127.0.0.1:PORT/postgres`.

    Each `name` is a server of its own, with a data folder of that name that stays from one run to the next; one
    `in_memory`, where the machine has room for it, until the machine is switched off.
    """
    programs = postgresql_folder()
    if programs is None:
        raise SetupFailed("PostgreSQL is not installed; ./motcua test brings it, or: sudo apt-get install postgresql")
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f"{name}.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server = Server(programs, name, settings, in_memory=in_memory)
        with _alone(name):
            port = server.running_port() or server.start()
        try:
            yield f"postgresql+psycopg://{OWNER}@127.0.0.1:{port}/postgres"
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses it and will stop it
            else:
                server.stop()


def server_of_tests() -> AbstractContextManager[str]:
    """Lend the server all tests share: a database is eight hundred files, made twenty times as cheaply in memory."""
    return postgresql("pg-tests", IN_MEMORY, in_memory=True)


@contextmanager
def _alone(name: str) -> Iterator[None]:
    with (BUILD / f"{name}.start").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Server:
    """One data folder and the server on it; root lends its rights to a system user, as PostgreSQL refuses root."""

    def __init__(
        self, programs: Path, name: str = "pg", settings: Mapping[str, str] = SETTINGS, *, in_memory: bool = False
    ) -> None:
        self.programs, self.name, self.settings, self.in_memory = programs, name, settings, in_memory
        self.user = "postgres" if os.geteuid() == 0 else None
        self.folder = self._reachable_folder()
        self.data = self.folder / "data"

    def _reachable_folder(self) -> Path:
        """One in memory if wished, build/NAME, or one under /var/tmp where the system user cannot walk into build."""
        mark = hashlib.sha256(str(HOUSE).encode()).hexdigest()[:12]
        own = f"motcua-{self.name}-{os.geteuid()}-{mark}"
        memory = [MEMORY / own] if self.in_memory and ((MEMORY / own).exists() or has_room(MEMORY)) else []
        for folder in (*memory, BUILD / self.name, Path("/var/tmp") / own):
            folder.mkdir(mode=0o700, exist_ok=True)
            if self.user is None:
                return folder
            account = pwd.getpwnam(self.user)
            os.chown(folder, account.pw_uid, account.pw_gid)
            if self._run(["test", "-w", folder], check=False).returncode == 0:
                return folder
        raise SetupFailed(f"the system user {self.user} can write neither {BUILD} nor /var/tmp")

    def running_port(self) -> int | None:
        """The port of a server already running on this folder that answers, or None."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            port = int(lines[3])
        except (OSError, ValueError, IndexError):
            return None
        ready = self._run([self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
        ours = self._pg_ctl("status", check=False)
        return port if ready.returncode == 0 and ours.returncode == 0 else None

    def start(self) -> int:
        """Create the data folder if need be and start; returns the port."""
        self._pg_ctl("stop", "-m", "immediate", check=False)
        version = self.data / "PG_VERSION"
        newest = self.programs.parent.name
        if version.exists() and newest.isdigit() and version.read_text().strip() != newest:
            shutil.rmtree(self.data)
        if not version.exists():
            shutil.rmtree(self.data, ignore_errors=True)
            words: list[str | Path] = [
                "-D",
                self.data,
                "-U",
                OWNER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
            self._run([self.programs / "initdb", *words])
        for attempt in range(3):
            port = free_port()
            settings = {**self.settings, "port": str(port), "unix_socket_directories": self._socket_folder()}
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            log = self.folder / "server.log"
            started = self._pg_ctl("start", "-w", "-t", "60", "-l", log, "-o", options, check=attempt == 2)
            if started.returncode == 0:
                return port
        raise AssertionError("unreachable: the third failure raises")

    def stop(self) -> None:
        """Stop without ceremony where nothing is worth keeping; a server that syncs to disk stops in order."""
        mode = "immediate" if self.settings.get("fsync") == "off" else "fast"
        self._pg_ctl("stop", "-w", "-m", mode, check=False)

    def _socket_folder(self) -> str:
        """A short path, because a socket's name may have no more than 107 bytes."""
        mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]
        folder = Path(tempfile.gettempdir()) / f"motcua-{os.geteuid()}-{mark}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user is not None:
            account = pwd.getpwnam(self.user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        return str(folder)

    def _pg_ctl(self, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._run([self.programs / "pg_ctl", "-D", self.data, *words], check=check)

    def _run(self, words: Sequence[str | Path], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [str(word) for word in words]
        if self.user is not None:
            command = ["runuser", "-u", self.user, "--", *command]
        with tempfile.TemporaryFile("w+") as said:  # a file, as the server would keep a pipe open for its whole life
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", text=True)
            said.seek(0)
            output = said.read()
        if check and done.returncode:
            raise SetupFailed(f"{Path(str(words[0])).name} failed:\n{output.strip()}")
        return subprocess.CompletedProcess(command, done.returncode, output)
