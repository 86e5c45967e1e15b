"""Workers killed with SIGKILL at random moments while dossiers are filed and handled."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from sqlalchemy import select

from cli.drills.desk import Desk
from cli.drills.findings import Findings, look_into
from cli.drills.outside import gateway, rest
from cli.setup.house import HOUSE
from engine.composition import House, build_house
from engine.outbox import Job
from engine.settings import Settings
from engine.work import SYSTEM

WORKERS = 2
FEW = 4
"""A job that was cut off this often is left in peace: killing every worker that takes it is another drill."""


class Workers:
    """The worker processes of the drill."""

    def __init__(self, environment: Mapping[str, str], *, count: int = WORKERS) -> None:
        self.environment, self.count = dict(environment), count
        self.running: list[subprocess.Popen[bytes]] = []
        self.killed = self.killed_busy = 0

    def fill_up(self) -> None:
        """Start workers until there are enough."""
        while len(self.running) < self.count:
            words = [sys.executable, "-m", "jobs.worker"]
            self.running.append(subprocess.Popen(words, cwd=HOUSE, env=self.environment, stderr=subprocess.DEVNULL))

    def kill_one(self, dice: Random, busy: int | None) -> None:
        """End one of them without a word: the busy one if it is known, else any."""
        victim = next((one for one in self.running if one.pid == busy), None) or dice.choice(self.running)
        self.running.remove(victim)
        victim.kill()
        victim.wait()
        self.killed += 1
        self.killed_busy += victim.pid == busy

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


def drill(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    rounds: int,
    seed: int,
    patience: float = 180,
    say: Callable[[str], None] = print,
) -> Findings:
    """File, handle and kill for some rounds on an opened sample office; then wait until all is quiet and look.

    `environment` is what the workers are told; `patience` in seconds is how long they may take to come to rest.
    """
    dice = Random(seed)
    with gateway() as (address, received):
        house = build_house(replace(settings, sms_url=address))
        workers = Workers({**environment, "MOTCUA_SMS_URL": address})
        desk = Desk(house, dice)
        try:
            for number in range(1, rounds + 1):
                workers.fill_up()
                desk.file()
                desk.work_through(3)
                workers.kill_one(dice, _busy(house, workers, dice))
                if number % 10 == 0:
                    say(f"round {number} of {rounds}: {len(desk.filed)} dossiers, {desk.done} tasks done")
            workers.fill_up()
            quiet = rest(house, patience)
            with house.reading(actor=SYSTEM) as look:
                found = look_into(look.session, desk.filed, received)
            if not quiet:
                found.broken.append(f"the workers had not come to rest after {patience:.0f} seconds")
        finally:
            workers.end()
            house.database.dispose()
    found.figures |= {
        "tasks done": desk.done,
        "workers killed": workers.killed,
        "… in the middle of a job": workers.killed_busy,
    }
    return found


def _busy(house: House, workers: Workers, dice: Random) -> int | None:
    """The process of a worker that has been at its job for a moment; None now and then, to kill an idle one too."""
    if dice.random() < 0.2:
        time.sleep(dice.uniform(0, 3))
        return None
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with house.reading(actor=SYSTEM) as look:
            holders = look.session.scalars(
                select(Job.leased_by).where(
                    Job.status == "leased", Job.leased_by.startswith("worker/"), Job.attempts < FEW
                )
            ).all()
        busy = {int(str(holder).split("/")[2]) for holder in holders} & {one.pid for one in workers.running}
        if busy:
            time.sleep(dice.uniform(0, 0.5))
            return min(busy)
        time.sleep(0.02)
    return None
