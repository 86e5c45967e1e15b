"""What stands on the intake page: the application, who brings it, and the papers with their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _

from engine.dossiers.points import Brought
from engine.procedures.published import OpenBundle
from engine.queries.counter import KnownOwner
from engine.queries.filing import asked_papers
from forms.answers import read_answers
from forms.paths import get_at, set_at
from processes.procedure import Component as Paper
from web.counter.scans import Scan
from web.ui.i18n import language

MOST_COPIES = 99
APPLICANT = ("name", "identity", "phone", "email")


@dataclass(frozen=True)
class PaperLine:
    """One paper of the checklist as it stands on the page."""

    paper: Paper
    name: str
    note: str
    asked: bool
    brought: Brought
    unfit: bool
    scans: tuple[Scan, ...]

    @property
    def missing(self) -> bool:
        return self.asked and not self.brought.present


def typed_answers(bundle: OpenBundle, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The application as typed so far."""
    return read_answers(bundle.application, request.form, before=before)


def applicant() -> dict[str, str]:
    """Who brings the dossier when that is not its owner; empty when the owner comes in person."""
    if request.form.get("brings") != "other":
        return {}
    return {name: request.form.get(f"applicant-{name}", "").strip()[:200] for name in APPLICANT}


def applicant_problems(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is missing of somebody who brings a dossier for its owner."""
    if not given:
        return []
    found = []
    if not given["name"]:
        found.append(("#applicant-name", _("Nhập họ và tên người nộp hồ sơ")))
    if not given["identity"]:
        found.append(("#applicant-identity", _("Nhập số định danh cá nhân của người nộp hồ sơ")))
    return found


def _count(name: str) -> int:
    text = request.form.get(name, "").strip()
    return min(int(text), MOST_COPIES) if text.isascii() and text.isdecimal() else 0


def paper_line(paper: Paper, asked: bool, scans: Sequence[Scan]) -> PaperLine:
    """One paper with what the form says of it: a scan alone is a photocopy, what is marked unfit did not come."""
    key, form = paper.key, request.form
    own = tuple(one for one in scans if one.paper == key)
    counts = (_count(f"bc-{key}"), _count(f"ct-{key}"), _count(f"cs-{key}"))
    from_register, unfit = f"db-{key}" in form, f"kd-{key}" in form
    if not any(counts) and not from_register and (own or paper.form == "eform"):
        counts = (1, 0, 0) if paper.form == "eform" else (0, 0, 1)
    brought = Brought(
        key=key,
        originals=counts[0],
        certified=counts[1],
        photocopies=counts[2],
        from_register=from_register,
        present=(any(counts) or from_register) and not unfit,
        remark=form.get(f"gc-{key}", "").strip()[:300],
    )
    return PaperLine(paper, paper.name.in_(language()), paper.note.in_(language()), asked, brought, unfit, own)


def checklist(
    bundle: OpenBundle, answers: Mapping[str, Any], scans: Sequence[Scan], *, now: datetime
) -> list[PaperLine]:
    """The papers of this very case: the application itself, those asked for, then those that may be there."""
    own = [paper_line(paper, True, scans) for paper in bundle.procedure.components if paper.form == "eform"]
    others = asked_papers(bundle, answers, (), now=now)
    return own + [paper_line(one.paper, one.asked, scans) for one in others]


def brought_of(lines: Sequence[PaperLine]) -> list[Brought]:
    """What goes into the dossier: every asked paper, and of the others those that were brought."""
    return [line.brought for line in lines if line.asked or line.brought.present or line.unfit]


def fill_owner(bundle: OpenBundle, answers: dict[str, Any], owner: KnownOwner) -> dict[str, Any]:
    """The application with a known owner's details where nothing was typed yet."""
    rules = bundle.procedure.owner
    for fact in ("name", "identity", "phone", "email", "address"):
        steps = str(getattr(rules, fact)).split(".")
        value = getattr(owner, fact)
        plain = steps[0] == "form" and all(step.isidentifier() for step in steps) and len(steps) > 1
        if plain and value and not get_at(answers, tuple(steps[1:])):
            set_at(answers, tuple(steps[1:]), value)
    return answers
