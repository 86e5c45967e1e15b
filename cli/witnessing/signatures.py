"""Signatures of published seals: that each is over this very statement, and by which key; trust is not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cli.witnessing.seals import Problem, PublishedSeal

UNSOUND = {
    "malformed": "what is published as its signature cannot be read",
    "tampered": "its signature is over another statement",
    "forged": "its signature does not hold",
}


@dataclass(frozen=True)
class Signatures:
    """What new signatures are worth: what is wrong, and who signed the newest, where its key is another than before."""

    problems: tuple[Problem, ...] = ()
    by: str = ""
    other_key: bool = False


def judged(kept: Mapping[date, PublishedSeal], seals: Mapping[date, PublishedSeal], *, now: datetime) -> Signatures:
    """Judge each signature that was not kept before, and hold the newest key against the newest that was kept."""
    from signing.roots import check

    fresh = [
        seal
        for day, seal in seals.items()
        if seal.signature and getattr(kept.get(day), "signature", None) != seal.signature
    ]
    known = [seal for seal in kept.values() if seal.signature]
    problems, by, key = list[Problem](), "", ""
    for seal in fresh:
        verdict = check(seal.statement, seal.signature or b"", roots=(), now=now)
        if verdict.code in UNSOUND:
            problems.append(Problem("broken", seal.day, UNSOUND[verdict.code]))
        else:
            by, key = f"{verdict.organisation or verdict.signer}, key {verdict.key[:16]}…", verdict.key
    before = known[-1] if known and key else None
    other = before is not None and check(before.statement, before.signature or b"", roots=(), now=now).key != key
    return Signatures(tuple(problems), by, other)
