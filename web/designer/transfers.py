"""Bundles as zip files, files added and taken out: what goes to a designer's own computer and what comes back."""

from __future__ import annotations

import io
import json
import re
from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.procedures.published import pack
from engine.queries.designing import copy_page, version_page
from engine.usecases.bundle_archives import MOST_PACKED, read_archive
from engine.usecases.designing import add_file, as_files, content_of, digest_of_text, remove_file, replace_files
from web.actor import require_role
from web.designer.listing import revision_sent
from web.designer.room import blueprint
from web.doors import reading, unit_of_work

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
NEW_PLACES = {"form": "forms/{}.form", "letter": "letters/{}.html", "decision": "{}.dmn", "process": "{}.bpmn"}


@blueprint.get("/phien-ban/<uuid:version_id>/goi.zip")
def published_archive(version_id: UUID) -> FlaskResponse:
    """A published version with all its files."""
    with reading() as look:
        line, files = version_page(look, version_id)
    return _archive(files, f"{line.procedure}-v{line.version}.zip")


@blueprint.get("/ban/<uuid:copy_id>/goi.zip")
def archive(copy_id: UUID) -> FlaskResponse:
    """A working copy with all its files."""
    with reading() as look:
        page = copy_page(look, copy_id)
    return _archive(as_files(page.files), f"{page.procedure}-dang-sua-{page.revision}.zip")


def _archive(files: dict[str, bytes], name: str) -> FlaskResponse:
    return send_file(io.BytesIO(pack(files)), "application/zip", as_attachment=True, download_name=name, max_age=0)


@blueprint.post("/ban/<uuid:copy_id>/tai-len")
@require_role("designer")
def upload(copy_id: UUID) -> Response:
    """Put an uploaded bundle in place of the copy's files."""
    sent = request.files.get("archive")
    if sent is None or not sent.filename:
        raise Invalid("Chọn một gói thủ tục (.zip) để tải lên.")
    files = read_archive(sent.stream.read(MOST_PACKED + 1))
    with unit_of_work() as work:
        replace_files(work, copy_id, files, revision=revision_sent())
    flash(_("Đã thay nội dung bản đang sửa bằng gói vừa tải lên."), "success")
    return redirect(url_for("designer.copy", copy_id=copy_id), 303)


@blueprint.post("/ban/<uuid:copy_id>/tep-moi")
@require_role("designer")
def new_file(copy_id: UUID) -> Response:
    """Begin a new form, letter, decision table or process of a copy."""
    kind, name = request.form.get("kind", ""), request.form.get("name", "").strip().lower()
    if kind not in NEW_PLACES:
        raise Invalid("Chọn loại tệp muốn thêm.")
    if not NAME.fullmatch(name):
        raise Invalid("Tên tệp chỉ gồm chữ không dấu, số, gạch ngang và gạch dưới, ví dụ kiem_tra.")
    path = NEW_PLACES[kind].format(name)
    with unit_of_work() as work:
        add_file(work, copy_id, path, _beginning(kind, name))
    return redirect(url_for("designer.edit", copy_id=copy_id, path=path), 303)


def _beginning(kind: str, name: str) -> str:
    """The least a file of a kind has to say."""
    if kind == "form":
        document = {"id": name, "title": name, "type": "default", "schemaVersion": 19, "components": []}
        return json.dumps(document, ensure_ascii=False, indent=2)
    mark = re.sub(r"\W", "_", f"m_{name}")
    if kind == "letter":
        return '<p data-part="type">TÊN VĂN BẢN</p>\n<p>Kính gửi: {{ owner.name }}</p>\n'
    return render_template(f"designer/new.{'dmn' if kind == 'decision' else 'bpmn'}.xml", mark=mark, name=name)


@blueprint.get("/ban/<uuid:copy_id>/bo-tep/<path:path>")
@require_role("designer")
def ask_remove(copy_id: UUID, path: str) -> str:
    """The page before a file is taken out of a copy."""
    with reading() as look:
        page = copy_page(look, copy_id)
        content = content_of(page.files, path)
    return render_template("designer/remove.html", copy=page, path=path, digest=digest_of_text(content))


@blueprint.post("/ban/<uuid:copy_id>/bo-tep/<path:path>")
@require_role("designer")
def remove(copy_id: UUID, path: str) -> Response:
    """Take a file out of a copy."""
    with unit_of_work() as work:
        remove_file(work, copy_id, path, was=request.form.get("digest", ""))
    flash(_("Đã bỏ tệp %(path)s.", path=path), "success")
    return redirect(url_for("designer.copy", copy_id=copy_id), 303)
