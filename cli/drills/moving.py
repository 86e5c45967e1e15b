"""Thousands of open cases moved to another version with obstacles in the way, workers killed, and all of it undone."""

from __future__ import annotations

import copy
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from cli.drills.findings import Findings
from cli.drills.kill9 import Workers
from cli.drills.moving_cases import MAPPING, OPINION, PROCEDURE, Stages, copies, publish_source, publish_target
from engine.cases.models import Task
from engine.cases.moves import Move, MoveBatch
from engine.composition import House, build_house
from engine.errors import Refusal
from engine.journal import verify
from engine.procedures.published import in_force, open_bundle
from engine.queries.heads import heads_of
from engine.queries.moving import DryRun, dry_run
from engine.queries.people import actor_of
from engine.sample.applicants import sample_answers
from engine.sample.base import ids
from engine.settings import Settings
from engine.usecases.moving import approve_batch, request_move, undo_batch
from engine.usecases.moving_orders import Ground
from engine.usecases.moving_rows import address, take
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM, Actor

PLANTED = {
    "checking": (0.05, "cannot"),  # its task is called otherwise, and the mapping forgets it
    "in flight": (0.05, "later"),  # a letter is being printed
    "unknown": (0.02, "later"),  # nobody knows whether a register was asked
    "failed": (0.03, "moves"),  # the register refused; the new version may do better
    "rounds": (0.25, "moves"),  # two of three rounds of a repeated task are open
    "appraise": (0.25, "moves"),
    "approve": (0.15, "moves"),  # its task is called otherwise, and the mapping says how
    "supplement": (0.10, "moves"),  # waits for the applicant; the clock stands still
    "apology": (0.10, "moves"),  # a letter of apology is being written beside the appraisal
}
"""Stage → its share of the cases and what the dry run has to say of it; all wait for a withdrawal that the new version
no longer takes, and all have a limit of three days that becomes seven."""
GROUND = Ground("45/2026/QĐ-UBND", date(2026, 2, 20), "Điều 3 khoản 2: hồ sơ đang giải quyết theo quy trình mới.")
MEANWHILE, AT_ONCE = 0.02, 0.02
"""Shares of the cases on which somebody acts between request and approval, and while the workers move them."""
Say = Callable[[str], None]


def drill(
    settings: Settings, environment: Mapping[str, str], *, cases: int, kills: int, seed: int, say: Say = print
) -> Findings:
    """Plant, look, ask, approve, move while people act and workers die, undo, and compare every row."""
    dice, found = Random(seed), Findings()
    house = build_house(settings)
    try:
        yard = Yard(house, dice)
        source, stages = publish_source(house), yard.stages()
        target = publish_target(house)
        planted = {name: copies(house, case, round(cases * PLANTED[name][0])) for name, case in stages.items()}
        planted = {name: [stages[name], *made] for name, made in planted.items()}
        everyone = [case for made in planted.values() for case in made]
        say(f"{len(everyone)} open cases stand at {len(planted)} stages")
        began = time.process_time()
        run = yard.look(source, target)
        spent = time.process_time() - began
        found.figures["CPU of the dry run, µs a case"] = round(spent / len(everyone) * 1e6)
        _compare_verdicts(run, planted, found)
        before = yard.addresses(everyone)
        batch_id = yard.ask(run)
        acted = yard.act_on(dice.sample(planted["rounds"], round(cases * MEANWHILE)))
        before |= yard.addresses(acted)
        yard.approve(batch_id)
        left = [case for case in planted["rounds"] if case not in acted]
        busy = Busy(yard, dice.sample(left, round(cases * AT_ONCE)))
        killed = _work(house, environment, batch_id, kills, dice, say, beside=busy)
        _compare_moves(house, batch_id, planted, acted, set(busy.done), before, found)
        if killed < kills:
            found.broken.append(f"only {killed} of {kills} workers were killed while there was work")
        yard.undo(batch_id)
        killed += _work(house, environment, batch_id, kills, dice, say)
        kept = {case: digest for case, digest in before.items() if case not in planted["in flight"]}
        _compare_undone(house, yard, batch_id, kept, set(busy.done), found)
        with house.reading(actor=SYSTEM) as look:
            found.broken += [
                f"journal: {f.chain} act {f.seq} {f.problem}" for f in verify(look.session, heads_of(look.session))
            ]
        found.figures |= {"cases": len(everyone), "workers killed": killed}
        found.figures |= {"acts between request and approval": len(acted), "acts while cases moved": len(busy.done)}
    finally:
        house.database.dispose()
    return found


