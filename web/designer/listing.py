"""Procedures and their versions: what is in force, what is on the board, what the library has that is new."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.queries.coming import coming_versions, ending_bases
from engine.queries.designing import copy_page, design_page, designs, version_page
from engine.usecases.designing import as_files, discard_copy, open_copy
from web.actor import require_role
from web.designer.bundle_files import file_lines
from web.designer.room import blueprint, may_design
from web.doors import reading, unit_of_work


@blueprint.get("/")
def home() -> str:
    """Every procedure with the version in force."""
    with reading() as look:
        lines, coming, endings = designs(look), coming_versions(look), ending_bases(look)
    return render_template("designer/home.html", lines=lines, coming=coming, endings=endings, may_design=may_design())


@blueprint.get("/thu-tuc/<code>")
def procedure(code: str) -> str:
    """One procedure: its versions, working copies, and what the library has that is new."""
    with reading() as look:
        page, coming = design_page(look, code), coming_versions(look, code)
        endings = [one for one in ending_bases(look) if one.procedure == code]
    return render_template(
        "designer/procedure.html",
        page=page,
        coming=coming,
        countdown={one.id: one for one in coming},
        endings=endings,
        may_design=may_design(),
    )


@blueprint.post("/phien-ban/<uuid:version_id>/sua")
@require_role("designer")
def begin(version_id: UUID) -> Response:
    """Open the working copy of a version, made now if there is none."""
    with unit_of_work() as work:
        copy_id = open_copy(work, version_id).id
    return redirect(url_for("designer.copy", copy_id=copy_id), 303)


@blueprint.get("/phien-ban/<uuid:version_id>")
def version(version_id: UUID) -> str:
    """A published version and its files, for looking only."""
    with reading() as look:
        line, files = version_page(look, version_id)
    return render_template(
        "designer/files.html", version=line, copy=None, lines=file_lines(files), may_design=may_design()
    )


@blueprint.get("/ban/<uuid:copy_id>")
def copy(copy_id: UUID) -> str:
    """A working copy: its files, and which of them differ from where it began."""
    with reading() as look:
        page = copy_page(look, copy_id)
    return render_template(
        "designer/files.html",
        version=page.base,
        copy=page,
        lines=file_lines(as_files(page.files), page.base_files),
        may_design=may_design(),
    )


@blueprint.get("/ban/<uuid:copy_id>/bo")
@require_role("designer")
def ask_discard(copy_id: UUID) -> str:
    """The page before a working copy is thrown away."""
    with reading() as look:
        page = copy_page(look, copy_id)
    changed = [line for line in file_lines(as_files(page.files), page.base_files) if line.changed]
    return render_template("designer/discard.html", copy=page, version=page.base, changed=changed)


@blueprint.post("/ban/<uuid:copy_id>/bo")
@require_role("designer")
def discard(copy_id: UUID) -> Response:
    """Throw a working copy away."""
    with unit_of_work() as work:
        code = discard_copy(work, copy_id, revision=revision_sent())
    return redirect(url_for("designer.procedure", code=code), 303)


def revision_sent() -> int:
    """The revision of the copy a form was made for; Invalid when it names none."""
    try:
        return int(request.form.get("revision", ""))
    except ValueError:
        raise Invalid(_("Thiếu số lần lưu của bản đang sửa. Hãy mở lại trang.")) from None
