"""The JavaScript engine that reads FEEL, in a child process of its own: killed and replaced after any overrun.

A call may use 250 ms of processor time, counted by the kernel and therefore fair on a busy machine, and a bounded
memory, held by V8 and by the kernel (rules/v8_child.py). Calls of several threads are taken in turn, one at a time, so
a runaway costs the others a moment of waiting and nothing else. A call that was broken off through no fault of its own
(the child was killed from outside, or had grown by earlier calls, or the machine stood still) is asked once more of a
fresh child. A fork leaves the child to the parent; the forked process makes its own when it first asks.
"""

import atexit
import collections
import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from types import TracebackType
from typing import Any

from rules.sentences import Sentence

BUNDLE = Path(__file__).resolve().parent.parent / "build" / "feel.js"
_PROGRAM = Path(__file__).with_name("v8_child.py")
_PATIENCE = 40  # a call may take this many times its processor time by the clock
_STARTING_SECONDS = 60.0
_LARGEST = 16 * 1024 * 1024  # bytes of one message or answer
_TOO_SLOW, _TOO_LATE = -signal.SIGPROF, -signal.SIGALRM
_OUT_OF_MEMORY = (-signal.SIGTRAP, -signal.SIGABRT, -signal.SIGILL, -signal.SIGSEGV)
_open: "weakref.WeakSet[Isolate]" = weakref.WeakSet()
_making = threading.Lock()  # held while a child is made: a fork just then would keep its socket open


class BundleMissing(RuntimeError):
    """The FEEL bundle was never built."""

    def __init__(self) -> None:
        super().__init__(
            f"Không tìm thấy {BUNDLE}: hãy chạy `./motcua build` (FEEL bundle not built: run ./motcua build)."
        )


class NotStarted(RuntimeError):
    """The child process could not be started; the message says why."""


class Overrun(Exception):
    """A call took too long or too much memory; `message` says so in Vietnamese."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


class _BrokenOff(Exception):
    """The child ended before it answered; `ending` is its return code, `calls` what it had answered before."""

    def __init__(self, ending: int, calls: int) -> None:
        super().__init__(ending)
        self.ending = ending
        self.calls = calls


class _Turns:
    """Lets one thread in at a time, in the order they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: collections.deque[threading.Lock] = collections.deque()
        self._taken = False

    def __enter__(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            mine.acquire()
        except BaseException:  # an interrupt while waiting: the turn must not get lost
            with self._lock:
                waiting = mine in self._waiting
                if waiting:
                    self._waiting.remove(mine)
            if not waiting:
                self.__exit__(None, None, None)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class _Child:
    """One child process; it begins to load at once and is waited for when it is first asked."""

    def __init__(self, cpu_ms: int, memory_mb: int) -> None:
        if not BUNDLE.is_file():
            raise BundleMissing
        self.pid = os.getpid()
        self.calls = 0
        self._ready = False
        self._patience = cpu_ms * _PATIENCE / 1000
        limits = [str(cpu_ms), str(cpu_ms * _PATIENCE), str(memory_mb)]
        with _making:
            self._socket, far = socket.socketpair()
            with far:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", str(_PROGRAM), _packages(), str(BUNDLE), *limits],
                    stdin=far.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env={"LC_ALL": "C"},
                )

    def ask(self, message: bytes) -> bytes:
        """The answer to one message; raises _BrokenOff when the child ends instead, NotStarted if it never began."""
        self._begin()
        # The child's own clock comes first; this one is for a child that was stopped from outside.
        self._socket.settimeout(self._patience + 5)
        try:
            self._socket.sendall(len(message).to_bytes(4, "big") + message)
            answer = self._receive()
        except OSError as error:
            raise _BrokenOff(self._ended(), self.calls) from error
        self.calls += 1
        return answer

    def _begin(self) -> None:
        if self._ready:
            return
        self._socket.settimeout(_STARTING_SECONDS)
        try:
            said = json.loads(self._receive())
        except OSError as error:
            raise NotStarted(f"The FEEL process did not start ({error}, return code {self._ended()}).") from error
        if "failed" in said:
            raise NotStarted(f"The FEEL process did not start: {said['failed']}")
        self._ready = True

    def _receive(self) -> bytes:
        length = int.from_bytes(self._exactly(4), "big")
        if length > _LARGEST:
            raise Overrun(Sentence("Kết quả của biểu thức quá lớn."))
        return self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            part = self._socket.recv(min(count, 1 << 20))
            if not part:
                raise ConnectionResetError("the child ended")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _ended(self) -> int:
        """How the child ended; one that has not yet is given a moment, then killed."""
        self._socket.close()
        try:
            return self._process.wait(1)
        except subprocess.TimeoutExpired:
            self.close()
            return _TOO_LATE

    def close(self) -> None:
        """End the child; it has nothing to lose."""
        self._socket.close()
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)

    def leave_behind(self) -> None:
        """In a forked process: let go of the parent's child without touching it."""
        self._socket.close()
        self._process.returncode = 0


