"""A broker that is a folder: for an office with one machine and nothing else installed.

Kombu's own file-system transport lets a reader take a file that its writer is still filling, and keeps a routing file
that a sudden end can leave empty. Here a message appears by renaming, and there is one queue, reached by its name.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

_numbers = itertools.count()


class Channel(virtual.Channel):
    """Messages are files named by their order; taking one is renaming it, so only one reader can."""

    supports_fanout = False

    @property
    def folder(self) -> Path:
        return Path(self.connection.client.transport_options["folder"])

    def _queue(self, queue: str) -> list[Path]:
        """Waiting messages, oldest first."""
        return sorted(self.folder.glob(f"*.{queue}.msg"), key=lambda path: path.name)

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        number = f"{self._moment():020d}-{os.getpid()}-{next(_numbers):06d}"
        writing = self.folder / f"{number}.{queue}.new"
        writing.write_text(dumps(message), encoding="utf-8")
        writing.rename(writing.with_suffix(".msg"))

    def _moment(self) -> int:
        """Nanoseconds since the machine started: the order of messages between processes, not a time of day."""
        return int(os.times().elapsed * 1_000_000_000)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for waiting in self._queue(queue):
            mine = waiting.with_name(f"{waiting.name}.{os.getpid()}")
            try:
                waiting.rename(mine)
                text = mine.read_text(encoding="utf-8")
                mine.unlink()
            except FileNotFoundError:
                continue  # another worker was faster
            return loads(text)
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._queue(queue))

    def _purge(self, queue: str) -> int:
        waiting = self._queue(queue)
        for path in waiting:
            path.unlink(missing_ok=True)
        return len(waiting)


class Transport(virtual.Transport):
    """What kombu calls a folder:// address."""

    Channel = Channel
    global_state = virtual.BrokerState()
    driver_type = "folder"
    driver_name = "folder"

    def driver_version(self) -> str:
        return "1"
