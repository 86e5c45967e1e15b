"""Scanned papers between two tries of the same form: stored at once, carried along in the page under our signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from engine.errors import Refusal
from engine.usecases.drafts import attach, store_upload
from engine.work import Work
from processes.procedure import Procedure
from web.doors import house
from web.ui.i18n import say

FIELD = "scan"
MOST = 40
SCAN_MB = 10
"""The largest scan of a paper no procedure speaks of, in megabytes."""


@dataclass(frozen=True)
class Scan:
    """A stored file and the paper it belongs to; `token` is how the page carries it."""

    paper: str
    sha256: str
    size: int
    media_type: str
    name: str
    token: str = ""


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="counter-scan")


def _signed(paper: str, stored: tuple[str, int, str, str]) -> Scan:
    sha256, size, media_type, name = stored
    return Scan(paper, sha256, size, media_type, name, _signer().dumps([paper, sha256, size, media_type, name]))


def kept_scans() -> list[Scan]:
    """What earlier tries of this form stored, less what the clerk has taken out again."""
    dropped, found = set(request.form.getlist("drop")), []
    for token in dict.fromkeys(request.form.getlist("kept")):
        if token in dropped:
            continue
        try:
            paper, sha256, size, media_type, name = _signer().loads(token)
        except (BadSignature, ValueError):
            continue
        found.append(Scan(paper, sha256, size, media_type, name, token))
    return found[:MOST]


def sizes_of(procedure: Procedure) -> dict[str, int]:
    """The largest file of each paper by the procedure, in megabytes."""
    return {paper.key: paper.max_mb for paper in procedure.components}


def new_scans(papers: Mapping[str, int]) -> tuple[list[Scan], list[tuple[str, str]]]:
    """Store what came with this post for these papers (key to largest size in megabytes).

    Gives the scans and, for each file that was refused, (anchor, words).
    """
    found, problems = [], []
    for paper, most in papers.items():
        for upload in request.files.getlist(f"{FIELD}-{paper}"):
            if not upload.filename:
                continue
            try:
                stored = store_upload(house().ports, cast(BinaryIO, upload.stream), upload.filename, most=most * 2**20)
                found.append(_signed(paper, stored))
            except Refusal as refusal:
                words = _("%(name)s: %(why)s", name=upload.filename, why=say(refusal.message, **refusal.params))
                problems.append((f"#{FIELD}-{paper}", words))
    return found, problems


def hand_in(
    work: Work,
    scans: Iterable[Scan],
    *,
    case_id: UUID | None = None,
    draft_id: UUID | None = None,
    round: int = 0,
) -> None:
    """Write the scans down as papers of a dossier, or of an answer that is about to be sent."""
    for one in scans:
        stored = (one.sha256, one.size, one.media_type, one.name)
        attach(work, field=one.paper, stored=stored, case_id=case_id, draft_id=draft_id, round=round)
