"""The tables of a running process."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.bpmn.saved import Saved
from engine.db import Base, Identified, Values
from engine.journal import GENESIS
from rules.sentences import Sentence, unpacked


class Case(Identified, Base):
    """A running process: the engine's saved state, the bundle it is pinned to, and the head of its chain of acts.

    `tokens` are where it stands, `data` the variables of its process instance: both in the engine's format, the latter
    not read before somebody asks for it. `places` maps receiving, handling, signing, returning and consulted to office
    ids, resolved once at the start.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_open", "id", postgresql_where="ended_at IS NULL"),
        Index("ix_cases_trial", "id", postgresql_where="trial"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundles.id"), index=True)
    process_id: Mapped[str]
    tokens: Mapped[bytes] = mapped_column("state", default=b"")
    data: Mapped[bytes] = mapped_column(default=b"", deferred=True)
    places: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_element: Mapped[str | None]
    last_act_at: Mapped[datetime]
    sample: Mapped[bool] = mapped_column(default=False)
    trial: Mapped[bool] = mapped_column(default=False)
    troubled: Mapped[bool] = mapped_column(default=False)
    passage_seq: Mapped[int] = mapped_column(default=0)
    journal_seq: Mapped[int] = mapped_column(default=0)
    journal_head: Mapped[bytes] = mapped_column(default=GENESIS)

    _held = cast("Saved | None", None)

    @property
    def chain(self) -> str:
        return f"case:{self.id}"

    @property
    def state(self) -> Saved:
        """Where the case stands, as the engine takes and gives it."""
        held = self._held
        if held is None or held.tokens is not self.tokens or held.data is not self.data:
            held = self._held = Saved(self.tokens, self.data)
        return held

    @state.setter
    def state(self, saved: Saved) -> None:
        self.tokens, self._held = saved.tokens, saved
        if saved.data != self.data:
            self.data = saved.data

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process instance; only the engine's acts change them. Raises StateUnreadable."""
        return self.state.variables


NEAREST = "coalesce(legal_due_at, due_at, '9999-12-31 00:00:00+00')"
"""By what worklists are ordered: the date promised, else the step's own, else the end of time."""
OPEN, FREE = "status = 'open'", "assignee_id is null"
AT_COUNTER = f"{OPEN} and role in ('counter_clerk', 'cashier')"


class Task(Identified, Base):
    """Something a person has to do; `status` is open, done or gone.

    Carries what lists show and search (`search_key`: code, name and title without marks), so that they read one table.
    `owed_at` is the promised moment of its dossier while the term runs: before that nothing is late. `warn_at` is when
    its people are to be warned next of the step's own time. `decided_at` is when its dossier was decided: then a task
    at a counter is a result to be handed over.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("case_id", "token"),
        Index(
            "ix_tasks_free",
            "office_id",
            "role",
            text(NEAREST),
            "id",
            postgresql_where=f"{OPEN} and {FREE}",
            postgresql_include=["name"],
        ),
        Index("ix_tasks_office", "office_id", text(NEAREST), "id", postgresql_where=OPEN, postgresql_include=["name"]),
        Index("ix_tasks_mine", "assignee_id", text(NEAREST), "id", postgresql_where=OPEN, postgresql_include=["name"]),
        Index("ix_tasks_owed", "office_id", "owed_at", postgresql_where=f"{OPEN} and owed_at is not null"),
        Index("ix_tasks_counter", "office_id", "decided_at", "id", postgresql_where=AT_COUNTER),
        Index("ix_tasks_warn", "warn_at", postgresql_where=f"{OPEN} and warn_at is not null"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    token: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    form_id: Mapped[str] = mapped_column(default="")
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    inputs: Mapped[dict[str, Any]] = mapped_column(Values, default=dict)
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"))
    role: Mapped[str] = mapped_column(String(30), default="")
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    status: Mapped[str] = mapped_column(String(6), default="open")
    subject_code: Mapped[str] = mapped_column(default="")
    subject_name: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    search_key: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    legal_due_at: Mapped[datetime | None]
    owed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    outcome: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship()


class TaskNote(Identified, Base):
    """Answers somebody typed into a task: kept while they work, and when the task vanished under them."""

    __tablename__ = "task_notes"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    person_id: Mapped[UUID]
    written_at: Mapped[datetime]
    answers: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")


class Clock(Identified, Base):
    """A term a case is under; the ledger of its days is computed from limit, start and interruptions.

    `status` is running, paused or stopped; `marks` are the per cents already told to the diagram, `warned` the
    marks of which officials were warned and for which date ("80@2026-03-05"); `next_at` is when the
    sweep has to look again. What the date rests on is pinned: the bundle the limit stands in, the version of the
    calendar, the effective day of reception and the two hours ("15:00:00", None: no such rule) after which a same-day
    result and the counting as such begin a working day later. Where another unit decides since a hand-over, `earlier`
    holds what counts before: `calendar`, `version` and the last day (`through`, ISO) of each, oldest first.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        UniqueConstraint("case_id", "term"),
        Index("ix_clocks_next", "next_at", postgresql_where="status = 'running'"),
        Index("ix_clocks_open", "id", postgresql_where="status <> 'stopped'"),
        Index("ix_clocks_owed", "promised_at", "case_id", postgresql_where="term = 'dossier' and status = 'running'"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    term: Mapped[str] = mapped_column(String(40))
    limit_value: Mapped[int]
    limit_unit: Mapped[str] = mapped_column(String(15))
    calendar: Mapped[str] = mapped_column(default="vn")
    calendar_version: Mapped[int] = mapped_column(default=1)
    bundle_id: Mapped[UUID | None]
    effective_on: Mapped[date | None]
    same_day_cut_off: Mapped[str | None] = mapped_column(String(8))
    start_cut_off: Mapped[str | None] = mapped_column(String(8))
    started_at: Mapped[datetime]
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    promised_on: Mapped[date | None]
    promised_at: Mapped[datetime | None]
    apology_by: Mapped[datetime | None]
    apology_draft_at: Mapped[datetime | None]
    apology_notice_at: Mapped[datetime | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(8), default="running")
    stopped_at: Mapped[datetime | None]
    marks: Mapped[list[Any]] = mapped_column(default=list)
    warned: Mapped[list[Any]] = mapped_column(default=list)
    earlier: Mapped[list[Any]] = mapped_column(default=list)
    next_at: Mapped[datetime | None]
    ledger: Mapped[list[Any]] = mapped_column(default=list)

    interruptions: Mapped[list[Interruption]] = relationship(back_populates="clock", order_by="Interruption.started_at")


class Interruption(Identified, Base):
    """A time in which a term does not run: why, on which legal ground and by which document; shift or restart."""

    __tablename__ = "interruptions"

    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clocks.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cause: Mapped[str]
    ground: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="")
    document_id: Mapped[UUID | None]
    mode: Mapped[str] = mapped_column(String(8))

    clock: Mapped[Clock] = relationship(back_populates="interruptions")


class MovedDate(Base):
    """A term whose date a change of the calendar moved: both dates, why, and whether it became late by it."""

    __tablename__ = "moved_dates"
    __table_args__ = (Index("ix_moved_dates_case", "case_id"),)

    change_id: Mapped[UUID] = mapped_column(ForeignKey("calendar_changes.id"), primary_key=True)
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clocks.id"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    moved_at: Mapped[datetime]
    old_version: Mapped[int]
    new_version: Mapped[int]
    old_due_at: Mapped[datetime | None]
    new_due_at: Mapped[datetime | None]
    old_promised_on: Mapped[date | None]
    new_promised_on: Mapped[date | None]
    why: Mapped[list[Any]] = mapped_column(default=list)
    late: Mapped[bool] = mapped_column(default=False)


class Transfer(Identified, Base):
    """A case handed to another deciding unit: from which, to which, why, by which document, and its dates."""

    __tablename__ = "transfers"
    __table_args__ = (Index("ix_transfers_case", "case_id", "moved_at"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    from_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    moved_at: Mapped[datetime]
    moved_by: Mapped[UUID | None]
    reason: Mapped[str]
    document: Mapped[str] = mapped_column(default="")
    old_due_at: Mapped[datetime | None]
    new_due_at: Mapped[datetime | None]
    old_promised_on: Mapped[date | None]
    new_promised_on: Mapped[date | None]


class Timer(Identified, Base):
    """A moment a diagram waits for."""

    __tablename__ = "timers"
    __table_args__ = (
        UniqueConstraint("case_id", "token"),
        Index("ix_timers_due", "due_at", postgresql_where="status = 'waiting'"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    token: Mapped[str]
    element_id: Mapped[str]
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(8), default="waiting")


class Subscription(Identified, Base):
    """A message or signal a diagram waits for, found by name and key."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("case_id", "token"),
        Index("ix_subscriptions_message", "message", "key"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    token: Mapped[str]
    element_id: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10), default="message")
    message: Mapped[str]
    key: Mapped[str | None]


class Call(Identified, Base):
    """A service task that waits for a worker: waiting, attempting, done, failed, or unknown (it may have got out)."""

    __tablename__ = "calls"
    __table_args__ = (UniqueConstraint("case_id", "token"), Index("ix_calls_status", "status"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    token: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    type: Mapped[str]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    inputs: Mapped[dict[str, Any]] = mapped_column(Values, default=dict)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    attempted_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class Incident(Identified, Base):
    """Why a case does not move: open until somebody or a later success resolves it.

    `message` is the finished Vietnamese sentence, `msgid` and `params` what it was made of, so that it can be said in
    another language (`words`); rows of earlier versions have the text alone.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_case", "case_id", "resolved_at"),
        Index("ix_incidents_open", "opened_at", postgresql_where="resolved_at IS NULL"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    token: Mapped[str] = mapped_column(default="")
    element_id: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(String(20))
    message: Mapped[str]
    msgid: Mapped[str] = mapped_column(default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    @property
    def words(self) -> Sentence:
        """What happened, sayable in another language where its sentence was kept."""
        return unpacked(self.msgid, self.params) if self.msgid else Sentence.of(self.message)


class Passage(Base):
    """An element of the drawing that a case went through, for the picture and the history."""

    __tablename__ = "passages"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    element_id: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    type: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