class Yard:
    """The sample office with its people, for one drill."""

    def __init__(self, house: House, dice: Random) -> None:
        self.house, self.dice = house, dice
        self.offices, people = ids(house)
        self.actors = {login: self._actor(people[login]) for login in ("hoa", "lan", "nam", "thiet", "van")}

    def _actor(self, person_id: UUID) -> Actor:
        with self.house.reading() as look:
            actor = actor_of(look, person_id)
        assert actor is not None
        return actor

    def stages(self) -> dict[str, UUID]:
        """One case at every stage, under the version that is in force now."""
        with self.house.reading() as look:
            bundle = open_bundle(look.session, in_force(look.session, PROCEDURE, look.now.date()).id)
        answers: dict[str, Any] = copy.deepcopy(sample_answers(bundle.application))
        answers.setdefault("delivery", {})["method"] = "counter"
        return Stages(self.house, self.actors, answers, self.offices["bt-pvhcc"]).build()

    def look(self, source: int, target: int) -> DryRun:
        with self.house.reading(actor=self.actors["thiet"]) as look:
            return dry_run(look, PROCEDURE, source, target, mapping=MAPPING)

    def ask(self, run: DryRun) -> UUID:
        with self.house.unit_of_work(actor=self.actors["thiet"]) as work:
            return request_move(work, run.order, run.plans, GROUND, shown=run.digest)

    def approve(self, batch_id: UUID) -> None:
        with self.house.unit_of_work(actor=self.actors["van"]) as work:
            approve_batch(work, batch_id)

    def undo(self, batch_id: UUID) -> None:
        with self.house.unit_of_work(actor=self.actors["van"]) as work:
            undo_batch(work, batch_id, "diễn tập")

    def act_on(self, cases: Iterable[UUID]) -> list[UUID]:
        """Complete one open round of each case; those that could be."""
        done = []
        for case_id in cases:
            open_tasks = select(Task.id).where(Task.case_id == case_id, Task.status == "open").order_by(Task.id)
            try:
                with self.house.unit_of_work(actor=self.actors["nam"]) as work:
                    task_id = work.session.scalars(open_tasks).first()
                    assert task_id is not None
                    complete_task(work, task_id, OPINION)
                done.append(case_id)
            except Refusal:
                continue
        return done

    def addresses(self, cases: Iterable[UUID]) -> dict[UUID, str]:
        """What the rows of each case are now."""
        with self.house.reading(actor=SYSTEM) as look:
            return {case_id: address(take(look.session, case_id)) for case_id in cases}


class Busy(threading.Thread):
    """An officer who goes on working on some cases while they are being moved."""

    def __init__(self, yard: Yard, cases: list[UUID]) -> None:
        super().__init__(daemon=True)
        self.yard, self.cases = yard, cases
        self.done: list[UUID] = []

    def run(self) -> None:
        for case_id in self.cases:
            self.done += self.yard.act_on([case_id])
            time.sleep(0.05)


