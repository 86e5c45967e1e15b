"""People at work during a drill: they file dossiers and do whatever task lies open, through the real use cases."""

from __future__ import annotations

import copy
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Mandate
from engine.cases.models import Case, Task
from engine.clock import legal_date
from engine.composition import House
from engine.dossiers.points import Brought
from engine.errors import Refusal
from engine.procedures.published import in_force, open_bundle
from engine.queries.people import actor_of
from engine.sample.applicants import application, person, sample_answers
from engine.sample.base import ids
from engine.usecases.submit import Filing, submit_dossier
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM, Actor

PROCEDURE = "1.001612"
DECISIONS = {"check": "accept", "appraisal": "propose_grant", "approval": "approve"}


class Desk:
    """The sample ward's people, as one pair of hands that never rests."""

    def __init__(self, house: House, dice: Random) -> None:
        self.house, self.dice = house, dice
        self.offices, self.people = ids(house)
        self.filed: list[UUID] = []
        self.done = 0

    def actor(self, person_id: UUID) -> Actor:
        with self.house.reading() as look:
            actor = actor_of(look, person_id)
        assert actor is not None
        return actor

    def household(self) -> tuple[dict[str, Any], list[str]]:
        """What one more household business writes into its form, and the papers it brings along."""
        who, today = person(self.dice), legal_date(self.house.clock.now())
        with self.house.reading() as look:
            bundle = open_bundle(look.session, in_force(look.session, PROCEDURE, today).id)
        answers = application(bundle.application, bundle.procedure.owner, who, self.dice, filed_on=today)
        answers.setdefault("delivery", {})["method"] = "counter"
        return answers, [paper.key for paper in bundle.procedure.components if paper.required]

    def file(self) -> UUID:
        """One more household business registration, brought to the counter complete or sent from home."""
        counter = self.dice.random() < 0.7
        answers, papers = self.household()
        filing = Filing(
            procedure=PROCEDURE,
            answers=answers,
            channel="counter" if counter else "online",
            office_id=self.offices["bt-pvhcc"],
            submission_key=f"drill-{self.dice.getrandbits(64):x}",
            brought=[Brought(paper, originals=1) for paper in papers],
        )
        with self.house.unit_of_work(actor=self.actor(self.people["lan" if counter else "hoa"])) as work:
            case_id = submit_dossier(work, filing).case_id
        self.filed.append(case_id)
        return case_id

    def work_through(self, most: int) -> int:
        """Complete some of the open tasks; how many."""
        with self.house.reading(actor=SYSTEM) as look:
            tasks = look.session.scalars(select(Task).where(Task.status == "open", Task.case_id.in_(self.filed))).all()
        chosen = self.dice.sample(tasks, min(most, len(tasks)))
        return sum(self.complete(task) for task in chosen)

    def complete(self, task: Task) -> bool:
        """Do one task as whoever holds its post; False where it was refused."""
        with self.house.reading(actor=SYSTEM) as look:
            holder = look.session.scalar(
                select(Mandate.person_id).where(Mandate.office_id == task.office_id, Mandate.role == task.role)
            )
            bundle_id = look.session.get_one(Case, task.case_id).bundle_id
            form = open_bundle(look.session, bundle_id).form(task.form_id)
        assert holder is not None
        answers: dict[str, Any] = copy.deepcopy(sample_answers(form))
        for group, decision in DECISIONS.items():
            if group in answers:
                answers[group]["outcome"] = decision
        try:
            with self.house.unit_of_work(actor=self.actor(holder)) as work:
                complete_task(work, task.id, answers)
        except Refusal:
            return False
        self.done += 1
        return True
