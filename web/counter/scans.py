"""Scanned papers between two tries of the same form: stored at once, carried along in the page under our signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from engine.accounts.scan_rules import ScanRules
from engine.dossiers.scan_words import remark_words
from engine.errors import Refusal
from engine.usecases.scans import Scanned, store_scan
from processes.procedure import Procedure
from web.doors import house
from web.ui.i18n import say, spoken

FIELD = "scan"
MOST = 40
SCAN_MB = 10
"""The largest scan of a paper no procedure speaks of, in megabytes."""


@dataclass(frozen=True)
class Scan(Scanned):
    """A stored scan as the page carries it: `token` is all of it under our signature."""

    token: str = ""

    @property
    def doubts(self) -> list[str]:
        """What the rules have to say of it, in the reader's language."""
        return [spoken(remark_words(remark)) for remark in self.remarks]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="counter-scan")


def _signed(one: Scanned) -> Scan:
    told = [one.paper, *one.stored, list(one.remarks)]
    return Scan(one.paper, *one.stored, one.remarks, _signer().dumps(told))


def kept_scans() -> list[Scan]:
    """What earlier tries of this form stored, less what the clerk has taken out again."""
    dropped, found = set(request.form.getlist("drop")), []
    for token in dict.fromkeys(request.form.getlist("kept")):
        if token in dropped:
            continue
        try:
            paper, sha256, size, media_type, name, *remarks = _signer().loads(token)
        except (BadSignature, ValueError):
            continue
        found.append(Scan(paper, sha256, size, media_type, name, remarks[0] if remarks else (), token))
    return found[:MOST]


def sizes_of(procedure: Procedure) -> dict[str, int]:
    """The largest file of each paper by the procedure, in megabytes."""
    return {paper.key: paper.max_mb for paper in procedure.components}


def new_scans(papers: Mapping[str, int], rules: ScanRules) -> tuple[list[Scan], list[tuple[str, str]]]:
    """Store what came with this post for these papers (key to largest size in megabytes).

    Gives the scans and, for each file that was refused or should be scanned anew, (anchor, words): whoever sends the
    page once more takes the latter as they are.
    """
    found: list[Scan] = []
    problems: list[tuple[str, str]] = []
    for paper, most in papers.items():
        for upload in request.files.getlist(f"{FIELD}-{paper}"):
            if not upload.filename:
                continue
            anchor, stream = f"#{FIELD}-{paper}", cast(BinaryIO, upload.stream)
            try:
                one = store_scan(house().ports, stream, upload.filename, paper=paper, most=most * 2**20, rules=rules)
            except Refusal as refusal:
                words = _("%(name)s: %(why)s", name=upload.filename, why=say(refusal.message, **refusal.params))
                problems.append((anchor, words))
                continue
            found.append(_signed(one))
            if doubts := "; ".join(found[-1].doubts):
                words = _(
                    "%(name)s: %(why)s. Tệp đã được giữ; muốn nhận như vậy thì bấm lại.", name=one.name, why=doubts
                )
                problems.append((anchor, words))
    return found, problems
