"""The program of the child process FEEL is calculated in: it holds V8 and the bundle, and can do nothing else.

Run by rules/v8.py as `python -I -S v8_child.py PACKAGES BUNDLE CPU_MS WALL_MS MEMORY_MB`, with one end of a socket as
its standard input. Messages and answers are JSON text behind four bytes of length; the first answer says that it is
ready, or why not. Every limit is the kernel's or V8's own, so that no text can talk itself out of one: a call that uses
up its processor time ends in SIGPROF, one that takes too long by the clock in SIGALRM, one that wants more memory in
SIGTRAP. The child ends with its parent, because the socket does.
"""

import asyncio
import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

_LENGTH = 4
_NOBODY = 65534
_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4  # prctl(2)
_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # landlock(7): the same numbers on every processor
_WRITING_BY_VERSION = {1: 0x1FF3, 2: 0x3FF3, 3: 0x7FF3}  # execute, write, remove and make, of files and folders
_NETWORK_SINCE, _BIND_AND_CONNECT = 4, 3
# Text of a model becomes no machine code (patterns of `matches` are interpreted), and no text becomes JavaScript.
_FLAGS = ("--single-threaded", "--disallow-code-generation-from-strings", "--regexp-interpret-all")
_WARM_UP = ('1 + 1 = 2 and not("a" < "b")', 'if x = null then [1, 2][item > 1] else today() + duration("P1D")')


def load(bundle: Path, flags: tuple[str, ...] = _FLAGS) -> Any:
    """V8 with the FEEL bundle in it; to be called from a running event loop, on which it then answers at once."""
    from py_mini_racer import MiniRacer, init_mini_racer

    init_mini_racer(flags=flags, ignore_duplicate_init=True)
    racer = MiniRacer()
    racer.eval(bundle.read_text(encoding="utf-8"))
    return racer


def ask(racer: Any, message: str) -> str:
    """The bundle's answer to one message, both JSON; one crossing of the border."""
    return str(racer.eval(f"motcua({json.dumps(message)})"))


def renounce() -> None:
    """Give up writing, starting programs and the network, for all threads to come; what a kernel lacks is left out."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version >= 1:
        network = _BIND_AND_CONNECT if version >= _NETWORK_SINCE else 0
        rules = (ctypes.c_uint64 * 2)(_WRITING_BY_VERSION[min(version, 3)], network)
        ruleset = libc.syscall(_CREATE_RULESET, rules, 16 if network else 8, 0)
        if ruleset >= 0:
            libc.syscall(_RESTRICT_SELF, ruleset, 0)
            os.close(ruleset)


def confine(memory_mb: int) -> None:
    """From here on: no file or connection can be opened, nothing started, no more than so much memory."""
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # a container may have taken even this right from root
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    # V8 reserves address space by the terabyte without using it; what counts is what may be written to.
    most = (_writable_mb() + memory_mb) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    for none in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(none, (0, 0))


def _writable_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    return pages * resource.getpagesize() // (1024 * 1024)


def _read(count: int) -> bytes:
    parts = []
    while count:
        part = os.read(0, min(count, 1 << 20))
        if not part:
            os._exit(0)  # the parent is gone, or wants no more
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _write(text: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    rest = memoryview(len(body).to_bytes(_LENGTH, "big") + body)
    while rest:
        rest = rest[os.write(0, rest) :]


async def serve(bundle: Path, cpu_ms: int, wall_ms: int, memory_mb: int) -> None:
    """Load, warm up, give everything away, then answer one message after the other until the parent is gone."""
    racer = load(bundle, (*_FLAGS, f"--max-heap-size={memory_mb}"))
    clock = {"moment": "2026-01-01T00:00:00+07:00", "offset": "+07:00"}
    jobs = [{"kind": "expression", "text": text, "strict": True, "context": 0} for text in _WARM_UP]
    ask(racer, json.dumps({"clock": clock, "contexts": [{"x": 1}], "jobs": jobs}))
    # What V8 keeps beside its heap (the reader's stack, buffers) has its place between the two limits.
    confine(memory_mb + memory_mb // 2)
    _write(json.dumps({"ready": os.getpid()}))
    while True:
        message = _read(int.from_bytes(_read(_LENGTH), "big")).decode("utf-8")
        signal.setitimer(signal.ITIMER_PROF, cpu_ms / 1000)
        signal.setitimer(signal.ITIMER_REAL, wall_ms / 1000)
        answer = ask(racer, message)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write(answer)


def main(packages: str, bundle: str, cpu_ms: str, wall_ms: str, memory_mb: str) -> None:
    """Say why when it cannot start; once at work it needs no last words."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.path.append(packages)
        renounce()
        asyncio.run(serve(Path(bundle), int(cpu_ms), int(wall_ms), int(memory_mb)))
    except Exception as error:
        _write(json.dumps({"failed": f"{type(error).__name__}: {error}"}))
        os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
