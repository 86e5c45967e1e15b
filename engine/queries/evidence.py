"""Checking the evidence of one history as it was downloaded: with nothing of the house but this file.

The browser's script on the tracking page goes the same steps (web/assets/scripts/history.js).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from engine.history import mark_content
from engine.journal import EPOCH, GENESIS, linked_digest
from engine.merkle import leaf_hash, root_by_inclusion
from engine.ports import Signatures
from engine.queries.history import FORMAT
from engine.shortheads import ShortHead, short_head

LARGEST = 8 << 20
"""Evidence is never larger (bytes): what is, is not read."""
Step = Literal["acts", "sealed", "root", "signature"]


@dataclass(frozen=True)
class Judged:
    """How far evidence holds: `broken` is the first step that does not, empty when all do; `problem` says how.

    `head` is the short head the acts lead to, `sealed` the number of the last act the seal of `day` holds (0: none
    yet), `by` whose signature that seal bears.
    """

    broken: Step | Literal["", "unreadable"]
    problem: str = ""
    head: str = ""
    acts: int = 0
    sealed: int = 0
    day: str = ""
    by: str = ""


class _Broken(Exception):
    def __init__(self, step: Step, problem: str) -> None:
        super().__init__(problem)
        self.step: Step = step


def judge(text: str, signatures: Signatures | None, *, now: datetime) -> Judged:
    """Go every step from the acts to the signed root; without `signatures` the last one is left out."""
    try:
        told = json.loads(text) if len(text) <= LARGEST else None
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            return Judged("unreadable", "this is no evidence of a history")
        return _judge(told, signatures, now)
    except _Broken as broken:
        return Judged(broken.step, str(broken))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        return Judged("unreadable", f"this is no evidence of a history ({error})")


def _judge(told: Mapping[str, Any], signatures: Signatures | None, now: datetime) -> Judged:
    digests = _digests(told["acts"])
    if not digests:
        raise _Broken("acts", "there are no acts")
    head = short_head(len(digests), digests[-1])
    sealed = told["sealed"]
    if sealed is None:
        return Judged("", head=head, acts=len(digests))
    number, kept = int(sealed["number"]), bytes.fromhex(sealed["head"])
    if not 1 <= number <= len(digests) or digests[number - 1] != kept:
        raise _Broken("sealed", f"act {number} is not the one that was sealed")
    statement = sealed["statement"]
    day = _statement_day(told["mark"], sealed, number, kept, json.loads(statement))
    return Judged("", "", head, len(digests), number, day, _signer(statement, sealed["signature"], signatures, now))


def _digests(acts: Any) -> list[bytes]:
    """The digests of the acts, each recomputed from the one before it."""
    found: list[bytes] = []
    for place, act in enumerate(acts, 1):
        digest = bytes.fromhex(act["digest"])
        if act["number"] != place:
            raise _Broken("acts", f"act {place} is missing")
        if act["content"] is not None:
            moment = EPOCH + timedelta(microseconds=int(act["at"]))
            before = found[-1] if found else GENESIS
            if linked_digest(before, place, moment, bytes.fromhex(act["content"])) != digest:
                raise _Broken("acts", f"act {place} does not follow from the act before it")
        found.append(digest)
    return found


def _statement_day(mark: str, sealed: Mapping[str, Any], number: int, kept: bytes, statement: Mapping[str, Any]) -> str:
    leaf = leaf_hash(mark_content(bytes.fromhex(mark), number, kept))
    path = [bytes.fromhex(step) for step in sealed["path"]]
    root = root_by_inclusion(leaf, int(sealed["position"]), int(statement["size"]), path)
    if root is None or root.hex() != statement["root"]:
        raise _Broken("root", "the sealed act does not lead to the root of its day")
    return str(statement["day"])


def _signer(statement: str, signature: str | None, signatures: Signatures | None, now: datetime) -> str:
    if signature is None or signatures is None:
        return ""
    verdict = signatures.check_statement(statement.encode(), base64.b64decode(signature, validate=True), now=now)
    if not verdict.valid:
        raise _Broken("signature", f"the signature of the seal does not hold ({verdict.code})")
    return str(verdict.signer)


def holds_head(text: str, head: ShortHead) -> bool:
    """Whether the acts of (judged) evidence contain the act a short head was written after."""
    acts = json.loads(text)["acts"]
    return head.seq <= len(acts) and head.fits(bytes.fromhex(acts[head.seq - 1]["digest"]))
