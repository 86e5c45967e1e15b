"""A limit on how long a hostile file may keep us busy."""

from __future__ import annotations

import ctypes
import threading
from types import TracebackType


class TookTooLong(BaseException):
    """The work was broken off; no `except Exception` on the way may swallow it."""


class Watch:
    """Breaks off pure Python work in the current thread after `seconds`, in any thread and without a signal.

    Use as a context manager inside `try … except TookTooLong`.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._over = False
        self._thread = threading.get_ident()
        self._timer = self._new_timer(seconds)

    def __enter__(self) -> Watch:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._over = True
            self._timer.cancel()

    def _new_timer(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._ring)
        timer.daemon = True
        return timer

    def _ring(self) -> None:
        with self._lock:
            if self._over:
                return
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(TookTooLong))
            # A bare `except:` may eat one ring; the next one follows.
            self._timer = self._new_timer(1.0)
            self._timer.start()
