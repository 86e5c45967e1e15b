"""A limit on how long a hostile file may keep us busy."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
_KNOCKS = 20


class TookTooLong(Exception):
    """The work was broken off."""


class _Stop(BaseException):
    """Thrown into work that must end; no `except Exception` on its way swallows it."""


def within(seconds: float, work: Callable[[], Answer]) -> Answer:
    """What `work` answers, or `TookTooLong` after `seconds`; its own exceptions come through.

    The work runs in a thread of its own: stopping it can then never hit the caller's next act, which it could if it ran
    in the caller's thread, and unlike an alarm signal this works in every thread.
    """
    errand = _Errand(work)
    errand.start()
    errand.join(seconds)
    knocks = 0
    while errand.is_alive() and knocks < _KNOCKS:
        # One knock may come while Python is deaf (inside a finaliser); then the next one is heard.
        errand.stop()
        errand.join(0.05)
        knocks += 1
    if knocks:
        raise TookTooLong
    return errand.answer()


class _Errand(threading.Thread, Generic[Answer]):
    """One piece of work with the answer or the exception it ended in."""

    def __init__(self, work: Callable[[], Answer]) -> None:
        super().__init__(daemon=True, name="verify")
        self._work = work
        self._answers: list[Answer] = []
        self._failure: BaseException | None = None

    def run(self) -> None:
        try:
            self._answers.append(self._work())
        except BaseException as failure:
            self._failure = failure

    def stop(self) -> None:
        if self.ident is not None and self.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(_Stop))

    def answer(self) -> Answer:
        if self._failure is not None:
            raise self._failure
        return self._answers[0]
