"""People who come to the sample office in a simulated year: they file, answer, withdraw, and say how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from cli.simulating.comings import Coming
from cli.simulating.course import Course
from cli.simulating.outside import Unreliable
from engine.clock import legal_date
from engine.deadlines.telling import MISSED
from engine.dossiers.late_dates import LateQuestion
from engine.dossiers.models import Dossier
from engine.dossiers.points import Brought
from engine.procedures.published import in_force, open_bundle
from engine.queries.dossiers import dossier_page
from engine.queries.supplements import open_points
from engine.sample.applicants import application, person
from engine.sample.driving import CITIZENS, brought
from engine.sample.ratings import SAID
from engine.usecases.late_dates import judged
from engine.usecases.late_questions import answer_late, take_answer
from engine.usecases.rating import rate_dossier
from engine.usecases.submit import Filing, submit_dossier, wanted, withdraw
from engine.usecases.supplements import answer_supplement
from engine.work import SYSTEM

COUNTER, POST = "lan", "buu"
RATED, ANSWERED = 0.3, 0.55
"""How many of a hundred rate, and answer the question whether they were told of a delay."""
ANSWER_AFTER = {"supplemented": (4.0, 30.0), "supplemented_late": (60.0, 110.0)}
"""Working hours after which a request for supplement is answered."""


class Citizens:
    """All applicants of the year; `comings` by case are known once they have filed."""

    def __init__(self, course: Course, coming: Sequence[Coming], sms: Unreliable, email: Unreliable) -> None:
        self.course, self.sms, self.email = course, sms, email
        self.comings: dict[UUID, Coming] = {}
        self.answering: set[UUID] = set()
        self.returned: set[UUID] = set()
        for one in coming:
            course.plan(one.at, lambda one=one: self._file(one))  # type: ignore[misc]
        course.after.append(self.look)

    def look(self) -> None:
        """Whoever was asked for more, or has their result, does something about it."""
        with self.course.house.reading(actor=SYSTEM, brief=True) as look:
            asked = look.session.scalars(select(Dossier.case_id).where(Dossier.status == 5)).all()
            back = look.session.scalars(
                select(Dossier.case_id).where(
                    Dossier.status == 10, Dossier.returned_at >= self.course.now - timedelta(hours=1)
                )
            ).all()
        for case_id in self._known(asked, self.answering):
            coming = self.comings[case_id]
            hours = ANSWER_AFTER.get(coming.fate)
            if hours is not None:
                self.course.in_hours(coming.dice.uniform(*hours), lambda case_id=case_id: self._supplement(case_id))  # type: ignore[misc]
        for case_id in self._known(back, self.returned):
            dice = Random(f"{self.comings[case_id].seed}-opinion")
            if dice.random() < ANSWERED:
                at = self.course.now + timedelta(hours=dice.uniform(1, 80))
                self.course.plan(at, lambda case_id=case_id, dice=dice: self._answer(case_id, dice))  # type: ignore[misc]
            if dice.random() < RATED:
                at = self.course.now + timedelta(hours=dice.uniform(1, 60))
                self.course.plan(at, lambda case_id=case_id, dice=dice: self._rate(case_id, dice))  # type: ignore[misc]

    def _known(self, rows: Sequence[UUID], before: set[UUID]) -> list[UUID]:
        new = [case_id for case_id in rows if case_id in self.comings and case_id not in before]
        before.update(new)
        return sorted(new, key=lambda case_id: self.comings[case_id].number)

    def _file(self, coming: Coming) -> None:
        calendar, now = self.course.calendar(), self.course.now
        if coming.channel != "online" and not calendar.is_working(legal_date(now)):
            opens = calendar.moment(calendar.worked(now) + 3600)  # a day off announced since: they come when it is open
            self.course.plan(opens, lambda: self._file(replace(coming, at=opens)))
            return
        dice = coming.dice
        who, citizen = person(dice), dice.choice(CITIZENS)
        self._mark(coming, who["phone"], who["email"])
        online = coming.channel == "online"
        actor = self.course.actor(citizen if online else COUNTER if coming.channel == "counter" else POST)
        with self.course.house.reading(actor=SYSTEM) as look:
            bundle = open_bundle(look.session, in_force(look.session, coming.procedure, legal_date(now)).id)
        answers = application(bundle.application, bundle.procedure.owner, who, dice, legal_date(now))
        applicant = {fact: who[fact] for fact in ("name", "phone", "email", "identity")}
        with self.course.house.unit_of_work(actor=actor) as work:
            papers = [paper for paper in bundle.procedure.components if wanted(work, paper, answers)]
            filing = Filing(
                procedure=coming.procedure,
                answers=answers,
                channel=coming.channel,
                office_id=self.course.offices["bt-pvhcc"],
                submission_key=coming.key,
                brought=[brought(paper, coming.fate != "refused") for paper in papers],
                applicant=applicant,
            )
            case_id = submit_dossier(work, filing).case_id
        self.comings[case_id] = coming
        self.course.acts["dossiers filed"] += 1
        if coming.fate == "withdrawn":
            self.course.in_hours(dice.uniform(1, 20), lambda: self._withdraw(case_id, citizen if online else COUNTER))

    def _mark(self, coming: Coming, phone: str, email: str) -> None:
        """Which of their addresses do not reach them."""
        if coming.reach in {"sms_fails", "neither"}:
            self.sms.dead.add(phone)
        if coming.reach in {"email_fails", "neither"}:
            self.email.dead.add(email)
        if coming.reach == "unsure":
            self.sms.silent.add(phone)
            self.email.silent.add(email)

    def _withdraw(self, case_id: UUID, login: str) -> None:
        with self.course.house.unit_of_work(actor=self.course.actor(login)) as work:
            if work.session.get_one(Dossier, case_id).decided_at is None:
                withdraw(work, case_id, "Thay đổi kế hoạch (mô phỏng).")
                self.course.acts["withdrawals"] += 1

    def _supplement(self, case_id: UUID) -> None:
        with self.course.house.reading(actor=SYSTEM) as look:
            dossier = look.session.get_one(Dossier, case_id)
            points = open_points(dossier_page(look, case_id))
        login = next((name for name in CITIZENS if self.course.people[name] == dossier.applicant_id), COUNTER)
        handed = [
            Brought(
                point.key,
                originals=int(point.form == "original"),
                certified=int(point.form == "certified"),
                photocopies=int(point.form not in {"original", "certified"}),
            )
            for point in points
            if point.asked
        ]
        via = "counter" if login == COUNTER else "online"
        with self.course.house.unit_of_work(actor=self.course.actor(login)) as work:
            answer_supplement(work, case_id, answers={}, via=via, brought=handed, note="Đã bổ sung.", partly=True)
        self.course.acts["supplements"] += 1

    def _answer(self, case_id: UUID, dice: Random) -> None:
        """Whoever was late says whether they were told: mostly as it was, at times as it felt; by page or telephone."""
        with self.course.house.reading(actor=SYSTEM) as look:
            question = look.session.get(LateQuestion, case_id)
            rows = list(judged(look.session, [case_id], self.course.now))
        if question is None or question.answered_at is not None:
            return
        known = next((one.told for one in rows if one.promised_on == question.promised_on), None)
        told = known if known in MISSED and dice.random() < 0.75 else dice.choice(("after", "never"))
        letter = "yes" if told in ("before", "on_day") and dice.random() < 0.8 else "no"
        if dice.random() < 0.25:
            with self.course.house.unit_of_work(actor=self.course.actor(COUNTER)) as work:
                take_answer(work, case_id, told=str(told), letter=letter)
        else:
            with self.course.house.unit_of_work() as work:
                answer_late(work, case_id, told=str(told), letter=letter, proven=True)
        self.course.acts["answers whether they were told"] += 1

    def _rate(self, case_id: UUID, dice: Random) -> None:
        with self.course.house.reading(actor=SYSTEM) as look:
            late = look.session.get_one(Dossier, case_id).judged == "late"
        kind, middling = [one for one in SAID if one[0] >= 4], [one for one in SAID if one[0] < 4]
        score, criteria, words = dice.choice(middling if late and dice.random() < 0.7 else kind)
        with self.course.house.unit_of_work() as work:
            rate_dossier(work, case_id, score=score, criteria=criteria, words=words, proven=True)
        self.course.acts["ratings"] += 1
