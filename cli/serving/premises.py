"""What must be true before a tree is started: folder, port, host and settings can be used, the database answers."""

from __future__ import annotations

import fcntl
import ipaddress
import socket
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import IO

PATIENCE = 5
"""Seconds a database server has for its first answer."""


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


def check_settings(environment: Mapping[str, str]) -> None:
    """Refuse what is wrong in the environment of the tree, and a database that does not answer."""
    from engine.settings import SettingsError, read_settings

    for name in ("MOTCUA_WORKERS", "MOTCUA_WEB_WORKERS"):
        if (given := environment.get(name, "1")) and not (given.isdecimal() and int(given)):
            raise Refused(f"{name} is “{given}”; write a whole number of processes, like 2.")
    try:
        settings = read_settings(environment)
    except SettingsError as fault:
        raise Refused(str(fault)) from fault
    if settings.is_sqlite:
        _check_file(Path(settings.database_url.partition(":///")[2].partition("?")[0]))
    else:
        _check_server(settings.database_url)


def _check_file(path: Path) -> None:
    try:
        with sqlite3.connect(path, timeout=5) as database:
            database.execute("BEGIN IMMEDIATE")
            database.rollback()
        database.close()
    except sqlite3.Error as error:
        raise Refused(
            f"The database {path} cannot be used: {error}.\n"
            "Check its folder and who owns it, or restore it from a backup (./motcua restore)."
        ) from error


def _check_server(url: str) -> None:
    import psycopg
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(url)
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    except (ArgumentError, ValueError) as error:
        raise Refused(
            "DATABASE_URL cannot be read; write it like postgresql+psycopg://user:password@host/name"
        ) from error
    shown = address.render_as_string(hide_password=True)
    try:
        psycopg.connect(plain, connect_timeout=PATIENCE).close()
    except psycopg.Error as error:
        why = str(error).strip().splitlines()
        raise Refused(
            f"The database {shown} does not answer: {why[0] if why else type(error).__name__}\n"
            "Start its server, or correct user, password, host and name in DATABASE_URL."
        ) from error
