"""The JavaScript engine that reads FEEL: one isolate per process, with a time limit and a memory limit.

What is known to hurt, and what is done about it: an isolate made before a fork hangs in the child, so each process
makes its own; after an overrun of time or memory the next, innocent call may fail, so the isolate is thrown away;
calls of other threads queue behind a runaway, so the time limit of a call starts when its turn comes; an isolate left
open may keep the interpreter from ending, so all are closed at exit. The memory limit is a soft one: V8 notices it
after it has collected, and a process may for a moment hold several times as much.
"""

import atexit
import contextlib
import ctypes
import json
import os
import threading
import weakref
from pathlib import Path
from typing import Any

from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

BUNDLE = Path(__file__).resolve().parent.parent / "build" / "feel.js"
_LOADING_SECONDS = 60.0
_open: "weakref.WeakSet[Isolate]" = weakref.WeakSet()


class BundleMissing(RuntimeError):
    """The FEEL bundle was never built."""

    def __init__(self) -> None:
        super().__init__(
            f"Không tìm thấy {BUNDLE}: hãy chạy `./motcua build` (FEEL bundle not built: run ./motcua build)."
        )


class Overrun(Exception):
    """A call took too long or too much memory; the message is Vietnamese."""


class Isolate:
    """A V8 isolate with the FEEL bundle loaded, made when first needed and again after it died."""

    def __init__(self, *, timeout_ms: int, memory_mb: int) -> None:
        self.timeout_ms = timeout_ms
        self.memory_mb = memory_mb
        self._racer: MiniRacer | None = None
        self._call: Any = None
        self._pid = 0
        self._lock = threading.RLock()
        _open.add(self)

    def send(self, message: Any) -> Any:
        """Hand one JSON message to the bundle and bring its answer back; raises Overrun or BundleMissing."""
        text = json.dumps(message, ensure_ascii=True, allow_nan=False)
        with self._lock:
            call = self._ready()
            try:
                answer = json.loads(call(text, timeout_sec=self.timeout_ms / 1000))
                if self._racer is not None and self._racer.was_hard_memory_limit_reached():
                    self.close()  # this call came through, the next one would not
                return answer
            except JSEvalException as error:
                self._discard()
                raise Overrun(self._reason(error)) from error

    def _reason(self, error: JSEvalException) -> str:
        if isinstance(error, JSTimeoutException):
            return f"Biểu thức chạy quá {self.timeout_ms} mili giây nên bị dừng."
        if isinstance(error, JSOOMException):
            return f"Biểu thức cần quá {self.memory_mb} MB bộ nhớ nên bị dừng."
        return "Bộ máy tính biểu thức đã dừng đột ngột."

    def _discard(self) -> None:
        """Close an isolate that was stopped, once it has said its last word: said later, nobody would be listening."""
        if self._racer is not None:
            with contextlib.suppress(JSEvalException):
                self._racer.eval("0", timeout_sec=1)
        self.close()

    def _ready(self) -> Any:
        if self._call is None or self._pid != os.getpid():
            if not BUNDLE.is_file():
                raise BundleMissing
            made: list[MiniRacer] = []
            # In a thread of its own, so that V8 never settles on the event loop of whoever calls.
            maker = threading.Thread(target=lambda: made.append(MiniRacer()))
            maker.start()
            maker.join()
            racer = made[0]
            self._racer, self._pid = racer, os.getpid()
            racer.set_hard_memory_limit(self.memory_mb * 1024 * 1024)
            racer.eval(BUNDLE.read_text(encoding="utf-8"), timeout_sec=_LOADING_SECONDS)
            self._call = racer.eval("motcua")
        return self._call

    def close(self) -> None:
        """Give the isolate back; the next call makes a new one."""
        with self._lock:
            racer, self._racer, self._call = self._racer, None, None
            if racer is not None and self._pid == os.getpid():
                racer.close()

    def leave_behind(self) -> None:
        """In a forked child: forget the parent's isolate without freeing it; its threads are not here to let go."""
        for left in (self._call, self._racer):
            if left is not None:
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(left))
        self._racer = self._call = None
        self._lock = threading.RLock()


def _close_all() -> None:
    for isolate in list(_open):
        isolate.close()


def _leave_all_behind() -> None:
    for isolate in list(_open):
        isolate.leave_behind()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_leave_all_behind)
