"""The signer process: `python -m cli.serving.signer`; the only one in which unlocked signing keys lie."""

from __future__ import annotations

import ctypes
import resource
import signal
from types import FrameType

from setproctitle import setproctitle

from engine.settings import read_settings
from signing.signer import Signer
from signing.signer_line import SignerServer

PR_SET_DUMPABLE = 4


def main() -> None:
    """Answer at the socket until SIGTERM, then forget every key."""
    setproctitle("motcua signer")
    settings = read_settings()
    signer = Signer(settings.keys, settings.secret)
    server = SignerServer(settings.keys, signer)
    _keep_memory_to_itself()

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        server.serve_forever()
    finally:
        signer.lock()
        server.server_close()


def _keep_memory_to_itself() -> None:
    """No core dump, and no debugger of the same user looks into this process (Linux)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


if __name__ == "__main__":
    main()
