"""What the office says of a file somebody brings: its signatures, its register, and a report of both to be signed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engine.errors import N_
from engine.ports import Ports
from engine.queries.known_papers import PaperFact, paper
from engine.queries.known_words import register_rows
from engine.spoken import speaker
from engine.work import Reading
from signing.evidence import Piece, digest, fitting, packed, pieces, report
from signing.telling import data
from signing.verdicts import Verdict


@dataclass(frozen=True)
class Checked:
    """A file by its digest and size (bytes), what its signatures say, and the paper of the register it is, if any."""

    sha256: str
    size: int
    verdict: Verdict
    paper: PaperFact | None

    @property
    def stands(self) -> bool:
        """Whether every signature holds and no act of an authority says that the paper no longer stands."""
        return self.verdict.valid and (self.paper is None or self.paper.stands)


def known_paper(read: Reading, pdf: bytes) -> PaperFact | None:
    """The paper of the register that is exactly this file."""
    return paper(read, sha256=digest(pdf))


def checked(ports: Ports, pdf: bytes, known: PaperFact | None, *, now: datetime) -> Checked:
    """Judge a file; asked where no transaction is open, for authorities may be asked over the network."""
    return Checked(digest(pdf), len(pdf), ports.signatures.verify(pdf, now=now), known)


def findings(one: Checked) -> dict[str, Any]:
    """Everything about a file as JSON can hold it."""
    return {
        "file": {"sha256": one.sha256, "size": one.size},
        "stands": one.stands,
        "result": data(one.verdict),
        "register": _register(one.paper),
    }


@dataclass(frozen=True)
class Statement:
    """A report on a file, not signed yet: what it says (JSON), and the evidence that goes along."""

    told: bytes
    evidence: tuple[Piece, ...]


def statement(ports: Ports, one: Checked, *, now: datetime, most: int | None = None) -> Statement:
    """The report on a file, with no more than `most` bytes of evidence."""
    every = pieces(one.verdict)
    along = every if most is None else fitting(every, most)
    told = report(
        one.verdict,
        sha256=one.sha256,
        size=one.size,
        trust=ports.trust.trust_list(),
        software=software(),
        house=ports.settings.public_url,
        sample=ports.settings.sample,
        now=now,
        evidence=along,
        register=_register(one.paper),
        register_words={language: register_text(one.paper, language) for language in ("vi", "en")},
    )
    return Statement(told, along)


def register_text(known: PaperFact | None, language: str) -> str:
    """What the register says of exactly this file, as plain lines after what its signatures say."""
    say = speaker(language)
    if known is None:
        return f"\n{say(N_('Trong sổ của cơ quan không có tệp giống hệt.'))}\n"
    warning = ["", say(N_("Theo sổ của cơ quan, KHÔNG dùng được văn bản này."))] if not known.stands else []
    rows = [f"  {row.what}: {row.finding} {row.address}".rstrip() for row in register_rows(known, language)]
    return "\n".join([*warning, "", f"{say(N_('Trong sổ của cơ quan'))}:", *rows, ""])


def signed(ports: Ports, one: Statement, holder: str, *, now: datetime) -> bytes:
    """The report with signature, words and evidence, one ZIP; raises `SigningRefused` when the key will not sign."""
    return packed(one.told, ports.signatures.sign_statement(one.told, holder, now=now), one.evidence, now)


@cache
def software() -> str:
    """The version of this house, and of the library that reads signatures."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"motcua {project['version']}, pyHanko {version('pyHanko')}"


def _register(known: PaperFact | None) -> Mapping[str, Any] | None:
    if known is None:
        return None
    return {
        "title": known.title,
        "number": known.number,
        "dated_on": known.dated_on.isoformat() if known.dated_on else None,
        "office": known.office,
        "state": known.standing.state,
        "stands": known.stands,
        "trial": known.trial,
        "address": known.address,
        "acts": [
            {
                "kind": act.kind,
                "authority": act.authority,
                "number": act.decision_number,
                "decided_on": act.decided_on.isoformat(),
                "reason": act.reason,
                "instead": act.instead.facts() if act.instead else None,
            }
            for act in known.acts
        ],
        "instead": known.instead.facts() if known.instead else None,
        "replaces": [one.facts() for one in known.replaces],
        "signed_as": known.signed_as.facts() if known.signed_as else None,
        "copy": known.copy.facts() if known.copy else None,
    }
