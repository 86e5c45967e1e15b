"""The unit of work: the one transaction of an entry, who acts in it and when; the only commit of the house."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import journal, outbox
from engine.db import for_asking, for_reading, for_writing
from engine.errors import Conflict
from engine.gathering import Gathering
from engine.ports import Ports


@dataclass(frozen=True)
class Mandated:
    """One post a person holds today: a role in an office, with the title printed under a signature."""

    office_id: UUID
    office_code: str
    office_name: str
    role: str
    title: str = ""
    capacity: str = ""
    mandate_id: UUID | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with today's posts, a citizen, a machine with a key, or the system itself.

    `must_change`: the password was given by somebody else and has to be changed before anything is done.
    `everywhere`: `oversight` holds every office there is.
    """

    kind: str
    id: UUID | None = None
    name: str = ""
    mandates: tuple[Mandated, ...] = ()
    reach: frozenset[UUID] = frozenset()
    oversight: frozenset[UUID] = frozenset()
    everywhere: bool = False
    locale: str = "vi"
    must_change: bool = False

    @property
    def mark(self) -> str:
        """How the journal names this actor: never by a personal name."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(m.role for m in self.mandates)

    @property
    def is_official(self) -> bool:
        return self.kind == "official"

    def holds(self, role: str, office_id: UUID | None = None) -> bool:
        """Whether the actor has this role, in this office if one is named."""
        return any(m.role == role and (office_id is None or m.office_id == office_id) for m in self.mandates)


SYSTEM = Actor(kind="system", name="Hệ thống")
ANONYMOUS = Actor(kind="anonymous")


@dataclass
class Work:
    """What a use case is given: the open transaction, who acts, the moment of the act and the ports.

    `reach` of the actor are the offices whose tasks are theirs, `oversight` the ones whose dossiers they may read.
    `afterwards` is done once a case has come to rest, still in the same transaction. `asked` are the task types this
    act has left to workers so far. `tell_time`, where there is one, is asked again when an act had to wait for its
    turn: it happens when the turn has come, not when it queued.
    """

    session: Gathering
    actor: Actor
    now: datetime
    ports: Ports
    holder: str | None = None
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    tell_time: Callable[[], datetime] | None = None

    def defer(self, kind: str, args: dict[str, Any], *, at: datetime | None = None, key: str | None = None) -> UUID:
        """Ask a worker for something; it leaves only with this transaction."""
        return outbox.ask(self.session, kind, args, now=self.now, at=at, key=key, holder=self.holder)

    def alone_with(self, *names: str) -> None:
        """Whoever else asks for one of these names waits until this transaction has ended."""
        if self.session.get_bind().dialect.name == "postgresql":  # SQLite's writers are alone from their start
            for name in sorted(names):
                key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
                self.session.execute(select(func.pg_advisory_xact_lock(key)))

    def record(
        self,
        chained: journal.Chained,
        verb: str,
        facts: dict[str, Any] | None = None,
        personal: dict[str, Any] | None = None,
    ) -> journal.Recorded:
        """Write this act into the chain of a case the caller has locked."""
        return journal.append(
            self.session,
            chained,
            at=self.now,
            actor=self.actor.mark,
            verb=verb,
            facts=facts or {},
            personal=personal,
        )

    def record_for_office(
        self, office: str, verb: str, facts: dict[str, Any] | None = None, personal: dict[str, Any] | None = None
    ) -> journal.Recorded:
        """Write an act that belongs to no case into the office's own chain."""
        return self.record(journal.lock_office_chain(self.session, office), verb, facts, personal)

    def not_before(self, moment: datetime | None) -> None:
        """Refuse an act dated before the last one of its case: a clock is wrong somewhere."""
        if moment is not None and self.now < moment and self.tell_time is not None:
            self.now = max(self.now, self.tell_time())
        if moment is not None and self.now < moment:
            raise Conflict(
                "Không thể ghi việc vào lúc %(now)s: hồ sơ đã có việc ghi lúc %(last)s. Hãy kiểm tra đồng hồ máy chủ.",
                code="before_last_act",
                now=self.now.isoformat(timespec="seconds"),
                last=moment.isoformat(timespec="seconds"),
            )


@contextmanager
def unit_of_work(
    engine: Engine,
    *,
    actor: Actor,
    now: datetime,
    ports: Ports,
    holder: str | None = None,
    tell_time: Callable[[], datetime] | None = None,
) -> Iterator[Work]:
    """Everything inside happens, or nothing of it; `holder` names whoever carries out itself what is deferred."""
    with Gathering(for_writing(engine)) as session, session.begin():
        yield Work(session=session, actor=actor, now=now, ports=ports, holder=holder, tell_time=tell_time)
        session.flush()


@dataclass(frozen=True)
class Reading:
    """What a query is given: a session that is only read from, who asks, and the moment of asking."""

    session: Session
    actor: Actor
    now: datetime
    ports: Ports


@contextmanager
def reading(engine: Engine, *, actor: Actor, now: datetime, ports: Ports, brief: bool = False) -> Iterator[Reading]:
    """A consistent look; whatever is changed by mistake inside is thrown away with the session.

    A `brief` look asks once, or several things that need not be of one moment, and pays for no transaction.

    Rows stay readable after the session has ended: closing it detaches them, a rollback would empty them. PostgreSQL
    is told that nothing is written; the look then ends with a commit, as its driver forgets the statements it has
    prepared at each rollback.
    """
    with (for_asking if brief else for_reading)(engine).connect() as connection, connection.begin():
        with Session(connection, expire_on_commit=False, autoflush=False) as session:
            yield Reading(session=session, actor=actor, now=now, ports=ports)
        if engine.dialect.name != "postgresql":
            connection.rollback()
