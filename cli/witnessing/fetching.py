"""Fetching the published seals of a house: over the web, bounded in size and time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from cli.witnessing.seals import MOST_LINE, NoSeals

PAGE = "/niem-phong/tat-ca.jsonl"
MOST_BYTES = 256 * 2**20
"""A day's seal is some kilobytes: this is more than a century."""
MOST_SECONDS = 300.0


def address_of(url: str) -> str:
    """Where the seals of a house are published: its own address, or the file's; raises `NoSeals` for neither."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoSeals(f"{url} is no web address")
    if parts.path.endswith(".jsonl"):
        return parts.geturl()
    return parts._replace(path=parts.path.rstrip("/").removesuffix("/niem-phong") + PAGE, query="").geturl()


def fetch(address: str, *, most: int = MOST_BYTES, seconds: float = MOST_SECONDS) -> Iterator[str]:
    """The lines of the published file; raises `httpx.HTTPError`, and `NoSeals` for what is too long or no text."""
    end, read, rest = time.monotonic() + seconds, 0, b""
    with httpx.stream("GET", address, timeout=30.0, follow_redirects=True) as answer:
        answer.raise_for_status()
        for part in answer.iter_bytes():
            read += len(part)
            if read > most or time.monotonic() > end:
                raise NoSeals(f"{address} gives too much, or takes too long")
            *lines, rest = (rest + part).split(b"\n")
            if len(rest) > MOST_LINE or any(len(line) > MOST_LINE for line in lines):
                raise NoSeals(f"{address} gives a line that is too long for a seal")
            yield from (_text(line) for line in lines)
    if rest:
        yield _text(rest)


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as fault:
        raise NoSeals("what was published is no text") from fault
