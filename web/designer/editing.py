"""The browser editors: one page for each kind of file, its content, saving it, and the server's check."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.bpmn.door import load
from engine.bpmn.outline import outline
from engine.errors import Conflict, Invalid, NotFound, Refusal
from engine.procedures.checking import check_files
from engine.queries.designing import CopyPage, VersionLine, copy_page, version_page
from engine.usecases.designing import as_files, content_of, digest_of_text, save_file
from web.actor import require_role
from web.designer.bundle_files import file_lines, kind_of
from web.designer.room import blueprint, may_design
from web.designer.task_templates import task_templates
from web.doors import reading, unit_of_work
from web.ui.failures import refused
from web.ui.i18n import spoken
from web.ui.security import relaxed_policy

DRAWN = frozenset({"process", "form", "decision"})


@blueprint.get("/ban/<uuid:copy_id>/tep/<path:path>")
def edit(copy_id: UUID, path: str) -> str:
    """The editor for one file of a working copy; whoever may not design only looks."""
    with reading() as look:
        page = copy_page(look, copy_id)
    return _editor(path, as_files(page.files), page.base, page)


@blueprint.get("/phien-ban/<uuid:version_id>/tep/<path:path>")
def look_at(version_id: UUID, path: str) -> str:
    """One file of a published version, for looking only."""
    with reading() as look:
        line, files = version_page(look, version_id)
    return _editor(path, files, line, None)


def _editor(path: str, files: dict[str, bytes], version: VersionLine, copy: CopyPage | None) -> str:
    if path not in files:
        raise NotFound("Không có tệp %(path)s.", path=path)
    kind = kind_of(path)
    page = _drawing_page if kind in DRAWN else _plain_page
    return page(
        kind=kind,
        path=path,
        version=version,
        copy=copy,
        lines=file_lines(files, copy.base_files if copy else None),
        readonly=copy is None or not may_design(),
        words=_words(),
        outlined=_outline(path, files),
        addresses=_addresses(path, version, copy),
    )


@relaxed_policy(style_src_attr=("'unsafe-inline'",))
def _drawing_page(**values: Any) -> str:
    """The drawing tools set positions on their elements; nothing else is relaxed."""
    return render_template("designer/editor.html", **values)


def _plain_page(**values: Any) -> str:
    return render_template("designer/editor.html", **values)


def _addresses(path: str, version: VersionLine, copy: CopyPage | None) -> dict[str, str]:
    if copy is None:
        own: dict[str, Any] = {"version_id": version.id}
        return {
            "content": url_for("designer.published_content", path=path, **own),
            "editor": url_for("designer.look_at", path="__path__", **own),
            "back": url_for("designer.version", **own),
        }
    own = {"copy_id": copy.id}
    return {
        "content": url_for("designer.content", path=path, **own),
        "save": url_for("designer.save", path=path, **own),
        "checking": url_for("designer.check_copy", **own),
        "templates": url_for("designer.templates", **own),
        "editor": url_for("designer.edit", path="__path__", **own),
        "back": url_for("designer.copy", **own),
        "publish": url_for("designer.ask_publish", **own),
        "preview": url_for("designer.preview", path=path, **own) if kind_of(path) in ("form", "letter") else "",
    }


def _words() -> dict[str, str]:
    return {
        "changed": _("Có thay đổi chưa lưu"),
        "unchanged": _("Không có thay đổi"),
        "saving": _("Đang lưu…"),
        "saved": _("Đã lưu lúc"),
        "failed": _("Chưa lưu được. Đừng đóng cửa sổ này."),
        "offline": _("Mất kết nối, sẽ tự lưu lại. Đừng đóng cửa sổ này."),
        "overtaken": _("Chưa lưu: tệp đã đổi ở cửa sổ khác"),
        "unreachable": _("Không mở được tệp."),
        "unsaved": _("Chưa lưu được nên chưa kiểm tra."),
        "checking": _("Đang kiểm tra…"),
        "error": _("Lỗi:"),
        "warning": _("Lưu ý:"),
        "whole": _("Cả gói"),
        "simulate": _("Chạy thử trên sơ đồ"),
    }


def _outline(path: str, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """A drawing in words, for small screens and for reading aloud; empty when it cannot be read yet."""
    if not path.endswith(".bpmn"):
        return []
    models = {name: source for name, source in files.items() if name.endswith(".bpmn")}
    try:
        definition = load(models)
        drawn_here = next(one.id for one in definition.drawing.processes.values() if one.file == path)
        nodes = [node for node in outline(definition, drawn_here) if node.within is None]
    except (Refusal, KeyError, IndexError, StopIteration):
        return []
    names = {node.element_id: node.name for node in nodes}
    return [
        {
            "id": node.element_id,
            "name": node.name,
            "depth": node.depth,
            "ways": [(way.label, names.get(way.target, "")) for way in node.next] if len(node.next) > 1 else [],
        }
        for node in nodes
        if node.name
    ]


@blueprint.get("/ban/<uuid:copy_id>/noi-dung/<path:path>")
def content(copy_id: UUID, path: str) -> Response:
    """A file of a working copy as the editors want it."""
    with reading() as look:
        return _content(content_of(copy_page(look, copy_id).files, path))


@blueprint.get("/phien-ban/<uuid:version_id>/noi-dung/<path:path>")
def published_content(version_id: UUID, path: str) -> Response:
    """A file of a published version as the viewers want it."""
    with reading() as look:
        files = version_page(look, version_id)[1]
    if path not in files:
        raise NotFound("Không có tệp %(path)s.", path=path)
    return _content(files[path])


def _content(source: bytes) -> Response:
    return jsonify(content=source.decode("utf-8", "replace"), digest=digest_of_text(source))


@blueprint.post("/ban/<uuid:copy_id>/tep/<path:path>")
@require_role("designer")
def save(copy_id: UUID, path: str) -> Response:
    """Keep a file; 409 with the digest of what is there now when another window was faster."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("content"), str) or not isinstance(sent.get("was"), str):
        raise Invalid("Nội dung gửi lên không đúng dạng.")
    try:
        with unit_of_work() as work:
            saved = save_file(work, copy_id, path, sent["content"], was=sent["was"])
    except Conflict as refusal:
        with reading() as look:
            there = content_of(copy_page(look, copy_id).files, path)
        answer = refused(refusal)
        answer.set_data(jsonify(message=_(refusal.message), code=refusal.code, digest=digest_of_text(there)).get_data())
        answer.content_type = "application/json"
        return answer
    return jsonify(revision=saved.revision, digest=saved.digest, at=saved.at.isoformat())


