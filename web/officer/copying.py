"""Electronic copies of a paper: which there are, and having one more made."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossiers.copies import KINDS
from engine.errors import Conflict, Invalid
from engine.queries.copies import CopyLine, copying_page
from engine.usecases.copies import ask_copy
from web.doors import reading, unit_of_work
from web.officer.room import blueprint
from web.officer.surroundings import level_line
from web.ui.i18n import say
from web.ui.statuses import paper_words


def kind_hints() -> dict[str, str]:
    """What each kind of copy holds, in words."""
    return {
        "whole": _("Toàn bộ văn bản; bản gốc đã ký được gắn trong tệp để kiểm tra chữ ký."),
        "again": _("Toàn bộ bản sao y; bản sao y được gắn trong tệp."),
        "part": _("Chỉ những trang đã chọn, cùng trang đầu và trang có chữ ký; không gắn bản gốc."),
    }


@blueprint.get("/ho-so/<uuid:case_id>/van-ban/<uuid:document_id>/ban-sao")
def copies(case_id: UUID, document_id: UUID) -> tuple[str, int]:
    """The copies of a paper, and the form for another one."""
    return _page(case_id, document_id)


@blueprint.post("/ho-so/<uuid:case_id>/van-ban/<uuid:document_id>/ban-sao")
def copy_now(case_id: UUID, document_id: UUID) -> tuple[str, int] | Response:
    """Have a copy made; what was refused stands beside what was chosen."""
    with reading() as look:
        copying_page(look, case_id, document_id)  # the paper is of this dossier, and the dossier one they may see
    form = request.form
    pages = {int(page) for page in form.getlist("pages") if page.isascii() and page.isdecimal() and len(page) < 6}
    try:
        with unit_of_work() as work:
            ask_copy(work, document_id, kind=form.get("kind", ""), pages=pages, for_applicant="for_applicant" in form)
    except Invalid as refusal:
        errors = [(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems]
        return _page(case_id, document_id, errors, 422)
    except Conflict as refusal:
        return _page(case_id, document_id, [("", say(refusal.message, **refusal.params))], 409)
    flash(_("Đã quyết định sao. Bản sao được ký số của cơ quan trong ít phút và hiện ở danh sách dưới đây."), "success")
    return redirect(url_for("officer.copies", case_id=case_id, document_id=document_id), 303)


def _page(
    case_id: UUID, document_id: UUID, errors: Sequence[tuple[str, str]] = (), status: int = 200
) -> tuple[str, int]:
    with reading() as look:
        found = copying_page(look, case_id, document_id)
    html = render_template(
        "officer/copies.html",
        found=found,
        kinds=[(kind, KINDS[kind].printed, kind_hints()[kind]) for kind in found.kinds],
        pages=[(page, page + 1, page in found.kept) for page in range(found.pages)],
        made=[_line(line) for line in found.copies],
        waiting=any(line.paper is None and line.copy.failed_at is None for line in found.copies),
        state=paper_words(found.standing.state),
        errors=list(errors),
        form=request.form,
    )
    return html, status


def _line(line: CopyLine) -> dict[str, object]:
    """One copy for a list of files."""
    copy, paper = line.copy, line.paper
    note = _("%(name)s quyết định", name=line.by)
    if copy.failed_at is not None:
        note = _("Không lập được: %(why)s", why=say(copy.trouble))
    elif paper is None:
        note = _("Đang lập và ký số")
    pages = _("các trang %(pages)s", pages=", ".join(str(page + 1) for page in copy.pages)) if copy.pages else ""
    return {
        "name": " ".join(part for part in (line.printed, _("số %(number)s", number=copy.number), pages) if part),
        "href": url_for("officer.document", case_id=copy.case_id, document_id=copy.id) if paper is not None else None,
        "kind": "PDF",
        "size": paper.size if paper is not None else 0,
        "note": note,
        "signed": paper is not None,
        "level": level_line(paper) if paper is not None else "",
        "copies": url_for("officer.copies", case_id=copy.case_id, document_id=copy.id) if paper is not None else None,
    }
