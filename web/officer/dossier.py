"""A dossier's own page, its drawing and its files."""

from __future__ import annotations

from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.bpmn.outline import diagram
from engine.dossiers.models import Component
from engine.errors import NotFound
from engine.queries import files
from engine.queries.counter import COUNTER_ROLES
from engine.queries.dossiers import dossier_page, find_by_code
from engine.queries.opinions import own_open_tasks
from engine.queries.scans import signed_scan_file
from engine.queries.supplements import Received
from engine.queries.transfers import hand_overs, may_transfer
from web.actor import current_actor
from web.doors import reading
from web.officer.room import blueprint
from web.officer.surroundings import digest_words, document_state, dossier_facts, surroundings
from web.ui.i18n import language
from web.ui.security import relaxed_policy
from web.ui.sending import send_stored
from web.ui.statuses import status_words


@blueprint.get("/ho-so/<uuid:case_id>")
def show_dossier(case_id: UUID) -> str:
    """Everything about one dossier, with the tasks of it that wait for the reader."""
    with reading() as look:
        page = dossier_page(look, case_id)
        around = surroundings(look, page)
        own = own_open_tasks(look, case_id)
        movable, given = may_transfer(look, page.dossier), hand_overs(look, case_id)
    at_counter = bool(current_actor().roles & COUNTER_ROLES)
    return render_template(
        "officer/dossier.html",
        page=page,
        around=around,
        own=own,
        at_counter=at_counter,
        movable=movable,
        given=given,
    )


@blueprint.get("/ho-so/<uuid:case_id>/so-do.bpmn")
def drawing(case_id: UUID) -> Response:
    """The drawing the dossier runs by, in the version it is pinned to."""
    with reading() as look:
        page = dossier_page(look, case_id)
    labels = page.open.procedure.labels if language() == "en" else None
    return Response(diagram(page.open.definition, page.case.process_id, labels), mimetype="application/xml")


@blueprint.get("/ho-so/<uuid:case_id>/tep/<uuid:attachment_id>")
@relaxed_policy(object_src=("'self'",))
def attachment(case_id: UUID, attachment_id: UUID) -> Response:
    """A handed-in file, opened in the browser where that is safe."""
    with reading() as look:
        file = files.attachment(look, attachment_id)
    return _for_these_eyes(send_stored(file, inline=True))


@blueprint.get("/ho-so/<uuid:case_id>/van-ban/<uuid:document_id>")
@relaxed_policy(object_src=("'self'",))
def document(case_id: UUID, document_id: UUID) -> Response:
    """A paper of the office, drafts included."""
    with reading() as look:
        file = files.document(look, document_id)
    return _for_these_eyes(send_stored(file, inline=True))


@blueprint.get("/ho-so/<uuid:case_id>/ban-so-hoa/<uuid:scan_id>")
@relaxed_policy(object_src=("'self'",))
def signed_scan(case_id: UUID, scan_id: UUID) -> Response:
    """What a clerk scanned of one paper, as one PDF signed by that clerk."""
    with reading() as look:
        file = signed_scan_file(look, case_id, scan_id)
    return _for_these_eyes(send_stored(file, inline=True))


def _for_these_eyes(response: Response) -> Response:
    """Papers of a dossier stay on no disk of a shared computer."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/tim")
def open_by_code() -> AnyResponse:
    """What a barcode reader or a hurried hand types: a whole code opens its dossier, anything else searches."""
    text = request.args.get("ma", "").strip()[:100]
    if not text:
        return redirect(url_for("officer.search_dossiers"), 303)
    try:
        with reading() as look:
            case_id = find_by_code(look, text)
    except NotFound:
        return redirect(url_for("officer.search_dossiers", tim=text), 303)
    return redirect(url_for("officer.show_dossier", case_id=case_id), 303)


def component_words_of(component: Component) -> str:
    """How many of which kind were brought: "1 bản chính, 2 bản chụp"."""
    if not component.present:
        return _("Chưa có") if component.required else _("Không bắt buộc, chưa nộp")
    if component.form == "eform":
        return _("Biểu mẫu điện tử")
    counts = (
        (component.originals, _("bản chính")),
        (component.certified, _("bản sao chứng thực")),
        (component.photocopies, _("bản chụp")),
    )
    words = [f"{count} {name}" for count, name in counts if count]
    if component.from_register:
        words.append(_("lấy từ cơ sở dữ liệu"))
    if component.remark:
        words.append(component.remark)
    return ", ".join(words) or _("Đã có")


def received_words(paper: Received) -> str:
    """What came of one paper with a supplement: "1 bản chính, 2 tệp"."""
    counts = (
        (paper.originals, _("bản chính")),
        (paper.certified, _("bản sao chứng thực")),
        (paper.photocopies, _("bản chụp")),
    )
    words = [f"{count} {name}" for count, name in counts if count]
    return ", ".join(words) or _("Đã có")


def notice_state(status: str) -> str:
    """Whether a notice arrived, in words."""
    words = {
        "waiting": _("đang chờ gửi"),
        "attempting": _("đang gửi"),
        "delivered": _("đã gửi"),
        "failed": _("không gửi được"),
        "unknown": _("không rõ đã đến hay chưa"),
        "settled": _("đã xử lý bằng cách khác"),
        "no_address": _("không gửi được: người nộp không để lại số điện thoại hay thư điện tử"),
    }
    return words.get(status, status)


def judged_words(judged: str) -> str:
    """How a finished dossier is counted."""
    return {"early": _("Trước hạn"), "on_time": _("Đúng hạn"), "late": _("Quá hạn")}.get(judged, "")


for word in (
    component_words_of, received_words, notice_state, judged_words, status_words, dossier_facts, document_state,
    digest_words,
):  # fmt: skip
    blueprint.add_app_template_global(word, word.__name__)
