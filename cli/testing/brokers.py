"""A private Redis or RabbitMQ for tests and drills, on a free port of this machine, gone with who borrowed it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cli.serving.kin import die_with
from cli.setup.house import SetupFailed
from cli.setup.system import RABBITMQ
from cli.testing.ports import free_port, is_open


@dataclass
class Broker:
    """A broker that can be killed and comes back at the same address, as on a bad day."""

    url: str
    words: Sequence[str]
    told: Mapping[str, str]
    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self, patience: float = 60) -> None:
        """Start it and wait until it listens; raises SetupFailed with its own words."""
        me = os.getpid()
        said = self.folder / f"said-{self.port}"
        with said.open("ab") as words:
            self.process = subprocess.Popen(
                list(self.words), env={**os.environ, **self.told}, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=words, stderr=words, start_new_session=True, preexec_fn=lambda: die_with(me),
            )  # fmt: skip
        until = time.monotonic() + patience
        while not is_open(self.port):
            if self.process.poll() is not None or time.monotonic() > until:
                raise SetupFailed(f"the broker did not open:\n{said.read_text(errors='replace').strip()[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it without a word, with everything it started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def broker(name: str) -> Iterator[Broker]:
    """Lend a running broker, `redis` or `rabbitmq`."""
    with tempfile.TemporaryDirectory(prefix=f"motcua-{name}-") as path:
        servers = {"redis": _redis, "rabbitmq": _rabbitmq}[name](Path(path))
        try:
            for server in servers:
                server.start()
            yield servers[-1]
        finally:
            for server in reversed(servers):
                server.kill()


def _redis(folder: Path) -> list[Broker]:
    """Redis without a disk behind it: whatever it forgets, the outbox knows."""
    program = shutil.which("redis-server")
    if program is None:
        raise SetupFailed("Redis is not installed; ./motcua test brings it, or: sudo apt-get install redis-server")
    port = free_port()
    words = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    return [Broker(f"redis://127.0.0.1:{port}/0", [*words, "--dir", str(folder)], {}, port, folder)]


def _rabbitmq(folder: Path) -> list[Broker]:
    """RabbitMQ with a name service of its own, so that nothing of the machine's own broker is touched."""
    if not RABBITMQ.exists():
        raise SetupFailed(
            "RabbitMQ is not installed; ./motcua test brings it, or: sudo apt-get install rabbitmq-server"
        )
    port, names = free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.local = 127.0.0.1:{port}\nvm_memory_high_watermark.absolute = 512MB\n"
        "disk_free_limit.absolute = 20MB\nlog.console.level = error\n"
    )
    (folder / "plugins").write_text("[].\n")
    told = {
        "HOME": str(folder),
        "RABBITMQ_BASE": str(folder),
        "RABBITMQ_NODENAME": f"motcua{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    name_service = [shutil.which("epmd") or "epmd", "-port", str(names), "-address", "127.0.0.1"]
    return [
        Broker("", name_service, {}, names, folder),
        Broker(f"amqp://guest:guest@127.0.0.1:{port}//", [str(RABBITMQ)], told, port, folder),
    ]
