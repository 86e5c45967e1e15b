"""Dossiers at every stage of their lives, brought there by the real use cases."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import undefer

from engine.cases.models import Call, Case, Clock, Incident, Task
from engine.clock import LEGAL_ZONE, ControlledClock, legal_date
from engine.composition import House
from engine.dossiers.models import Apology, Document, Dossier, SupplementRequest
from engine.dossiers.points import Brought
from engine.journal import Entry, OfficeChain, verify
from engine.notifications.models import Notice
from engine.performing import sweep
from engine.procedures.published import OpenBundle, in_force, open_bundle
from engine.queries.people import actor_of
from engine.sample.applicants import sample_answers
from engine.sample.base import ids
from engine.usecases.deadlines import next_moment_of_all
from engine.usecases.submit import Filing, submit_dossier
from engine.usecases.tasks import complete_task
from engine.work import ANONYMOUS, SYSTEM, Actor, Reading, Work
from tests import stages

SINCE = date(2025, 7, 1)
HOUSEHOLD, BIRTH, PERMIT = "1.001612", "1.001193", "1.013225"
DESKS = {
    "check": "lan",
    "appraise": "nam",
    "approve": "an",
    "register": "mai",
    "hand_over": "lan",
    "apology_reason": "nam",
    "apology_approval": "an",
    "late_approval": "an",
}
"""Who of the sample ward does each step of a household business registration."""

STEPS = ("appraise", "approve", "register", "hand_over")
"""The steps of a household business registration once it is accepted."""

ANSWERS: dict[str, dict[str, Any]] = {
    "check": {"check": {"outcome": "accept"}},
    "appraise": {"appraisal": {"outcome": "propose_grant", "verified": ["name", "owner", "lines", "address"]}},
    "approve": {"approval": {"outcome": "approve"}},
    "register": {"registering": {"checked": True}},
    "hand_over": {"hand_over": {"method": "counter", "receiver": "Nguyễn Thị Hòa"}},
    "apology_approval": {"apology_approval": {"outcome": "approve"}},
}
MISSING = [{"name": "Biên bản họp", "form": "copy", "guidance": "Thiếu chữ ký."}]


def legal(day: int, hour: int = 9, minute: int = 0, *, month: int = 3) -> datetime:
    """A moment of spring 2026 on the wall clock of Viet Nam."""
    return datetime(2026, month, day, hour, minute, tzinfo=LEGAL_ZONE)


class Ward:
    """The sample ward at work: dossiers are filed, handled and looked at as people would do it."""

    def __init__(self, house: House, clock: ControlledClock, run_deferred: Callable[[], int]) -> None:
        self.house, self.clock, self.run_deferred = house, clock, run_deferred
        self.offices, self.people = ids(house)
        self._outside = self._reached()

    def actor(self, login: str) -> Actor:
        """Somebody of the sample by login, with the posts of the day; "" is a stranger, "system" the house itself."""
        if login in {"", "system"}:
            return SYSTEM if login else ANONYMOUS
        with self.house.reading() as look:
            actor = actor_of(look, self.people[login])
        assert actor is not None
        return actor

    def work(self, login: str = "system") -> AbstractContextManager[Work]:
        return self.house.unit_of_work(actor=self.actor(login))

    def look(self, login: str = "system") -> AbstractContextManager[Reading]:
        return self.house.reading(actor=self.actor(login))

    # --- filing

    def bundle(self, procedure: str = HOUSEHOLD) -> OpenBundle:
        with self.look() as look:
            return open_bundle(look.session, in_force(look.session, procedure, legal_date(self.clock.now())).id)

    def answers(self, procedure: str = HOUSEHOLD) -> dict[str, Any]:
        """The filled-in example of a procedure, handed over at the counter."""
        answers = copy.deepcopy(sample_answers(self.bundle(procedure).application))
        answers.setdefault("delivery", {})["method"] = "counter"
        return answers

    def filing(self, procedure: str = HOUSEHOLD, *, missing: Sequence[str] = (), **changes: Any) -> Filing:
        """A filing with every paper that is asked for except the missing ones."""
        papers = self.bundle(procedure).procedure.components
        values: dict[str, Any] = {
            "procedure": procedure,
            "answers": self.answers(procedure),
            "channel": "online",
            "office_id": self.offices["bt-pvhcc"],
            "submission_key": f"key-{uuid4()}",
            "brought": [
                Brought(paper.key, originals=1, present=paper.key not in missing)
                for paper in papers
                if paper.required or paper.key in missing
            ],
        }
        return Filing(**(values | changes))

    def filed_online(self, by: str = "hoa", procedure: str = HOUSEHOLD, **changes: Any) -> UUID:
        """A dossier a citizen filed from home; it waits for the counter's check."""
        with self.work(by) as work:
            return submit_dossier(work, self.filing(procedure, **changes)).case_id

    def filed_at_counter(self, by: str = "lan", procedure: str = HOUSEHOLD, **changes: Any) -> UUID:
        """A dossier brought to the counter; accepted at once when nothing is missing."""
        changes = {"channel": "counter", **changes}
        with self.work(by) as work:
            return submit_dossier(work, self.filing(procedure, **changes)).case_id

    def dossier_at(self, element: str, **changes: Any) -> UUID:
        """A household business registration that has come as far as this step."""
        if not changes and stages.untouched(self.house) and self._reached() == self._outside:
            return self._usual_dossier_at(element)
        case_id = self.filed_at_counter(**changes)
        self.run_deferred()
        for step in STEPS[: STEPS.index(element)]:
            self.do(case_id, step)
        return case_id

    def _reached(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The channels and registers of the house: a test that changed them wants to see what they do."""
        return dict(self.house.ports.channels), dict(self.house.ports.registers)

    def _usual_dossier_at(self, element: str) -> UUID:
        """The first dossier of a day, brought to a step once and laid down again for every other test."""
        kept = stages.lay_down(self.house, self.clock, element)
        if kept is not None:
            return kept
        before = STEPS.index(element) - 1
        if before < 0:
            case_id = self.filed_at_counter()
            self.run_deferred()
        else:
            case_id = self._usual_dossier_at(STEPS[before])
            self.do(case_id, STEPS[before])
        stages.keep(self.house, self.clock, element, case_id)
        return case_id

    def paused(self) -> UUID:
        """A dossier whose clock stands still because the applicant was asked for more."""
        case_id = self.dossier_at("appraise")
        self.do(case_id, "appraise", {"appraisal": self.asking()})
        return case_id

    @staticmethod
    def asking(reason: str = "Giấy tờ chưa rõ.", **more: Any) -> dict[str, Any]:
        """What an appraiser writes who asks for more."""
        return {"outcome": "request_supplement", "items": copy.deepcopy(MISSING), "reason": reason, **more}

    # --- desks

    def task(self, case_id: UUID, element: str) -> UUID:
        """The open task of a step."""
        with self.look() as look:
            found = look.session.scalars(
                select(Task.id).where(Task.case_id == case_id, Task.element_id == element, Task.status == "open")
            ).all()
        assert len(found) == 1, f"{len(found)} open tasks “{element}”; open: {self.open_steps(case_id)}"
        return found[0]

    def do(
        self,
        case_id: UUID,
        element: str,
        answers: Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        minutes: int = 10,
    ) -> UUID:
        """Some minutes later somebody completes the step, and the workers do what follows from it."""
        self.clock.advance(timedelta(minutes=minutes))
        task_id = self.task(case_id, element)
        with self.work(by or DESKS[element]) as work:
            complete_task(work, task_id, answers if answers is not None else ANSWERS[element])
        self.run_deferred()
        return task_id

    def wait_until(self, moment: datetime) -> None:
        """Let time pass: at every moment that something falls due the sweep comes by, and the workers after it."""
        while True:
            with self.look() as look:
                due = next_moment_of_all(look)
            if due is None or due > moment:
                break
            self.clock.set(max(due, self.clock.now()))
            sweep(self.house)
            self.run_deferred()
        self.clock.set(moment)

    # --- what there is

    def row(self, model: Any, key: Any) -> Any:
        with self.look() as look:
            return look.session.get_one(model, key)

    def rows(self, model: Any, *where: Any, by: Any = None) -> list[Any]:
        with self.look() as look:
            return list(look.session.scalars(select(model).where(*where).order_by(by if by is not None else model.id)))

    def dossier(self, case_id: UUID) -> Dossier:
        return self.row(Dossier, case_id)

    def case(self, case_id: UUID) -> Case:
        with self.look() as look:
            return look.session.get_one(Case, case_id, options=[undefer(Case.data)])

    def open_steps(self, case_id: UUID) -> list[str]:
        return [task.element_id for task in self.rows(Task, Task.case_id == case_id, Task.status == "open", by=Task.id)]

    def documents(self, case_id: UUID, letter: str | None = None) -> list[Document]:
        where = [Document.case_id == case_id] + ([Document.letter == letter] if letter else [])
        return self.rows(Document, *where, by=Document.created_at)

    def paper(self, document: Document) -> bytes:
        with self.house.ports.storage.open(document.sha256) as handle:
            return handle.read()

    def incidents(self, case_id: UUID) -> list[Incident]:
        return self.rows(Incident, Incident.case_id == case_id, Incident.resolved_at.is_(None))

    def notices(self, case_id: UUID, event: str | None = None) -> list[Notice]:
        where = [Notice.case_id == case_id] + ([Notice.event == event] if event else [])
        return self.rows(Notice, *where)

    def calls(self, case_id: UUID, kind: str | None = None) -> list[Call]:
        where = [Call.case_id == case_id] + ([Call.type == kind] if kind else [])
        return self.rows(Call, *where)

    def clock_of(self, case_id: UUID, term: str = "dossier") -> Clock:
        return self.rows(Clock, Clock.case_id == case_id, Clock.term == term)[0]

    def apologies(self, case_id: UUID) -> list[Apology]:
        return self.rows(Apology, Apology.case_id == case_id, by=Apology.round)

    def supplements(self, case_id: UUID) -> list[SupplementRequest]:
        return self.rows(SupplementRequest, SupplementRequest.case_id == case_id, by=SupplementRequest.round)

    def acts(self, case_id: UUID) -> list[Entry]:
        return self.rows(Entry, Entry.chain == f"case:{case_id}", by=Entry.seq)

    def faults(self) -> list[str]:
        """What a check of all journals finds."""
        with self.look() as look:
            heads = {
                owner.chain: (owner.journal_seq, owner.journal_head)
                for model in (Case, OfficeChain)
                for owner in look.session.scalars(select(model))
            }
            return [f"{fault.chain} {fault.seq}: {fault.problem}" for fault in verify(look.session, heads)]
