"""What stands around a task or a dossier on its page: papers, dates, opinions, history, picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from engine.dossiers.allowance import Allowance
from engine.dossiers.copies import ADMINISTRATIVE, LETTER
from engine.dossiers.models import Document
from engine.dossiers.withdrawals import Standing as PaperStanding
from engine.notifications.models import Notice
from engine.queries.dossiers import DossierPage, history, notices_of
from engine.queries.forecasts import Foreseen, foreseen
from engine.queries.opinions import forms_of_tasks, opinions, said_inside
from engine.queries.progress import Progress, progress
from engine.queries.scans import scans_of
from engine.queries.standings import Due, standings
from engine.queries.supplements import Round, rounds_of, supplement_rules
from engine.queries.withdrawals import to_act_on
from engine.work import Reading
from forms.summary import SummaryGroup, summarise
from web.officer.history import events
from web.ui.format import moment_words
from web.ui.i18n import drawn, language, say
from web.ui.levels import level_line, level_trouble
from web.ui.scans import scan_words
from web.ui.statuses import channel_words, paper_words


@dataclass(frozen=True)
class Said:
    """What one earlier step said, in words."""

    name: str
    by: str
    at: datetime | None
    groups: tuple[SummaryGroup, ...]


@dataclass(frozen=True)
class Surroundings:
    """Everything beside the form."""

    page: DossierPage
    due: Due | None
    foreseen: Foreseen | None
    answers: tuple[SummaryGroup, ...]
    said: tuple[Said, ...]
    timeline: list[dict[str, Any]]
    notices: list[Notice]
    progress: Progress
    outline: tuple[dict[str, str], ...]
    documents: tuple[dict[str, Any], ...]
    attachments: tuple[dict[str, Any], ...]
    scans: tuple[dict[str, Any], ...]
    rounds: tuple[Round, ...]
    allowance: Allowance | None


def surroundings(look: Reading, page: DossierPage) -> Surroundings:
    """Read all that a page about this dossier shows."""
    case_id, locale = page.case.id, language()
    way, acting = progress(look, page), to_act_on(look, page.documents)
    known = {**(said_inside(look, case_id) if page.apologies else {}), **page.case.variables}
    said = tuple(
        Said(
            one.name,
            one.by,
            one.at,
            summarise(
                page.open.form(one.form_id), known, context=known, now=look.now, locale=locale,
            ),
        )
        for one in opinions(look, case_id)
    )  # fmt: skip
    return Surroundings(
        page=page,
        due=standings(look, [case_id]).get(case_id),
        foreseen=foreseen(look, [case_id]).get(case_id),
        answers=summarise(page.open.application, page.dossier.answers, now=look.now, locale=locale),
        said=said,
        timeline=events(history(look, case_id), page, forms_of_tasks(look, case_id)),
        notices=notices_of(look, case_id),
        progress=way,
        outline=tuple(_outline(way, page.open.procedure.labels)),
        documents=tuple(
            document_line(one, page.standings.get(one.id), may_act=one.id in acting) for one in reversed(page.documents)
        ),
        attachments=tuple(
            {
                "name": one.name,
                "href": url_for("officer.attachment", case_id=case_id, attachment_id=one.id),
                "kind": kind_words(one.media_type),
                "size": one.size,
                "note": component_name(page, one.field),
            }
            for one in page.attachments
        ),
        scans=tuple(scan_words(line) for line in scans_of(look, case_id)),
        rounds=rounds_of(page),
        allowance=supplement_rules(look, case_id) if _may_still_ask(page) else None,
    )


def _may_still_ask(page: DossierPage) -> bool:
    """Whether another request for supplement is still a question."""
    return page.dossier.accepted_at is not None and page.dossier.decided_at is None and page.case.ended_at is None


def _outline(way: Progress, labels: Mapping[str, str]) -> Iterable[dict[str, str]]:
    """The drawing as a list: what people do and where it ends, with what the case went through."""
    for step in way.steps:
        if step.depth == 0 or step.state != "next":
            yield {"title": drawn(step.name, labels), "state": step.state}


def kind_words(media_type: str) -> str:
    """A file's type as people call it."""
    if media_type == "application/pdf":
        return "PDF"
    return _("Ảnh") if media_type.startswith("image/") else _("Tệp")


def component_name(page: DossierPage, field: str) -> str:
    """The paper a file was handed in for."""
    key = field.rpartition(".")[2]
    paper = next((one for one in page.open.procedure.components if one.key == key), None)
    if paper is not None:
        return paper.name.in_(language())
    return next((say(one.name) for one in page.components if one.key == key), "")


def document_line(
    document: Document, standing: PaperStanding | None = None, *, may_act: bool = False
) -> dict[str, Any]:
    """A paper of the office for a list of files: what it is, how far it has come, what may be decided about it."""
    acts = url_for("officer.act_on_paper", case_id=document.case_id, document_id=document.id) if may_act else None
    sealed = document.sealed_at is not None and document.issued_at is not None
    copied = sealed and (document.layout == ADMINISTRATIVE or document.letter == LETTER)
    return {
        "acts": acts if standing is not None and standing.valid else None,
        "copies": url_for("officer.copies", case_id=document.case_id, document_id=document.id) if copied else None,
        "name": document.title,
        "href": url_for("officer.document", case_id=document.case_id, document_id=document.id),
        "kind": "PDF",
        "size": document.size,
        "note": paper_words(standing.state) if standing is not None and standing.acts else document_state(document),
        "signed": (document.signed_at or document.sealed_at) is not None and document.voided_at is None,
        "level": level_line(document),
        "trouble": level_trouble(document),
    }


def document_state(document: Document) -> str:
    """Draft, signed, numbered, sealed, issued or void, in words."""
    if document.voided_at is not None:
        return _("Đã hủy: %(reason)s", reason=document.void_reason)
    words = {
        "draft": _("Dự thảo"),
        "signed": _("Đã ký"),
        "sealed": _("Đã đóng dấu"),
        "issued": _("Đã phát hành"),
    }
    state = words.get(document.status, document.status)
    return f"{state} · {_('Số')} {document.number}" if document.number else state


def digest_words(sha256: str) -> str:
    """The first sixteen digits of a file's hash in groups of four, to be compared by eye."""
    return " ".join(sha256[start : start + 4] for start in range(0, 16, 4))


def dossier_facts(page: DossierPage) -> list[tuple[str, Any]]:
    """The short facts of the identity bar."""
    dossier = page.dossier
    received = dossier.accepted_at or dossier.submitted_at
    handling = page.offices.get("handling")
    holder = next((task.assignee for task in page.open_tasks if task.assignee), "")
    facts = [
        (_("Tiếp nhận") if dossier.accepted_at else _("Nộp"), moment_words(received)),
        (_("Kênh nộp"), channel_words(dossier.channel)),
    ]
    if handling is not None:
        facts.append((_("Đơn vị thụ lý"), handling.short_name or handling.name))
    if holder:
        facts.append((_("Người đang giữ"), holder))
    return facts


def case_address(case_id: UUID) -> str:
    """The address of a dossier's page."""
    return url_for("officer.show_dossier", case_id=case_id)
