"""One round of a witness: what is published, held against what is kept, told plainly, and kept when it agrees."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from cli.witnessing.fetching import address_of, fetch
from cli.witnessing.seals import NoSeals, Problem, PublishedSeal, against_kept, inner_problems, read_seals
from cli.witnessing.signatures import Signatures, judged

QUIET_DAYS = 2
"""So many days without a new seal are spoken of."""


def watch(url: str, keep: Path, *, now: datetime, as_json: bool = False) -> int:
    """0: the same history as before, grown or not; 1: not so, each fault named; 2: nothing could be compared."""
    import httpx

    try:
        kept = _kept(keep)
        address = address_of(url)
        seals = {seal.day: seal for seal in read_seals(fetch(address))}
    except (NoSeals, OSError, httpx.HTTPError, httpx.InvalidURL) as fault:
        print(f"motcua: nothing was compared: {fault}", file=sys.stderr)
        return 2
    if not seals and not kept:
        print(f"motcua: nothing was compared: {address} publishes no seal yet", file=sys.stderr)
        return 2
    signatures = judged(kept, seals, now=now)
    found = [*against_kept(kept, seals), *inner_problems(seals.values()), *signatures.problems]
    problems = sorted(found, key=lambda one: one.day)
    beside = None
    if problems:
        beside = _put(keep.with_name(f"{keep.name}.disputed-{now:%Y%m%dT%H%M%SZ}"), seals.values())
    else:
        _put(keep, seals.values())
    _tell(kept, seals, problems, signatures, beside, now.date(), as_json=as_json)
    return 1 if problems else 0


def _kept(keep: Path) -> dict[date, PublishedSeal]:
    """What was kept, by day; nothing the first time."""
    if not keep.exists():
        return {}
    try:
        return {seal.day: seal for seal in read_seals(keep.read_text(encoding="utf-8").splitlines())}
    except (NoSeals, UnicodeDecodeError) as fault:
        raise NoSeals(f"{keep} holds no seals ({fault})") from fault


def _put(path: Path, seals: Iterable[PublishedSeal]) -> Path:
    """Write whole or not at all: a witness that is cut off keeps what it had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(temporary, "w", encoding="utf-8") as handle:
            handle.writelines(seal.line for seal in seals)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _tell(
    kept: dict[date, PublishedSeal],
    seals: dict[date, PublishedSeal],
    problems: list[Problem],
    signatures: Signatures,
    beside: Path | None,
    today: date,
    *,
    as_json: bool,
) -> None:
    newest = seals[max(seals)] if seals else None
    unsigned = [seal.day.isoformat() for seal in seals.values() if seal.signature is None]
    quiet = newest is not None and (today - newest.day).days > QUIET_DAYS
    if as_json:
        found = {
            "same": not problems,
            "first_look": not kept,
            "kept": len(kept),
            "published": len(seals),
            "newest": None
            if newest is None
            else {
                "day": newest.day.isoformat(),
                "size": newest.size,
                "root": newest.root.hex(),
                "sha256": newest.sha256,
            },
            "unsigned": unsigned,
            "signed_by": signatures.by,
            "other_key": signatures.other_key,
            "quiet": quiet,
            "problems": [{"kind": one.kind, "day": one.day.isoformat(), "words": one.words} for one in problems],
            "disputed": str(beside) if beside else None,
        }
        print(json.dumps(found, ensure_ascii=False))
        return
    for one in problems:
        print(f"{one.kind.upper()}  {one.day}: {one.words}")
    if signatures.other_key:
        print(f"note  signed with another key than what was kept: {signatures.by}. Ask the office why")
    if quiet and newest is not None:
        print(f"note  no day was sealed since {newest.day}")
    if unsigned:
        print(f"note  not signed yet: {', '.join(unsigned[:5])}{' …' if len(unsigned) > 5 else ''}")
    if problems:
        print(f"NOT the history that was kept. What was kept stays as it is; what is published now lies in {beside}.")
    elif newest is not None:
        head = f"{len(seals)} sealed days up to {newest.day}, {newest.size} heads, root {newest.root.hex()}"
        head += f", signed by {signatures.by}" if signatures.by else ""
        print(f"{head}: {'kept for the first time' if not kept else f'grown out of the {len(kept)} kept before'}")
