"""Scans whose pages go before a letter: refused when they are handed in, found again when the letter is printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.cases.models import Call, Case
from engine.dossiers.models import Attachment, Draft, SupplementRequest
from engine.errors import N_, Invalid
from engine.letters.errors import LetterError
from engine.ports import Ports
from engine.procedures.published import OpenBundle, open_bundle
from engine.usecases.calls import NotPossible
from engine.usecases.running import bundle_of
from engine.work import Work
from processes.procedure import Letter

NO_SCAN = N_("Hồ sơ chưa có bản quét của “%(paper)s” nên chưa lập được văn bản. Hãy yêu cầu bổ sung bản quét.")
Scan = tuple[str, str]
"""Digest and media type of a stored scan."""


def must_become_pages(
    work: Work, field: str, stored: tuple[str, int, str, str], *, draft_id: UUID | None, case_id: UUID | None
) -> None:
    """Refuse a file for a paper whose pages a letter is made of, unless it can become pages (Invalid says why)."""
    from engine.letters.sheets import check_pages  # readers of PDF: only who takes such a scan loads them

    bundle = _bundle(work, draft_id, case_id)
    key = field.rpartition(".")[2]
    if bundle is None or not any(letter.pages_of == key for letter in bundle.procedure.letters.values()):
        return
    sha256, _size, media_type, _name = stored
    try:
        check_pages(_content(work.ports, sha256), media_type)
    except LetterError as refusal:
        params: dict[str, Any] = dict(refusal.message.params)
        raise Invalid(refusal.message.msgid, **params) from refusal


def scans_for(work: Work, case: Case, letter: Letter) -> tuple[Scan, ...]:
    """The scans of the paper a letter takes its pages from: those handed in last, in the order they came."""
    if not letter.pages_of:
        return ()
    found = _scans(work, case, letter)
    if not found:
        raise NotPossible(NO_SCAN % {"paper": _paper(work, case, letter)})
    return found


def _scans(work: Work, case: Case, letter: Letter) -> tuple[Scan, ...]:
    rows = [
        row
        for row in work.session.scalars(
            select(Attachment)
            .where(Attachment.case_id == case.id, Attachment.removed_at.is_(None))
            .order_by(Attachment.uploaded_at, Attachment.id)
        )
        if row.field.rpartition(".")[2] == letter.pages_of
    ]
    newest = max((row.round for row in rows), default=0)
    return tuple((row.sha256, row.media_type) for row in rows if row.round == newest)


def _paper(work: Work, case: Case, letter: Letter) -> str:
    papers = bundle_of(work, case).procedure.components
    return next((one.name.vi for one in papers if one.key == letter.pages_of), letter.pages_of)


def must_have_scans(work: Work, case: Case) -> None:
    """Refuse (Invalid) an act that asks for a letter whose pages nobody has scanned, while its form is still open."""
    letters = {key: one for key, one in bundle_of(work, case).procedure.letters.items() if one.pages_of}
    if not letters:
        return
    waiting = select(Call).where(Call.case_id == case.id, Call.type == "letter.render", Call.status == "waiting")
    for call in work.session.scalars(waiting):
        letter = letters.get(call.headers.get("letter", ""))
        if letter is not None and not _scans(work, case, letter):
            raise Invalid(NO_SCAN, paper=_paper(work, case, letter))


def contents(ports: Ports, scans: tuple[Scan, ...]) -> list[tuple[bytes, str]]:
    """The scans themselves, with their media types."""
    return [(_content(ports, sha256), media_type) for sha256, media_type in scans]


def _content(ports: Ports, sha256: str) -> bytes:
    with ports.storage.open(sha256) as handle:
        return handle.read()


def _bundle(work: Work, draft_id: UUID | None, case_id: UUID | None) -> OpenBundle | None:
    """The procedure a file is for; of an answer to a supplement that of its dossier."""
    draft = work.session.get(Draft, draft_id) if draft_id else None
    if draft is not None:
        return open_bundle(work.session, draft.bundle_id)
    request = work.session.get(SupplementRequest, draft_id) if draft_id else None
    case = work.session.get(Case, request.case_id if request is not None else case_id)
    return bundle_of(work, case) if case is not None else None
