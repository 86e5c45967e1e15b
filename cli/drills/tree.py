"""Any process of a running `./motcua serve` killed with SIGKILL while another system hands dossiers in over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cli.drills.desk import PROCEDURE, Desk
from cli.drills.findings import Findings, look_into
from cli.drills.outside import gateway, rest
from cli.main import PREPARED
from cli.setup.house import HOUSE
from cli.testing.ports import free_port, is_open
from engine.composition import House, build_house
from engine.dossiers.models import Dossier
from engine.outbox import Progress
from engine.sample.clients import sample_key
from engine.sample.loading import NAME
from engine.settings import Settings
from engine.work import SYSTEM


class Served:
    """One `./motcua serve` and everything below it."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.words = [sys.executable, str(HOUSE / "motcua"), PREPARED, "serve", "--port", str(self.port)]
        self.words += ["--data", str(data)]
        self.environment = dict(environment)
        self.top: subprocess.Popen[bytes] | None = None
        self.killed: Counter[str] = Counter()
        self.outlived = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stand(self, patience: float = 60) -> None:
        """Start it if it does not run, and wait until its port is open."""
        if self.top is None or self.top.poll() is not None:
            self.top = subprocess.Popen(self.words, cwd=HOUSE, env=self.environment, stderr=subprocess.DEVNULL)
        until = time.monotonic() + patience
        while not is_open(self.port) and time.monotonic() < until:
            time.sleep(0.1)

    def processes(self) -> dict[int, str]:
        """Every process of the tree with what it calls itself."""
        assert self.top is not None
        found, look_at = {self.top.pid: "serve"}, [self.top.pid]
        while look_at:
            children = _children(look_at.pop())
            found.update(children)
            look_at.extend(children)
        return found

    def kill_one(self, dice: Random) -> None:
        """End one process without a word, each kind as likely as any other; with the top one, all of them."""
        tree = self.processes()
        kind = dice.choice(sorted(set(tree.values())))
        victim = dice.choice([pid for pid, name in tree.items() if name == kind])
        with suppress(ProcessLookupError, PermissionError):
            subprocess.run(["kill", "-9", str(victim)], check=False)
        self.killed[kind] += 1
        if self.top is not None and victim == self.top.pid:
            self.top.wait()
            time.sleep(2)
            self.outlived += sum(_alive(pid) for pid in tree if pid != victim)

    def end(self) -> None:
        """Ctrl-C, and the patience it needs."""
        if self.top is not None and self.top.poll() is None:
            self.top.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.top.wait(timeout=40)
            self.top.kill()
            self.top.wait()


class Sender(threading.Thread):
    """The other system: sends one dossier after the other, each until it is told that it was taken."""

    def __init__(self, served: Served, desk: Desk, key: str) -> None:
        super().__init__(name="sender", daemon=True)
        self.served, self.desk, self.key = served, desk, key
        self.stop = threading.Event()
        self.sent: list[str] = []
        self.taken: dict[str, str] = {}
        self.answers: Counter[str] = Counter()

    def run(self) -> None:
        while not self.stop.is_set():
            code = f"DRILL-{len(self.sent) + 1:05d}"
            self.sent.append(code)
            answers, papers = self.desk.household()
            filing = {
                "channel": "inbound",
                "external_code": code,
                "procedure": PROCEDURE,
                "office": "bt-pvhcc",
                "answers": json.loads(json.dumps(answers, default=str)),
                "components": [{"key": paper, "originals": 1} for paper in papers],
            }
            while code not in self.taken and not self.stop.is_set():
                self._deliver(code, json.dumps(filing).encode())

    def _deliver(self, code: str, body: bytes) -> None:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.served.address}/api/v1/dossiers", body, headers)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
                self.taken[code] = json.load(answer)["filing_code"]
                self.answers[str(answer.status)] += 1
                time.sleep(0.3)
        except urllib.error.HTTPError as refusal:
            self.answers[str(refusal.code)] += 1
            time.sleep(0.5)
        except (OSError, ValueError):
            self.answers["none"] += 1
            time.sleep(0.2)


def drill(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    rounds: int,
    seed: int,
    patience: float = 180,
    say: Callable[[str], None] = print,
) -> Findings:
    """Serve, send, handle and kill for some rounds on an opened sample office; then wait until all is quiet."""
    dice = Random(seed)
    with gateway() as (address, received):
        house = build_house(replace(settings, sms_url=address))
        _without_sample_dossiers(house)
        served = Served(settings.data, {**environment, "MOTCUA_SMS_URL": address})
        served.stand()
        sender = Sender(served, Desk(house, Random(seed + 1)), sample_key(settings))
        desk = Desk(house, dice)
        try:
            sender.start()
            for number in range(1, rounds + 1):
                time.sleep(dice.uniform(0.5, 4))
                served.kill_one(dice)
                served.stand()
                desk.filed = _filed(house)
                desk.work_through(3)
                if number % 5 == 0:
                    say(f"round {number} of {rounds}: {len(sender.taken)} dossiers taken, {desk.done} tasks done")
            sender.stop.set()
            sender.join(timeout=60)
            quiet = rest(house, patience)
            with house.reading(actor=SYSTEM) as look:
                found = look_into(look.session, _filed(house), received)
                _taken_once(look.session, sender, found)
            if not quiet:
                found.broken.append(f"the workers had not come to rest after {patience:.0f} seconds")
        finally:
            served.end()
            house.database.dispose()
    if served.outlived:
        found.broken.append(f"{served.outlived} processes outlived the top of their tree")
    found.figures |= {"tasks done": desk.done, "deliveries without an answer": sender.answers["none"]}
    found.figures |= {f"killed: {kind}": times for kind, times in sorted(served.killed.items())}
    return found


def _taken_once(session: Session, sender: Sender, found: Findings) -> None:
    counted = select(Dossier.external_code, func.count()).group_by(Dossier.external_code)
    kept: dict[str | None, int] = dict(row.tuple() for row in session.execute(counted))
    for code in sender.sent:
        times = kept.get(code, 0)
        if times > 1 or (times == 0 and code in sender.taken):
            found.broken.append(
                f"delivery {code} was {'taken' if code in sender.taken else 'sent'} and is {times} dossiers"
            )
    for status, times in sender.answers.items():
        if status not in {"none", "200", "201", "503"}:
            found.broken.append(f"{times} deliveries were answered {status}")
    found.figures["dossiers taken over HTTP"] = len(sender.taken)


def _without_sample_dossiers(house: House) -> None:
    """The drill brings its own dossiers: those of the sample count as loaded."""
    with house.unit_of_work(actor=SYSTEM) as work:
        if work.session.get(Progress, NAME) is None:
            work.session.add(Progress(name=NAME, done=0, total=0, updated_at=work.now))


def _filed(house: House) -> list[UUID]:
    with house.reading(actor=SYSTEM) as look:
        return list(look.session.scalars(select(Dossier.case_id).where(Dossier.channel == "inbound")))


def _children(parent: int) -> dict[int, str]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                found[int(folder.name)] = _name([word.decode(errors="replace") for word in words if word])
    return found


def _name(words: list[str]) -> str:
    """A process by its own title, or by the module or script it runs."""
    if words and words[0].startswith("motcua "):
        return words[0]
    modules = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "-m"]
    scripts = [word.rpartition("/")[2] for word in words if word.endswith(".py")]
    return (modules + scripts + words)[0]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
