"""A dossier that another system hands in: its words are kept first, then read, checked and filed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import ApiClient, Office
from engine.clock import legal_date
from engine.db import canonical, new_id
from engine.dossiers.models import Dossier, RawFiling
from engine.dossiers.points import Brought
from engine.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Refusal, TooLarge
from engine.ports import Ports
from engine.procedures.published import OpenBundle, in_force, open_bundle
from engine.usecases.drafts import attach, store_upload
from engine.usecases.reading_inbound import Sent, read_sent
from engine.usecases.submit import Filing, submit_dossier
from engine.work import Actor, Work
from processes.procedure import Component as Paper

OpenWork = Callable[[], AbstractContextManager[Work]]
"""Opens one unit of work after the other for the client that sends."""

Stored = tuple[str, str, tuple[str, int, str, str]]
"""Component, name as sent, and (digest, size, media type, safe name) of a file in the store."""


@dataclass(frozen=True)
class Received:
    """What came of a delivery: the dossier, and whether it was opened by this very delivery."""

    case_id: UUID
    created: bool


def client_of(session: Any, key: str) -> ApiClient | None:
    """The active client with this key. Keys are long and random, so one round of SHA-256 keeps them."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    found: ApiClient | None = session.scalar(select(ApiClient).where(ApiClient.key_hash == digest, ApiClient.active))
    return found


def actor_of_client(client: ApiClient) -> Actor:
    """The machine as the journal and every rule of sight know it."""
    return Actor(kind="machine", id=client.id, name=client.name)


def keep_raw(work: Work, payload: bytes, media_type: str) -> UUID:
    """Keep a delivery word for word before anything is made of it; the same words again are the same row."""
    digest = hashlib.sha256(payload).hexdigest()
    work.alone_with(f"raw:{work.actor.id}:{digest}")
    known = work.session.scalar(
        select(RawFiling).where(RawFiling.client_id == work.actor.id, RawFiling.digest == digest)
    )
    if known is not None:
        return known.id
    row = RawFiling(
        id=new_id(),
        received_at=work.now,
        payload=payload,
        media_type=media_type,
        digest=digest,
        client_id=work.actor.id,
        status="received",
        refusal={},
    )
    work.session.add(row)
    return row.id


def receive(open_work: OpenWork, ports: Ports, raw_id: UUID) -> Received:
    """Make a dossier of a delivery that was kept; a refusal is written beside it and raised."""
    try:
        with open_work() as work:
            raw = work.session.get_one(RawFiling, raw_id)
            payload, media_type = raw.payload, raw.media_type
        sent = read_sent(payload, media_type)
        with open_work() as work:
            _name_raw(work, raw_id, sent)
        with open_work() as work:
            _may_send(work, sent)
            papers = _papers(work, sent)
        stored = _store(ports, sent, papers)
        with open_work() as work:
            return _take_in(work, raw_id, sent, stored)
    except Refusal as refusal:
        with open_work() as work:
            _refuse(work, raw_id, refusal)
        raise


def _name_raw(work: Work, raw_id: UUID, sent: Sent) -> None:
    """Write beside the words which filing they are about, so that a refused one can be found."""
    raw = work.session.get_one(RawFiling, raw_id, with_for_update=True)
    raw.channel, raw.external_code = sent.channel[:20], sent.external_code


def _may_send(work: Work, sent: Sent) -> None:
    client = work.session.get(ApiClient, work.actor.id)
    if client is None or not client.active:
        raise Forbidden("Khóa kết nối này đã bị thu hồi.", code="client_inactive")
    if sent.channel not in client.channels:
        raise Forbidden(
            "Hệ thống gửi không được dùng kênh “%(channel)s”.", code="channel_not_allowed", channel=sent.channel
        )


def _bundle(work: Work, sent: Sent) -> OpenBundle:
    try:
        return open_bundle(work.session, in_force(work.session, sent.procedure, legal_date(work.now)).id)
    except NotFound:
        raise Invalid(
            "Dữ liệu gửi đến chưa đúng.",
            [FieldProblem("procedure", "Không có thủ tục nào mang mã này đang có hiệu lực.")],
        ) from None


def _papers(work: Work, sent: Sent) -> dict[str, Paper]:
    """The papers of the procedure by key; refuses components and files that name none of them."""
    papers = {paper.key: paper for paper in _bundle(work, sent).procedure.components}
    named = [(f"components.{place}.key", one["key"]) for place, one in enumerate(sent.components)]
    named += [(f"files.{place}.component", one.component) for place, one in enumerate(sent.files)]
    problems = [
        FieldProblem(path, "Thủ tục này không có thành phần hồ sơ mang mã đó.")
        for path, key in named
        if key not in papers
    ]
    if problems:
        raise Invalid("Dữ liệu gửi đến chưa đúng.", problems)
    return papers


