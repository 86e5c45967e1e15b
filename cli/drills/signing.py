"""Workers and the signer killed while papers are signed, sealed and raised; the leader's key lies with a service that
counts what it is asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from cli.drills.desk import Desk
from cli.drills.findings import Findings, look_into
from cli.drills.keys import CLIENT_SECRET, PIN, RemoteSigning, remote_signing
from cli.drills.kill9 import Workers
from cli.drills.outside import gateway, rest
from cli.setup.house import HOUSE
from engine.accounts.models import Office, Person
from engine.composition import House, build_house
from engine.dossiers.models import Document, SigningConsent
from engine.journal import Entry
from engine.outbox import Job
from engine.settings import Settings
from engine.work import SYSTEM
from signing.errors import SigningRefused
from signing.keys import KeyInMemory
from signing.levels import level_of
from signing.stores.records import KeyRecord
from signing.uses import NAME

HEAD, ROOM = "an", "bt-kthtdt"
AFTER_ANSWER = "worker, the leader's key had just answered"
IN_USE = "worker, the leader's key being asked"
SIGNER = "signer, the leader's key being asked"
SEALED = "worker, the seal had just been made"
RAISED = "worker, a paper being raised"
MOMENTS = (AFTER_ANSWER, SIGNER, SEALED, RAISED, AFTER_ANSWER, SIGNER, IN_USE)
SIGNING_S = 0.03
"""How long the service takes to sign."""
PATIENCE = 30.0
"""Seconds people work until a moment must have come."""


class SignerProcess:
    """The process with the unlocked keys; started anew, somebody has to unlock them."""

    def __init__(self, house: House, environment: Mapping[str, str], holder: str) -> None:
        self._house, self._environment, self._holder = house, dict(environment), holder
        self.running: subprocess.Popen[bytes] | None = None

    def stand(self) -> None:
        """Start it if it does not run, and unlock the leader's key."""
        if self.running is None:
            words = [sys.executable, "-m", "cli.serving.signer"]
            self.running = subprocess.Popen(words, cwd=HOUSE, env=self._environment)
            until = time.monotonic() + 60
            while True:
                try:
                    secrets = {"client_secret": CLIENT_SECRET, "pin": PIN}
                    self._house.ports.signatures.keys.signer.unlock(self._holder, secrets)
                    return
                except SigningRefused:
                    if time.monotonic() > until:
                        raise

    def kill(self) -> None:
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None


class Ambush(threading.Thread):
    """Waits for one moment of signing and kills somebody then; `met` is whether it came."""

    def __init__(self, house: House, moment: str, kill: Callable[[], None], dice: Random) -> None:
        super().__init__(daemon=True)
        self._house, self._moment, self._kill, self._dice = house, moment, kill, dice
        self._uses = house.settings.keys / NAME
        self._from = self._uses.stat().st_size if self._uses.exists() else 0
        self.met = False

    def run(self) -> None:
        until = time.monotonic() + PATIENCE
        come = self._raising if self._moment == RAISED else self._asking
        while time.monotonic() < until:
            if come():
                if self._moment == SIGNER:  # before the service heard of it, while it signs, or when it has answered
                    time.sleep(self._dice.uniform(0, 2 * SIGNING_S))
                self._kill()
                self.met = True
                return
            time.sleep(0.0005)

    def _asking(self) -> bool:
        """Whether the signer has written down what this moment waits for."""
        wanted = {AFTER_ANSWER: ("consent", "answer"), SEALED: ("seal", "answer")}
        kind, line = wanted.get(self._moment, ("consent", "asked"))
        return any(one["act"].startswith(kind) and line in one for one in _written(self._uses, self._from))

    def _raising(self) -> bool:
        time.sleep(0.02)
        with self._house.reading(actor=SYSTEM) as look:
            wanted = (Job.kind == "RaiseDocument", Job.status == "leased", Job.leased_by.startswith("worker/"))
            busy = look.session.scalar(select(Job.id).where(*wanted).limit(1)) is not None
        if busy:
            time.sleep(self._dice.uniform(0, 0.06))
        return busy