@blueprint.post("/ban/<uuid:copy_id>/kiem-tra")
def check_copy(copy_id: UUID) -> Response:
    """Everything wrong with a working copy, in words."""
    with reading() as look:
        files = as_files(copy_page(look, copy_id).files)
    findings = check_files(files)
    errors = sum(one.severity == "error" for one in findings)
    return jsonify(
        findings=[{key: spoken(value) for key, value in vars(one).items()} for one in findings],
        words=check_words(errors, len(findings) - errors),
    )


def check_words(errors: int, remarks: int) -> str:
    """The outcome of a check in one sentence."""
    if not errors and not remarks:
        return _("Không có lỗi. Có thể công bố.")
    told = ngettext("%(num)d điều cần lưu ý", "%(num)d điều cần lưu ý", remarks) if remarks else ""
    if not errors:
        return _("Không có lỗi, %(remarks)s.", remarks=told)
    wrong = ngettext("%(num)d lỗi cần sửa trước khi công bố", "%(num)d lỗi cần sửa trước khi công bố", errors)
    return f"{wrong}, {told}." if told else f"{wrong}."


@blueprint.get("/ban/<uuid:copy_id>/mau.json")
def templates(copy_id: UUID) -> Response:
    """The element templates of the process editor for this bundle."""
    with reading() as look:
        files = as_files(copy_page(look, copy_id).files)
    return jsonify(task_templates(files))
