"""How the house itself is doing: its queue, its worker, its store, its journal, long pieces of work under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.exc import SQLAlchemyError

from engine.accounts.models import ApiClient
from engine.accounts.policy import require_role
from engine.journal import Entry, Fault, verify
from engine.notifications.models import Notice
from engine.outbox import Job, Progress
from engine.queries.doctor_findings import Finding
from engine.queries.doctor_trust import trust_findings
from engine.queries.heads import KeptHeads
from engine.queries.history_check import check_seals
from engine.queries.trust import clock_state
from engine.settings import ROOT
from engine.work import Reading

CHAIN = "house"
"""The chain of acts about the installation itself, kept like an office's own."""
VERIFIED = "journal.verified"
VERIFY = "VerifyJournal"
HEARTBEAT = "SweepDeadlines"
"""The relay asks for this every 30 seconds, whatever else there is to do."""
SILENCE = timedelta(seconds=120)
PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class Queue:
    """The outbox in numbers: due now, waiting for later, in a worker's hands, given up."""

    due: int
    later: int
    running: int
    failed: int
    oldest: datetime | None
    heartbeat: datetime | None


@dataclass(frozen=True)
class Checked:
    """What the last check of the journal found; `running` while a newer one is under way."""

    at: datetime | None
    chains: int
    acts: int
    faults: int
    found: tuple[Fault, ...]
    running: bool
    failed: bool
    job: str = ""


@dataclass(frozen=True)
class Condition:
    """Everything on the operator's first page that is no list of stuck things."""

    queue: Queue
    progress: tuple[Progress, ...]
    used: int | None
    free: int | None
    checked: Checked
    clients: tuple[ApiClient, ...]
    findings: tuple[Finding, ...]


def condition(read: Reading) -> Condition:
    """How the house is doing, for its operator."""
    require_role(read.actor, "operator")
    storage: Any = read.ports.storage
    measured = hasattr(storage, "used") and hasattr(storage, "free")  # a store in a cloud may not know its room
    return Condition(
        queue=queue(read),
        progress=tuple(read.session.scalars(select(Progress).order_by(Progress.updated_at.desc()))),
        used=storage.used() if measured else None,
        free=storage.free() if measured else None,
        checked=last_check(read),
        clients=tuple(read.session.scalars(select(ApiClient).order_by(ApiClient.name))),
        findings=tuple(trust_findings(read)),
    )


def queue(read: Reading) -> Queue:
    """The outbox in numbers, for anybody who may ask for the condition of the house."""
    now = read.now
    counts = dict(
        read.session.execute(
            select(Job.status, func.count()).where(Job.status.in_(("leased", "failed"))).group_by(Job.status)
        ).all()
    )
    waiting = Job.status == "ready"
    due, later, oldest = read.session.execute(
        select(
            func.count().filter(Job.run_at <= now),
            func.count().filter(Job.run_at > now),
            func.min(Job.run_at).filter(Job.run_at <= now),
        ).where(waiting)
    ).one()
    return Queue(due, later, counts.get("leased", 0), counts.get("failed", 0), oldest, heartbeat(read))


def heartbeat(read: Reading) -> datetime | None:
    """When the relay last asked for the sweep it asks for every half minute; identifiers follow time."""
    return read.session.scalar(select(Job.created_at).where(Job.kind == HEARTBEAT).order_by(Job.id.desc()).limit(1))


def last_check(read: Reading) -> Checked:
    """The newest result of a check of the journal, and whether one is under way."""
    entry = read.session.scalar(
        select(Entry)
        .where(Entry.chain == f"office:{CHAIN}", Entry.verb == VERIFIED)
        .order_by(Entry.seq.desc())
        .limit(1)
    )
    job = read.session.scalar(select(Job).where(Job.kind == VERIFY).order_by(Job.id.desc()).limit(1))
    facts: dict[str, Any] = entry.facts if entry else {}
    return Checked(
        at=entry.at if entry else None,
        chains=facts.get("chains", 0),
        acts=facts.get("acts", 0),
        faults=facts.get("faults", 0),
        found=tuple(Fault(*one) for one in facts.get("found", ())),
        running=job is not None and job.status in {"ready", "leased"},
        failed=job is not None and job.status == "failed",
        job=str(facts.get("job", "")),
    )


@dataclass(frozen=True)
class JournalCheck:
    """What recomputing every chain gave."""

    chains: int
    acts: int
    faults: tuple[Fault, ...]


def check_journal(read: Reading) -> JournalCheck:
    """Recompute every chain and compare it with the head kept on its owner's row, then with the daily seals.

    The look must be of one moment, as `engine.work.reading` gives it unless it is brief: heads and acts read at two
    moments would disagree without any fault.
    """
    heads = KeptHeads(read.session)
    return JournalCheck(*heads.count(), (*verify(read.session, heads), *check_seals(read).faults))


@dataclass(frozen=True)
class Health:
    """Whether the house can do its work; each part is "ok" or says in one word what is wrong.

    `clock` is "drifting" or "stopped" when it runs wrong against a time-stamping authority; pages work all the same.
    """

    database: str
    migrations: str
    relay: str
    oldest_due_seconds: int
    clock: str = "ok"

    @property
    def well(self) -> bool:
        return (self.database, self.migrations, self.relay) == ("ok", "ok", "ok")


AWAY = Health("away", "unknown", "unknown", 0)


def newest_migration() -> str:
    """The number of the last migration this version of the house brings; they are numbered in one line."""
    return max((path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py")), default="")


def health(read: Reading) -> Health:
    """Database, migrations and relay in a few cheap reads; nothing here is secret."""
    try:
        read.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return AWAY
    try:
        revision = read.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        ready = or_(Job.status == "ready", (Job.status == "leased") & (Job.leased_until <= read.now))
        oldest = read.session.scalar(select(func.min(Job.run_at)).where(ready, Job.run_at <= read.now))
        beat = heartbeat(read)
        clock = clock_state(read)
    except SQLAlchemyError:
        return Health("ok", "missing", "unknown", 0)
    waited = (read.now - oldest) if oldest else timedelta()
    silent = beat is None or read.now - beat > SILENCE
    relay = "silent" if silent else "behind" if waited > PATIENCE else "ok"
    migrations = "ok" if revision == newest_migration() else "behind"
    return Health("ok", migrations, relay, int(waited.total_seconds()), clock)


def tray(read: Reading, *, recipient: str = "", channel: str = "", skip: int = 0, most: int = 30) -> list[Notice]:
    """What the sample office sent, newest first; nothing elsewhere. `recipient` is a part of an address or number."""
    if not read.ports.settings.sample:
        return []
    statement = select(Notice).order_by(Notice.created_at.desc(), Notice.id.desc()).limit(most).offset(skip)
    if recipient:
        statement = statement.where(Notice.recipient.contains(recipient, autoescape=True))
    if channel:
        statement = statement.where(Notice.channel == channel)
    return list(read.session.scalars(statement))