def _store(ports: Ports, sent: Sent, papers: dict[str, Paper]) -> list[Stored]:
    """Put the files into the store with no transaction open: a file lies there before any row names it."""
    problems, stored = [], []
    for place, one in enumerate(sent.files):
        paper, path = papers[one.component], f"files.{place}"
        try:
            if len(one.content) > paper.max_mb * 2**20:
                raise TooLarge("Tệp lớn hơn %(limit)s MB. Hãy chọn tệp nhỏ hơn.", limit=paper.max_mb)
            kept = store_upload(ports, BytesIO(one.content), one.name)
            if paper.accepts and kept[2] not in paper.accepts:
                raise Invalid("Thành phần này chỉ nhận tệp loại %(types)s.", types=", ".join(paper.accepts))
            stored.append((one.component, one.name, kept))
        except (Invalid, TooLarge) as refusal:
            problems.append(FieldProblem(path, refusal.message, dict(refusal.params)))
    if problems:
        raise Invalid("Có %(count)s tệp không nhận được.", problems, count=len(problems))
    return stored


def _office(work: Work, code: str) -> UUID:
    office = work.session.scalar(select(Office).where(Office.code == code, Office.active))
    if office is None or "one-stop" not in office.functions:
        raise Invalid(
            "Dữ liệu gửi đến chưa đúng.", [FieldProblem("office", "Không có bộ phận một cửa nào mang mã này.")]
        )
    return office.id


def _content_digest(sent: Sent, stored: Sequence[Stored]) -> str:
    """One digest of what is asked for, so that the same filing written down otherwise is still the same."""
    meaning = {
        "procedure": sent.procedure,
        "office": sent.office,
        "answers": sent.answers,
        "components": sent.components,
        "applicant": sent.applicant,
        "files": [[component, name, kept[0]] for component, name, kept in stored],
    }
    return hashlib.sha256(canonical(meaning).encode()).hexdigest()


def _take_in(work: Work, raw_id: UUID, sent: Sent, stored: Sequence[Stored]) -> Received:
    work.alone_with(f"external:{sent.channel}:{sent.external_code}")
    raw = work.session.get_one(RawFiling, raw_id, with_for_update=True)
    raw.content_digest = _content_digest(sent, stored)
    known = work.session.scalar(
        select(Dossier).where(Dossier.channel == sent.channel, Dossier.external_code == sent.external_code)
    )
    if known is not None:
        return _again(work, raw, known)
    dossier = _submitted(work, _filing(work, sent, stored))
    for component, _name, kept in stored:
        attach(work, field=component, stored=kept, case_id=dossier.case_id)
    return _taken(raw, dossier, created=True)


def _submitted(work: Work, filing: Filing) -> Dossier:
    """File it; what the form refuses is named by its place in the delivery."""
    try:
        return submit_dossier(work, filing)
    except Invalid as refusal:
        refusal.problems = tuple(
            FieldProblem(f"answers.{problem.path}", problem.message, problem.params) for problem in refusal.problems
        )
        raise


def _again(work: Work, raw: RawFiling, known: Dossier) -> Received:
    """The external code was used before: the same filing finds its dossier, another one is told so."""
    first = work.session.scalar(
        select(RawFiling)
        .where(
            RawFiling.case_id == known.case_id,
            RawFiling.client_id == work.actor.id,
            RawFiling.status == "taken",
        )
        .order_by(RawFiling.received_at)
        .limit(1)
    )
    if first is None:
        raise Conflict("Mã hồ sơ bên ngoài này đã được một hệ thống khác dùng.", code="external_code_taken")
    if first.content_digest != raw.content_digest:
        raise Conflict(
            "Mã hồ sơ bên ngoài này đã gắn với hồ sơ %(dossier)s có nội dung khác. "
            "Nội dung vừa gửi không được ghi nhận.",
            code="external_code_used",
            dossier=known.code or known.filing_code,
        )
    return _taken(raw, known, created=False)


def _taken(raw: RawFiling, dossier: Dossier, *, created: bool) -> Received:
    raw.case_id, raw.status, raw.refusal = dossier.case_id, "taken", {}
    return Received(dossier.case_id, created)


def _filing(work: Work, sent: Sent, stored: Sequence[Stored]) -> Filing:
    with_file = {component for component, _, _ in stored}
    brought = [Brought(**one) for one in sent.components]
    brought = [replace(one, present=one.present or one.key in with_file) for one in brought]
    listed = {one.key for one in brought}
    brought += [Brought(key, photocopies=1) for key in sorted(with_file - listed)]
    return Filing(
        procedure=sent.procedure,
        answers=sent.answers,
        channel=sent.channel,
        office_id=_office(work, sent.office),
        submission_key=f"machine:{work.actor.id}:{sent.channel}:{sent.external_code}",
        brought=tuple(brought),
        external_code=sent.external_code,
        locale=sent.locale,
        applicant=sent.applicant,
    )


def _refuse(work: Work, raw_id: UUID, refusal: Refusal) -> None:
    """Write why beside the words: code, sentence and field paths, none of the values that were sent."""
    raw = work.session.get_one(RawFiling, raw_id, with_for_update=True)
    if raw.status == "taken":
        return
    raw.status = "refused"
    raw.refusal = {
        "status": refusal.status,
        "code": refusal.code,
        "message": refusal.message,
        "params": _without_values(refusal.params),
        "problems": [
            {"path": problem.path, "message": problem.message, "params": _without_values(problem.params)}
            for problem in (refusal.problems if isinstance(refusal, Invalid) else ())
        ],
    }


def _without_values(params: dict[str, Any]) -> dict[str, Any]:
    """Counts and limits stay; a text may be what was sent."""
    return {name: value if isinstance(value, int) else "…" for name, value in params.items()}