def drill(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    rounds: int,
    seed: int,
    patience: float = 300,
    say: Callable[[str], None] = print,
) -> Findings:
    """File, handle and sign for some rounds on an opened sample office, killing somebody in each at a chosen moment.

    Afterwards every paper is whole and at the level the house says, and the service was asked for one digest a paper.
    """
    dice = Random(seed)
    with ExitStack() as stack:
        address, received = stack.enter_context(gateway())
        told = {**environment, "MOTCUA_SMS_URL": address, "MOTCUA_SIGNER": "1"}
        house = build_house(replace(settings, sms_url=address, signer=True))
        stack.callback(house.database.dispose)
        desk = Desk(house, dice)
        holder = f"person:{desk.people[HEAD]}"
        service = stack.enter_context(remote_signing(_certified(house), slow_s=SIGNING_S))
        record = KeyRecord(service.key.certificate, service.key.chain, holder, "csc", ROOM, service.where())
        house.ports.signatures.keys.records.save(record)
        workers, signer = Workers(told, count=1), SignerProcess(house, told, holder)
        stack.callback(signer.kill)
        stack.callback(workers.end)
        killed = _rounds(house, desk, workers, signer, rounds, dice, say)
        signer.stand()
        workers.fill_up()
        quiet = rest(house, patience)
        with house.reading(actor=SYSTEM) as look:
            found = look_into(look.session, desk.filed, received)
        if not quiet:
            found.broken.append(f"the workers had not come to rest after {patience:.0f} seconds")
        _look_at_papers(house, service, found)
    found.figures |= {f"killed: {moment}": times for moment, times in killed.items()}
    return found


def _rounds(
    house: House,
    desk: Desk,
    workers: Workers,
    signer: SignerProcess,
    rounds: int,
    dice: Random,
    say: Callable[[str], None],
) -> Counter[str]:
    """People work, and in every round somebody is killed; who, how often."""
    killed = Counter[str]()
    for number in range(1, rounds + 1):
        signer.stand()
        workers.fill_up()
        for _ in range(2):
            desk.file()
        moment = MOMENTS[number % len(MOMENTS)]
        kill = signer.kill if moment == SIGNER else lambda: workers.kill_one(dice, None)
        ambush = Ambush(house, moment, kill, dice)
        ambush.start()
        while ambush.is_alive():
            desk.work_through(3)
        if ambush.met:
            killed[moment] += 1
            killed["… before the signature was kept"] += moment == AFTER_ANSWER and _unkept(house)
        if number % 5 == 0:
            say(f"round {number} of {rounds}: {len(desk.filed)} dossiers, {desk.done} tasks done")
    return killed


def _certified(house: House) -> KeyInMemory:
    """A key in the head's name, of which the house itself has the certificate only."""
    with house.reading(actor=SYSTEM) as look:
        name = look.session.scalar(select(Person.full_name).where(Person.login == HEAD))
        office = look.session.scalar(select(Office.name).where(Office.code == ROOM))
    key: KeyInMemory = house.ports.signatures.authority.issue(  # type: ignore[attr-defined]
        name, office, "", "", now=house.clock.now()
    )
    return key


def _unkept(house: House) -> bool:
    """Whether a key has answered for a consent that nothing was kept of."""
    with house.reading(actor=SYSTEM) as look:
        waiting = set(look.session.scalars(select(SigningConsent.id).where(SigningConsent.used_at.is_(None))))
    lines = _written(house.settings.keys / NAME, 0)
    return any("answer" in one and one["act"] in {f"consent:{consent}" for consent in waiting} for one in lines)


def _written(uses: Path, since: int) -> list[dict[str, Any]]:
    """The whole lines the signer has written after this many bytes."""
    with suppress(FileNotFoundError), uses.open("rb") as file:
        file.seek(since)
        return [json.loads(line) for line in file if line.endswith(b"\n")]
    return []


def _look_at_papers(house: House, service: RemoteSigning, found: Findings) -> None:
    """Every paper whole and at its level; for each paper of the head the service was asked for one digest."""
    with house.reading(actor=SYSTEM) as look:
        papers = look.session.scalars(select(Document).where(Document.signed_at.is_not(None))).all()
        facts = look.session.scalars(select(Entry.facts).where(Entry.verb == "document.signed")).all()
    levels = Counter[str]()
    for paper in papers:
        with house.ports.storage.open(paper.sha256) as file:
            pdf = file.read()
        verdict = house.ports.signatures.verify(pdf, now=house.clock.now())
        levels[paper.level] += 1
        if not verdict.valid:
            found.broken.append(f"paper {paper.id} is not valid: {verdict.code}")
        if level_of(pdf) != paper.level:
            found.broken.append(f"paper {paper.id} is told as {paper.level} and is {level_of(pdf)}")
        if paper.sealed_at is not None and paper.level != "B-LTA":
            found.broken.append(f"paper {paper.id} was sealed and stayed at {paper.level}")
    own = [fact["key_asked"] for fact in facts if fact["certificate"] == service.key.serial]
    asked = Counter(service.digests)
    if len(asked) != len(own):
        found.broken.append(f"{len(own)} papers of the head are signed, his key was asked for {len(asked)} digests")
    if sum(own) < asked.total():  # more is honest: the signer was killed before the service heard of it
        found.broken.append(f"the acts tell of {sum(own)} uses of the head's key, the service of {asked.total()}")
    found.figures |= {
        "papers signed with the head's key": len(own),
        "… of which his key was asked twice, for the same": sum(times > 1 for times in asked.values()),
    }
    found.figures |= {f"papers at {level}": times for level, times in levels.items()}
