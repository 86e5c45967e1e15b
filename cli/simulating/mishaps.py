"""What goes wrong in a simulated year besides delays: errors, losses, damaged papers, dossiers that change hands."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from uuid import UUID

from sqlalchemy import select

from cli.simulating.comings import Coming
from cli.simulating.course import Course
from cli.simulating.desks import Desks
from engine.cases.models import Case
from engine.dossiers.models import Apology, Dossier
from engine.dossiers.transfers import standstill, units_fit
from engine.sample.lives import BIRTH
from engine.usecases.apology_acts import begin_apology, take_note
from engine.usecases.transfers import hand_over
from engine.work import SYSTEM

MISHAPS = {"": 80, "error": 6, "loss": 4, "damage": 4, "hand_over": 6}
"""Of a hundred dossiers: nothing, an error in what the office writes, a paper lost, one damaged, another unit."""
ACCOUNTS = {
    "error": "Dự thảo kết quả ghi sai họ tên người nộp (mô phỏng).",
    "loss": "Một bản chụp bị thất lạc khi luân chuyển giữa các phòng (mô phỏng).",
    "damage": "Bản chính bị ướt khi lưu giữ tại quầy (mô phỏng).",
}
NOTICED, SAME_DAY = (1.0, 14.0), (0.2, 2.0)
"""Working hours after filing within which a mishap is noticed, drawn evenly; and of what is done the same day."""
AGAIN, TRIES = 1.0, 8
"""Working hours until one looks again where nothing can be done yet, and how often."""
READ, READING = 0.8, (0.3, 14.0)
"""How likely the counter reads what it was told in writing, and within how many working hours."""
COUNTER = "lan"


class Mishaps:
    """All mishaps of the year, and whether the counter reads the letters it is told of."""

    def __init__(self, course: Course, comings: Mapping[UUID, Coming], desks: Desks) -> None:
        self.course, self.comings, self.desks = course, comings, desks
        self.known: set[UUID] = set()
        self.told: set[UUID] = set()
        course.after.append(self.look)

    def look(self) -> None:
        """New dossiers draw their mishap; what the counter is told of is read, or lies there."""
        for case_id in [one for one in self.comings if one not in self.known]:
            self.known.add(case_id)
            dice = Random(f"{self.comings[case_id].seed}-mishap")
            kind = dice.choices(list(MISHAPS), list(MISHAPS.values()))[0]
            if kind:
                within = SAME_DAY if self.comings[case_id].procedure == BIRTH else NOTICED
                self._in_hours(dice.uniform(*within), case_id, kind, dice, TRIES)
        with self.course.house.reading(actor=SYSTEM, brief=True) as look:
            new = look.session.execute(
                select(Apology.id, Apology.case_id, Apology.round)
                .where(Apology.counter_told_at.is_not(None), Apology.counter_seen_at.is_(None))
                .order_by(Apology.counter_told_at, Apology.case_id)
            ).all()
        for letter_id, case_id, round_ in new:
            if letter_id not in self.told and case_id in self.comings:
                self.told.add(letter_id)
                self._read(letter_id, Random(f"{self.comings[case_id].seed}-counter-{round_}"))

    def _read(self, letter_id: UUID, dice: Random) -> None:
        if dice.random() >= READ:
            self.course.acts["notes the counter leaves unread"] += 1
            return
        self.course.in_hours(dice.uniform(*READING), lambda: self._take_note(letter_id))

    def _take_note(self, letter_id: UUID) -> None:
        with self.course.house.unit_of_work(actor=self.course.actor(COUNTER)) as work:
            take_note(work, letter_id)
        self.course.acts["notes the counter has read"] += 1

    def _in_hours(self, hours: float, case_id: UUID, kind: str, dice: Random, tries: int) -> None:
        self.course.in_hours(hours, lambda: self._happens(case_id, kind, dice, tries))

    def _happens(self, case_id: UUID, kind: str, dice: Random, tries: int) -> None:
        """A mishap is noticed and dealt with; once more a little later where its dossier is not ripe for it yet."""
        with self.course.house.reading(actor=SYSTEM) as look:
            case, dossier = look.session.get_one(Case, case_id), look.session.get_one(Dossier, case_id)
            over, ripe = case.ended_at is not None, dossier.accepted_at is not None
            if kind == "hand_over":
                over = over or dossier.decided_at is not None
                ripe = not standstill(look.session, case, dossier)
            units = [one.id for one in units_fit(look.session, case, look.now)] if kind == "hand_over" and ripe else []
            here = dossier.handling_id
        if over or (kind == "hand_over" and ripe and not units):
            self.course.acts["mishaps nobody noticed in time" if over else "no other unit to hand over to"] += 1
        elif not ripe:
            if tries:
                self._in_hours(AGAIN, case_id, kind, dice, tries - 1)
        elif kind == "hand_over":
            self._hand_over(case_id, here, dice.choice(units))
        else:
            self._begin(case_id, here, kind, dice)

    def _hand_over(self, case_id: UUID, here: UUID, there: UUID) -> None:
        head = self.desks.holders[here, "unit_head"][0]
        with self.course.house.unit_of_work(actor=self.course.actor(head)) as work:
            hand_over(work, case_id, there, reason="Phòng khác được giao việc này (mô phỏng).", document="02/MÔ PHỎNG")
        self.course.acts["dossiers handed to another unit"] += 1

    def _begin(self, case_id: UUID, here: UUID, kind: str, dice: Random) -> None:
        officer = dice.choice(self.desks.holders[here, dice.choice(("specialist", "specialist", "unit_head"))])
        with self.course.house.unit_of_work(actor=self.course.actor(officer)) as work:
            begin_apology(work, case_id, because=kind, account=ACCOUNTS[kind])
        self.course.acts[f"apologies begun for {kind}"] += 1
