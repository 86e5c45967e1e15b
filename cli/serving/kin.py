"""Processes that die with their parent, even when it was killed without a chance to say so (Linux)."""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int) -> None:
    """Ask the kernel to end this process when `parent`, its parent, ends; end now when that has happened already.

    The kernel watches the thread that made this process, so processes are made from a main thread only. What this
    process makes itself must ask again.
    """
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