class Isolate:
    """V8 with the FEEL bundle in a child process, made when first needed and again after it died."""

    def __init__(self, *, timeout_ms: int, memory_mb: int) -> None:
        self.timeout_ms = timeout_ms
        self.memory_mb = memory_mb
        self._child: _Child | None = None
        self._turns = _Turns()
        _open.add(self)

    def send(self, message: Any) -> Any:
        """Hand one JSON message to the bundle and bring its answer back; raises Overrun; BundleMissing, NotStarted."""
        text = json.dumps(message, ensure_ascii=True, allow_nan=False).encode("ascii")
        if len(text) > _LARGEST:
            raise Overrun(Sentence("Dữ liệu đưa vào biểu thức quá lớn."))
        with self._turns:
            try:
                answer = self._try(text)
            except _BrokenOff as first:
                if _at_fault(first):
                    raise Overrun(self._reason(first.ending)) from first
                try:
                    answer = self._try(text)
                except _BrokenOff as second:
                    raise Overrun(self._reason(second.ending)) from second
        return json.loads(answer)

    def _try(self, text: bytes) -> bytes:
        child = self._child
        if child is None or child.pid != os.getpid():
            child = self._child = _Child(self.timeout_ms, self.memory_mb)
        try:
            return child.ask(text)
        except BaseException as error:
            self._child = None
            child.close()
            if isinstance(error, _BrokenOff):
                self._child = _Child(self.timeout_ms, self.memory_mb)  # loads while the caller is being told
            raise

    def _reason(self, ending: int) -> Sentence:
        if ending in (_TOO_SLOW, _TOO_LATE):
            return Sentence("Biểu thức chạy quá %(most)s mili giây nên bị dừng.", most=self.timeout_ms)
        if ending in _OUT_OF_MEMORY:
            return Sentence("Biểu thức cần quá %(most)s MB bộ nhớ nên bị dừng.", most=self.memory_mb)
        return Sentence("Bộ máy tính biểu thức đã dừng đột ngột.")

    @property
    def process_id(self) -> int | None:
        """The child's number while there is one, for those who measure it."""
        return self._child._process.pid if self._child else None

    def close(self) -> None:
        """End the child; the next call makes a new one."""
        with self._turns:
            child, self._child = self._child, None
            if child is not None and child.pid == os.getpid():
                child.close()

    def leave_behind(self) -> None:
        """In a forked process: forget the parent's child, and whoever was taking turns there."""
        if self._child is not None:
            self._child.leave_behind()
        self._child = None
        self._turns = _Turns()


def _at_fault(broken: _BrokenOff) -> bool:
    """Whether the call itself must have ended the child: its own processor time ran out, or a fresh child's memory."""
    return broken.ending == _TOO_SLOW or (broken.ending in _OUT_OF_MEMORY and broken.calls == 0)


def _packages() -> str:
    """The folder py_mini_racer was installed into; the child looks nowhere else."""
    found = importlib.util.find_spec("py_mini_racer")
    if found is None or found.origin is None:
        raise NotStarted("py_mini_racer is not installed: run ./motcua build.")
    return str(Path(found.origin).parent.parent)


def _close_all() -> None:
    for isolate in list(_open):
        isolate.close()


def _leave_all_behind() -> None:
    _making.release()
    for isolate in list(_open):
        isolate.leave_behind()


atexit.register(_close_all)
os.register_at_fork(before=_making.acquire, after_in_parent=_making.release, after_in_child=_leave_all_behind)
