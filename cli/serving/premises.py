"""What must be true before a tree is started: the data folder is ours alone, the port is free, the host is allowed."""

from __future__ import annotations

import fcntl
import ipaddress
import socket
from pathlib import Path
from typing import IO


class Refused(Exception):
    """serve does not start; the text says to a person why and what to do."""


def hold(data: Path, address: str) -> IO[str]:
    """Lock the data folder for as long as the returned file stays open; a second serve is refused in words."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o750)
        lock = (data / "serve.lock").open("a+")
    except OSError as error:
        raise Refused(
            f"The data folder {data} cannot be used: {error.strerror}. Choose another with --data."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        other = lock.read().strip() or "another process"
        lock.close()
        raise Refused(
            f"The data folder {data} is already being served ({other}).\n"
            "End that one first, or choose another folder with --data."
        ) from None
    lock.seek(0)
    lock.truncate()
    lock.write(address)
    lock.flush()
    return lock


def check_port(host: str, port: int) -> None:
    """Refuse a port somebody else listens on, or one this user may not open."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refused(f"Port {port} on {host} cannot be opened ({why}); choose another with --port.") from error


def check_host(host: str, *, sample: bool, allowed: bool) -> None:
    """Anybody may sign in as anybody in the sample office: it listens to this machine alone unless told otherwise."""
    if sample and not allowed and not is_loopback(host):
        raise Refused(
            f"The sample office lets everybody sign in as anybody, so it does not listen on {host}.\n"
            "If that is what you want on this network, add --allow-remote-sample; for real use start with --empty."
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address reaches only this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