def _work(
    house: House, environment: Mapping[str, str], batch_id: UUID, kills: int, dice: Random, say: Say,
    *, beside: Busy | None = None,
) -> int:  # fmt: skip
    """Let workers carry the order out, ending one without a word now and then; how many were killed."""
    workers, killed, told = Workers(environment), 0, time.monotonic()
    until = time.monotonic() + 1800
    try:
        while time.monotonic() < until:
            workers.fill_up()
            if beside is not None and not beside.is_alive() and not beside.ident:
                beside.start()
            time.sleep(0.5)
            status, counts = _standing(house, batch_id)
            if status in ("done", "undone"):
                break
            under_way = counts["moved"] + counts["undone"] > (killed + 1) * 20
            if killed < kills and under_way and dice.random() < 0.5:
                workers.kill_one(dice, None)
                killed += 1
            if time.monotonic() - told > 10:
                say(f"{status}: {dict(counts)}")
                told = time.monotonic()
    finally:
        if beside is not None and beside.ident:
            beside.join()
        workers.end()
    return killed


def _standing(house: House, batch_id: UUID) -> tuple[str, Counter[str]]:
    with house.reading(actor=SYSTEM) as look:
        status = look.session.scalar(select(MoveBatch.status).where(MoveBatch.id == batch_id)) or ""
        rows = select(Move.status, func.count()).where(Move.batch_id == batch_id).group_by(Move.status)
        return status, Counter({str(name): int(count) for name, count in look.session.execute(rows)})


def _compare_verdicts(run: DryRun, planted: Mapping[str, list[UUID]], found: Findings) -> None:
    said = {plan.case_id: plan for plan in run.plans}
    for stage, cases in planted.items():
        told = Counter(said[case].verdict for case in cases)
        found.figures[f"{stage}: {PLANTED[stage][1]}"] = told[PLANTED[stage][1]]  # type: ignore[index]
        if told != {PLANTED[stage][1]: len(cases)}:
            found.broken.append(f"{stage}: the dry run says {dict(told)}, planted was {PLANTED[stage][1]}")
    for plan in run.plans:
        later = [
            t for t in plan.terms if t.promised_before and t.promised_after and t.promised_after > t.promised_before
        ]
        if later:
            found.broken.append(f"{plan.code}: a promise would be lengthened without its letter")


def _compare_moves(
    house: House, batch_id: UUID, planted: Mapping[str, list[UUID]], acted: list[UUID], busy: set[UUID],
    before: Mapping[UUID, str], found: Findings,
) -> None:  # fmt: skip
    with house.reading(actor=SYSTEM) as look:
        rows = {one.case_id: one for one in look.session.scalars(select(Move).where(Move.batch_id == batch_id))}
    wanted = {"moves": "moved", "later": "stayed", "cannot": "stayed"}
    for stage, cases in planted.items():
        for case_id in cases:
            status = rows[case_id].status
            allowed = {"skipped"} if case_id in acted else {wanted[PLANTED[stage][1]]}
            # a worker may have finished the letter of a case in flight since the approval
            allowed |= {"skipped"} if case_id in busy or stage == "in flight" else set()
            if status not in allowed:
                found.broken.append(
                    f"{stage} {case_id} is {status}, expected {sorted(allowed)}: {rows[case_id].result}"
                )
            if status == "moved" and case_id not in busy and rows[case_id].before_digest != before[case_id]:
                found.broken.append(f"{stage} {case_id}: the rows kept before the move are others")
    found.figures |= {f"then {name}": count for name, count in Counter(one.status for one in rows.values()).items()}


def _compare_undone(
    house: House, yard: Yard, batch_id: UUID, before: Mapping[UUID, str], busy: set[UUID], found: Findings
) -> None:
    with house.reading(actor=SYSTEM) as look:
        rows = {one.case_id: one for one in look.session.scalars(select(Move).where(Move.batch_id == batch_id))}
    after = yard.addresses(before)
    same = 0
    for case_id, digest in before.items():
        if case_id in busy:
            if rows[case_id].status not in ("kept", "skipped"):
                found.broken.append(f"{case_id} was worked on and is {rows[case_id].status}")
        elif after[case_id] != digest:
            found.broken.append(f"{case_id} is not byte for byte what it was ({rows[case_id].status})")
        else:
            same += 1
    found.figures["byte for byte as before"] = same
    found.figures |= {f"at last {name}": count for name, count in Counter(one.status for one in rows.values()).items()}
