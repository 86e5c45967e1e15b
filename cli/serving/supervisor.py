"""Starts processes, starts them again when they fall over, and ends them in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from cli.serving.kin import die_with
from cli.setup.house import HOUSE

PAUSES = (0.5, 1, 2, 5, 10, 30)
"""Seconds before the next start of a process that fell over; the last one is kept."""
HEALTHY = 60.0
PATIENCE = 8.0


def say(text: str) -> None:
    """A line for the person at the terminal, and for the service's log."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Child:
    """One process of the tree and how it has fared.

    An `errand` ends by itself and is not started again; a `last` one is ended when all others have ended.
    """

    name: str
    words: Sequence[str]
    errand: bool = False
    last: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    start_at: float = 0.0
    finished: bool = False

    def start(self, environment: Mapping[str, str]) -> None:
        me = os.getpid()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            list(self.words),
            cwd=HOUSE,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the others in order
            preexec_fn=lambda: die_with(me),
        )

    def fallen(self) -> int | None:
        """The exit code when the process has ended by itself, negative for a signal; None while it runs or waits."""
        return self.process.poll() if self.process is not None else None

    def plan_restart(self) -> float:
        """Note the fall; the pause in seconds before the next start."""
        now = time.monotonic()
        self.falls = 1 if now - self.started > HEALTHY else self.falls + 1
        pause = PAUSES[min(self.falls, len(PAUSES)) - 1]
        self.process, self.start_at = None, now + pause
        return pause


@dataclass
class Supervisor:
    """The children in the order of their start; they are ended in the same order, pages first."""

    children: Sequence[Child]
    environment: Mapping[str, str]
    asked_to_end: int = 0

    def install(self) -> None:
        """Let Ctrl-C and SIGTERM end the tree in order; asked a second time, at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_end += 1

    def start(self) -> None:
        """Start everything there is so far."""
        for child in self.children:
            child.start(self.environment)

    def send(self, errand: Child) -> None:
        """Start one more process that ends by itself."""
        self.children = [*self.children, errand]
        errand.start(self.environment)

    def turn(self) -> None:
        """Notice who fell over, start again whose pause is over."""
        for child in self.children:
            code = child.fallen()
            if code == 0 and child.errand:
                child.process, child.start_at, child.finished = None, float("inf"), True
            elif code is not None:
                pause = child.plan_restart()
                say(f"motcua: {child.name} ended unexpectedly ({_meaning(code)}); started again in {pause:g} s")
            elif child.process is None and time.monotonic() >= child.start_at and not self.asked_to_end:
                child.start(self.environment)

    def watch(self) -> None:
        """Keep the tree alive until somebody asks to end it."""
        while not self.asked_to_end:
            self.turn()
            time.sleep(0.2)

    def end(self) -> None:
        """End everything: the pages finish what they answer, then the workers their job, then who signs for them."""
        self._end(self.children[:1])
        self._end([child for child in self.children[1:] if not child.last])
        self._end([child for child in self.children[1:] if child.last])

    def _end(self, children: Sequence[Child]) -> None:
        left = [child for child in children if child.process is not None and child.process.poll() is None]
        for child in left:
            child.process.terminate()  # type: ignore[union-attr]
        deadline = time.monotonic() + PATIENCE
        while left and time.monotonic() < deadline and self.asked_to_end <= 1:
            time.sleep(0.05)
            left = [child for child in left if child.fallen() is None]
        for child in left:
            say(f"motcua: {child.name} does not end by itself and is stopped; its work is done again later")
            child.process.kill()  # type: ignore[union-attr]
            child.process.wait()  # type: ignore[union-attr]


def _meaning(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
