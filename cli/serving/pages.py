"""The web server process: `python -m cli.serving.pages HOST PORT`; its worker process dies with it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from setproctitle import setproctitle

from cli.serving.kin import die_with

THREADS = 4
"""Requests answered at once: enough for people, few enough for the database's connections."""


def load(parent: int, target: str) -> Callable[..., Any]:
    """Called in the process that answers: tie it to its parent, then import the application by its name."""
    die_with(parent)
    setproctitle("motcua pages")
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def main(host: str, port: int) -> None:
    """Serve until SIGTERM; a worker that falls over is started again."""
    setproctitle("motcua pages (main)")
    me = os.getpid()
    server = Granian(
        "web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("MOTCUA_WEB_WORKERS", "1")),
        blocking_threads=THREADS,
        backlog=256,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=10,
        log_level="error",  # type: ignore[arg-type]
    )
    server.serve(target_loader=lambda target: load(me, target))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
