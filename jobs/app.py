"""The Celery application: which broker carries the word that a job waits, and how little we trust it.

The outbox table is the truth. A broker only wakes a worker; whatever it loses is sent again when the lease runs out,
and whatever it delivers twice is carried out once. So messages are acknowledged on arrival, results are not kept, and
the broker's own retries, events and remote control stay off.
"""

from __future__ import annotations

import importlib

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from engine.settings import Settings, read_settings

QUEUE = "motcua"
TRANSPORT_ALIASES["folder"] = "jobs.folder:Transport"


def configure(application: Celery, settings: Settings) -> None:
    """Point the application at the broker of this installation: a folder beside the data, or BROKER_URL."""
    folder = settings.data / "broker"
    if not settings.broker_url:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    application.conf.update(
        broker_url=settings.broker_url or "folder://",
        broker_transport_options={"folder": str(folder), "polling_interval": 0.05} if not settings.broker_url else {},
        broker_connection_retry_on_startup=True,
        broker_connection_retry=True,
        broker_connection_max_retries=None,  # however long the broker is away
        broker_heartbeat=0,  # one task may keep the only thread longer than any heartbeat
        task_default_queue=QUEUE,
        task_create_missing_queues=True,
        task_acks_late=False,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_pool="solo",  # V8 must not be forked, and a process that dies takes one job with it, not two
        worker_concurrency=1,
        imports=[
            "jobs.absences",
            "jobs.apologies",
            "jobs.calendars",
            "jobs.calls",
            "jobs.deadlines",
            "jobs.figures",
            "jobs.forecasts",
            "jobs.history",
            "jobs.journal",
            "jobs.law",
            "jobs.trust",
            "jobs.withdrawals",
            "jobs.copies",
            "jobs.levels",
            "jobs.moves",
            "jobs.notices",
            "jobs.papers",
            "jobs.sample",
            "jobs.signals",
            "jobs.signing",
            "jobs.tidying",
            "jobs.warnings",
            "jobs.watching",
            "jobs.whatif",
        ],
    )


def load_every_kind() -> None:
    """Import every module that provides a kind of job, as a worker does when it starts."""
    for name in app.conf.imports:
        importlib.import_module(name)


app = Celery("motcua")
configure(app, read_settings())
