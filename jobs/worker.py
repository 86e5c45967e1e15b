"""A worker process: one job at a time, beside it a thread with the relay and the schedule. `python -m jobs.worker`."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from typing import Any
from uuid import UUID

from celery.platforms import SecurityWarning
from celery.signals import worker_ready, worker_shutting_down
from celery.utils.nodenames import default_nodename
from setproctitle import setproctitle

from engine.composition import composition
from jobs.app import QUEUE, app
from jobs.relay import Relay

stop = threading.Event()


def send(kind: str, job_id: UUID, holder: str) -> None:
    """Hand the number of a job to the broker."""
    app.send_task(kind, args=(str(job_id), holder), queue=QUEUE, retry=False)


@worker_ready.connect
def start_relay(**_: Any) -> None:
    """Begin to relay once this worker can take what it sends."""
    setproctitle("motcua worker")
    threading.Thread(target=Relay(composition(), send).run, args=(stop,), name="relay", daemon=True).start()


@worker_shutting_down.connect
def stop_relay(**_: Any) -> None:
    """Take on nothing new while the last job ends."""
    stop.set()


def main() -> int:
    """Work until told to stop; SIGTERM lets the running job finish."""
    warnings.filterwarnings("ignore", category=SecurityWarning)  # nothing is unpickled here, root or not
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)  # a folder has no host name, and that is fine
    logging.basicConfig(level=logging.WARNING, format="worker %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    worker = app.Worker(
        queues=QUEUE,
        hostname=default_nodename("motcua@%h"),
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        use_eventloop=False,  # the asynchronous loop goes deaf when Redis comes back after it was lost
    )
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main())
