"""What was found about a signed paper, in words a person reads and in data a program reads; both languages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from signing.telling_words import (
    ENGLISH,
    LEVELS,
    REPORTS,
    REVOCATION,
    ROLES,
    ROOTS,
    STAMPS,
    STANDINGS,
    UNCHECKED,
    VIETNAMESE,
    Words,
)
from signing.trust import trust_classes
from signing.verdicts import PROBLEMS, Link, RevocationFound, SignatureVerdict, StampFound, Verdict

Language = Literal["vi", "en"]
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def heading(verdict: Verdict, language: Language) -> str:
    """The one sentence somebody in a hurry reads."""
    words = _words(language)
    if verdict.valid:
        return words.valid
    return problem(verdict.code, language) if verdict.code else words.invalid


def problem(code: str, language: Language) -> str:
    """What is wrong, by its stable word; "" for nothing."""
    if language == "vi":
        return PROBLEMS.get(code, "") % {"limit": 64} if code else ""
    return _words(language).problems.get(code, "")


def report_problem(code: str, language: Language) -> str:
    """Whether a report of a verification is as it was signed, by its stable word; "" when it is."""
    return REPORTS[code][language] if code in REPORTS else problem(code, language)


def rows(one: SignatureVerdict, language: Language) -> list[tuple[str, str]]:
    """One signature as (what, finding) pairs: what everybody asks, then what a suspicious reader does."""
    return [*plain_rows(one, language), *technical_rows(one, language)]


def plain_rows(one: SignatureVerdict, language: Language) -> list[tuple[str, str]]:
    """Who signed, in which role, when, what was changed since, and whom it rests on."""
    words = _words(language)
    named = dict.fromkeys((one.signer, one.title, one.organisation))
    found = [
        (words.who, ", ".join(part for part in named if part) or "–"),
        (words.role, ROLES[one.role][language]),
        (words.when, _when(one, words)),
        (words.since, words.changes["broken" if not one.intact else one.changes]),
        (words.trust, _trust(one, language)),
    ]
    if one.reason:
        found.append((words.reason, one.reason))
    return found


def technical_rows(one: SignatureVerdict, language: Language) -> list[tuple[str, str]]:
    """Level, time stamp, chain, revocation and certificate, for whoever checks the check."""
    words = _words(language)
    stamped = [(words.stamp, stamp(one.stamp, language, own=True))] if one.stamp is not None else []
    return [
        (words.level, LEVELS[one.level][language] if one.level else "–"),
        *stamped,
        (words.chain, " ← ".join(link.subject for link in one.chain) or "–"),
        (words.revocation, revocation(one.revocation, language)),
        (words.certificate, _certificate(one, words)),
        (words.algorithm, one.algorithm or "–"),
    ]


def stamp(one: StampFound, language: Language, *, own: bool = False) -> str:
    """What a time stamp proves, by whom, and what is known of its certificate having been revoked.

    `own`: moment and authority of one that proves the time of signing are told there already.
    """
    told = STAMPS["own" if own and one.attests else one.code][language]
    told %= {"at": moment(one.moment), "by": one.by or "–"}
    if one.code not in ("", "revoked"):
        return told
    return f"{told}. {_words(language).revocation}: {revocation(one.revocation, language)}"


def archives(verdict: Verdict, language: Language) -> list[tuple[str, str]]:
    """The archive time stamps of a paper as (which, finding) pairs, the oldest first."""
    word = _words(language).archive
    return [(f"{word} {number}", stamp(one, language)) for number, one in enumerate(verdict.archives, start=1)]


def revocation(found: RevocationFound, language: Language) -> str:
    """What is known of revocation, with what it was checked and as of when; that it could not be checked, too."""
    words = _words(language)
    if found.state == "unchecked":
        return REVOCATION["unchecked"][language] % {"why": UNCHECKED.get(found.why, UNCHECKED["unreachable"])[language]}
    if found.state == "own_root":
        return REVOCATION["own_root"][language]
    return REVOCATION[found.state][language] % {
        "kind": found.kind.upper(),
        "origin": words.in_file if found.origin == "file" else words.asked,
        "as_of": moment(found.as_of),
        "at": moment(found.revoked_at),
        "reason": found.reason,
    }


def moment(at: datetime | None) -> str:
    """A moment in legal time, as ISO 8601 to the second."""
    return at.astimezone(_ZONE).isoformat(" ", timespec="seconds") if at else "–"


def text(verdict: Verdict, language: Language) -> str:
    """Everything as plain lines."""
    words = _words(language)
    lines = [heading(verdict, language)]
    if verdict.notice:
        lines += [sentence for _code, sentence in notices(verdict, language)]
    for number, one in enumerate(verdict.signatures, start=1):
        state = words.holds if one.valid else words.holds_not
        lines += ["", f"{words.signature} {number} “{one.field}”: {state}"]
        if one.code:
            lines.append(f"  {problem(one.code, language)}")
        lines += [f"  {what}: {finding}" for what, finding in rows(one, language)]
    if verdict.archives:
        lines += ["", *(f"{which}: {finding}" for which, finding in archives(verdict, language))]
    return "\n".join(lines) + "\n"


def notices(verdict: Verdict, language: Language) -> list[tuple[str, str]]:
    """What does not make a paper invalid but should be known, by a stable word."""
    words, found = _words(language), []
    if verdict.valid and verdict.signatures[-1].changes == "form_filling":
        found.append(("added", words.notice_added))
    if any(one.timestamped_at is None for one in verdict.signatures):
        found.append(("no_time", words.notice_no_time))
    if any(one.revocation.state == "unchecked" and one.trusted for one in verdict.signatures):
        found.append(("unchecked", words.notice_unchecked))
    stamps = (*verdict.archives, *(one.stamp for one in verdict.signatures if one.stamp is not None))
    if any(one.revocation.state == "unchecked" and one.attests for one in stamps):
        found.append(("stamp_unchecked", words.notice_stamp))
    return found


def data(verdict: Verdict) -> dict[str, Any]:
    """The findings as JSON can hold them; moments in UTC, certificates by their SHA-256."""
    return {
        "valid": verdict.valid,
        "code": verdict.code,
        "vi": heading(verdict, "vi"),
        "en": heading(verdict, "en"),
        "notices": [
            {"code": code, "vi": vi, "en": en}
            for (code, vi), (_same, en) in zip(notices(verdict, "vi"), notices(verdict, "en"), strict=True)
        ],
        "signatures": [_signature(one) for one in verdict.signatures],
        "archive_timestamps": [_stamp(one) for one in verdict.archives],
    }


def _signature(one: SignatureVerdict) -> dict[str, Any]:
    return {
        "field": one.field,
        "valid": one.valid,
        "code": one.code,
        "signer": one.signer,
        "title": one.title,
        "organisation": one.organisation,
        "role": one.role,
        "signed_at": _iso(one.timestamped_at),
        "claimed_at": _iso(one.signed_at),
        "timestamped_by": one.timestamped_by,
        "intact": one.intact,
        "trusted": one.trusted,
        "changes": one.changes,
        "whole_document": one.whole_document,
        "level": one.level,
        "algorithm": one.algorithm,
        "reason": one.reason,
        "timestamp": _stamp(one.stamp) if one.stamp is not None else None,
        "chain": _chain(one.chain),
        "root": {"class": one.root_kind, "standing": one.root_standing},
        "revocation": _revocation(one.revocation),
        "vi": [list(pair) for pair in rows(one, "vi")],
        "en": [list(pair) for pair in rows(one, "en")],
    }


def _stamp(one: StampFound) -> dict[str, Any]:
    return {
        "field": one.field,
        "attests": one.attests,
        "code": one.code,
        "moment": _iso(one.moment),
        "judged_at": _iso(one.judged_at),
        "by": one.by,
        "sha256": hashlib.sha256(one.token).hexdigest() if one.token else "",
        "chain": _chain(one.chain),
        "revocation": _revocation(one.revocation),
        "vi": stamp(one, "vi"),
        "en": stamp(one, "en"),
    }


def _chain(links: Sequence[Link]) -> list[dict[str, Any]]:
    return [
        {
            "subject": link.subject,
            "issuer": link.issuer,
            "serial": link.serial,
            "from": _iso(link.begins),
            "to": _iso(link.ends),
            "sha256": link.sha256,
        }
        for link in links
    ]


def _revocation(found: RevocationFound) -> dict[str, Any]:
    return {
        "state": found.state,
        "kind": found.kind,
        "origin": found.origin,
        "source": found.source,
        "as_of": _iso(found.as_of),
        "revoked_at": _iso(found.revoked_at),
        "reason": found.reason,
        "why": found.why,
        "rests_on": [hashlib.sha256(piece.der).hexdigest() for piece in found.rests_on],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _words(language: Language) -> Words:
    return VIETNAMESE if language == "vi" else ENGLISH


def _when(one: SignatureVerdict, words: Words) -> str:
    if one.timestamped_at is not None:
        return words.trusted_time % {"at": moment(one.timestamped_at), "by": one.timestamped_by}
    return words.claimed_time % {"at": moment(one.signed_at)} if one.signed_at else words.no_time


def _trust(one: SignatureVerdict, language: Language) -> str:
    told = STANDINGS[one.root_standing][language]
    if one.root_kind in ROOTS:
        return f"{ROOTS[one.root_kind][language]}; {told}"
    known = trust_classes().get(one.root_kind)
    return f"{known.name if language == 'vi' else known.name_en}; {told}" if known else told


def _certificate(one: SignatureVerdict, words: Words) -> str:
    if not one.chain:
        return one.serial or "–"
    own: Sequence[Any] = one.chain
    return words.certificate_told % {
        "serial": one.serial, "issuer": one.issuer, "from": moment(own[0].begins), "to": moment(own[0].ends),
    }  # fmt: skip
