"""Publishing a working copy: what changes, on which decisions, from when; then one confirmed act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import FieldProblem, Invalid
from engine.procedures.checking import check_files
from engine.queries.designing import CopyPage, copy_page, current_version
from engine.queries.differences import differences
from engine.usecases.designing import as_files, content_of, publish_copy
from engine.usecases.settings_text import DecisionPaper, Legal, read_legal
from forms.dates import read_date
from forms.problems import Unreadable
from processes.bundle import SETTINGS
from web.actor import require_role
from web.designer.bundle_files import file_lines
from web.designer.listing import revision_sent
from web.designer.room import blueprint
from web.doors import reading, unit_of_work
from web.ui.format import date_words

DAYS = ("announced_date", "internal_process_date", "valid_from", "valid_to")


@blueprint.get("/ban/<uuid:copy_id>/cong-bo")
@require_role("designer")
def ask_publish(copy_id: UUID) -> Response:
    """The differences to the version in force, the decisions and days, and what publishing will do."""
    with reading() as look:
        page = copy_page(look, copy_id)
    return _page(copy_id, _typed_from(read_legal(content_of(page.files, SETTINGS).decode("utf-8"))))


@blueprint.post("/ban/<uuid:copy_id>/cong-bo")
@require_role("designer")
def publish(copy_id: UUID) -> Response:
    """Make the copy the office's version for new dossiers."""
    typed = {key: value.strip() for key, value in request.form.items()}
    legal, problems = _read(typed)
    if not typed.get("note"):
        problems.append(FieldProblem("note", _("Nhập nội dung thay đổi và lý do")))
    if legal.trial and not typed.get("trial"):
        problems.append(FieldProblem("trial", _("Xác nhận rằng đây chỉ là bản thử nghiệm, hoặc ghi đủ hai quyết định")))
    if problems:
        return _page(copy_id, typed, problems)
    try:
        with unit_of_work() as work:
            row = publish_copy(work, copy_id, revision=revision_sent(), note=typed["note"], legal=legal)
            code, number, trial = row.procedure, row.version, row.trial
    except Invalid as refusal:
        return _page(copy_id, typed, [FieldProblem("", refusal.message, refusal.params)])
    words = (
        _("Đã công bố bản thử nghiệm %(number)s.", number=number)
        if trial
        else _("Đã công bố phiên bản %(number)s. Hồ sơ mới dùng phiên bản này; hồ sơ đang mở giữ phiên bản cũ.",
               number=number)
    )  # fmt: skip
    flash(words, "success")
    return redirect(url_for("designer.procedure", code=code), 303)


def _page(copy_id: UUID, typed: Mapping[str, str], problems: list[FieldProblem] | None = None) -> Response:
    with reading() as look:
        page = copy_page(look, copy_id)
        version, before = current_version(look, page)
    files = as_files(page.files)
    findings = check_files(files)
    html = render_template(
        "designer/publish.html",
        copy=page,
        version=version,
        changes=differences(before, files),
        names={line.path: line for line in file_lines({**before, **files})},
        wrong=[one for one in findings if one.severity == "error"],
        remarks=[one for one in findings if one.severity != "error" and one.code != "bundle.trial"],
        typed=typed,
        problems=problems or [],
        behind=_behind(page, version.id),
    )
    return make_response(html, 422 if problems else 200)


def _behind(page: CopyPage, version_id: UUID) -> bool:
    """Whether somebody published another version since this copy was begun, which publishing would put aside."""
    return page.base.id != version_id and page.base.in_force is False


def _read(typed: Mapping[str, str]) -> tuple[Legal, list[FieldProblem]]:
    problems: list[FieldProblem] = []
    days: dict[str, date | None] = {}
    for key in DAYS:
        try:
            days[key] = read_date(typed[key]) if typed.get(key) else None
        except (Unreadable, ValueError):
            days[key] = None
            problems.append(FieldProblem(key, _("Nhập ngày dạng 01/07/2026")))
    if days["valid_from"] and days["valid_to"] and days["valid_to"] < days["valid_from"]:
        problems.append(FieldProblem("valid_to", _("Ngày hết áp dụng phải sau ngày bắt đầu")))
    papers = {}
    for table in ("announced", "internal_process"):
        number, agency = typed.get(f"{table}_number", ""), typed.get(f"{table}_agency", "")
        if number and not days[f"{table}_date"]:
            problems.append(FieldProblem(f"{table}_date", _("Nhập ngày của quyết định")))
        if number and not agency:
            problems.append(FieldProblem(f"{table}_agency", _("Nhập cơ quan ban hành quyết định")))
        papers[table] = DecisionPaper(number, days[f"{table}_date"], agency)
    return Legal(papers["announced"], papers["internal_process"], days["valid_from"], days["valid_to"]), problems


def _typed_from(legal: Legal) -> dict[str, str]:
    typed = {"valid_from": _day(legal.valid_from), "valid_to": _day(legal.valid_to)}
    for table, paper in (("announced", legal.announced), ("internal_process", legal.internal_process)):
        typed |= {
            f"{table}_number": paper.number,
            f"{table}_date": _day(paper.day),
            f"{table}_agency": paper.agency,
        }
    return typed


def _day(value: date | None) -> str:
    return date_words(value) if value else ""
